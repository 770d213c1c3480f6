package contract

import (
	"errors"
	"fmt"
	"io"

	"tocsin/state"
)

// Check reads lines of events and reports every fault of each, with the line's number, in the order of the text. A fault's
// pointer is empty when it is one of the whole line. It returns how many faults there were; the error is one of reading, or
// of o.
func Check(name string, r io.Reader, o Options, report func(line int, fault Reject)) (faults int, err error) {
	d, err := NewDecoder(o)
	if err != nil {
		return 0, err
	}
	d.Reuse = true
	blocks := NewBlockReader(r, 0)
	var buf []byte
	for {
		block, err := blocks.Next(buf)
		if errors.Is(err, io.EOF) {
			return faults, nil
		}
		if err != nil {
			return faults, fmt.Errorf("read %s: %w", name, err)
		}
		faults += d.check(block, report)
		buf = block.Data
	}
}

// check reports the faults of a block.
func (d *Decoder) check(block Block, report func(line int, fault Reject)) (faults int) {
	var ev state.Event
	for number, line := range block.Lines() {
		if d.Decode(line, 0, &ev) == nil {
			continue
		}
		for _, f := range d.Faults() {
			report(number, f)
			faults++
		}
	}
	return faults
}

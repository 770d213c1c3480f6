package contract

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"tocsin/state"
)

// Check reads lines of events and writes every fault of each as
//
//	name:line: /json/pointer: message (code)
//
// where the pointer is empty for a fault of the whole line. It returns how many faults there were; the error is one of
// reading, writing or o.
func Check(name string, r io.Reader, w io.Writer, o Options) (faults int, err error) {
	d, err := NewDecoder(o)
	if err != nil {
		return 0, err
	}
	d.Reuse = true
	out := bufio.NewWriter(w)
	blocks := NewBlockReader(r, 0)
	var buf []byte
	for {
		block, err := blocks.Next(buf)
		if errors.Is(err, io.EOF) {
			return faults, out.Flush()
		}
		if err != nil {
			return faults, errors.Join(fmt.Errorf("read %s: %w", name, err), out.Flush())
		}
		faults += d.check(name, block, out)
		buf = block.Data
	}
}

// check writes the faults of a block. A writer that fails keeps its error until it is flushed.
func (d *Decoder) check(name string, block Block, out *bufio.Writer) (faults int) {
	var ev state.Event
	for number, line := range block.Lines() {
		if d.Decode(line, 0, &ev) == nil {
			continue
		}
		for _, f := range d.Faults() {
			fmt.Fprintf(out, "%s:%d: %s: %s (%s)\n", name, number, f.Pointer, f.Message, f.Code)
			faults++
		}
	}
	return faults
}

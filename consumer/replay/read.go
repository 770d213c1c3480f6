package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"

	"tocsin/consumer/contract"
)

// job is a block on its way through a decoder. Jobs are taken in any order and handed on in input order.
type job struct {
	file  int
	block contract.Block
	lines *lines
	done  chan *lines
}

// readLines reads the inputs and decodes them, block by block beside each other. The channel yields them in input order
// and is closed at the end; what goes wrong cancels ctx.
func readLines(ctx context.Context, cancel context.CancelCauseFunc, b *Backtest) <-chan *lines {
	work, order, out := make(chan *job, b.Workers), make(chan *job, 2*b.Workers), make(chan *lines, b.Workers)
	go func() {
		defer close(order)
		defer close(work)
		if err := b.blocks(ctx, func(j *job) bool {
			for _, to := range []chan *job{order, work} {
				select {
				case to <- j:
				case <-ctx.Done():
					return false
				}
			}
			return true
		}); err != nil {
			cancel(err)
		}
	}()
	for range b.Workers {
		go func() {
			decoder, err := contract.NewDecoder(contract.Options{Types: b.Types, Ahead: b.Ahead})
			if err != nil {
				cancel(err)
			}
			for j := range work {
				if err != nil {
					j.done <- j.lines
					continue
				}
				j.done <- b.decode(decoder, j)
			}
		}()
	}
	go func() {
		defer close(out)
		for j := range order {
			select {
			case l := <-j.done:
				out <- l
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// blocks cuts the inputs into blocks and gives each of them, until give says no.
func (b *Backtest) blocks(ctx context.Context, give func(*job) bool) error {
	var read atomic.Int64
	for i, name := range b.Inputs {
		f, err := contract.OpenCounted(name, &read)
		if err != nil {
			return err
		}
		err = b.cut(f, i, &read, give)
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("read %s: %w", b.names[i], err)
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	return nil
}

func (b *Backtest) cut(f io.Reader, file int, read *atomic.Int64, give func(*job) bool) error {
	blocks := contract.NewBlockReader(f, 0)
	for {
		block, err := blocks.Next(b.shelf.takeText())
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		l := b.shelf.takeLines()
		l.data, l.read = block.Data, read.Load()
		if !give(&job{file: file, block: block, lines: l, done: make(chan *lines, 1)}) {
			return nil
		}
	}
}

func (b *Backtest) decode(decoder *contract.Decoder, j *job) *lines {
	out, zone := j.lines, b.Engine.Ledger.Zone
	out.items = slices.Grow(out.items, j.block.Count)
	for number, raw := range j.block.Lines() {
		n := len(out.items)
		out.items = out.items[:n+1]
		it := &out.items[n]
		it.line = lineRef{file: j.file, number: number}
		if b.Rejects != nil {
			it.line.raw = raw
		}
		if reject := decoder.Decode(raw, 0, &it.event); reject != nil {
			out.refused++
			if b.Rejects != nil {
				out.refusals = append(out.refusals, refusal{it.line.kept(), reject})
			}
			out.items = out.items[:n]
			continue
		}
		it.day, it.lane = it.event.KnownAt.Date(zone), laneOf(it.event.Customer, b.Workers)
	}
	if b.Rejects == nil {
		b.shelf.putText(out)
	}
	return out
}

// spool keeps in a file what can be read only once, such as standard input and pipes: input that turns out not to be in day
// order is read again.
func (b *Backtest) spool() (inputs []string, cleanup func(), err error) {
	var spools []string
	cleanup = func() {
		for _, name := range spools {
			os.Remove(name)
		}
	}
	for _, name := range b.Inputs {
		kept, err := b.keep(name)
		if err != nil {
			cleanup()
			return nil, nil, err
		}
		if kept != name {
			spools = append(spools, kept)
		}
		inputs = append(inputs, kept)
	}
	return inputs, cleanup, nil
}

// keep returns the name of a file that holds what an input does: its own where that can be read again.
func (b *Backtest) keep(name string) (string, error) {
	if name == "-" {
		kept, err := spoolReader(b.Stdin)
		if err != nil {
			return "", fmt.Errorf("standard input: %w", err)
		}
		return kept, nil
	}
	info, err := os.Stat(name)
	if err != nil || info.Mode().IsRegular() || info.IsDir() {
		return name, nil // who opens it is told what is wrong with it
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	kept, err := spoolReader(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return kept, nil
}

func spoolReader(r io.Reader) (name string, err error) {
	f, err := os.CreateTemp("", "tocsin-input-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, r)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// sizeOf is how many bytes files have on disk; 0 when that cannot be told.
func sizeOf(files []string) int64 {
	total := int64(0)
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			return 0 // opening it will say why
		}
		total += info.Size()
	}
	return total
}

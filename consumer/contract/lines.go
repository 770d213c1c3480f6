package contract

import (
	"bytes"
	"errors"
	"io"
	"iter"
)

// BlockSize is about how many bytes of a file a Block holds: enough that handing it to another goroutine costs nothing,
// few enough that all workers have one.
const BlockSize = 1 << 20

var byteOrderMark = []byte("\xEF\xBB\xBF")

// Block is a run of whole lines of a file.
type Block struct {
	First int    // number of its first line, counted from 1
	Count int    // how many lines it has, blank ones among them
	Data  []byte // without the byte-order mark of the file
}

// Lines are the block's lines that are not blank, with their numbers. A line has neither its line feed nor the carriage
// return before it; it is valid as long as the block.
func (b Block) Lines() iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		number := b.First
		for rest := b.Data; len(rest) > 0; number++ {
			var line []byte
			if end := bytes.IndexByte(rest, '\n'); end >= 0 {
				line, rest = rest[:end], rest[end+1:]
			} else {
				line, rest = rest, nil
			}
			line = bytes.TrimSuffix(line, []byte("\r"))
			if pastSpace(line, 0) < len(line) && !yield(number, line) {
				return
			}
		}
	}
}

// BlockReader cuts a file into blocks. It reads ahead no further than it must to end a block with its last line.
type BlockReader struct {
	from io.Reader
	size int
	line int    // number of the next block's first line
	rest []byte // the beginning of a line whose end is not read yet
	err  error  // what ended the file
}

// NewBlockReader reads blocks of about size bytes; 0 means BlockSize. A line that is longer makes its block longer.
func NewBlockReader(r io.Reader, size int) *BlockReader {
	if size <= 0 {
		size = BlockSize
	}
	return &BlockReader{from: r, size: size, line: 1}
}

// Next reads a block into buf, which is enlarged if need be: the block's Data uses its memory. The error is io.EOF after
// the last block, or what went wrong with the file; blocks before it stand.
func (r *BlockReader) Next(buf []byte) (Block, error) {
	buf = append(buf[:0], r.rest...)
	r.rest = r.rest[:0]
	for r.err == nil {
		buf = r.fill(buf)
		if end := bytes.LastIndexByte(buf, '\n') + 1; r.err == nil && end > 0 {
			r.rest = append(r.rest, buf[end:]...)
			return r.block(buf[:end]), nil
		}
	}
	if len(buf) > 0 && errors.Is(r.err, io.EOF) {
		return r.block(buf), nil
	}
	return Block{}, r.err
}

// fill reads until buf holds a block's size more than before, or the file ends.
func (r *BlockReader) fill(buf []byte) []byte {
	for want := len(buf) + r.size; len(buf) < want && r.err == nil; {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), max(2*cap(buf), want))
			copy(grown, buf)
			buf = grown
		}
		var n int
		n, r.err = r.from.Read(buf[len(buf):min(cap(buf), want)])
		buf = buf[:len(buf)+n]
	}
	return buf
}

func (r *BlockReader) block(data []byte) Block {
	b := Block{First: r.line, Count: bytes.Count(data, []byte("\n")), Data: data}
	if data[len(data)-1] != '\n' {
		b.Count++
	}
	r.line += b.Count
	if b.First == 1 {
		b.Data = bytes.TrimPrefix(data, byteOrderMark)
	}
	return b
}

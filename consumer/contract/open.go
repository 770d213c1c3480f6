package contract

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Open opens a file of events for reading: plain, gzip or zstd, told apart by how the file begins.
func Open(name string) (io.ReadCloser, error) { return OpenCounted(name, new(atomic.Int64)) }

// OpenCounted opens a file as Open does, and adds to read how many bytes of it were read: of those that lie on disk, not of
// those that they expand to.
func OpenCounted(name string, read *atomic.Int64) (io.ReadCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	r, err := expand(counted{f, read}, f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", name, err), f.Close())
	}
	return r, nil
}

// Expand reads a stream of events: plain, gzip or zstd, told apart by how the stream begins.
func Expand(r io.Reader) (io.ReadCloser, error) { return expand(r, nil) }

// counted counts what is read.
type counted struct {
	io.Reader
	read *atomic.Int64
}

func (c counted) Read(to []byte) (int, error) {
	n, err := c.Reader.Read(to)
	c.read.Add(int64(n))
	return n, err
}

// expanded reads what a file holds and closes the file.
type expanded struct {
	io.Reader
	close func()
	file  io.Closer
}

func (e *expanded) Close() error {
	if e.close != nil {
		e.close()
	}
	if e.file == nil {
		return nil
	}
	return e.file.Close()
}

var (
	gzipMagic = []byte{0x1F, 0x8B}
	zstdMagic = []byte{0x28, 0xB5, 0x2F, 0xFD}
)

// expand reads through the compression that the stream starts with; no JSON starts so.
func expand(r io.Reader, file io.Closer) (io.ReadCloser, error) {
	buffered := bufio.NewReaderSize(r, 256<<10)
	head, err := buffered.Peek(len(zstdMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, err
		}
		return &expanded{Reader: z, file: file}, nil
	case bytes.HasPrefix(head, zstdMagic):
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return &expanded{Reader: z, close: z.Close, file: file}, nil
	}
	return &expanded{Reader: buffered, file: file}, nil
}

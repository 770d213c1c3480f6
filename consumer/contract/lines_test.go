package contract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"
)

// numbered reads all lines as "number:line".
func numbered(r io.Reader, size int) ([]string, error) {
	blocks := NewBlockReader(r, size)
	var all []string
	var buf []byte
	for {
		block, err := blocks.Next(buf)
		if err != nil {
			return all, err
		}
		for number, line := range block.Lines() {
			all = append(all, fmt.Sprintf("%d:%s", number, line))
		}
		buf = block.Data
	}
}

func TestCutsFilesIntoLines(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"empty", "", nil},
		{"one line", "a\n", []string{"1:a"}},
		{"no line feed at the end", "a\nb", []string{"1:a", "2:b"}},
		{"carriage returns", "a\r\nb\r\r\nc\r", []string{"1:a", "2:b\r", "3:c"}},
		{"blank lines count in numbers", "\n\na\n \t \r\n\nb\n\n", []string{"3:a", "6:b"}},
		{"byte-order mark", "\xEF\xBB\xBFa\n\xEF\xBB\xBFb\n", []string{"1:a", "2:\xEF\xBB\xBFb"}},
		{"byte-order mark alone", "\xEF\xBB\xBF", nil},
		{"a line longer than a block", strings.Repeat("x", 100) + "\ny\n", []string{"1:" + strings.Repeat("x", 100), "2:y"}},
	} {
		for _, size := range []int{1, 2, 7, 0} {
			got, err := numbered(iotest.OneByteReader(strings.NewReader(c.file)), size)
			if !errors.Is(err, io.EOF) || !cmp.Equal(got, c.want) {
				t.Errorf("%s in blocks of %d: got %q and %v, want %q", c.name, size, got, err, c.want)
			}
		}
	}
}

func TestBlocksHoldWhatTheFileHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`[a-z ]{0,12}\r?`)).Draw(t, "lines")
		size := rapid.IntRange(1, 40).Draw(t, "size")
		var want []string
		for i, line := range lines {
			line = strings.TrimSuffix(line, "\r")
			if strings.Trim(line, " ") != "" {
				want = append(want, fmt.Sprintf("%d:%s", i+1, line))
			}
		}
		got, err := numbered(strings.NewReader(strings.Join(lines, "\n")), size)
		if !errors.Is(err, io.EOF) || !cmp.Equal(got, want) {
			t.Fatalf("got %q and %v, want %q", got, err, want)
		}
	})
}

func TestAFileThatBreaksOffIsAnError(t *testing.T) {
	broken := errors.New("the disk is gone")
	got, err := numbered(io.MultiReader(strings.NewReader("a\nb\n"), iotest.ErrReader(broken)), 2)
	if !errors.Is(err, broken) || len(got) == 0 || got[0] != "1:a" {
		t.Errorf("got %q and %v, want what was whole and %v", got, err, broken)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, strings.Repeat("a\n", 1000))
	z.Close()
	name := filepath.Join(t.TempDir(), "cut.gz")
	write(t, name, packed.Bytes()[:packed.Len()-6])
	f, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := numbered(f, 0); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a gzip file that is cut off: got %v, want an error", err)
	}
}

func TestOpensWhatIsCompressed(t *testing.T) {
	text := []byte("a\nb\n")
	var packed, squeezed bytes.Buffer
	g := gzip.NewWriter(&packed)
	g.Write(text)
	g.Close()
	z, err := zstd.NewWriter(&squeezed)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(text)
	z.Close()
	for name, content := range map[string][]byte{
		"plain.ndjson": text, "e.ndjson.gz": packed.Bytes(), "e.ndjson.zst": squeezed.Bytes(),
		"two.gz": append(bytes.Clone(packed.Bytes()), packed.Bytes()...), "empty.gz": nil,
	} {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, content)
		f, err := Open(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := io.ReadAll(f)
		want := map[string]string{"two.gz": "a\nb\na\nb\n", "empty.gz": ""}[name]
		if want == "" && name != "empty.gz" {
			want = string(text)
		}
		if err := errors.Join(err, f.Close()); err != nil || string(got) != want {
			t.Errorf("%s: got %q and %v, want %q", name, got, err, want)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.ndjson")); err == nil {
		t.Error("a file that is not there: got no error")
	}
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

package erp

import (
	"bufio"
	"errors"
	"io"
	"slices"
)

// MostQuoted is how many lines a record may have after its first one.
const MostQuoted = mostQuoted

// Rows are the rows of a text, for comparison with another reader.
func Rows(from io.Reader, delimiter rune) (rows [][]string, err error) {
	r := records{in: bufio.NewReader(from), delimiter: string(delimiter), quotes: true, lossy: true}
	var rec record
	for {
		err := r.next(&rec)
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, slices.Clone(rec.fields))
	}
}

package replay

import (
	"bufio"
	"cmp"
	"io"
	"slices"

	"tocsin/consumer/contract"
)

// writeRejects writes the refused lines in input order: those that the contract refuses and those that lost a conflict.
func writeRejects(w io.Writer, names []string, refusals []refusal) error {
	slices.SortFunc(refusals, func(a, b refusal) int {
		return cmp.Or(cmp.Compare(a.line.file, b.line.file), cmp.Compare(a.line.number, b.line.number))
	})
	out := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	for _, r := range refusals {
		line = contract.AppendReject(line[:0], names[r.line.file], r.line.number, r.line.raw, r.reject)
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return out.Flush()
}

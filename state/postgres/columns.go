package postgres

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Rows go to the server as one array for each column. These turn rows into columns.

// column is one field of each row.
func column[R, V any](rows []R, of func(*R) V) []V {
	out := make([]V, len(rows))
	for i := range rows {
		out[i] = of(&rows[i])
	}
	return out
}

// texts are the strings of names; never nil, which to the server is not the same as empty.
func texts[T ~string](names []T) []string {
	return column(names, func(n *T) string { return string(*n) })
}

// statementBytes is about how many bytes of bodies one statement takes. For a message that is much larger the server has memory mapped
// anew each time, page by page: journal rows of 4,000 customers in one statement take an eighth more of its time than in pieces of 200
// to 500 KB, and half of that in pieces of 50 KB or a megabyte. It refuses messages of a gigabyte.
const statementBytes = 256 << 10

// portions cuts rows into pieces whose bodies fit a statement; a single one that is larger goes alone. They keep their order.
func portions[R any](rows []R, size func(*R) int) iter.Seq[[]R] {
	return func(yield func([]R) bool) {
		for len(rows) > 0 {
			n, bytes := 0, 0
			for n < len(rows) && (n == 0 || bytes+size(&rows[n]) <= statementBytes) {
				bytes += size(&rows[n])
				n++
			}
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

// copies tells whether a commit's rows are so many that COPY is worth the round trips that it takes, for it goes into no batch. It takes
// a third less of a server's time than INSERT, and the rows are encoded while the server writes the first of them.
func copies(c *state.Commit) bool {
	const row = 64 // about what a row is besides its body
	bytes := 0
	for i := range c.Entries {
		bytes += row + len(c.Entries[i].Applied)
	}
	return bytes > statementBytes && nextSeq == asComputed
}

// copyRows has a table take so many rows by one COPY.
func copyRows(ctx context.Context, tx pgx.Tx, table string, columns []string, rows int, row func(i int) []any) error {
	if rows == 0 {
		return nil
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(rows, func(i int) ([]any, error) { return row(i), nil }))
	return detailed(err)
}

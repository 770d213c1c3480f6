package state_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// chain is an audit as rows in memory.
type chain struct {
	rows []state.AuditRow
	head state.AuditHead
}

func (c *chain) Audit(_ context.Context, after int64, limit int) ([]state.AuditRow, error) {
	var rows []state.AuditRow
	for _, r := range c.rows {
		if r.Seq > after && len(rows) < limit {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func (c *chain) AuditHead(context.Context) (state.AuditHead, bool, error) { return c.head, true, nil }

// chained are so many deeds.
func chained(n int) *chain {
	var rows []state.AuditRow
	for i := range n {
		rows = append(rows, state.AuditRow{At: state.Instant(i), By: "l.wei", Via: state.ViaCommand, Deed: "decide", Request: fmt.Sprint("r-", i), Customer: "C-1", Body: []byte("{}")})
	}
	c := new(chain)
	salts := 0
	c.rows, c.head = state.ChainAudit(c.head, rows, func() []byte { salts++; return fmt.Append(nil, "salt ", salts) })
	return c
}

// Heads are kept by people, so what is hashed never changes.
func TestAHashIsAPromise(t *testing.T) {
	c := chained(2)
	if got, want := c.head.String(), "2:5cbe8ad7868eaa05acf47af57e0d2f6bf62bc64fc9c45526f47d314d659494c1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if head, err := state.ParseAuditHead(c.head.String()); err != nil || head != c.head {
		t.Errorf("got %v, %v, want what it was printed from", head, err)
	}
	for _, text := range []string{"", "2", "2:", "2:ab", c.head.String() + "00", "-1" + c.head.String()[1:], "x" + c.head.String()[1:], c.head.String()[:65] + "g"} {
		if head, err := state.ParseAuditHead(text); err == nil {
			t.Errorf("%q: got %v, want to be refused", text, head)
		}
	}
}

// A chain is whole at each of its heads, also where what is sealed was erased; longer ones are read in pieces.
func TestAChainIsWholeWithWhatIsErased(t *testing.T) {
	c := chained(2500)
	for i := range c.rows {
		if i%3 == 0 {
			c.rows[i].Erase()
		}
	}
	v, err := state.VerifyAudit(t.Context(), c, c.rows[7].Head(), c.rows[1999].Head(), state.AuditHead{})
	if err != nil || v.Head != c.head || v.Rows != 2500 || v.Erased != 834 {
		t.Errorf("got %+v, %v", v, err)
	}
	other := c.rows[7].Head()
	other.Hash[31]++
	if _, err := state.VerifyAudit(t.Context(), c, other); !breaksAt(err, 8) {
		t.Errorf("another head of row 8: got %v", err)
	}
	if _, err := state.VerifyAudit(t.Context(), c, other, c.rows[7].Head()); !breaksAt(err, 8) {
		t.Errorf("two heads of row 8: got %v", err)
	}
}

func breaksAt(err error, seq int64) bool {
	var broken *state.AuditBreak
	return errors.As(err, &broken) && broken.Seq == seq
}

// Whatever is changed of any row, the chain breaks there, erased rows included.
func TestNoRowCanBeChanged(t *testing.T) {
	changes := map[string]func(*state.AuditRow){
		"at": func(r *state.AuditRow) { r.At++ }, "by": func(r *state.AuditRow) { r.By += "x" }, "via": func(r *state.AuditRow) { r.Via += "x" },
		"deed": func(r *state.AuditRow) { r.Deed += "x" }, "request": func(r *state.AuditRow) { r.Request += "x" },
		"customer": func(r *state.AuditRow) { r.Customer += "x" }, "body": func(r *state.AuditRow) { r.Body = append(slices.Clone(r.Body), 'x') },
		"salt": func(r *state.AuditRow) { r.Salt = append(slices.Clone(r.Salt), 'x') }, "seal": func(r *state.AuditRow) { r.Seal[5]++ },
		"hash":                            func(r *state.AuditRow) { r.Hash[5]++ },
		"a letter moves to the next text": func(r *state.AuditRow) { r.By, r.Via = r.By[:len(r.By)-1], r.By[len(r.By)-1:]+r.Via },
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range changes {
			if !yield(name) {
				return
			}
		}
	})
	rapid.Check(t, func(r *rapid.T) {
		c := chained(rapid.IntRange(1, 12).Draw(r, "rows"))
		for i := range c.rows {
			if rapid.Bool().Draw(r, "erased") {
				c.rows[i].Erase()
			}
		}
		at := rapid.IntRange(0, len(c.rows)-1).Draw(r, "changed row")
		changes[rapid.SampledFrom(names).Draw(r, "change")](&c.rows[at])
		if _, err := state.VerifyAudit(r.Context(), c); !breaksAt(err, int64(at+1)) {
			r.Errorf("row %d: got %v", at+1, err)
		}
	})
}

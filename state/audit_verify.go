package state

import (
	"context"
	"fmt"
)

// AuditBreak tells where a chain breaks first.
type AuditBreak struct {
	Seq int64 // of the row
	Why string
}

func (e *AuditBreak) Error() string { return fmt.Sprintf("audit row %d: %s", e.Seq, e.Why) }

// Verified is a chain that is whole.
type Verified struct {
	Head   AuditHead
	Rows   int64
	Erased int64 // rows of which only the seal is left, since a customer was erased
}

// auditAtOnce is how many rows of a chain are read together.
const auditAtOnce = 1000

// VerifyAudit walks through the whole chain and checks that each row follows from the one before, that what is sealed is what was sealed,
// and that each of heads is the head of one of its rows. The store's own head is one of them. An error is an [*AuditBreak] where
// the chain breaks; then what is returned tells of the rows before.
//
// Somebody who can write the store can compute a whole new chain; only a head that was kept elsewhere tells then.
func VerifyAudit(ctx context.Context, store Audits, heads ...AuditHead) (v Verified, err error) {
	end, _, err := store.AuditHead(ctx)
	if err != nil {
		return v, err
	}
	want := make(map[int64]AuditHead, len(heads)+1)
	last := end
	for _, h := range append(heads, end) {
		if other, twice := want[h.Seq]; twice && other != h {
			return v, &AuditBreak{h.Seq, fmt.Sprintf("the heads of it differ: %v and %v", h.Hash, other.Hash)}
		}
		want[h.Seq] = h
		if h.Seq > last.Seq {
			last = h
		}
	}
	if h, asked := want[0]; asked && h != (AuditHead{}) {
		return v, &AuditBreak{0, "the head of an empty chain is " + AuditHash{}.String()}
	}
	for {
		rows, err := store.Audit(ctx, v.Head.Seq, auditAtOnce)
		if err != nil {
			return v, err
		}
		for i := range rows {
			if err := v.follow(&rows[i]); err != nil {
				return v, err
			}
			if h, asked := want[v.Head.Seq]; asked && h != v.Head {
				return v, &AuditBreak{v.Head.Seq, fmt.Sprintf("its hash is %v and not the head's %v", v.Head.Hash, h.Hash)}
			}
		}
		if len(rows) < auditAtOnce {
			break
		}
	}
	if v.Head.Seq < last.Seq {
		return v, &AuditBreak{v.Head.Seq + 1, fmt.Sprintf("is missing: the chain ends before it, and its head is row %d", last.Seq)}
	}
	return v, nil
}

// follow takes the next row of a chain.
func (v *Verified) follow(r *AuditRow) error {
	next := v.Head.Seq + 1
	switch {
	case r.Seq != next:
		return &AuditBreak{next, fmt.Sprintf("is missing: row %d follows", r.Seq)}
	case r.hash(v.Head.Hash) != r.Hash:
		return &AuditBreak{next, "it, or the row before it, is not as it was chained"}
	case !r.Erased() && r.seal() != r.Seal, r.Erased() && r.Request+string(r.Customer)+string(r.Body) != "":
		return &AuditBreak{next, "whom it is of, why it was done or what was seen is not as it was sealed"}
	}
	if r.Erased() {
		v.Erased++
	}
	v.Head = r.Head()
	v.Rows++
	return nil
}

package consumer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"tocsin/state"
)

// Whoever is erased stays erased. His id is kept nowhere; but the pseudonym of every customer of whom something comes can be
// computed, and whose pseudonym is one of those that the store lists as erased is an erased customer. What still comes of
// him, be it a payment on an old invoice or an ERP that publishes its invoices again, is erased on its way in and goes on in the
// journal of his pseudonym: amounts stay right, nothing is lost in silence, nothing personal is kept, and no signal is raised,
// for who is erased has none. A record of his that is refused is kept without its content. Who comes back as a customer
// takes a new id.

// forgotten is who is erased, as far as a store knows.
type forgotten struct {
	names  state.Pseudonyms
	erased map[state.CustomerID]bool // by pseudonym
}

// readForgotten asks a store who is erased.
func readForgotten(ctx context.Context, store state.Store) (forgotten, error) {
	secret, err := store.Secret(ctx)
	if err != nil {
		return forgotten{}, fmt.Errorf("secret of pseudonyms: %w", err)
	}
	ids, err := store.Erased(ctx)
	if err != nil {
		return forgotten{}, fmt.Errorf("erased customers: %w", err)
	}
	f := forgotten{state.NewPseudonyms(secret), make(map[state.CustomerID]bool, len(ids))}
	for _, id := range ids {
		f.erased[id] = true
	}
	return f, nil
}

// has tells whether a customer is erased, by id or by pseudonym, and what his pseudonym is.
func (f *forgotten) has(id state.CustomerID) (pseudonym state.CustomerID, is bool) {
	if len(f.erased) == 0 || id == "" {
		return id, false
	}
	if f.erased[id] {
		return id, true
	}
	pseudonym = f.names.Customer(id)
	return pseudonym, f.erased[pseudonym]
}

// event is an event as it may be known: of who is erased under his pseudonym, without what is erased; of others without his id.
func (f *forgotten) event(ev *state.Event) *state.Event {
	if len(f.erased) == 0 {
		return ev
	}
	known := *ev
	pseudonym, gone := f.has(ev.Customer)
	if gone {
		left := false
		if known, left = (&state.Erasure{Pseudonyms: f.names, Customer: ev.Customer}).Event(*ev); !left {
			return nil
		}
		known.Customer = pseudonym // also of one that came under it
	}
	if merged, is := ev.Body.(*state.Merged); is {
		known = f.heir(known, merged)
	}
	return &known
}

// heir has a merge name its heir by pseudonym, if he is erased.
func (f *forgotten) heir(ev state.Event, merged *state.Merged) state.Event {
	if pseudonym, gone := f.has(merged.Into); gone {
		ev.Body, ev.Canonical = &state.Merged{Into: pseudonym, MergeDate: merged.MergeDate}, ""
	}
	return ev
}

// letter is a refused record as it may be kept.
func (f *forgotten) letter(d state.DeadLetter) state.DeadLetter {
	if len(f.erased) == 0 {
		return d
	}
	for _, id := range named(&d) {
		if pseudonym, gone := f.has(id); gone {
			return redacted(d, pseudonym)
		}
	}
	return d
}

// named are the customers that a refused record names: by its key, its subject or its data. Records that are no JSON name at
// most the first.
func named(d *state.DeadLetter) (ids []state.CustomerID) {
	ids = append(ids, state.CustomerID(d.Key))
	for _, h := range d.Headers {
		if strings.EqualFold(h.Key, "ce_subject") {
			ids = append(ids, state.CustomerID(h.Value))
		}
	}
	var content struct {
		Subject    state.CustomerID `json:"subject"`
		CustomerID state.CustomerID `json:"customer_id"` // of a record in binary mode
		Data       struct {
			CustomerID state.CustomerID `json:"customer_id"`
		} `json:"data"`
	}
	if start := bytes.IndexByte(d.Value, '{'); start >= 0 { // behind a schema's prefix
		_ = json.Unmarshal(d.Value[start:], &content) // what can be read is read
	}
	return append(ids, content.Subject, content.CustomerID, content.Data.CustomerID)
}

// redacted is a refused record without content: where it lies and why it was refused.
func redacted(d state.DeadLetter, pseudonym state.CustomerID) state.DeadLetter {
	d.Key, d.Value, d.Headers = []byte(pseudonym), nil, nil
	d.Detail, _, _ = strings.Cut(d.Detail, " ") // the pointer
	return d
}

// mentions tells whether a refused record has anything of a customer: its id as key, in a header, or as a text of its content.
func mentions(d *state.DeadLetter, id state.CustomerID) bool {
	quoted, _ := json.Marshal(string(id))
	if string(d.Key) == string(id) || bytes.Contains(d.Value, quoted) {
		return true
	}
	for _, h := range d.Headers {
		if string(h.Value) == string(id) {
			return true
		}
	}
	return false
}

// forgot has metrics and the watcher forget the names of those whom a batch has erased.
func (r *Runner) forgot(all *erasure) {
	if all == nil {
		return
	}
	for _, id := range all.gone {
		nobody := &state.Record{Customer: state.NewCustomer(id)}
		r.Metrics.count(r, id, nobody)
		if r.Watch != nil {
			r.Watch.Stepped(r.day, nobody, &Effects{})
		}
	}
}

// afterErasure reads the day anew when a batch has erased somebody: it counts him, and may have had him among its core
// customers.
func (r *Runner) afterErasure(ctx context.Context, work []*group) error {
	for _, g := range work {
		if g.erasure != nil {
			return r.reload(ctx)
		}
	}
	return nil
}

package storetest

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"tocsin/state"
)

// The channel and case under which [Contents] looks for receipts.
const channel = "#credit-alerts"

func caseOf(customer state.CustomerID) string { return "case-" + string(customer) }

// Contents is all that a store shows of itself, one row a line, in a definite order. Two stores of equal contents differ
// at most in held messages that are superseded and in settled ones. Identifiers have no list of their own, so the caller
// names those to show; receipts are shown of the cases "case-" + customer.
func Contents(ctx context.Context, s state.Store, identifiers ...state.Identifier) (string, error) {
	w := &page{ctx: ctx, s: s}
	w.ledger()
	w.histories()
	w.parked()
	w.identities(identifiers)
	w.outbox()
	w.rows()
	w.audit()
	return w.text.String(), w.err
}

// page collects lines until something goes wrong.
type page struct {
	ctx       context.Context
	s         state.Store
	customers []state.CustomerID
	text      strings.Builder
	err       error
}

func (w *page) ledger() {
	day, _, err := w.s.Day(w.ctx)
	day.Server = "" // who tells it is no content
	line(w, "day", day, err)
	stale, err := w.s.StaleInputs(w.ctx)
	for _, day := range slices.Sorted(maps.Keys(stale)) {
		lines(w, "stale on "+day.String(), stale[day], nil)
	}
	lines[state.StaleInput](w, "stale", nil, err)
	positions, err := w.s.AllPositions(w.ctx)
	lines(w, "position", positions, err)
	alarms, err := w.s.DueAlarms(w.ctx, endOfTime, 1<<30)
	lines(w, "alarm", alarms, err)
	rates, err := w.s.Rates(w.ctx, 0)
	lines(w, "rate", rates, err)
	affiliates, err := w.s.Affiliates(w.ctx)
	lines(w, "affiliate", affiliates, err)
	disputants, err := w.s.Disputants(w.ctx, 0)
	lines(w, "disputant", disputants, err)
	erased, err := w.s.Erased(w.ctx)
	lines(w, "erased", erased, err)
}

func (w *page) histories() {
	customers, err := w.s.Customers(w.ctx)
	lines(w, "customer", customers, err)
	histories, err := w.s.Load(w.ctx, customers)
	lines(w, "history", histories, err)
	w.customers = customers
}

func (w *page) parked() {
	quarantined, err := w.s.Quarantined(w.ctx)
	lines(w, "quarantined", quarantined, err)
	for _, q := range quarantined {
		rows, err := w.s.Parked(w.ctx, q.Customer, 0, 1<<30)
		lines(w, "parked", rows, err)
	}
}

func (w *page) identities(keys []state.Identifier) {
	rows, err := w.s.Identities(w.ctx, keys)
	lines(w, "identity", rows, err)
}

func (w *page) outbox() {
	owed, err := w.s.Owed(w.ctx, 1<<62, 1<<30)
	lines(w, "owed", owed, err)
	words, err := w.s.Words(w.ctx, nil)
	lines(w, "word", words, err)
	due, held, err := w.s.OwedCount(w.ctx)
	line(w, "cases owed, held", [2]int{due, held}, err)
	for _, c := range w.customers {
		r, err := w.s.Receipt(w.ctx, caseOf(c), channel)
		line(w, "receipt", r, err)
	}
}

func (w *page) rows() {
	alerts, err := w.s.Alerts(w.ctx, "")
	lines(w, "alert", alerts, err)
	tasks, err := w.s.Tasks(w.ctx)
	lines(w, "task", tasks, err)
	w.pages()
	clocks, err := w.s.DueClocks(w.ctx, 1<<62, 1<<30)
	lines(w, "clock", clocks, err)
	late, err := w.s.ToldClocks(w.ctx, "", 1<<30)
	lines(w, "told late", late, err)
	scores, err := w.s.Scores(w.ctx, 0, endOfTime)
	lines(w, "score", scores, err)
	letters, err := w.s.DeadLetters(w.ctx, 1<<30)
	lines(w, "dead letter", letters, err)
	refused, err := w.s.Refused(w.ctx, 0, 1<<30)
	for _, r := range refused {
		if r.Redrive != nil {
			line(w, "redrive", r.Redrive, nil)
		}
	}
	line(w, "refused", len(refused), err)
	gaps, err := w.s.Gaps(w.ctx)
	lines(w, "gap", gaps, err)
	publications, err := w.s.Unpublished(w.ctx, 1<<30)
	lines(w, "unpublished", publications, err)
}

// audit shows the chain without what each store has of its own: salts, and hence hashes.
func (w *page) audit() {
	rows, err := w.s.Audit(w.ctx, 0, 1<<30)
	for i := range rows {
		rows[i].Salt, rows[i].Seal, rows[i].Hash = nil, state.AuditHash{}, state.AuditHash{}
	}
	lines(w, "audit", rows, err)
}

func lines[T any](w *page, what string, rows []T, err error) {
	for _, row := range rows {
		line(w, what, row, nil)
	}
	if err != nil {
		line(w, what, 0, err)
	}
}

func line(w *page, what string, row any, err error) {
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("%s: %w", what, err)
	}
	fmt.Fprintf(&w.text, "%s %s\n", what, show(row))
}

// show prints a value with what its pointers point to, bytes as text, and no difference between nil and empty.
func show(v any) string {
	var b strings.Builder
	write(&b, reflect.ValueOf(v))
	return b.String()
}

func write(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Invalid:
		b.WriteString("none")
	case reflect.Pointer, reflect.Interface:
		write(b, v.Elem())
	case reflect.Struct:
		b.WriteByte('{')
		for i := range v.NumField() {
			if f := v.Field(i); f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0 {
				continue
			}
			fmt.Fprintf(b, " %s:", v.Type().Field(i).Name)
			write(b, v.Field(i))
		}
		b.WriteString(" }")
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			fmt.Fprintf(b, "%q", v.Bytes())
			return
		}
		b.WriteByte('[')
		for i := range v.Len() {
			b.WriteByte(' ')
			write(b, v.Index(i))
		}
		b.WriteString(" ]")
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		fmt.Fprint(b, v.Interface())
	}
}

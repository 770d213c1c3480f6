package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/kafka"
	"tocsin/consumer/simulator"
	"tocsin/state"
	"tocsin/state/postgres/pgtest"
)

// tamper runs SQL on the store of a pipeline.
func (l *pipeline) tamper(t *testing.T, statement string) {
	t.Helper()
	if !l.config.inFile() {
		pgtest.Exec(t, l.config.StoreURL, statement)
		return
	}
	db, err := sql.Open("sqlite", strings.TrimPrefix(l.config.StoreURL, "sqlite:")+"?_pragma=busy_timeout(5000)")
	if err == nil {
		_, err = db.ExecContext(t.Context(), statement)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatalf("%.200s: %v", statement, err)
	}
}

// literal is bytes in the store's SQL.
func (l *pipeline) literal(b []byte) string {
	if l.config.inFile() {
		return "x'" + hex.EncodeToString(b) + "'"
	}
	return `'\x` + hex.EncodeToString(b) + "'"
}

// rebuild runs the command.
func (l *pipeline) rebuild(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(&process{t.Context(), []string{"TOCSIN_STORE_URL=" + l.config.StoreURL}, nil, &out, &errs}, append([]string{"rebuild"}, args...))
	return code, out.String(), errs.String()
}

// consume lets a run read some months of a few customers, of whom C-1 has an invoice for each day and so a snapshot.
func (l *pipeline) consume(t *testing.T, days state.Date) {
	t.Helper()
	portfolio := simulator.New(simulator.Config{Seed: 5, First: l.today - days, Customers: 8, Zone: time.UTC})
	euro, _ := state.ParseCurrency("EUR")
	for day := l.today - days; day < l.today; day++ {
		var messages []kafka.Message
		for _, ev := range portfolio.Day(day) {
			messages = append(messages, l.message(&ev))
		}
		l.send(t, messages...)
		l.told(t, day, state.KindInvoice, &state.Invoice{
			InvoiceID: fmt.Sprintf("INV-%03d", l.today-day), IssueDate: day, DueDate: day + 10, Total: state.Money{Minor: 700_00, Currency: euro},
		})
	}
	stop := l.start(t)
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	await(t, "all is published", func() bool {
		owed, err := l.store.Unpublished(t.Context(), 1)
		return err == nil && len(owed) == 0
	})
	stop()
}

// snapshot is what the store has of a customer.
func (l *pipeline) snapshot(t *testing.T, customer state.CustomerID) state.History {
	t.Helper()
	store, err := l.config.openStore(context.Background(), readStore)
	if err != nil {
		t.Fatal(err)
	}
	h, err := store.Load(t.Context(), []state.CustomerID{customer})
	if err = errors.Join(err, store.Close()); err != nil || len(h) != 1 || h[0].Snapshot == nil {
		t.Fatalf("got %d histories, %v, want a snapshot of %s", len(h), err, customer)
	}
	return h[0]
}

// Of stores that a run has left every snapshot is the fold of its journal; one changed byte and one lost row are found, whichever
// database keeps them.
func TestARebuildFindsWhatIsNotTheFoldOfItsJournal(t *testing.T) {
	for name, location := range map[string]func(t testing.TB) string{"file": nil, "PostgreSQL": newDatabase} {
		t.Run(name, func(t *testing.T) {
			l := newPipeline(t)
			if location != nil {
				l.config.StoreURL = location(t)
			}
			l.consume(t, 80)
			l.wantRebuilt(t, exitGood, "snapshots: each is the fold of its journal\n", "--check")

			h := l.snapshot(t, "C-1")
			changed := bytes.Replace(h.Snapshot, []byte("INV-080"), []byte("INV-08X"), 1)
			l.tamper(t, "UPDATE snapshot SET body = "+l.literal(changed)+" WHERE customer = 'C-1'")
			l.wantRebuilt(t, exitFinding, `C-1: snapshot: fact "INV-080"; snapshot: fact "INV-08X"`+"\n", "--check")
			l.wantRebuilt(t, exitFinding, `{"customer_id":"C-1","faults":["snapshot: fact \"INV-080\"","snapshot: fact \"INV-08X\""],"mended":false}`+"\n", "--check", "--output", "json")
			l.wantRebuilt(t, exitGood, "C-1: snapshot: fact \"INV-080\"; snapshot: fact \"INV-08X\" (written anew)\n")
			l.wantRebuilt(t, exitGood, "each is the fold of its journal; 0 snapshots written\n")

			l.tamper(t, "DELETE FROM journal WHERE customer = 'C-1' AND seq = 40")
			l.wantRebuilt(t, exitFinding, "C-1: journal of customer C-1: row 40 is missing, found row 41\n", "--check")
			l.wantRebuilt(t, exitFinding, "something was wrong with 1 customers; 0 snapshots written\n")
		})
	}
}

func (l *pipeline) wantRebuilt(t *testing.T, want int, says string, args ...string) {
	t.Helper()
	if code, out, errs := l.rebuild(t, args...); code != want || !strings.Contains(out, says) || errs != "" {
		t.Fatalf("rebuild %v: got %d\n%s%s\nwant %d, and to be told\n%s", args, code, out, errs, want, says)
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
	"tocsin/state"
	"tocsin/state/sqlite"
)

// witness is a store that notes what becomes of the messages about imported customers.
type witness struct {
	state.Store
	imported string // how the ids of imported customers begin

	mu       sync.Mutex
	applied  int   // events of imported customers
	early    int   // messages about them that were not withheld
	releases []int // how many events had been applied each time when messages were let go
}

func (w *witness) Commit(ctx context.Context, c *state.Commit) error {
	err := w.Store.Commit(ctx, c)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, entry := range c.Entries {
		if strings.HasPrefix(string(entry.Customer), w.imported) {
			applied, err := state.DecodeApplied(entry.Applied)
			if err != nil {
				return err
			}
			w.applied += len(applied.Events)
		}
	}
	for _, m := range c.Messages {
		if strings.HasPrefix(string(m.Customer), w.imported) && !m.Held {
			w.early++
		}
	}
	return nil
}

func (w *witness) Release(ctx context.Context, l state.LettingGo) error {
	w.mu.Lock()
	w.releases = append(w.releases, w.applied)
	w.mu.Unlock()
	return w.Store.Release(ctx, l)
}

// serve runs the service on a store that a witness watches.
func (l *pipeline) serve(t *testing.T, imported string) *witness {
	t.Helper()
	var err error
	if l.store, err = l.config.openStore(t.Context(), sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	w := &witness{Store: l.store, imported: imported}
	s := &service{config: l.config, store: w, now: l.now, log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, l.store.Close()); err != nil {
			t.Errorf("the service: %v", err)
		}
	})
	return w
}

// A list of open items comes into a Tocsin that has been running for long. Its items are old, however new the list is: what
// they raise is recorded at once, and nobody is told before all of the list is in; then there is one message for each case.
func TestAnImportIsQuietUntilItIsIn(t *testing.T) {
	const customers, items = 100, 30
	l := newPipeline(t)
	l.config.Notify.Settle = 0
	w := l.serve(t, "I-")
	now := l.now()
	news := state.Event{
		Kind: state.KindInvoice, Customer: "C-1", KnownAt: now, Stamp: state.Stamp{Revision: 1, Time: now, ID: "1/1", Source: "urn:t"},
		Body: &state.Invoice{InvoiceID: "1", IssueDate: l.today - 200, DueDate: l.today - 150, Total: state.Money{Minor: 9_000_000, Currency: eur(t)}},
	}
	l.send(t, kafka.Message{Topic: l.config.Kafka.Topics.Invoices, Key: "C-1", Value: contract.Encode(&news), Timestamp: now})
	await(t, "a message about news", func() bool {
		due, _, err := l.store.OwedCount(t.Context())
		return err == nil && due == 1
	})

	dir := t.TempDir()
	var list strings.Builder
	list.WriteString("customer,document,date,due,amount\n")
	for item := range items {
		for c := range customers {
			fmt.Fprintf(&list, "I-%d,D-%d-%d,2026-01-0%d,2026-02-%02d,%d00.00\n", c, c, item, 1+item%9, 1+item%28, 10+item)
		}
	}
	files := map[string]string{
		"items.csv": list.String(),
		"mapping.yaml": "layout: open_items\nsource: urn:t\nformat: {dates: [2006-01-02]}\nconstants: {kind: invoice, currency: EUR}\n" +
			"columns: {customer: customer, document: document, date: date, due: due, amount: amount}\n",
		"tocsin.yaml": fmt.Sprintf("kafka: {brokers: [%q]}\n", l.config.Kafka.Brokers[0]),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, faults bytes.Buffer
	p := &process{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &out, stderr: &faults}
	if code := run(p, []string{
		"import", "--config", filepath.Join(dir, "tocsin.yaml"), "--mapping", filepath.Join(dir, "mapping.yaml"), "--as-of", l.today.String(), "--kafka", filepath.Join(dir, "items.csv"),
	}); code != exitGood {
		t.Fatalf("exit code %d: %s%s", code, out.String(), faults.String())
	}
	started := time.Now()
	await(t, "one message for all of it", func() bool {
		due, held, err := l.store.OwedCount(t.Context())
		return err == nil && due == 2 && held == 0
	})
	rows, err := l.store.Summaries(t.Context())
	if err != nil || len(rows) != 1 {
		t.Fatalf("got %d summaries, %v, want one", len(rows), err)
	}
	if sum, err := alerts.ParseSummary(rows[0].Body); err != nil || sum.Cases() != customers || sum.Why != alerts.WhyLate {
		t.Errorf("got %+v, %v, want %d cases of events that came late", sum, err, customers)
	}
	t.Logf("%d events were in, and messages on their way, after %v", customers*items, time.Since(started))
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.early > 0 {
		t.Errorf("%d messages were not withheld, want none", w.early)
	}
	if len(w.releases) == 0 || w.releases[len(w.releases)-1] != customers*items {
		t.Errorf("messages were let go after %v events, want once, after %d", w.releases, customers*items)
	}
	for _, applied := range w.releases {
		if applied > 0 && applied < customers*items {
			t.Errorf("messages were let go after %d events of %d", applied, customers*items)
		}
	}
}

func eur(t *testing.T) state.Currency {
	t.Helper()
	c, ok := state.ParseCurrency("EUR")
	if !ok {
		t.Fatal("EUR is no currency")
	}
	return c
}

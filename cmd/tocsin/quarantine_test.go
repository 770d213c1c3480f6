package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tocsin/consumer/kafka"
	"tocsin/state"
)

// order sends an order of a customer.
func (l *pipeline) order(t *testing.T, customer, id string) {
	t.Helper()
	l.send(t, kafka.Message{Topic: l.config.Kafka.Topics.Orders, Key: customer, Timestamp: l.now(), Value: fmt.Appendf(nil,
		`{"specversion":"1.0","id":"%s/1","source":"urn:erp","type":"tocsin.order.placed.v1","subject":"%s","time":"%v","data":{"customer_id":"%s",
		"revision":1,"order_id":"%s","order_date":"%v","gross":{"amount":"100.00","currency":"EUR"}}}`, id, customer, l.now(), customer, id, l.today)})
}

// quarantine has a customer quarantined beside the run, as if his step had panicked.
func (l *pipeline) quarantine(t *testing.T, customer state.CustomerID) {
	t.Helper()
	store, err := l.config.openStore(t.Context(), besideStore)
	if err != nil {
		t.Fatal(err)
	}
	day, _, err := store.Day(t.Context())
	if err == nil {
		err = store.Commit(t.Context(), &state.Commit{Day: day, Quarantines: []state.Quarantine{{
			Customer: customer, Since: day.Date, At: l.now(), Reason: "index out of range [7] with length 7\x1b[31m", Stack: "detectors.(*Overdue).Evaluate overdue.go:12\nalerts.(*work).judge judge.go:34",
		}}})
	}
	if err = errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
}

// What comes of a customer who is quarantined beside a run waits, and is applied once he is released.
func TestAQuarantinedCustomerIsListedAndReleasedBesideARun(t *testing.T) {
	for name, location := range map[string]func(t testing.TB) string{"file": nil, "PostgreSQL": newDatabase} {
		t.Run(name, func(t *testing.T) {
			l := newPipeline(t)
			if location != nil {
				l.config.StoreURL = location(t)
			}
			l.order(t, "C-1", "SO-1")
			stop := l.start(t)
			defer stop()
			await(t, "all is read", func() bool { return l.caughtUp(t) })
			l.says(t, exitGood, "quarantine", "nobody is quarantined\n")
			l.says(t, exitFinding, "quarantine release C-1", "release of customer C-1: the customer is not quarantined")
			l.quarantine(t, "C-1")
			l.order(t, "C-1", "SO-2")
			l.order(t, "C-2", "SO-3")
			await(t, "all is read", func() bool { return l.caughtUp(t) })
			l.says(t, exitGood, "quarantine ls", "C-1  since 2026-06-30  1 parked  index out of range [7] with length 7·[31m\n",
				"    detectors.(*Overdue).Evaluate overdue.go:12\n    alerts.(*work).judge judge.go:34\n")
			l.says(t, exitGood, "quarantine ls --output json", `{"customer_id":"C-1","since":"2026-06-30","at":"2026-06-30T12`,
				`"parked":1,"reason":"index out of range`, `"stack":["detectors.(*Overdue).Evaluate overdue.go:12","alerts`)
			l.says(t, exitGood, "quarantine release C-1", "C-1 is released: 1 events applied\n")
			l.order(t, "C-1", "SO-4")
			await(t, "all is read", func() bool { return l.caughtUp(t) })
			l.says(t, exitGood, "quarantine ls", "nobody is quarantined\n")
			_, out := l.by(t, "explain --customer C-1 --figure open_orders")
			for _, id := range []string{"SO-1", "SO-2", "SO-4"} {
				if strings.Count(out, id) != 1 {
					t.Errorf("got\n%s\nwant %s once", out, id)
				}
			}
		})
	}
}

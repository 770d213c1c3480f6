package consumer

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/state"
)

// binaryOrder appends an order in binary mode, behind a schema registry's prefix, with a time of its own.
func (g *rig) binaryOrder(id Partition, customer, at string) Record {
	headers := []state.Header{
		{Key: "x-trace", Value: []byte{0xff}}, {Key: "ce_specversion", Value: []byte("1.0")}, {Key: "ce_id", Value: []byte("1")},
		{Key: "ce_source", Value: []byte("urn:test")}, {Key: "ce_type", Value: []byte("tocsin.order.placed.v1")},
		{Key: "ce_subject", Value: []byte(customer)}, {Key: "ce_time", Value: []byte(at)}, {Key: "ce_dataschema"},
		{Key: "content-type", Value: []byte("application/json")},
	}
	g.broker.append(id, g.now, fmt.Appendf([]byte{0, 0, 0, 0, 7}, `{"customer_id":"%s","revision":1,"order_id":"SO-1",
		"order_date":"2026-03-02","gross":{"amount":"100.00","currency":"EUR"}}`, customer))
	rec := &g.broker.logs[id][len(g.broker.logs[id])-1]
	rec.Key, rec.Headers = []byte(customer), headers
	return *rec
}

// An event with its attributes in headers is stepped; one that is refused is kept as it came, every header of it.
func TestARecordInBinaryModeIsAnEvent(t *testing.T) {
	orders := Partition{"orders", 0}
	g := newRig(t, orders)
	g.binaryOrder(orders, "C-1", g.now.Time().Format(time.RFC3339))
	bad := g.binaryOrder(orders, "C-2", "soon")
	g.turns(10)
	if !slices.Contains(g.seen, "C-1") || slices.Contains(g.seen, "C-2") {
		t.Errorf("got steps of %v, want one of C-1 and none of C-2", g.seen)
	}
	letters, err := g.store.DeadLetters(t.Context(), 10)
	if err != nil || len(letters) != 1 {
		t.Fatalf("dead letters: got %+v, %v, want one", letters, err)
	}
	got := letters[0]
	if got.Code != "format" || got.Detail != `/time "soon" is no RFC 3339 instant; give an instant such as "2026-11-20T09:14:03Z"` {
		t.Errorf("got %s: %s, want format at /time", got.Code, got.Detail)
	}
	if !bytes.Equal(got.Key, bad.Key) || !bytes.Equal(got.Value, bad.Value) || !slices.EqualFunc(got.Headers, bad.Headers, func(a, b state.Header) bool {
		return a.Key == b.Key && bytes.Equal(a.Value, b.Value) && (a.Value == nil) == (b.Value == nil)
	}) {
		t.Errorf("got %q %q %q, want %q %q %q as they came", got.Key, got.Value, got.Headers, bad.Key, bad.Value, bad.Headers)
	}
}

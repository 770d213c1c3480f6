package consumer

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// from appends an order of a source, that happened some time ago.
func (g *rig) from(source, order string, revision int, gross string, ago time.Duration) {
	g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"%s/%d/%s","source":%q,"type":"tocsin.order.placed.v1","subject":"C-1","time":%q,
		"data":{"customer_id":"C-1","revision":%d,"order_id":%q,"order_date":"2026-03-02","gross":{"amount":%q,"currency":"EUR"}}}`,
		order, revision, gross, source, (g.now-state.Instant(ago)).String(), revision, order, gross))
}

func TestEventsAreCountedByTheNameOfTheirSource(t *testing.T) {
	g := newRig(t, invoices)
	m := g.runner.Metrics
	g.runner.Sources = map[string]string{"urn:acme:erp": "erp", "urn:bank": "bank"}
	m.publishers(g.runner.Sources)
	g.from("urn:acme:erp", "SO-1", 2, "10.00", time.Hour)
	g.from("urn:acme:erp", "SO-1", 2, "10.00", time.Hour) // once more
	g.from("urn:acme:erp", "SO-1", 1, "10.00", 2*time.Hour)
	g.from("urn:acme:erp", "SO-1", 2, "9.00", 2*time.Hour) // loses
	g.from("urn:acme:erp", "SO-2", 1, "1.001", 0)          // a scale that euros do not have
	g.from("urn:Jane-Doe", "SO-3", 1, "3.00", 0)
	g.broker.logs[invoices][len(g.broker.logs[invoices])-1].Key = []byte("C-2")
	g.from("urn:bank", "SO-4", 1, "4.00", 0)
	odd := &g.broker.logs[invoices][len(g.broker.logs[invoices])-1]
	odd.Value, odd.Elsewhere = bytes.Replace(odd.Value, []byte(`"gross"`), []byte(`"colour":"red","size":2,"status":"dreamt","gross"`), 1), true
	g.turns(20)
	for _, want := range []struct {
		source, result string
		n              float64
	}{
		{"erp", "accepted", 1}, {"erp", "duplicate", 1}, {"erp", "stale", 1}, {"erp", "refused", 2}, {"bank", "accepted", 1}, {"bank", "refused", 0}, {otherSource, "accepted", 1},
	} {
		if got := testutil.ToFloat64(m.bySource.WithLabelValues(want.source, want.result)); got != want.n {
			t.Errorf("%s %s: got %v, want %v", want.source, want.result, got, want.n)
		}
	}
	for _, code := range []contract.Code{contract.RevisionConflict, contract.MoneyScale} {
		if got := testutil.ToFloat64(m.sourceRefused.WithLabelValues("erp", string(code))); got != 1 {
			t.Errorf("erp %s: got %v, want 1", code, got)
		}
	}
	if got := testutil.ToFloat64(m.sourceKeys.WithLabelValues(otherSource)); got != 1 {
		t.Errorf("keys that are not the customer: got %v, want 1", got)
	}
	for what, want := range map[string]float64{"field": 2, "value": 1} {
		if got := testutil.ToFloat64(m.sourceUnknown.WithLabelValues("bank", what)); got != want {
			t.Errorf("unknown %ss: got %v, want %v", what, got, want)
		}
	}
	if got := testutil.ToFloat64(m.sourcePlaces.WithLabelValues("bank")); got != 1 {
		t.Errorf("on another partition: got %v, want 1", got)
	}
	if got := testutil.ToFloat64(m.sourceFresh.WithLabelValues("erp")); got != seconds(g.now) {
		t.Errorf("freshest: got %v, want %v", got, seconds(g.now))
	}
	if n, err := testutil.GatherAndCount(g.reg, "tocsin_source_last_event_timestamp_seconds"); err != nil || n != 3 {
		t.Errorf("got %d sources, %v, want three that have sent something", n, err)
	}
	g.series("Jane")
}

func TestWithoutNamesNoSourceIsCounted(t *testing.T) {
	g := newRig(t, invoices)
	g.from("urn:acme:erp", "SO-1", 1, "10.00", 0)
	g.from("urn:acme:erp", "SO-2", 1, "1.001", 0)
	g.turns(20)
	if n, err := testutil.GatherAndCount(g.reg, "tocsin_source_events_total", "tocsin_source_refused_total", "tocsin_source_late_seconds"); err != nil || n != 0 {
		t.Errorf("got %d series, %v, want none", n, err)
	}
}

func TestTheSourceOfARefusedRecordIsReadAsFarAsItCanBe(t *testing.T) {
	for _, c := range []struct {
		header, value, want string
	}{
		{"", `{"source":"urn:a","data":{}}`, "urn:a"},
		{"", `{"id":"1","data":{"source":"urn:b"},"source":"urn:a"}`, "urn:a"},
		{"", `{"source":"urn:a","data":{`, "urn:a"},
		{"", "\x00\x00\x00\x00\x07" + `{"source":"urn:a"}`, "urn:a"},
		{"urn:h", `{"customer_id":"C-1"}`, "urn:h"},
		{"", `{"data":{,"source":"urn:a"}`, ""},
		{"", `{"source":7}`, ""},
		{"", `["source","urn:a"]`, ""},
		{"", ``, ""},
	} {
		rec := &Record{Value: []byte(c.value)}
		if c.header != "" {
			rec.Headers = append(rec.Headers, state.Header{Key: "ce_source", Value: []byte(c.header)})
		}
		if got := sourceOf(rec); got != c.want {
			t.Errorf("%q: got %q, want %q", c.value, got, c.want)
		}
	}
}

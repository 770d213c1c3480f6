package consumer

import (
	"fmt"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/state"
)

// The gauge by grade is what customers' records say, and what a detector was asked is counted by its signal.
func TestCustomersAreCountedByGradeAndEvaluationsBySignal(t *testing.T) {
	g := newRig(t, invoices)
	for i := range 4 {
		customer := fmt.Sprintf("C-%d", i)
		g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"I-%d/1","source":"urn:t","type":"tocsin.invoice.issued.v1","subject":%q,"time":"2026-03-02T08:00:00Z",
			"data":{"customer_id":%q,"revision":1,"invoice_id":"I-%d","issue_date":"2025-10-01","due_date":"2025-11-01","total":{"amount":"%d.00","currency":"EUR"}}}`, i, customer, customer, i, 1+i*50_000))
	}
	g.turns(20)
	histories, err := g.store.Customers(t.Context())
	if err != nil || len(histories) != 4 {
		t.Fatalf("got %v, %v", histories, err)
	}
	want := map[string]float64{}
	day, _, err := g.store.Day(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := g.runner.lane.load(t.Context(), g.runner.day, histories)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range loaded {
		if grade := g.engine.CustomerRecord(k.record, day).Grade; grade != nil {
			want[*grade]++
		} else {
			want["excellent"]++
		}
	}
	if len(want) < 2 {
		t.Errorf("got grades %v: want several, or nothing is shown", want)
	}
	m := g.runner.Metrics
	for grade := state.GradeExcellent; grade <= state.GradeBad; grade++ {
		if got := testutil.ToFloat64(m.graded.WithLabelValues(grade.String())); got != want[grade.String()] {
			t.Errorf("%s: got %v, want %v", grade.String(), got, want[grade.String()])
		}
	}
	if asked := g.asked("overdue"); asked < 4 {
		t.Errorf("overdue: asked %v times, want once for each customer at least", asked)
	}
	before := g.asked("overdue")
	g.turns(5)
	if after := g.asked("overdue"); after != before {
		t.Errorf("overdue: asked %v times while nothing came, before %v", after, before)
	}
}

// asked is what is shown of a live signal's evaluations.
func (g *rig) asked(signal string) (n float64) {
	families, err := prometheus.Gatherers{g.reg}.Gather()
	if err != nil {
		g.t.Fatal(err)
	}
	for _, f := range families {
		for _, one := range f.GetMetric() {
			if f.GetName() == "tocsin_evaluations_total" && one.GetLabel()[0].GetValue() == "live" && one.GetLabel()[1].GetValue() == signal {
				n = one.GetCounter().GetValue()
			}
		}
	}
	return n
}

package consumer

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// series counts what a registry shows, and fails on what it must not.
func (g *rig) series(planted ...string) (count int) {
	g.t.Helper()
	families, err := g.reg.Gather()
	if err != nil {
		g.t.Fatal(err)
	}
	for _, family := range families {
		count += len(family.GetMetric())
		for _, one := range family.GetMetric() {
			for _, p := range planted {
				if strings.Contains(one.String(), p) {
					g.t.Errorf("%s has a series that tells of %s: %s", family.GetName(), p, one)
				}
			}
		}
	}
	return count
}

func TestTenThousandCustomersHaveTheSeriesOfTen(t *testing.T) {
	g := newRig(t, invoices)
	some := func(from, to int) {
		for i := from; i < to; i++ {
			g.order(invoices, g.now, fmt.Sprintf("C-planted-%d", i), fmt.Sprintf("SO-planted-%d", i))
		}
		for range 1000 {
			g.turns(10)
			if int64(to) <= g.runner.in.partitions[invoices].next {
				return
			}
		}
		t.Fatalf("of %d records not all are consumed: %d, %v", to, g.runner.in.partitions[invoices].next, g.runner.in.partitions[invoices].paused)
	}
	some(0, 10)
	few := g.series("planted")
	some(10, 10_000)
	if many := g.series("planted"); many != few || many >= 2000 {
		t.Errorf("10 customers have %d series, 10,000 have %d, want as many, and less than 2000", few, many)
	}
	if got := testutil.ToFloat64(g.runner.Metrics.events.WithLabelValues("invoices", "accepted")); got != 10_000 {
		t.Errorf("accepted: got %v, want 10000", got)
	}
}

func TestMetricsKeepThePrometheusConventions(t *testing.T) {
	g := exercised(t)
	problems, err := testutil.GatherAndLint(g.reg)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestADayThatIsOverTellsWhatHoldsIt(t *testing.T) {
	g := newRig(t, invoices)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(20)
	m := g.runner.Metrics
	holds := func(want string) {
		t.Helper()
		for _, by := range []string{heldByInput, heldByAlarms, heldByOthers} {
			if got := testutil.ToFloat64(m.holds.WithLabelValues(by)) == 1; got != (by == want) {
				t.Errorf("held by %s: got %v, want what holds it to be %q", by, got, want)
			}
		}
	}
	holds("")
	if got, want := testutil.ToFloat64(m.dayEnd), seconds((firstDay + 1).Start(time.UTC)); got != want {
		t.Errorf("end of the open day: got %v, want %v", got, want)
	}
	g.broker.silent[invoices] = true
	g.pass(12*time.Hour + time.Minute)
	g.runner.inquiry.told = time.Time{}
	g.turns(5)
	holds(heldByInput)
	g.broker.silent[invoices] = false
	g.runner.inquiry.told = time.Time{}
	g.turns(5)
	holds("")
	if n := testutil.CollectAndCount(m.closeDelay); n != 1 || g.open() != firstDay+1 {
		t.Errorf("got %d histograms of closes on %v", n, g.open())
	}
}

func TestWhatAnEventRaisesIsTimedFromItsStamp(t *testing.T) {
	g := newRig(t, invoices)
	g.broker.append(invoices, g.now, []byte(`{"specversion":"1.0","id":"L/1","source":"urn:t","type":"tocsin.limit.set.v1","subject":"C-1","time":"2026-03-02T08:00:00Z",
		"data":{"customer_id":"C-1","revision":1,"limit_id":"L","kind":"base","amount":{"amount":"100.00","currency":"EUR"},"valid_from_date":"2026-01-01"}}`))
	g.order(invoices, g.now, "C-1", "SO-1")
	g.pass(7 * time.Second)
	g.turns(20)
	families, err := g.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "tocsin_event_to_alert_seconds" {
			continue
		}
		sum, bound := 0.0, false
		for _, one := range family.GetMetric() {
			sum += one.GetHistogram().GetSampleSum()
			for _, bucket := range one.GetHistogram().GetBucket() {
				bound = bound || bucket.GetUpperBound() == 60
			}
		}
		if sum != 7 || !bound {
			t.Errorf("got %v s, and the objective's bound is a bucket: %v, want 7 s and true", sum, bound)
		}
		return
	}
	t.Error("nothing was timed")
}

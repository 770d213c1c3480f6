package consumer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/alerts"
	"tocsin/detectors"
)

// exercised lets every metric of the consumer have a value: what is accepted, repeated, refused, not understood and keyed
// wrongly, a gap, a day that went on without a partition, alerts.
func exercised(t *testing.T) *rig {
	t.Helper()
	other := Partition{"payments", 0}
	g := newRig(t, invoices, other)
	g.broker.missing = []string{"orders"}
	g.order(invoices, g.now, "C-1", "SO-1")
	g.order(invoices, g.now, "C-1", "SO-1")
	g.order(invoices, 0, "C-1", "SO-2")
	g.broker.logs[invoices][0].Key = []byte("C-2")
	g.broker.append(invoices, g.now, []byte(`{"specversion":"1.0"}`))
	g.broker.append(invoices, g.now, []byte(`{"specversion":"1.0","id":"L/1","source":"urn:t","type":"tocsin.limit.set.v1","subject":"C-1","time":"2026-03-02T08:00:00Z",
		"data":{"customer_id":"C-1","revision":1,"limit_id":"L","kind":"base","amount":{"amount":"100.00","currency":"EUR"},"valid_from_date":"2026-01-01","colour":"red"}}`))
	g.broker.append(invoices, g.now, []byte(`{"specversion":"1.0","id":"INV-1/1","source":"urn:t","type":"tocsin.payment.received.v1","subject":"C-1","time":"2026-03-02T08:00:00Z",
		"data":{"customer_id":"C-1","revision":1,"payment_id":"P-1","value_date":"2026-03-02","amount":{"amount":"1.00","currency":"EUR"},"method":"seashells"}}`))
	g.broker.append(invoices, g.now, []byte(`{"specversion":"1.0","id":"H","source":"urn:t","type":"tocsin.heartbeat.v1","time":"2026-03-02T08:00:00Z","data":{}}`))
	g.turns(20)
	g.broker.tell(Polled{Gaps: []Gap{{Partition: other, From: 0, To: 9}}})
	g.broker.silent[other] = true
	g.pass(13 * time.Hour)
	g.runner.inquiry.told = time.Time{} // what the brokers said before is too old by now
	g.turns(5)
	g.pass(time.Hour)
	g.runner.inquiry.told = time.Time{} // what the brokers said before is too old by now
	g.turns(5)
	return g
}

func TestEveryMetricIsThereAndNoneNamesACustomer(t *testing.T) {
	g := exercised(t)
	for _, name := range []string{
		"tocsin_events_total", "tocsin_events_refused_total", "tocsin_events_skewed_total", "tocsin_events_unknown_fields_total",
		"tocsin_events_unknown_values_total", "tocsin_key_mismatch_total", "tocsin_position", "tocsin_lag_records", "tocsin_topic_missing",
		"tocsin_gaps_total", "tocsin_open_day_timestamp_seconds", "tocsin_partitions_left_behind_total", "tocsin_stale_input", "tocsin_step_seconds", "tocsin_commit_seconds",
		"tocsin_alerts_total", "tocsin_customers", "tocsin_customers_rates", "tocsin_exposure_amount", "tocsin_overdue_amount",
		"tocsin_open_day_end_timestamp_seconds", "tocsin_open_day_holds", "tocsin_commit_conflicts_total", "tocsin_batch_records", "tocsin_event_to_alert_seconds",
		"tocsin_alarms_judged_timestamp_seconds", "tocsin_last_event_timestamp_seconds", "tocsin_brokers_answered_timestamp_seconds", "tocsin_cache_records", "tocsin_cache_bytes", "tocsin_cache_lookups_total", "tocsin_cache_evictions_total",
		"tocsin_customers_graded", "tocsin_evaluations_total", "tocsin_canary_commit_seconds", "tocsin_canary_committed_timestamp_seconds",
	} {
		if n, err := testutil.GatherAndCount(g.reg, name); err != nil || n == 0 {
			t.Errorf("%s: %d series, %v, want some", name, n, err)
		}
	}
	families, err := g.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"topic", "partition", "result", "code", "stamp", "type", "signal", "level", "transition", "rule_set", "currency", "rate", "key", "by", "grade", "source"}
	for _, family := range families {
		for _, series := range family.GetMetric() {
			for _, label := range series.GetLabel() {
				if !slices.Contains(known, label.GetName()) || strings.Contains(label.GetValue(), "C-1") {
					t.Errorf("%s has the label %s=%q", family.GetName(), label.GetName(), label.GetValue())
				}
			}
			if h := series.GetHistogram(); family.GetName() == "tocsin_step_seconds" && h.GetSampleCount() == 0 {
				t.Error("no step was timed")
			}
		}
	}
}

func TestMetricsTellWhatBecameOfRecords(t *testing.T) {
	g := exercised(t)
	want := `
		# HELP tocsin_events_refused_total Refused records by code.
		# TYPE tocsin_events_refused_total counter
		tocsin_events_refused_total{code="missing",topic="invoices"} 1
		# HELP tocsin_events_skewed_total Records that got the store's clock: stamped more than five minutes ahead of it, or with no stamp.
		# TYPE tocsin_events_skewed_total counter
		tocsin_events_skewed_total{stamp="none",topic="invoices"} 1
		# HELP tocsin_events_total Records by what became of them.
		# TYPE tocsin_events_total counter
		tocsin_events_total{result="accepted",topic="invoices"} 4
		tocsin_events_total{result="duplicate",topic="invoices"} 1
		tocsin_events_total{result="ignored",topic="invoices"} 1
		tocsin_events_total{result="refused",topic="invoices"} 1
		# HELP tocsin_events_unknown_fields_total Members of accepted events that the contract does not have.
		# TYPE tocsin_events_unknown_fields_total counter
		tocsin_events_unknown_fields_total{type="tocsin.limit.set.v1"} 1
		# HELP tocsin_events_unknown_values_total Values of open enums that the contract does not have.
		# TYPE tocsin_events_unknown_values_total counter
		tocsin_events_unknown_values_total{type="tocsin.payment.received.v1"} 1
		# HELP tocsin_lag_records Records between the position and the broker's end, as last asked.
		# TYPE tocsin_lag_records gauge
		tocsin_lag_records{partition="0",topic="invoices"} 0
		tocsin_lag_records{partition="0",topic="payments"} 0
		# HELP tocsin_position Next offset to apply.
		# TYPE tocsin_position gauge
		tocsin_position{partition="0",topic="invoices"} 7
		# HELP tocsin_topic_missing 1 for each configured topic that does not exist.
		# TYPE tocsin_topic_missing gauge
		tocsin_topic_missing{topic="orders"} 1
	`
	if err := testutil.GatherAndCompare(g.reg, strings.NewReader(want), "tocsin_events_refused_total", "tocsin_events_skewed_total", "tocsin_events_total",
		"tocsin_events_unknown_fields_total", "tocsin_events_unknown_values_total", "tocsin_lag_records", "tocsin_position", "tocsin_topic_missing"); err != nil {
		t.Error(err)
	}
}

func TestWhatRuleSetsFindIsStoredAndCountedAndOwedToNobody(t *testing.T) {
	g := newRig(t, invoices)
	set := func(name string, overrides ...detectors.Override) alerts.RuleSet {
		rules, faults := detectors.NewSet(detectors.Config{Overrides: overrides})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return alerts.RuleSet{Name: name, Rules: rules, Materiality: detectors.DefaultMateriality()}
	}
	judge, err := alerts.NewJudge("test", alerts.DefaultSLA(), set(alerts.Live, detectors.Override{Signal: "limit_breach", Key: "mode", Value: "shadow"}), set("strict"))
	if err != nil {
		t.Fatal(err)
	}
	g.engine.Judge = judge
	g.broker.append(invoices, g.now, []byte(`{"specversion":"1.0","id":"L/1","source":"urn:t","type":"tocsin.limit.set.v1","subject":"C-1","time":"2026-03-02T08:00:00Z",
		"data":{"customer_id":"C-1","revision":1,"limit_id":"L","kind":"base","amount":{"amount":"100.00","currency":"EUR"},"valid_from_date":"2026-01-01"}}`))
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(20)
	want := `
		# HELP tocsin_findings_total Changes in the lives of alerts that nobody is told of.
		# TYPE tocsin_findings_total counter
		tocsin_findings_total{level="warning",rule_set="shadow",signal="limit_breach",transition="raised"} 1
		tocsin_findings_total{level="warning",rule_set="strict",signal="limit_breach",transition="raised"} 1
	`
	if err := testutil.GatherAndCompare(g.reg, strings.NewReader(want), "tocsin_findings_total", "tocsin_alerts_total"); err != nil {
		t.Error(err)
	}
	rows, err := g.store.Alerts(t.Context(), "C-1")
	if err != nil || len(rows) != 2 || rows[0].RuleSet == rows[1].RuleSet || rows[0].ID == rows[1].ID {
		t.Errorf("got alerts %v, %v, want one of each rule set", rows, err)
	}
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || len(tasks) != 0 {
		t.Errorf("got tasks %v, %v, want none", tasks, err)
	}
}

func TestARevokedPartitionLeavesNoSeries(t *testing.T) {
	g := exercised(t)
	g.broker.tell(Polled{Revoked: []Partition{invoices, {"payments", 0}}})
	g.turns(2)
	for _, name := range []string{"tocsin_position", "tocsin_lag_records", "tocsin_last_event_timestamp_seconds"} {
		if n, err := testutil.GatherAndCount(g.reg, name); err != nil || n != 0 {
			t.Errorf("%s: %d series, %v, want none", name, n, err)
		}
	}
}

func TestMetricsTellWhatIsInMemory(t *testing.T) {
	g := newRig(t, invoices)
	g.turns(5)
	g.runner.lane.cache = newCache(3_000, g.runner.Metrics.cache)
	g.next("C-1", "C-1", "C-2")
	want := fmt.Sprintf(`
		# HELP tocsin_cache_bytes Memory that records take, as it is estimated.
		# TYPE tocsin_cache_bytes gauge
		tocsin_cache_bytes %d
		# HELP tocsin_cache_evictions_total Records that left memory for others.
		# TYPE tocsin_cache_evictions_total counter
		tocsin_cache_evictions_total 1
		# HELP tocsin_cache_lookups_total Records that steps asked for, by whether they were in memory.
		# TYPE tocsin_cache_lookups_total counter
		tocsin_cache_lookups_total{result="hit"} 1
		tocsin_cache_lookups_total{result="miss"} 2
		# HELP tocsin_cache_records Customers whose records are in memory.
		# TYPE tocsin_cache_records gauge
		tocsin_cache_records 1
	`, g.runner.lane.cache.get("C-2").footprint())
	if err := testutil.GatherAndCompare(g.reg, strings.NewReader(want), "tocsin_cache_bytes", "tocsin_cache_evictions_total",
		"tocsin_cache_lookups_total", "tocsin_cache_records"); err != nil {
		t.Error(err)
	}
}

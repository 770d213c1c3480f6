package consumer

import (
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/alerts"
	"tocsin/consumer/contract"
	"tocsin/detectors"
	"tocsin/state"
)

// Metrics are the consumer's. No series names a customer.
//
//	tocsin_events_total{topic,result}            records, but for the canary's, by what became of them: accepted, duplicate, stale, refused, parked, ignored
//	tocsin_events_refused_total{topic,code}      refused records by code
//	tocsin_events_skewed_total{topic,stamp}      records that got the store's clock: stamped more than five minutes ahead of it, or with none
//	tocsin_events_unknown_fields_total{type}     members of accepted events that the contract does not have, as decoded
//	tocsin_events_unknown_values_total{type}     values of open enums that the contract does not have, taken as other
//	tocsin_key_mismatch_total{topic}             records whose key is not their customer
//	tocsin_source_events_total{source,result}    events by their source's name in sources (other: of any that is not named there), accepted, duplicate, stale or refused; no
//	                                             series where sources names none, here and below
//	tocsin_source_refused_total{source,code}     refused ones by code, revision conflicts among them
//	tocsin_source_key_mismatch_total{source}     records whose key is not their customer
//	tocsin_source_key_partitioned_unlike_java_total{source}  records whose key lies on another partition than the Java client's partitioner chooses
//	tocsin_source_unknown_total{source,what}     what the contract does not have: members (field) and values of open enums (value)
//	tocsin_source_late_seconds{source}           from when an event happened in the business until it was known
//	tocsin_source_last_event_timestamp_seconds{source}  when the youngest committed event became known to this instance
//	tocsin_position{topic,partition}             next offset to apply
//	tocsin_lag_records{topic,partition}          records between the position and the broker's end, as last asked
//	tocsin_topic_missing{topic}                  1 for each configured topic that does not exist
//	tocsin_gaps_total{topic}                     ranges of offsets that were gone before they were read
//	tocsin_open_day_timestamp_seconds            start of the open business day
//	tocsin_open_day_end_timestamp_seconds        end of the open business day in the ledger's time zone; it closes ledger.close_delay later at the earliest
//	tocsin_open_day_holds{by}                    what holds a day that is over: partitions of which something may still come, or no answer of brokers (input), alarms
//	                                             left to this instance (alarms) or to others (others); all are 0 while the day is not over, or nothing holds it
//	tocsin_day_close_delay_seconds               from a day's end to its close, of days that this instance closed, but for those of a past that was caught up with
//	tocsin_alarms_judged_timestamp_seconds       when no alarm of the open day was left to this instance last
//	tocsin_last_event_timestamp_seconds{topic}   when the youngest committed record of this instance's partitions became known
//	tocsin_brokers_answered_timestamp_seconds    when brokers last delivered, or told the ends of partitions
//	tocsin_partitions_left_behind_total{topic}   partitions without which a day went on, since they could not confirm its end
//	tocsin_stale_input{topic}                    1 for each topic without all of which the open day was opened: signals that it could clear wait
//	tocsin_cache_records                         customers whose records are in memory
//	tocsin_cache_bytes                           memory that they take, as it is estimated; store.cache_mib bounds it
//	tocsin_cache_lookups_total{result}           records that steps asked for: hit (in memory) or miss (loaded from the store)
//	tocsin_cache_evictions_total                 records that left memory for others
//	tocsin_step_seconds                          time to load and step the customers of one batch
//	tocsin_commit_seconds{result}                time of one commit: landed, conflict (somebody was first) or failed
//	tocsin_commit_conflicts_total{key}           commits that were not made: journal (a customer was stepped by somebody else first), shared (an identifier or a rate
//	                                             was changed), day (it has moved on), position (a partition is somebody else's)
//	tocsin_batch_records                         records of one committed batch
//	tocsin_event_to_alert_seconds{level}         from the broker's stamp of an event to the commit of an alert that it raised or escalated
//	tocsin_canary_commit_seconds                 from a canary event to the commit that this instance has made of it
//	tocsin_canary_committed_timestamp_seconds    when the youngest of them was published; 0: this instance has committed none
//	tocsin_alerts_total{signal,level,transition} changes in alerts' lives, live rule set
//	tocsin_findings_total{rule_set,signal,level,transition} the same of what nobody is told: rule sets beside the live one, and shadow
//	tocsin_alerts_open{signal,level}             alerts that stand, live rule set
//	tocsin_customers{level}                      customers by the worst level that stands
//	tocsin_customers_graded{grade}               customers by the grade that they were given last; excellent also whom no rule grades
//	tocsin_evaluations_total{rule_set,signal}    times that steps have asked the signal's detector
//	tocsin_customers_quarantined                 customers whose steps panic; tocsin_events_total counts what comes of them as parked
//	tocsin_customers_rates{rate}                 customers whose sums want an exchange rate (missing), or have one older than three business days (stale)
//	tocsin_exposure_amount{level,currency}       exposure of these customers, major units
//	tocsin_overdue_amount{level,currency}        overdue receivables of these customers, major units
type Metrics struct {
	events, refused, stamps, keys, gaps, held            *prometheus.CounterVec
	alerts, findings                                     *prometheus.CounterVec
	unknownFields, unknownValues                         *prometheus.CounterVec
	position, lag, missing, customers, exposure, overdue *prometheus.GaugeVec
	staleInputs                                          *prometheus.GaugeVec
	rates, graded                                        *prometheus.GaugeVec
	evaluations                                          *evaluations
	open, holds, freshest                                *prometheus.GaugeVec
	conflicts                                            *prometheus.CounterVec
	bySource, sourceRefused, sourceKeys                  *prometheus.CounterVec
	sourcePlaces, sourceUnknown                          *prometheus.CounterVec
	sourceFresh                                          *prometheus.GaugeVec
	sourceLate                                           *prometheus.HistogramVec
	named                                                map[string]string        // of sources, as the configuration has them
	sourceAt                                             map[string]state.Instant // what sourceFresh shows
	openDay, dayEnd, judged, answered, quarantined       prometheus.Gauge
	step, batch, closeDelay, canaries                    prometheus.Histogram
	canaryAt                                             prometheus.Gauge
	canaryOf                                             state.Instant // what canaryAt shows
	commits, toAlert                                     *prometheus.HistogramVec
	latest                                               map[Partition]state.Instant // when the youngest committed record became known
	shares                                               map[state.CustomerID]share
	counted                                              [][]contract.TypeCount // of each decoder, as last exported
	cache                                                *cacheMetrics
}

// cacheMetrics are those of records in memory. A nil one counts nothing.
type cacheMetrics struct {
	records, bytes          prometheus.Gauge
	hits, misses, evictions prometheus.Counter
}

// latencies are buckets, in seconds, of what is to take less than a minute. Objectives count by the bound at 60.
var latencies = []float64{.1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800}

// What holds a day that is over.
const (
	heldByInput  = "input"
	heldByAlarms = "alarms"
	heldByOthers = "others"
)

// NewMetrics registers the consumer's metrics.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tocsin_" + name, Help: help}, labels)
		reg.MustRegister(c)
		return c
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "tocsin_" + name, Help: help}, labels)
		reg.MustRegister(g)
		return g
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tocsin_" + name, Help: help, Buckets: buckets,
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160, NativeHistogramMinResetDuration: time.Hour,
		}, labels)
		reg.MustRegister(h)
		return h
	}
	m := &Metrics{
		unknownFields: counter("events_unknown_fields_total", "Members of accepted events that the contract does not have.", "type"),
		unknownValues: counter("events_unknown_values_total", "Values of open enums that the contract does not have.", "type"),
		events:        counter("events_total", "Records by what became of them.", "topic", "result"),
		refused:       counter("events_refused_total", "Refused records by code.", "topic", "code"),
		stamps:        counter("events_skewed_total", "Records that got the store's clock: stamped more than five minutes ahead of it, or with no stamp.", "topic", "stamp"),
		keys:          counter("key_mismatch_total", "Records whose key is not their customer.", "topic"),
		gaps:          counter("gaps_total", "Ranges of offsets that were gone before they were read.", "topic"),
		held:          counter("partitions_left_behind_total", "Partitions without which a day went on, since they could not confirm its end.", "topic"),
		alerts:        counter("alerts_total", "Changes in the lives of live alerts.", "signal", "level", "transition"),
		findings:      counter("findings_total", "Changes in the lives of alerts that nobody is told of.", "rule_set", "signal", "level", "transition"),
		missing:       gauge("topic_missing", "1 for each configured topic that does not exist.", "topic"),
		staleInputs:   gauge("stale_input", "1 for each topic without all of which the open day was opened.", "topic"),
		position:      gauge("position", "Next offset to apply.", "topic", "partition"),
		lag:           gauge("lag_records", "Records between the position and the broker's end, as last asked.", "topic", "partition"),
		rates:         gauge("customers_rates", "Customers whose sums want an exchange rate, or have a stale one.", "rate"),
		customers:     gauge("customers", "Customers by the worst level that stands.", "level"),
		graded:        gauge("customers_graded", "Customers by the grade that they were given last.", "grade"),
		evaluations:   new(evaluations),
		exposure:      gauge("exposure_amount", "Exposure of these customers in major units.", "level", "currency"),
		overdue:       gauge("overdue_amount", "Overdue receivables of these customers in major units.", "level", "currency"),
		open:          gauge("alerts_open", "Alerts that stand.", "signal", "level"),
		holds:         gauge("open_day_holds", "What holds an open day that is over.", "by"),
		freshest:      gauge("last_event_timestamp_seconds", "When the youngest committed record became known.", "topic"),
		conflicts:     counter("commit_conflicts_total", "Commits that were not made because somebody else was first, by what was not as expected.", "key"),
		dayEnd:        gauge("open_day_end_timestamp_seconds", "End of the open business day in the ledger's time zone.").WithLabelValues(),
		judged:        gauge("alarms_judged_timestamp_seconds", "When no alarm of the open day was left to this instance last.").WithLabelValues(),
		answered:      gauge("brokers_answered_timestamp_seconds", "When brokers last delivered, or told the ends of partitions.").WithLabelValues(),
		batch:         histogram("batch_records", "Records of one committed batch.", prometheus.ExponentialBuckets(1, 4, 7)).WithLabelValues().(prometheus.Histogram),
		closeDelay:    histogram("day_close_delay_seconds", "From a day's end to its close.", []float64{30, 35, 45, 60, 120, 300, 600, 900, 1800, 3600}).WithLabelValues().(prometheus.Histogram),
		toAlert:       histogram("event_to_alert_seconds", "From the broker's stamp of an event to the commit of an alert that it raised or escalated.", latencies, "level"),
		canaries:      histogram("canary_commit_seconds", "From a canary event to its commit.", latencies).WithLabelValues().(prometheus.Histogram),
		canaryAt:      gauge("canary_committed_timestamp_seconds", "When the youngest canary event that this instance has committed was published; 0: it has committed none.").WithLabelValues(),
		bySource:      counter("source_events_total", "Events by their source's name and what became of them.", "source", "result"),
		sourceRefused: counter("source_refused_total", "Refused events of a source by code.", "source", "code"),
		sourceKeys:    counter("source_key_mismatch_total", "Records of a source whose key is not their customer.", "source"),
		sourcePlaces:  counter("source_key_partitioned_unlike_java_total", "Records of a source whose key lies on another partition than the Java client's partitioner chooses.", "source"),
		sourceUnknown: counter("source_unknown_total", "What the contract does not have in accepted events of a source.", "source", "what"),
		sourceFresh:   gauge("source_last_event_timestamp_seconds", "When the youngest committed event of a source became known.", "source"),
		sourceLate:    histogram("source_late_seconds", "From when an event happened in the business until it was known.", []float64{1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400}, "source"),
		sourceAt:      make(map[string]state.Instant),
		latest:        make(map[Partition]state.Instant),
		openDay:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "tocsin_open_day_timestamp_seconds", Help: "Start of the open business day."}),
		quarantined:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "tocsin_customers_quarantined", Help: "Customers whose steps panic."}),
		step:          prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tocsin_step_seconds", Help: "Time to load and step the customers of one batch.", Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9)}),
		commits:       prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tocsin_commit_seconds", Help: "Time of one commit.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 13)}, []string{"result"}),
		shares:        make(map[state.CustomerID]share),
	}
	lookups := counter("cache_lookups_total", "Records that steps asked for, by whether they were in memory.", "result")
	m.cache = &cacheMetrics{
		records:   gauge("cache_records", "Customers whose records are in memory.").WithLabelValues(),
		bytes:     gauge("cache_bytes", "Memory that records take, as it is estimated.").WithLabelValues(),
		hits:      lookups.WithLabelValues("hit"),
		misses:    lookups.WithLabelValues("miss"),
		evictions: counter("cache_evictions_total", "Records that left memory for others.").WithLabelValues(),
	}
	reg.MustRegister(m.evaluations, m.openDay, m.quarantined, m.step, m.commits)
	for _, result := range []string{"landed", "conflict", "failed"} {
		m.commits.WithLabelValues(result)
	}
	for _, rate := range []string{rateMissing, rateStale} {
		m.rates.WithLabelValues(rate)
	}
	for _, by := range []string{heldByInput, heldByAlarms, heldByOthers} {
		m.holds.WithLabelValues(by)
	}
	for _, key := range []string{"journal", "shared", "day", "position"} {
		m.conflicts.WithLabelValues(key)
	}
	for l := detectors.Info; l <= detectors.Critical; l++ {
		m.toAlert.WithLabelValues(l.String())
	}
	for g := state.GradeExcellent; g <= state.GradeBad; g++ {
		m.graded.WithLabelValues(g.String())
	}
	for l := detectors.None; l <= detectors.Critical; l++ {
		m.customers.WithLabelValues(l.String())
	}
	return m
}

// topics makes the series of what is counted of topics, at 0.
func (m *Metrics) topics(topics map[string]state.Inputs) {
	for topic := range topics {
		for _, result := range []string{"accepted", "duplicate", "stale", "refused", "parked", "ignored"} {
			m.events.WithLabelValues(topic, result)
		}
		for _, code := range contract.Codes() {
			m.refused.WithLabelValues(topic, string(code))
		}
		for _, stamp := range []string{"ahead", "none"} {
			m.stamps.WithLabelValues(topic, stamp)
		}
		m.keys.WithLabelValues(topic)
		m.gaps.WithLabelValues(topic)
		m.held.WithLabelValues(topic)
	}
}

// opened shows the open day, and its end.
func (m *Metrics) opened(day state.Date, end state.Instant) {
	if day != 0 {
		m.openDay.Set(float64(day-1) * 86400)
		m.dayEnd.Set(seconds(end))
		m.holding("")
	}
}

// holding shows what holds the open day; nothing where it is not over.
func (m *Metrics) holding(by string) {
	for _, one := range []string{heldByInput, heldByAlarms, heldByOthers} {
		value := 0.0
		if one == by {
			value = 1
		}
		m.holds.WithLabelValues(one).Set(value)
	}
}

// closed notes how long after its end a day was closed.
func (m *Metrics) closed(delay time.Duration) { m.closeDelay.Observe(delay.Seconds()) }

// seconds is an instant as Prometheus writes it.
func seconds(at state.Instant) float64 { return float64(at) / 1e9 }

// arrived counts a committed record that is no customer's event; events are counted by outcome.
func (m *Metrics) arrived(a *arrival) {
	topic := a.record.Topic
	m.latest[a.record.Partition] = max(m.latest[a.record.Partition], a.knownAt)
	switch {
	case a.reject != nil:
		m.events.WithLabelValues(topic, "refused").Inc()
		m.refused.WithLabelValues(topic, string(a.reject.Code)).Inc()
	case a.event == nil:
		m.events.WithLabelValues(topic, "ignored").Inc()
	case !contract.KeyMatches(a.record.Key, a.event):
		m.keys.WithLabelValues(topic).Inc()
	}
}

// moved shows where a partition stands after a commit.
func (m *Metrics) moved(a state.Advance) {
	id := Partition{a.Topic, a.Partition}
	m.position.WithLabelValues(labels(id)...).Set(float64(a.To))
}

// outcome counts an event by what became of it.
func (m *Metrics) outcome(topic string, ev *state.Event, o state.Outcome) {
	result := "accepted"
	switch o {
	case state.Duplicate:
		result = "duplicate"
	case state.Stale:
		result = "stale"
	case state.ConflictLost:
		result = "refused"
		m.refused.WithLabelValues(topic, "revision_conflict").Inc()
	}
	m.events.WithLabelValues(topic, result).Inc()
	m.published(ev)
}

// batched counts a committed batch, and shows how fresh its topics are.
func (m *Metrics) batched(b batch) {
	m.batch.Observe(float64(len(b.arrivals)))
	m.fresh()
}

// fresh shows of each topic when the youngest record became known.
func (m *Metrics) fresh() {
	youngest := make(map[string]state.Instant)
	for id, at := range m.latest {
		youngest[id.Topic] = max(youngest[id.Topic], at)
	}
	for topic, at := range youngest {
		m.freshest.WithLabelValues(topic).Set(seconds(at))
	}
}

// stepped counts what a committed step did; now is the store's clock.
func (m *Metrics) stepped(b batch, g *group, now state.Instant) {
	if g.waits {
		for _, at := range g.arrivals {
			if at >= 0 {
				m.events.WithLabelValues(b.arrivals[at].record.Topic, "parked").Inc()
			}
		}
		return
	}
	for i, o := range g.effects.Outcomes {
		if at := g.arrivals[i]; at >= 0 && g.customer != Canary {
			m.outcome(b.arrivals[at].record.Topic, &g.events[i], o)
		}
	}
	if g.customer == Canary && len(g.events) > 0 {
		m.canary(g.published(), now)
	}
	for i := range g.effects.Transitions {
		if t := &g.effects.Transitions[i]; t.RuleSet == alerts.Live {
			m.alerts.WithLabelValues(t.Signal, t.To.String(), t.Kind).Inc()
			if len(g.events) > 0 && (t.Kind == alerts.Raised || t.Kind == alerts.Escalated) {
				m.toAlert.WithLabelValues(t.To.String()).Observe(max(0, seconds(now-g.knownAt)))
			}
		} else {
			m.findings.WithLabelValues(t.RuleSet, t.Signal, t.To.String(), t.Kind).Inc()
		}
	}
	if !g.effects.Unjudged { // else the alarm will tell
		m.count(g.customer, g.share)
	}
}

// canary times a canary event that is committed.
func (m *Metrics) canary(published, now state.Instant) {
	m.canaries.Observe(max(0, seconds(now-published)))
	m.canaryOf = max(m.canaryOf, published)
	m.canaryAt.Set(seconds(m.canaryOf))
}

// stepTook is also asked by one who works beside a run and shows no metrics: nil.
func (m *Metrics) stepTook(d time.Duration) {
	if m != nil {
		m.step.Observe(d.Seconds())
	}
}

func (m *Metrics) commit(took time.Duration, err error) {
	result := "landed"
	switch {
	case errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrStale), errors.Is(err, state.ErrDayClosed):
		result = "conflict"
		m.conflicts.WithLabelValues(conflicting(err)).Inc()
	case errors.Is(err, state.ErrFenced):
		result = "failed"
		m.conflicts.WithLabelValues("position").Inc()
	case err != nil:
		result = "failed"
	}
	m.commits.WithLabelValues(result).Observe(took.Seconds())
}

// conflicting is what was not as a commit that was not made had expected.
func conflicting(err error) string {
	switch {
	case errors.Is(err, state.ErrConflict):
		return "journal"
	case errors.Is(err, state.ErrStale):
		return "shared"
	}
	return "day"
}

// heard notes that brokers have answered, by the wall's clock.
func (m *Metrics) heard() { m.answered.SetToCurrentTime() }

// caughtUp notes that no alarm of the open day is left to this instance, by the wall's clock.
func (m *Metrics) caughtUp() { m.judged.SetToCurrentTime() }

func (m *Metrics) ends(in *intake, ends Ends) {
	m.heard()
	for id, end := range ends.Next {
		if p := in.partitions[id]; p != nil {
			next := p.next
			if next < 0 {
				next = ends.Start[id]
			}
			m.lag.WithLabelValues(labels(id)...).Set(float64(max(0, end-next)))
		}
	}
	m.missing.Reset()
	for _, topic := range ends.Missing {
		m.missing.WithLabelValues(topic).Set(1)
	}
}

// revoked forgets a partition: its new owner shows it.
func (m *Metrics) revoked(id Partition) {
	m.position.DeleteLabelValues(labels(id)...)
	m.lag.DeleteLabelValues(labels(id)...)
	delete(m.latest, id)
	m.freshest.Reset()
	m.fresh()
}

func labels(id Partition) []string { return []string{id.Topic, strconv.Itoa(int(id.Number))} }

// understood counts what decoders have met since they were last asked.
func (m *Metrics) understood(decoders []*contract.Decoder) {
	for len(m.counted) < len(decoders) {
		m.counted = append(m.counted, make([]contract.TypeCount, len(decoders[0].Counts())))
	}
	for d, decoder := range decoders {
		counts := decoder.Counts()
		for i, now := range counts {
			before := m.counted[d][i]
			if n := now.UnknownFields - before.UnknownFields; n > 0 {
				m.unknownFields.WithLabelValues(now.Type).Add(float64(n))
			}
			if n := now.UnknownValues - before.UnknownValues; n > 0 {
				m.unknownValues.WithLabelValues(now.Type).Add(float64(n))
			}
		}
		m.counted[d] = counts
	}
}

// holds is told of each change.
func (m *cacheMetrics) holds(records, bytes int) {
	if m != nil {
		m.records.Set(float64(records))
		m.bytes.Set(float64(bytes))
	}
}

func (m *cacheMetrics) lookup(hit bool) {
	switch {
	case m == nil:
	case hit:
		m.hits.Inc()
	default:
		m.misses.Inc()
	}
}

func (m *cacheMetrics) evicted() {
	if m != nil {
		m.evictions.Inc()
	}
}

func (m *Metrics) skewed(topic, stamp string) { m.stamps.WithLabelValues(topic, stamp).Inc() }

func (m *Metrics) gap(g Gap)           { m.gaps.WithLabelValues(g.Topic).Inc() }
func (m *Metrics) wentOn(topic string) { m.held.WithLabelValues(topic).Inc() }

// stale shows the inputs without which the open day was opened, and of the other topics that they are complete.
func (m *Metrics) stale(topics map[string]state.Inputs, stale []state.StaleInput) {
	m.staleInputs.Reset()
	for topic := range topics {
		m.staleInputs.WithLabelValues(topic).Set(0)
	}
	for i := range stale {
		m.staleInputs.WithLabelValues(stale[i].Topic).Set(1)
	}
}

// evaluations shows what the judge of a run counts, as it is asked; nothing before there is one.
type evaluations struct{ of atomic.Pointer[alerts.Judge] }

var evaluationsDesc = prometheus.NewDesc("tocsin_evaluations_total", "Times that steps have asked a signal's detector.", []string{"rule_set", "signal"}, nil)

// Describe tells of the one metric.
func (*evaluations) Describe(to chan<- *prometheus.Desc) { to <- evaluationsDesc }

// Collect shows it.
func (e *evaluations) Collect(to chan<- prometheus.Metric) {
	judge := e.of.Load()
	if judge == nil {
		return
	}
	for set, signals := range judge.Evaluations() {
		for signal, n := range signals {
			to <- prometheus.MustNewConstMetric(evaluationsDesc, prometheus.CounterValue, float64(n), set, signal)
		}
	}
}

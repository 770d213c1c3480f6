package consumer

import (
	"errors"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/alerts"
	"tocsin/consumer/contract"
	"tocsin/detectors"
	"tocsin/state"
)

// Metrics are the consumer's. No series names a customer.
//
//	tocsin_events_total{topic,result}            records by what became of them: accepted, duplicate, stale, refused, parked, ignored
//	tocsin_events_refused_total{topic,code}      refused records by code
//	tocsin_events_skewed_total{topic,stamp}      records that got the store's clock: stamped more than five minutes ahead of it, or with none
//	tocsin_events_unknown_fields_total{type}     members of accepted events that the contract does not have, as decoded
//	tocsin_events_unknown_values_total{type}     values of open enums that the contract does not have, taken as other
//	tocsin_key_mismatch_total{topic}             records whose key is not their customer
//	tocsin_position{topic,partition}             next offset to apply
//	tocsin_lag_records{topic,partition}          records between the position and the broker's end, as last asked
//	tocsin_topic_missing{topic}                  1 for each configured topic that does not exist
//	tocsin_gaps_total{topic}                     ranges of offsets that were gone before they were read
//	tocsin_open_day_timestamp_seconds            start of the open business day
//	tocsin_days_held_total{topic}                days that went on without a partition that could not confirm its end
//	tocsin_stale_input{topic}                    1 for each topic without all of which the open day was opened: signals that it could clear wait
//	tocsin_cache_records                         customers whose records are in memory
//	tocsin_cache_bytes                           memory that they take, as it is estimated; store.cache_mib bounds it
//	tocsin_cache_lookups_total{result}           records that steps asked for: hit (in memory) or miss (loaded from the store)
//	tocsin_cache_evictions_total                 records that left memory for others
//	tocsin_step_seconds                          time to load and step the customers of one batch
//	tocsin_commit_seconds{result}                time of one commit
//	tocsin_alerts_total{signal,level,transition} changes in alerts' lives, live rule set
//	tocsin_findings_total{rule_set,signal,level,transition} the same of what nobody is told: rule sets beside the live one, and shadow
//	tocsin_customers{level}                      customers by the worst level that stands
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
	rates                                                *prometheus.GaugeVec
	openDay, quarantined                                 prometheus.Gauge
	step                                                 prometheus.Histogram
	commits                                              *prometheus.HistogramVec
	shares                                               map[state.CustomerID]share
	counted                                              []contract.TypeCount // of the decoder, as last exported
	cache                                                *cacheMetrics
}

// cacheMetrics are those of records in memory. A nil one counts nothing.
type cacheMetrics struct {
	records, bytes          prometheus.Gauge
	hits, misses, evictions prometheus.Counter
}

// share is what one customer adds to the portfolio's gauges.
type share struct {
	listed            bool // there is a customer record of him; else he adds nothing
	level             detectors.Level
	currency          state.Currency
	exposure, overdue int64 // minor units
	missing, stale    bool  // exchange rates
}

// The states of exchange rates that operators are told of.
const (
	rateMissing = "missing"
	rateStale   = "stale"
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
	m := &Metrics{
		unknownFields: counter("events_unknown_fields_total", "Members of accepted events that the contract does not have.", "type"),
		unknownValues: counter("events_unknown_values_total", "Values of open enums that the contract does not have.", "type"),
		events:        counter("events_total", "Records by what became of them.", "topic", "result"),
		refused:       counter("events_refused_total", "Refused records by code.", "topic", "code"),
		stamps:        counter("events_skewed_total", "Records that got the store's clock: stamped more than five minutes ahead of it, or with no stamp.", "topic", "stamp"),
		keys:          counter("key_mismatch_total", "Records whose key is not their customer.", "topic"),
		gaps:          counter("gaps_total", "Ranges of offsets that were gone before they were read.", "topic"),
		held:          counter("days_held_total", "Days that went on without a partition that could not confirm its end.", "topic"),
		alerts:        counter("alerts_total", "Changes in the lives of live alerts.", "signal", "level", "transition"),
		findings:      counter("findings_total", "Changes in the lives of alerts that nobody is told of.", "rule_set", "signal", "level", "transition"),
		missing:       gauge("topic_missing", "1 for each configured topic that does not exist.", "topic"),
		staleInputs:   gauge("stale_input", "1 for each topic without all of which the open day was opened.", "topic"),
		position:      gauge("position", "Next offset to apply.", "topic", "partition"),
		lag:           gauge("lag_records", "Records between the position and the broker's end, as last asked.", "topic", "partition"),
		rates:         gauge("customers_rates", "Customers whose sums want an exchange rate, or have a stale one.", "rate"),
		customers:     gauge("customers", "Customers by the worst level that stands.", "level"),
		exposure:      gauge("exposure_amount", "Exposure of these customers in major units.", "level", "currency"),
		overdue:       gauge("overdue_amount", "Overdue receivables of these customers in major units.", "level", "currency"),
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
	reg.MustRegister(m.openDay, m.quarantined, m.step, m.commits)
	for _, result := range []string{"landed", "conflict", "failed"} {
		m.commits.WithLabelValues(result)
	}
	for _, rate := range []string{rateMissing, rateStale} {
		m.rates.WithLabelValues(rate)
	}
	for l := detectors.None; l <= detectors.Critical; l++ {
		m.customers.WithLabelValues(l.String())
	}
	return m
}

func (m *Metrics) opened(day state.Date) {
	if day != 0 {
		m.openDay.Set(float64(day-1) * 86400)
	}
}

// arrived counts a committed record that is no customer's event; events are counted by outcome.
func (m *Metrics) arrived(a *arrival) {
	topic := a.record.Topic
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
	m.position.WithLabelValues(labels(Partition{a.Topic, a.Partition})...).Set(float64(a.To))
}

// outcome counts an event by what became of it.
func (m *Metrics) outcome(topic string, o state.Outcome) {
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
}

// stepped counts what a committed step did.
func (m *Metrics) stepped(b batch, g *group) {
	if g.waits {
		for _, at := range g.arrivals {
			if at >= 0 {
				m.events.WithLabelValues(b.arrivals[at].record.Topic, "parked").Inc()
			}
		}
		return
	}
	for i, o := range g.effects.Outcomes {
		if at := g.arrivals[i]; at >= 0 {
			m.outcome(b.arrivals[at].record.Topic, o)
		}
	}
	for i := range g.effects.Transitions {
		if t := &g.effects.Transitions[i]; t.RuleSet == alerts.Live {
			m.alerts.WithLabelValues(t.Signal, t.To.String(), t.Kind).Inc()
		} else {
			m.findings.WithLabelValues(t.RuleSet, t.Signal, t.To.String(), t.Kind).Inc()
		}
	}
	m.count(g.customer, g.share)
}

// share is what a customer adds to the portfolio as its record stands on a day. One who is not listed adds nothing.
func (e *Engine) share(rec *state.Record, day state.Date) share {
	day = max(day, rec.Day)
	if !Listed(rec, day) {
		return share{}
	}
	view := rec.Customer.View(e.Ledger, day)
	s := share{listed: true, level: e.Judge.Severity(rec.Episodes), currency: view.Currency()}
	if e := view.Exposure(); e.Known {
		s.exposure = e.Gross
	}
	if a := view.Ageing(); a.Known {
		s.overdue = a.Overdue
	}
	s.missing, s.stale = view.Exposure().Foreign != 0 || !view.Limit().Known, len(view.StaleRates()) > 0
	return s
}

// count replaces a customer's share in the portfolio's gauges.
func (m *Metrics) count(id state.CustomerID, now share) {
	old := m.shares[id]
	if now == old {
		return
	}
	m.add(old, -1)
	m.add(now, 1)
	if now.listed {
		m.shares[id] = now
	} else {
		delete(m.shares, id)
	}
}

// forget drops customers who are gone.
func (m *Metrics) forget(gone func(state.CustomerID) bool) {
	for id, s := range m.shares {
		if gone(id) {
			m.add(s, -1)
			delete(m.shares, id)
		}
	}
}

func (m *Metrics) add(s share, sign float64) {
	if !s.listed {
		return
	}
	level := s.level.String()
	m.customers.WithLabelValues(level).Add(sign)
	if s.missing {
		m.rates.WithLabelValues(rateMissing).Add(sign)
	}
	if s.stale {
		m.rates.WithLabelValues(rateStale).Add(sign)
	}
	if s.currency == 0 {
		return
	}
	code, major := s.currency.String(), float64(s.currency.Major(1))
	m.exposure.WithLabelValues(level, code).Add(sign * float64(s.exposure) / major)
	m.overdue.WithLabelValues(level, code).Add(sign * float64(s.overdue) / major)
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
	case err != nil:
		result = "failed"
	}
	m.commits.WithLabelValues(result).Observe(took.Seconds())
}

func (m *Metrics) ends(in *intake, ends Ends) {
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
}

func labels(id Partition) []string { return []string{id.Topic, strconv.Itoa(int(id.Number))} }

// understood counts what the decoder has met since it was last asked.
func (m *Metrics) understood(counts []contract.TypeCount) {
	for i, now := range counts {
		var before contract.TypeCount
		if i < len(m.counted) {
			before = m.counted[i]
		}
		if n := now.UnknownFields - before.UnknownFields; n > 0 {
			m.unknownFields.WithLabelValues(now.Type).Add(float64(n))
		}
		if n := now.UnknownValues - before.UnknownValues; n > 0 {
			m.unknownValues.WithLabelValues(now.Type).Add(float64(n))
		}
	}
	m.counted = counts
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

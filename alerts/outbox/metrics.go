package outbox

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// Metrics are what an Outbox counts. A nil *Metrics counts nothing.
//
//	tocsin_outbox_owed_cases                    cases with a message that waits to be sent
//	tocsin_outbox_held_cases                    cases with a message that is withheld
//	tocsin_outbox_waiting_cases{why}            cases that are put off: quiet (hours, or a day that has yet to close), budget, flood, systemic, cool
//	tocsin_outbox_oldest_due_timestamp_seconds  when the oldest message that waits fell due, but for the morning; 0: none waits
//	tocsin_outbox_calls_total{kind,result}      calls of the sender: post, edit, reply, find, list, remove; ok, busy, refused, unfit, gone, failed (the receiver said so: 5xx),
//	                                            unknown (no answer)
//	tocsin_event_to_message_seconds{level}      from the broker's stamp of an event to the receiver's answer that people have what came of it: a case that
//	                                            opens, or rises. Neither what was put off on purpose is in it, nor what a date alone raised
//	tocsin_canary_message_seconds               from a canary's event to the outbox that settles its message, where another would be sent
//	tocsin_canary_settled_timestamp_seconds     when the event of the youngest such canary was published; 0: none has come through this instance
//	tocsin_outbox_settled_total{why}            messages that nobody needed: unchanged, closed (before it was posted), late
type Metrics struct {
	owed, held, oldest prometheus.Gauge
	waiting            *prometheus.GaugeVec
	calls, settled     *prometheus.CounterVec
	toMessage          *prometheus.HistogramVec
	canary             prometheus.Histogram
	canaryAt           prometheus.Gauge
	canaryOf           state.Instant // what canaryAt shows
}

// NewMetrics registers the metrics.
func NewMetrics(to prometheus.Registerer) *Metrics {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "tocsin", Subsystem: "outbox", Name: name, Help: help})
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "tocsin", Subsystem: "outbox", Name: name, Help: help}, labels)
	}
	m := &Metrics{
		owed:    gauge("owed_cases", "Cases with a message that waits to be sent."),
		held:    gauge("held_cases", "Cases with a message that is withheld."),
		oldest:  gauge("oldest_due_timestamp_seconds", "When the oldest message that waits, but for the end of quiet hours, fell due; 0 when none waits."),
		calls:   counter("calls_total", "Calls of the sender by kind and result.", "kind", "result"),
		settled: counter("settled_total", "Messages settled without being sent, by reason.", "why"),
	}
	m.waiting = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: "tocsin", Subsystem: "outbox", Name: "waiting_cases", Help: "Cases whose message is put off, by reason.",
	}, []string{"why"})
	m.toMessage = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "tocsin", Name: "event_to_message_seconds", Help: "From the broker's stamp of an event to the answer that people have what came of it.",
		Buckets:                     []float64{1, 2.5, 5, 10, 15, 20, 25, 30, 45, 60, 120, 300, 600, 1800, 3600}, // the objective counts by the bound at 60
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160, NativeHistogramMinResetDuration: time.Hour,
	}, []string{"level"})
	m.canary = prometheus.NewHistogram(prometheus.HistogramOpts{
		Namespace: "tocsin", Name: "canary_message_seconds", Help: "From a canary's event to the outbox that settles its message.", Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300},
	})
	m.canaryAt = prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: "tocsin", Name: "canary_settled_timestamp_seconds", Help: "When the event of the youngest canary whose message was settled was published; 0: none was.",
	})
	to.MustRegister(m.canary, m.canaryAt, m.owed, m.held, m.oldest, m.calls, m.settled, m.toMessage, m.waiting)
	for _, kind := range []string{"post", "edit", "reply", "find", "list", "remove"} {
		for _, result := range []string{"ok", Busy, Refused, Unfit, Gone, failed, unknown} {
			m.calls.WithLabelValues(kind, result)
		}
	}
	for _, why := range []string{unchanged, closedBefore, late} {
		m.settled.WithLabelValues(why)
	}
	for _, level := range []detectors.Level{detectors.Warning, detectors.Critical} {
		m.toMessage.WithLabelValues(level.String())
	}
	return m
}

func (m *Metrics) backlog(due, held int, oldest state.Instant) {
	if m == nil {
		return
	}
	m.owed.Set(float64(due))
	m.held.Set(float64(held))
	m.oldest.Set(float64(oldest) / 1e9)
}

// whys are the reasons for which cases are put off.
var whys = map[int]string{
	state.WaitQuiet: "quiet", state.WaitBudget: "budget", state.WaitFlood: "flood", state.WaitHuman: "systemic", state.WaitCool: "cool",
}

func (m *Metrics) waits(why, cases int) { m.waiting.WithLabelValues(whys[why]).Set(float64(cases)) }

// told times what people have by now. A case that was posted before is news where it rises.
func (m *Metrics) told(of *alerts.CaseMessage, again bool, put state.Wait, books *time.Location, now state.Instant) {
	rises := of.Severity > of.Before
	switch {
	case m == nil, of.Severity < detectors.Warning, again && !rises, put.Why != 0:
	case books != nil && of.KnownAt == of.At.Start(books): // a date raised it, which is nobody's event
	default:
		m.toMessage.WithLabelValues(of.Severity.String()).Observe(max(0, time.Duration(now-of.KnownAt).Seconds()))
	}
}

func (m *Metrics) call(kind, result string) {
	if m != nil {
		m.calls.WithLabelValues(kind, result).Inc()
	}
}

// Why nobody needs a message.
const (
	unchanged    = "unchanged"
	closedBefore = "closed"
	late         = "late"
)

func (m *Metrics) settle(why string) {
	if m != nil {
		m.settled.WithLabelValues(why).Inc()
	}
}

// through times a canary; now is the store's clock.
func (m *Metrics) through(c *alerts.Canary, now state.Instant) {
	if m == nil {
		return
	}
	m.canary.Observe(max(0, time.Duration(now-c.Published).Seconds()))
	m.canaryOf = max(m.canaryOf, c.Published)
	m.canaryAt.Set(float64(m.canaryOf) / 1e9)
}

package outbox

import (
	"github.com/prometheus/client_golang/prometheus"

	"tocsin/state"
)

// Metrics are what an Outbox counts. A nil *Metrics counts nothing.
//
//	tocsin_outbox_owed_cases                    cases with a message that waits to be sent
//	tocsin_outbox_held_cases                    cases with a message that is withheld
//	tocsin_outbox_waiting_cases{why}            cases that are put off: quiet, budget, flood, systemic, cool
//	tocsin_outbox_oldest_due_timestamp_seconds  when the oldest message that waits fell due, but for the morning; 0: none waits
//	tocsin_outbox_calls_total{kind,result}      calls of the sender: post, edit, reply, find, list, remove; ok, busy, refused, unfit, gone, unknown
//	tocsin_outbox_settled_total{why}            messages that nobody needed: unchanged, closed before it was posted, late
type Metrics struct {
	owed, held, oldest prometheus.Gauge
	waiting            *prometheus.GaugeVec
	calls, settled     *prometheus.CounterVec
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
	to.MustRegister(m.waiting, m.owed, m.held, m.oldest, m.calls, m.settled)
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

func (m *Metrics) call(kind, result string) {
	if m != nil {
		m.calls.WithLabelValues(kind, result).Inc()
	}
}

func (m *Metrics) settle(why string) {
	if m != nil {
		m.settled.WithLabelValues(why).Inc()
	}
}

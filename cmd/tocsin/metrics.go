package main

import (
	"errors"
	"net/http"
	"runtime"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tocsin/alerts"
	"tocsin/alerts/outbox"
	"tocsin/alerts/slack"
	"tocsin/consumer"
	"tocsin/consumer/kafka"
)

// meters are the metrics of one process, and the page that shows them. Besides those of the packages there are:
//
//	tocsin_build_info{version, goversion}  always 1
//	tocsin_config_info{version}   always 1: the configuration that this instance has
//	tocsin_ready                  1 while it takes events and reaches its store, else 0
//	tocsin_not_ready{reason}      1 for what it waits for: starting, store, first_day, partitions, draining, other
//	tocsin_lease_held{role}       1 while it is this instance that sends messages (role outbox) or copies rows to topics (publisher), else 0
//	tocsin_tasks{state}           review tasks that are not closed, as the instance with the role publisher has counted them last
//	tocsin_tasks_overdue{to}      those of them that nobody has acknowledged in time (acknowledge), has decided in time (decide), or looks at again
//	                              though that is due (review); one that is put off is none
//	tocsin_canary_interval_seconds  canary.every; 0: there is no canary
//	tocsin_canary_published_total{result}  its events that this instance has published (ok), or could not (failed)
//	tocsin_store_connections{state}, tocsin_store_waits_total, tocsin_store_wait_seconds_total  of a store in PostgreSQL, see package postgres
type meters struct {
	consumer    *consumer.Metrics
	clients     *kafka.Metrics
	outbox      *outbox.Metrics
	slack       *slack.Metrics
	leases      *prometheus.GaugeVec
	counts      *atomic.Bool // this instance has the role publisher, and so counts tasks
	tasks       *prometheus.GaugeVec
	overdue     *prometheus.GaugeVec
	canaryEvery prometheus.Gauge
	canaries    *prometheus.CounterVec
	registry    *prometheus.Registry
	page        http.Handler
}

func newMeters() meters {
	reg := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tocsin_build_info", Help: "The running binary; always 1.", ConstLabels: prometheus.Labels{"version": version(), "goversion": runtime.Version()},
	})
	info.Set(1)
	gauge := func(name, help string, label string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "tocsin_" + name, Help: help}, []string{label})
		reg.MustRegister(g)
		return g
	}
	reg.MustRegister(info, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	canary := prometheus.NewGauge(prometheus.GaugeOpts{Name: "tocsin_canary_interval_seconds", Help: "How often the canary's event is published; 0: there is no canary."})
	canaries := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tocsin_canary_published_total", Help: "The canary's events by whether the topic took them."}, []string{"result"})
	for _, result := range []string{"ok", "failed"} {
		canaries.WithLabelValues(result)
	}
	reg.MustRegister(canary, canaries)
	return meters{
		canaryEvery: canary, canaries: canaries,
		consumer: consumer.NewMetrics(reg),
		clients:  &kafka.Metrics{Registerer: reg},
		outbox:   outbox.NewMetrics(reg),
		slack:    slack.NewMetrics(reg),
		leases:   gauge("lease_held", "1 while this instance has the role, else 0.", "role"),
		counts:   new(atomic.Bool),
		tasks:    gauge("tasks", "Review tasks that are not closed.", "state"),
		overdue:  gauge("tasks_overdue", "Review tasks of which something is overdue.", "to"),
		registry: reg,
		page:     promhttp.HandlerFor(reg, promhttp.HandlerOpts{EnableOpenMetrics: true, Registry: reg}),
	}
}

// lease shows whether this instance has a role.
func (m *meters) lease(role string) func(held bool) {
	gauge := m.leases.WithLabelValues(role) // is 0
	return func(held bool) {
		value := 0.0
		if held {
			value = 1
		}
		gauge.Set(value)
		if role == publisherRole {
			m.counts.Store(held)
		}
	}
}

// of adds what is known of a service only: its configuration's version, what it waits for, and its store's connections.
func (m *meters) of(s *service, config string) {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tocsin_config_info", Help: "The configuration that this instance has; always 1.", ConstLabels: prometheus.Labels{"version": config},
	})
	info.Set(1)
	m.registry.MustRegister(info, waiting{s})
	if store, shows := s.store.(interface {
		Meter(to prometheus.Registerer)
	}); shows {
		store.Meter(m.registry)
	}
}

var (
	readyDesc    = prometheus.NewDesc("tocsin_ready", "1 while events are taken and the store is reached, else 0.", nil, nil)
	notReadyDesc = prometheus.NewDesc("tocsin_not_ready", "1 for what is waited for.", []string{"reason"}, nil)
)

// waiting shows what a service waits for, as it is asked.
type waiting struct{ of health }

func (waiting) Describe(to chan<- *prometheus.Desc) {
	to <- readyDesc
	to <- notReadyDesc
}

func (w waiting) Collect(to chan<- prometheus.Metric) {
	err := w.of.Ready()
	is := func(desc *prometheus.Desc, yes bool, labels ...string) {
		value := 0.0
		if yes {
			value = 1
		}
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	is(readyDesc, err == nil)
	other := err != nil
	for _, r := range []struct {
		reason string
		err    error
	}{
		{"starting", errStarting}, {"store", consumer.ErrNoStore}, {"first_day", consumer.ErrNoFirstDay}, {"partitions", consumer.ErrNoPartitions}, {"draining", errDraining},
	} {
		so := errors.Is(err, r.err)
		other = other && !so
		is(notReadyDesc, so, r.reason)
	}
	is(notReadyDesc, other, "other")
}

// counted shows how many tasks there are, or nothing where another instance counts them.
func (m *meters) counted(c *census) {
	if c == nil {
		m.tasks.Reset()
		m.overdue.Reset()
		return
	}
	for _, state := range []string{alerts.TaskOpen, alerts.TaskAcknowledged, alerts.TaskInReview, alerts.TaskDecided} {
		m.tasks.WithLabelValues(state).Set(float64(c.tasks[state]))
	}
	for _, to := range []string{toAcknowledge, toDecide, toReview} {
		m.overdue.WithLabelValues(to).Set(float64(c.overdue[to]))
	}
}

// sang counts an event of the canary's.
func (m *meters) sang(err error) {
	if err != nil {
		m.canaries.WithLabelValues("failed").Inc()
		return
	}
	m.canaries.WithLabelValues("ok").Inc()
}

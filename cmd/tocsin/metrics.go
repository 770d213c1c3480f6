package main

import (
	"net/http"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tocsin/alerts/outbox"
	"tocsin/consumer"
	"tocsin/consumer/kafka"
)

// meters are the metrics of one process, and the page that shows them. Besides those of the packages there are:
//
//	tocsin_build_info{version, goversion}  always 1
//	tocsin_lease_held{role}     1 while it is this instance that sends messages (role outbox) or copies rows to topics (publisher), else 0
type meters struct {
	consumer *consumer.Metrics
	clients  *kafka.Metrics
	outbox   *outbox.Metrics
	leases   *prometheus.GaugeVec
	page     http.Handler
}

func newMeters() meters {
	reg := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tocsin_build_info", Help: "The running binary; always 1.", ConstLabels: prometheus.Labels{"version": version(), "goversion": runtime.Version()},
	})
	info.Set(1)
	leases := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "tocsin_lease_held", Help: "1 while this instance has the role, else 0.",
	}, []string{"role"})
	reg.MustRegister(info, leases, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return meters{
		consumer: consumer.NewMetrics(reg),
		clients:  &kafka.Metrics{Registerer: reg},
		outbox:   outbox.NewMetrics(reg),
		leases:   leases,
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
	}
}

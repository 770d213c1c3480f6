package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tocsin/alerts/outbox"
	"tocsin/consumer"
	"tocsin/consumer/kafka"
)

// meters are the metrics of one process, and the page that shows them.
type meters struct {
	consumer *consumer.Metrics
	clients  *kafka.Metrics
	outbox   *outbox.Metrics
	page     http.Handler
}

func newMeters() meters {
	reg := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tocsin_build_info", Help: "The running binary; always 1.", ConstLabels: prometheus.Labels{"version": version()},
	})
	info.Set(1)
	reg.MustRegister(info, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return meters{
		consumer: consumer.NewMetrics(reg),
		clients:  &kafka.Metrics{Registerer: reg},
		outbox:   outbox.NewMetrics(reg),
		page:     promhttp.HandlerFor(reg, promhttp.HandlerOpts{EnableOpenMetrics: true, Registry: reg}),
	}
}

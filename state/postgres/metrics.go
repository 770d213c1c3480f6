package postgres

import "github.com/prometheus/client_golang/prometheus"

var (
	connectionsDesc = prometheus.NewDesc("tocsin_store_connections", "Connections of the pool.", []string{"state"}, nil)
	waitsDesc       = prometheus.NewDesc("tocsin_store_waits_total", "Times that a connection had to be waited for.", nil, nil)
	waitedDesc      = prometheus.NewDesc("tocsin_store_wait_seconds_total", "Time that was spent on getting connections.", nil, nil)
)

// Meter registers what the store shows of its connections, as it is asked:
//
//	tocsin_store_connections{state}     in use (used), open and free (idle), and how many there may be (max)
//	tocsin_store_waits_total            times that none was free, so that one was waited for or made
//	tocsin_store_wait_seconds_total     time that was spent on getting them
func (s *Store) Meter(to prometheus.Registerer) { to.MustRegister(pool{s}) }

type pool struct{ of *Store }

func (pool) Describe(to chan<- *prometheus.Desc) {
	to <- connectionsDesc
	to <- waitsDesc
	to <- waitedDesc
}

func (p pool) Collect(to chan<- prometheus.Metric) {
	stat := p.of.pool.Stat()
	for _, c := range []struct {
		state string
		count int32
	}{{"used", stat.AcquiredConns()}, {"idle", stat.IdleConns()}, {"max", stat.MaxConns()}} {
		to <- prometheus.MustNewConstMetric(connectionsDesc, prometheus.GaugeValue, float64(c.count), c.state)
	}
	to <- prometheus.MustNewConstMetric(waitsDesc, prometheus.CounterValue, float64(stat.EmptyAcquireCount()))
	to <- prometheus.MustNewConstMetric(waitedDesc, prometheus.CounterValue, stat.AcquireDuration().Seconds())
}

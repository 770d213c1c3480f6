package postgres

import "github.com/prometheus/client_golang/prometheus"

var (
	connectionsDesc = prometheus.NewDesc("tocsin_store_connections", "Connections of the pool.", []string{"state"}, nil)
	waitsDesc       = prometheus.NewDesc("tocsin_store_waits_total", "Times that a connection had to be waited for.", nil, nil)
	lockedDesc      = prometheus.NewDesc("tocsin_store_lock_wait_seconds_total",
		"Time for which sessions have waited for locks of others, as looked at each second.", []string{"lock"}, nil)
	givenUpDesc = prometheus.NewDesc("tocsin_store_lock_waits_given_up_total", "Waits for locks that the server has ended.", []string{"why"}, nil)
	waitedDesc  = prometheus.NewDesc("tocsin_store_wait_seconds_total", "Time that was spent on getting connections.", nil, nil)
)

// Meter registers what the store shows of its connections, as it is asked:
//
//	tocsin_store_connections{state}     in use (used), open and free (idle), and how many there may be (max)
//	tocsin_store_waits_total            times that none was free, so that one was waited for or made
//	tocsin_store_wait_seconds_total     time that was spent on getting them
//	tocsin_store_lock_wait_seconds_total{lock}  time for which sessions of this process have waited for what others hold, as a look each second
//	                                    finds it: rows (row), a table, as in a migration (table), one of Tocsin's own locks (advisory), or another
//	tocsin_store_lock_waits_given_up_total{why} waits that the server has ended: after 10 s (timeout), or because two waited for each other (deadlock)
func (s *Store) Meter(to prometheus.Registerer) { to.MustRegister(pool{s}) }

type pool struct{ of *Store }

func (pool) Describe(to chan<- *prometheus.Desc) {
	to <- connectionsDesc
	to <- waitsDesc
	to <- waitedDesc
	to <- lockedDesc
	to <- givenUpDesc
}

func (p pool) Collect(to chan<- prometheus.Metric) {
	seconds, given := p.of.locks.told()
	for lock, waited := range seconds {
		to <- prometheus.MustNewConstMetric(lockedDesc, prometheus.CounterValue, waited, lock)
	}
	for why, waits := range given {
		to <- prometheus.MustNewConstMetric(givenUpDesc, prometheus.CounterValue, float64(waits), why)
	}
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

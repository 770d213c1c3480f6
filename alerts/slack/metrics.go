package slack

import (
	"net/http"
	"path"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are what calls of Slack's Web API count. A nil *Metrics counts nothing.
//
//	tocsin_slack_requests_total{method,result}   by the API's method, and what HTTP said: ok, ratelimited, refused (another 4xx), failed (5xx), lost (no answer).
//	                                             Where ok Slack may still have refused in the body: tocsin_outbox_calls_total has that
//	tocsin_slack_request_seconds{method}         time to the answer
type Metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// methods are those that Tocsin calls; any other is counted as other.
var methods = []string{
	"chat.postMessage", "chat.update", "chat.delete", "conversations.history", "conversations.replies", "conversations.list", "views.open", "auth.test",
	"apps.connections.open", otherMethod,
}

const otherMethod = "other"

// NewMetrics registers the metrics.
func NewMetrics(to prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tocsin_slack_requests_total", Help: "Calls of Slack's Web API by method and what HTTP said.",
		}, []string{"method", "result"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tocsin_slack_request_seconds", Help: "Time to Slack's answer.", Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method"}),
	}
	to.MustRegister(m.requests, m.seconds)
	for _, method := range methods {
		for _, result := range []string{"ok", "ratelimited", "refused", "failed", "lost"} {
			m.requests.WithLabelValues(method, result)
		}
	}
	return m
}

// around counts what goes through a transport.
func (m *Metrics) around(next http.RoundTripper) http.RoundTripper {
	if m == nil {
		return next
	}
	return &counting{m, next}
}

type counting struct {
	*Metrics
	next http.RoundTripper
}

// RoundTrip is next's.
func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	method := path.Base(r.URL.Path)
	if !slices.Contains(methods, method) {
		method = otherMethod
	}
	started := time.Now()
	answer, err := c.next.RoundTrip(r)
	c.seconds.WithLabelValues(method).Observe(time.Since(started).Seconds())
	c.requests.WithLabelValues(method, resultOf(answer, err)).Inc()
	return answer, err
}

func resultOf(answer *http.Response, err error) string {
	switch {
	case err != nil:
		return "lost"
	case answer.StatusCode == http.StatusTooManyRequests:
		return "ratelimited"
	case answer.StatusCode >= http.StatusInternalServerError:
		return "failed"
	case answer.StatusCode >= http.StatusBadRequest:
		return "refused"
	}
	return "ok"
}

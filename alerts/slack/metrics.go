package slack

import (
	"cmp"
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
//	tocsin_slack_acts_total{act,result}          what people did in Slack (press of a button, form, command) by what became of it: done; form (one was opened); refused (the
//	                                             task or customer is not as they took it to be, or what they said does not fit); forbidden (they may not); stranger (not in
//	                                             slack.people); old (a button of another program); failed; late (not in the 3 s that Slack gives); no_room (too much at once)
type Metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	acts     *prometheus.CounterVec
}

// methods are those that Tocsin calls; any other is counted as other.
var methods = []string{
	"chat.postMessage", "chat.update", "chat.delete", "conversations.history", "conversations.replies", "conversations.list", "views.open", "auth.test",
	"apps.connections.open", otherMethod,
}

const otherMethod = "other"

// What people do in Slack, and what becomes of it, as metrics name it.
const (
	actPress   = "press"
	actSubmit  = "form"
	actCommand = "command"

	actDone      = "done"
	actForm      = "form"
	actRefused   = "refused"
	actForbidden = "forbidden"
	actStranger  = "stranger"
	actOld       = "old"
	actFailed    = "failed"
	actLate      = "late"
	actNoRoom    = "no_room"
)

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
	m.acts = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tocsin_slack_acts_total", Help: "What people did in Slack by what became of it."}, []string{"act", "result"})
	to.MustRegister(m.requests, m.seconds, m.acts)
	for _, kind := range []string{actPress, actSubmit, actCommand} {
		for _, result := range []string{actDone, actForm, actRefused, actForbidden, actStranger, actOld, actFailed, actLate, actNoRoom} {
			m.acts.WithLabelValues(kind, result)
		}
	}
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

// acted counts what a person did.
func (m *Metrics) acted(a *act) {
	if m == nil {
		return
	}
	kind := actPress
	switch {
	case a.asked:
		kind = actCommand
	case a.filled:
		kind = actSubmit
	}
	m.acts.WithLabelValues(kind, cmp.Or(a.result, actDone)).Inc()
}

package consumer

import (
	"bytes"
	"encoding/json"
	"strings"

	"tocsin/alerts"
	"tocsin/state"
)

// otherSource is the name under which metrics have all sources that the configuration does not name: what a publisher writes there is
// his own, and no label takes it over.
const otherSource = alerts.OtherSource

// publishers makes the series of sources, at 0: of each name that the configuration gives, and of all others. Without names there are none.
func (m *Metrics) publishers(names map[string]string) {
	if m.named = names; len(names) == 0 {
		return
	}
	for _, name := range append(valuesOf(names), otherSource) {
		for _, result := range []string{"accepted", "duplicate", "stale", "refused"} {
			m.bySource.WithLabelValues(name, result)
		}
		m.sourceKeys.WithLabelValues(name)
		m.sourcePlaces.WithLabelValues(name)
		for _, what := range []string{"field", "value"} {
			m.sourceUnknown.WithLabelValues(name, what)
		}
		m.sourceLate.WithLabelValues(name)
	}
}

func valuesOf(names map[string]string) (all []string) {
	for _, name := range names {
		all = append(all, name)
	}
	return all
}

// nameOf is the name of a source in metrics.
func (m *Metrics) nameOf(source string) string {
	if name, known := m.named[source]; known {
		return name
	}
	return otherSource
}

// published shows how late and how fresh an event of its source is.
func (m *Metrics) published(ev *state.Event) {
	if len(m.named) == 0 {
		return
	}
	name := m.nameOf(ev.Source)
	m.sourceLate.WithLabelValues(name).Observe(max(0, seconds(ev.KnownAt-ev.Time)))
	if ev.KnownAt > m.sourceAt[name] {
		m.sourceAt[name] = ev.KnownAt
		m.sourceFresh.WithLabelValues(name).Set(seconds(ev.KnownAt))
	}
}

// scored counts what came of a batch, by the names of its sources.
func (m *Metrics) scored(scores []state.Score) {
	if len(m.named) == 0 {
		return
	}
	for i := range scores {
		s := &scores[i]
		name := m.nameOf(s.Source)
		for result, n := range map[string]int64{"accepted": s.Accepted, "duplicate": s.Duplicate, "stale": s.Stale, "refused": s.Refused} {
			m.bySource.WithLabelValues(name, result).Add(float64(n))
		}
		for _, c := range s.Codes {
			m.sourceRefused.WithLabelValues(name, c.Code).Add(float64(c.Count))
		}
		m.sourceKeys.WithLabelValues(name).Add(float64(s.Misrouted))
		m.sourcePlaces.WithLabelValues(name).Add(float64(s.Misplaced))
		m.sourceUnknown.WithLabelValues(name, "field").Add(float64(s.UnknownFields))
		m.sourceUnknown.WithLabelValues(name, "value").Add(float64(s.UnknownValues))
	}
}

// sourceOf is what a record that is refused says of its source; empty: nothing that can be read.
func sourceOf(rec *Record) string {
	for _, h := range rec.Headers {
		if strings.EqualFold(h.Key, "ce_source") {
			return string(h.Value)
		}
	}
	value := rec.Value
	if len(value) > 5 && value[0] == 0 {
		value = value[5:] // what a schema registry puts before it
	}
	// The members before a fault are read all the same: what is broken may lie behind them.
	decoder := json.NewDecoder(bytes.NewReader(value))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return ""
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return ""
		}
		var member json.RawMessage
		if err := decoder.Decode(&member); err != nil {
			return ""
		}
		if key == "source" {
			var source string
			_ = json.Unmarshal(member, &source) // else it stays empty
			return source
		}
	}
	return ""
}

package consumer

import (
	"bytes"
	"encoding/json"
	"strings"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// otherSource is the name under which metrics have all sources that the configuration does not name: what a publisher writes there is
// his own, and no label takes it over.
const otherSource = "other"

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

// published counts an event of its source by what became of it, and shows how fresh and how late that is.
func (m *Metrics) published(ev *state.Event, result string) {
	if len(m.named) == 0 {
		return
	}
	name := m.nameOf(ev.Source)
	m.bySource.WithLabelValues(name, result).Inc()
	m.sourceLate.WithLabelValues(name).Observe(max(0, seconds(ev.KnownAt-ev.Time)))
	if result == "refused" {
		m.sourceRefused.WithLabelValues(name, string(contract.RevisionConflict)).Inc()
	}
	if ev.KnownAt > m.sourceAt[name] {
		m.sourceAt[name] = ev.KnownAt
		m.sourceFresh.WithLabelValues(name).Set(seconds(ev.KnownAt))
	}
}

// refusedOf counts a refused record of its source, as far as that can be read.
func (m *Metrics) refusedOf(rec *Record, code contract.Code) {
	if len(m.named) == 0 {
		return
	}
	name := m.nameOf(sourceOf(rec))
	m.bySource.WithLabelValues(name, "refused").Inc()
	m.sourceRefused.WithLabelValues(name, string(code)).Inc()
}

// misrouted counts a record of a source whose key is not its customer.
func (m *Metrics) misrouted(ev *state.Event) {
	if len(m.named) > 0 {
		m.sourceKeys.WithLabelValues(m.nameOf(ev.Source)).Inc()
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

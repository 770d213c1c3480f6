package postgres

import (
	"strings"

	"tocsin/state"
)

// insertEffects writes what a commit's steps owe to people and topics, and what of it waits for a publisher. Keys are
// derived from the customer's own row, so a taken key is a fault.
func insertEffects(b *batch, c *state.Commit) {
	insertAlerts(b, c.Alerts)
	insertTasks(b, c.Tasks)
	setClocks(b, c)
	insertWishes(b, c.Wishes)
	insertMessages(b, c.At, c.Messages)
	for i := range c.DeadLetters {
		insertDeadLetter(b, c.At, &c.DeadLetters[i])
	}
}

func insertAlerts(b *batch, alerts []state.AlertRow) {
	for rows := range portions(alerts, func(a *state.AlertRow) int { return len(a.Body) }) {
		insertAlertRows(b, rows)
	}
}

func insertAlertRows(b *batch, rows []state.AlertRow) {
	b.add(nil, `WITH kept AS (
			INSERT INTO alert (id, seq, customer, rule_set, signal, day, known_at, from_level, to_level, body)
			SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::bigint[],
				$8::smallint[], $9::smallint[], $10::bytea[]) RETURNING row)
		INSERT INTO publication (alert) SELECT row FROM kept ORDER BY row`,
		column(rows, func(a *state.AlertRow) string { return a.ID }),
		column(rows, func(a *state.AlertRow) int64 { return a.Seq }),
		column(rows, func(a *state.AlertRow) string { return string(a.Customer) }),
		column(rows, func(a *state.AlertRow) string { return a.RuleSet }),
		column(rows, func(a *state.AlertRow) string { return a.Signal }),
		column(rows, func(a *state.AlertRow) int32 { return int32(a.Day) }),
		column(rows, func(a *state.AlertRow) int64 { return int64(a.KnownAt) }),
		column(rows, func(a *state.AlertRow) int16 { return int16(a.From) }),
		column(rows, func(a *state.AlertRow) int16 { return int16(a.To) }),
		column(rows, func(a *state.AlertRow) []byte { return a.Body }))
}

func insertTasks(b *batch, tasks []state.TaskRow) {
	for rows := range portions(tasks, func(t *state.TaskRow) int { return len(t.Body) }) {
		insertTaskRows(b, rows)
	}
}

func insertTaskRows(b *batch, rows []state.TaskRow) {
	b.add(nil, `WITH kept AS (
			INSERT INTO task (id, seq, customer, state, body)
			SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bytea[]) RETURNING row)
		INSERT INTO publication (task) SELECT row FROM kept ORDER BY row`,
		column(rows, func(t *state.TaskRow) string { return t.ID }),
		column(rows, func(t *state.TaskRow) int64 { return t.Seq }),
		column(rows, func(t *state.TaskRow) string { return string(t.Customer) }),
		column(rows, func(t *state.TaskRow) string { return t.State }),
		column(rows, func(t *state.TaskRow) []byte { return t.Body }))
}

func insertWishes(b *batch, wishes []state.WishRow) {
	for rows := range portions(wishes, func(w *state.WishRow) int { return len(w.Body) }) {
		b.add(nil, `INSERT INTO publication (wish, customer) SELECT * FROM unnest($1::bytea[], $2::text[])`,
			column(rows, func(w *state.WishRow) []byte { return w.Body }),
			column(rows, func(w *state.WishRow) string { return string(w.Customer) }))
	}
}

func insertMessages(b *batch, at state.Instant, messages []state.Message) {
	for rows := range portions(messages, func(m *state.Message) int { return len(m.Body) }) {
		insertMessageRows(b, at, rows)
	}
}

func insertMessageRows(b *batch, at state.Instant, rows []state.Message) {
	b.add(nil, `INSERT INTO message (id, case_id, seq, customer, at, due_at, held, body, about)
		SELECT id, case_id, seq, customer, $8, due_at, held, body, about
		FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::boolean[], $7::bytea[], $9::text[])
			AS w (id, case_id, seq, customer, due_at, held, body, about)`,
		column(rows, func(m *state.Message) string { return m.ID }),
		column(rows, func(m *state.Message) string { return m.Case }),
		column(rows, func(m *state.Message) int64 { return m.Seq }),
		column(rows, func(m *state.Message) string { return string(m.Customer) }),
		column(rows, func(m *state.Message) int64 { return int64(m.DueAt) }),
		column(rows, func(m *state.Message) bool { return m.Held }),
		column(rows, func(m *state.Message) []byte { return m.Body }), at,
		column(rows, func(m *state.Message) string { return string(m.About) }))
}

func insertDeadLetter(b *batch, at state.Instant, d *state.DeadLetter) {
	b.add(nil, `WITH kept AS (
			INSERT INTO dead_letter (topic, partition, "offset", timestamp, at, key, value, header_keys, header_values, code, detail)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING row)
		INSERT INTO publication (dead_letter) SELECT row FROM kept`,
		d.Topic, d.Partition, d.Offset, d.Timestamp, at, d.Key, d.Value,
		column(d.Headers, func(h *state.Header) []byte { return []byte(h.Key) }),
		column(d.Headers, func(h *state.Header) []byte { return h.Value }), d.Code, storable(d.Detail))
}

// storable is a text that PostgreSQL takes: it knows no U+0000 and only valid UTF-8, and a refused record's pointer may
// hold either. The record itself is kept as it came.
func storable(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
}

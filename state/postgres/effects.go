package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// insertTold writes what people and topics are told of a commit's steps, and what of it waits for a publisher. Keys are derived from
// the customer's own row, so a taken key is a fault.
func insertTold(b *batch, c *state.Commit) {
	insertAlerts(b, c.Alerts)
	insertTasks(b, c.Tasks)
	insertMessages(b, c.At, c.Messages)
}

// copyTold is insertTold for many rows. What waits for a publisher is numbered first, for COPY returns nothing.
func copyTold(ctx context.Context, tx pgx.Tx, c *state.Commit) error {
	if err := copyAlerts(ctx, tx, c.Alerts); err != nil {
		return err
	}
	if err := copyTasks(ctx, tx, c.Tasks); err != nil {
		return err
	}
	return copyMessages(ctx, tx, c.At, c.Messages)
}

func copyAlerts(ctx context.Context, tx pgx.Tx, alerts []state.AlertRow) error {
	numbers, err := draw(ctx, tx, "alert_row_seq", len(alerts))
	if err != nil {
		return err
	}
	columns := []string{"row", "id", "seq", "customer", "rule_set", "signal", "day", "known_at", "from_level", "to_level", "body"}
	err = copyRows(ctx, tx, "alert", columns, len(alerts), func(i int) []any {
		a := &alerts[i]
		return []any{
			numbers[i], a.ID, a.Seq, string(a.Customer), a.RuleSet, a.Signal, int32(a.Day), int64(a.KnownAt), int16(a.From), int16(a.To), a.Body,
		}
	})
	if err != nil {
		return err
	}
	return copyRows(ctx, tx, "publication", []string{"alert"}, len(alerts), func(i int) []any { return []any{numbers[i]} })
}

func copyTasks(ctx context.Context, tx pgx.Tx, tasks []state.TaskRow) error {
	numbers, err := draw(ctx, tx, "task_row_seq", len(tasks))
	if err != nil {
		return err
	}
	err = copyRows(ctx, tx, "task", []string{"row", "id", "seq", "customer", "state", "body"}, len(tasks), func(i int) []any {
		t := &tasks[i]
		return []any{numbers[i], t.ID, t.Seq, string(t.Customer), t.State, t.Body}
	})
	if err != nil {
		return err
	}
	return copyRows(ctx, tx, "publication", []string{"task"}, len(tasks), func(i int) []any { return []any{numbers[i]} })
}

func copyMessages(ctx context.Context, tx pgx.Tx, at state.Instant, messages []state.Message) error {
	columns := []string{"id", "case_id", "seq", "customer", "at", "due_at", "held", "body"}
	return copyRows(ctx, tx, "message", columns, len(messages), func(i int) []any {
		m := &messages[i]
		return []any{m.ID, m.Case, m.Seq, string(m.Customer), int64(at), int64(m.DueAt), m.Held, m.Body}
	})
}

// draw takes so many numbers from a sequence.
func draw(ctx context.Context, tx pgx.Tx, sequence string, n int) ([]int64, error) {
	if n == 0 {
		return nil, nil
	}
	return collect(ctx, tx, pgx.RowTo[int64], `SELECT nextval($1::regclass) FROM generate_series(1, $2)`, sequence, n)
}

// insertEffects writes what else a commit's steps owe.
func insertEffects(b *batch, c *state.Commit) {
	setClocks(b, c)
	insertWishes(b, c.Wishes)
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

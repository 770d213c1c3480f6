package postgres

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Secret is what pseudonyms are made with.
func (s *Store) Secret(ctx context.Context) (secret []byte, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		return db.QueryRow(ctx, `SELECT secret FROM secret`).Scan(&secret)
	})
	return secret, err
}

// Erased lists the pseudonyms of those who were erased.
func (s *Store) Erased(ctx context.Context) ([]state.CustomerID, error) {
	return list(ctx, s, pgx.RowTo[state.CustomerID], `SELECT pseudonym FROM erased ORDER BY pseudonym`)
}

// aside begins the name of a row that is being replaced, until the commit drops it: ids of tasks, alerts and cases are hashes in
// hexadecimal digits.
const aside = "replaced "

// rewrite replaces customers' journals and what was told by them. The commit holds the day's table alone: no step of anybody is
// under way, and the next one finds that one more is erased.
func rewrite(b *batch, c *state.Commit) {
	if len(c.Rewrites) > 0 {
		customers := column(c.Rewrites, func(w *state.Rewrite) string { return string(w.Customer) })
		if c.Rewording != nil {
			customers = append(customers, "") // whose messages are the summaries
		}
		lockTold(b, customers)
	}
	for i := range c.Rewrites {
		w := &c.Rewrites[i]
		b.add(all(1, state.ErrConflict, "rewrite of customer %s up to row %d", w.Customer, w.Last),
			`SELECT WHERE $2 = (SELECT coalesce(max(seq), 0) FROM journal WHERE customer = $1)`, w.Customer, int64(w.Last))
		rewriteJournal(b, w)
		rewriteAlerts(b, w)
		rewriteTasks(b, w)
		rewriteMessages(b, c.At, w)
		rewriteParked(b, w)
		if w.Renamed() {
			quoted, _ := json.Marshal(w.Customer) // strings have no way to fail
			b.add(all(0, state.ErrStale, "identifiers of customer %s", w.Customer),
				`SELECT FROM identity WHERE strpos(customers, $1) > 0 LIMIT 1`, string(quoted))
			b.add(all(1, state.ErrStale, "refused records searched for customer %s", w.Customer),
				`SELECT WHERE $1 = (SELECT count(*) FROM dead_letter)`, c.Searched)
			b.add(nil, `DELETE FROM disputant WHERE customer = $1`, w.Customer)
			b.add(nil, `UPDATE core SET customer = $1 WHERE customer = $2`, w.As, w.Customer)
			renameAffiliates(b, w)
			b.add(nil, `INSERT INTO erased (pseudonym) VALUES ($1) ON CONFLICT DO NOTHING`, w.As)
		}
	}
	reword(b, c.At, c.Rewording)
	if erased := renamed(c.Rewrites); len(erased) > 0 {
		forgetAlarms(b, erased)
		unseal(b, erased)
		b.add(nil, `UPDATE day SET erased = (SELECT count(*) FROM erased)`)
	}
	for i := range c.Redacted {
		d := &c.Redacted[i]
		b.add(nil, `UPDATE dead_letter SET key = $4, value = $5, header_keys = $6, header_values = $7, detail = $8
			WHERE topic = $1 AND partition = $2 AND "offset" = $3`, d.Topic, d.Partition, d.Offset, d.Key, d.Value,
			column(d.Headers, func(h *state.Header) []byte { return []byte(h.Key) }),
			column(d.Headers, func(h *state.Header) []byte { return h.Value }), storable(d.Detail))
	}
}

// renamed are those who are erased, sorted.
func renamed(rewrites []state.Rewrite) (erased []state.CustomerID) {
	for i := range rewrites {
		if rewrites[i].Renamed() {
			erased = append(erased, rewrites[i].Customer)
		}
	}
	slices.Sort(erased)
	return erased
}

// lockTold locks what senders and publishers change, who do not ask for the day: of all customers at once, each kind in the order in
// which they do.
func lockTold(b *batch, customers []string) {
	b.add(nil, `SELECT FROM message WHERE customer = ANY ($1::text[]) ORDER BY case_id, seq FOR UPDATE`, customers)
	b.add(nil, `SELECT FROM receipt WHERE case_id IN (SELECT case_id FROM message WHERE customer = ANY ($1::text[]))
		ORDER BY case_id, channel FOR UPDATE`, customers)
	b.add(nil, `SELECT FROM publication WHERE alert IN (SELECT row FROM alert WHERE customer = ANY ($1::text[]))
		OR task IN (SELECT row FROM task WHERE customer = ANY ($1::text[])) OR customer = ANY ($1::text[]) ORDER BY id FOR UPDATE`, customers)
}

func rewriteJournal(b *batch, w *state.Rewrite) {
	b.add(nil, `DELETE FROM journal WHERE customer = $1`, w.Customer)
	b.add(nil, `DELETE FROM snapshot WHERE customer = $1`, w.Customer)
	for rows := range portions(w.Entries, func(e *state.Entry) int { return len(e.Applied) }) {
		b.add(conflict, `INSERT INTO journal (customer, seq, day, config, applied)
			SELECT $1, w.seq, w.day, c.id, w.applied FROM unnest($2::bigint[], $3::integer[], $4::text[], $5::bytea[])
				AS w (seq, day, version, applied) JOIN configuration AS c ON c.version = w.version`, w.As,
			column(rows, func(e *state.Entry) int64 { return int64(e.Seq) }),
			column(rows, func(e *state.Entry) state.Date { return e.Day }),
			column(rows, func(e *state.Entry) string { return e.Config }),
			column(rows, func(e *state.Entry) []byte { return e.Applied }))
	}
}

func rewriteAlerts(b *batch, w *state.Rewrite) {
	b.add(nil, `UPDATE alert SET id = $2 || id WHERE customer = $1`, w.Customer, aside)
	for rows := range portions(w.Alerts, func(a *state.RewrittenAlert) int { return len(a.Body) }) {
		b.add(nil, `WITH w AS (SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::bigint[],
					$8::smallint[], $9::smallint[], $10::bytea[], $11::text[], $12::bigint[])
				AS w (id, seq, customer, rule_set, signal, day, known_at, from_level, to_level, body, was, was_seq)),
			kept AS (
				INSERT INTO alert (id, seq, customer, rule_set, signal, day, known_at, from_level, to_level, body)
				SELECT id, seq, customer, rule_set, signal, day, known_at, from_level, to_level, body FROM w RETURNING row, id, seq)
			INSERT INTO publication (alert) SELECT k.row FROM kept AS k JOIN w ON w.id = k.id AND w.seq = k.seq
				JOIN alert AS old ON old.id = $13 || w.was AND old.seq = w.was_seq JOIN publication AS p ON p.alert = old.row ORDER BY p.id`,
			column(rows, func(a *state.RewrittenAlert) string { return a.ID }),
			column(rows, func(a *state.RewrittenAlert) int64 { return a.Seq }),
			column(rows, func(a *state.RewrittenAlert) string { return string(a.Customer) }),
			column(rows, func(a *state.RewrittenAlert) string { return a.RuleSet }),
			column(rows, func(a *state.RewrittenAlert) string { return a.Signal }),
			column(rows, func(a *state.RewrittenAlert) state.Date { return a.Day }),
			column(rows, func(a *state.RewrittenAlert) state.Instant { return a.KnownAt }),
			column(rows, func(a *state.RewrittenAlert) int16 { return int16(a.From) }),
			column(rows, func(a *state.RewrittenAlert) int16 { return int16(a.To) }),
			column(rows, func(a *state.RewrittenAlert) []byte { return a.Body }),
			column(rows, func(a *state.RewrittenAlert) string { return a.Was.ID }),
			column(rows, func(a *state.RewrittenAlert) int64 { return a.Was.Seq }), aside)
	}
	b.add(nil, `DELETE FROM publication WHERE alert IN (SELECT row FROM alert WHERE customer = $1 AND starts_with(id, $2))`, w.Customer, aside)
	b.add(nil, `DELETE FROM alert WHERE customer = $1 AND starts_with(id, $2)`, w.Customer, aside)
}

func rewriteTasks(b *batch, w *state.Rewrite) {
	b.add(nil, `DELETE FROM publication WHERE customer = $1`, w.Customer) // a wish
	dropClock(b, w.Customer)
	b.add(nil, `UPDATE task SET id = $2 || id WHERE customer = $1`, w.Customer, aside)
	for rows := range portions(w.Tasks, func(t *state.RewrittenTask) int { return len(t.Body) }) {
		b.add(nil, `WITH w AS (SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::bigint[])
				AS w (id, seq, customer, state, body, was, was_seq)),
			kept AS (INSERT INTO task (id, seq, customer, state, body) SELECT id, seq, customer, state, body FROM w RETURNING row, id, seq)
			INSERT INTO publication (task) SELECT k.row FROM kept AS k JOIN w ON w.id = k.id AND w.seq = k.seq
				JOIN task AS old ON old.id = $8 || w.was AND old.seq = w.was_seq JOIN publication AS p ON p.task = old.row ORDER BY p.id`,
			column(rows, func(t *state.RewrittenTask) string { return t.ID }),
			column(rows, func(t *state.RewrittenTask) int64 { return t.Seq }),
			column(rows, func(t *state.RewrittenTask) string { return string(t.Customer) }),
			column(rows, func(t *state.RewrittenTask) string { return t.State }),
			column(rows, func(t *state.RewrittenTask) []byte { return t.Body }),
			column(rows, func(t *state.RewrittenTask) string { return t.Was.ID }),
			column(rows, func(t *state.RewrittenTask) int64 { return t.Was.Seq }), aside)
	}
	b.add(nil, `DELETE FROM publication WHERE task IN (SELECT row FROM task WHERE customer = $1 AND starts_with(id, $2))`, w.Customer, aside)
	b.add(nil, `DELETE FROM task WHERE customer = $1 AND starts_with(id, $2)`, w.Customer, aside)
}

// rewriteMessages replaces messages, which stay as far delivered as they were, carries receipts over without their bodies, and owes
// once more what somebody has seen.
func rewriteMessages(b *batch, at state.Instant, w *state.Rewrite) {
	b.add(nil, `UPDATE message SET id = $2 || id, case_id = $2 || case_id WHERE customer = $1`, w.Customer, aside)
	for rows := range portions(w.Messages, func(m *state.RewrittenMessage) int { return len(m.Body) }) {
		was := column(rows, func(m *state.RewrittenMessage) string { return m.Was.ID })
		cases := column(rows, func(m *state.RewrittenMessage) string { return m.Case })
		b.add(nil, `INSERT INTO message (id, case_id, seq, customer, at, due_at, held, settled, body)
			SELECT w.id, w.case_id, w.seq, w.customer, coalesce(old.at, $8), coalesce(old.due_at, $8), coalesce(old.held, false),
				NOT w.owed AND coalesce(old.settled, true), w.body
			FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bytea[], $6::text[], $7::bigint[], $10::boolean[])
				AS w (id, case_id, seq, customer, body, was, was_seq, owed)
			LEFT JOIN message AS old ON NOT w.owed AND old.case_id = $9 || w.was AND old.seq = w.was_seq`,
			column(rows, func(m *state.RewrittenMessage) string { return m.ID }), cases,
			column(rows, func(m *state.RewrittenMessage) int64 { return m.Seq }),
			column(rows, func(m *state.RewrittenMessage) string { return string(m.Customer) }),
			column(rows, func(m *state.RewrittenMessage) []byte { return m.Body }), was,
			column(rows, func(m *state.RewrittenMessage) int64 { return m.Was.Seq }), at, aside,
			column(rows, func(m *state.RewrittenMessage) bool { return m.Owed }))
	}
	moveReceipts(b, at, w)
	b.add(nil, `DELETE FROM message WHERE customer = $1 AND starts_with(case_id, $2)`, w.Customer, aside)
}

// moveReceipts carries receipts over to the last of the new names that their cases have, without what they say was delivered, and
// owes the newest message once more where somebody has seen one. They are put aside first: a case may bear the name that another
// one had.
func moveReceipts(b *batch, at state.Instant, w *state.Rewrite) {
	was := column(w.Messages, func(m *state.RewrittenMessage) string { return m.Was.ID })
	cases := column(w.Messages, func(m *state.RewrittenMessage) string { return m.Case })
	b.add(nil, `UPDATE receipt SET case_id = $2 || case_id, body = NULL
		WHERE case_id = ANY ($1::text[]) AND EXISTS (SELECT 1 FROM message AS old WHERE old.case_id = $2 || receipt.case_id)`, was, aside)
	b.add(nil, `UPDATE receipt AS r SET case_id = w.case_id
		FROM (SELECT DISTINCT ON (was) was, case_id FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (was, case_id, place)
			ORDER BY was, place DESC) AS w
		WHERE r.case_id = $3 || w.was`, was, cases, aside)
	b.add(nil, `DELETE FROM heard WHERE case_id = ANY ($1::text[])`, was)
	b.add(nil, `UPDATE message AS m SET settled = false, held = false, due_at = $2 WHERE m.case_id = ANY ($1::text[])
		AND m.seq = (SELECT max(seq) FROM message AS newest WHERE newest.case_id = m.case_id)
		AND EXISTS (SELECT 1 FROM receipt AS r WHERE r.case_id = m.case_id AND r.timestamp <> '')`, cases, at)
}

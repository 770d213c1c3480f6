package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// withheld are the newest undelivered messages of cases where those are held. What follows is about m.
const withheld = ` FROM message AS m
	JOIN (SELECT case_id, max(seq) AS seq FROM message WHERE NOT settled GROUP BY case_id) AS newest ON m.case_id = newest.case_id AND m.seq = newest.seq
	WHERE m.held`

const seen = `EXISTS (SELECT FROM receipt AS r WHERE r.case_id = m.case_id AND (r.timestamp <> '' OR r.attempt <> 0))`

// Withheld lists what cases are kept from saying.
func (s *Store) Withheld(ctx context.Context, after string, limit int) ([]state.Withheld, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (w state.Withheld, err error) {
		w.Held = true
		err = row.Scan(&w.ID, &w.Case, &w.Seq, &w.Customer, &w.DueAt, &w.Body, &w.Seen)
		return w, err
	}, `SELECT m.id, m.case_id, m.seq, m.customer, m.due_at, m.body, `+seen+withheld+` AND m.case_id > $1 ORDER BY m.case_id LIMIT $2`, after, limit)
}

// Release does with held messages what it is told. It holds the day as each step does, so that nobody is erased meanwhile, and locks
// messages in order, before it looks whether they are those that it was told of: a sender keeps receipts under the same locks. What is
// committed meanwhile is newer, and is left.
func (s *Store) Release(ctx context.Context, l state.LettingGo) error {
	return s.writeWithin(ctx, bulky, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT FROM day FOR SHARE`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT FROM message WHERE NOT settled AND case_id IN (SELECT case_id FROM message WHERE NOT settled AND held)
			ORDER BY case_id, seq FOR UPDATE`); err != nil {
			return err
		}
		stands, err := collect(ctx, tx, func(row pgx.CollectableRow) (w state.Withheld, err error) {
			err = row.Scan(&w.Case, &w.Seq, &w.Seen)
			return w, err
		}, `SELECT m.case_id, m.seq, `+seen+withheld)
		if err != nil {
			return err
		}
		if err := l.Fits(stands); err != nil {
			return err
		}
		return letGo(&l).send(ctx, tx)
	})
}

// letGo changes the rows that are locked, and owes the summary.
func letGo(l *state.LettingGo) *batch {
	b := new(batch)
	b.add(nil, `UPDATE message AS m SET settled = true FROM unnest($1::text[], $2::bigint[]) AS w (case_id, seq)
		WHERE NOT m.settled AND m.case_id = w.case_id AND m.seq <= w.seq`, keyCases(l.Settled), keySeqs(l.Settled))
	b.add(nil, `UPDATE message AS m SET settled = true FROM unnest($1::text[], $2::bigint[]) AS w (case_id, seq)
		WHERE NOT m.settled AND m.case_id = w.case_id AND m.seq < w.seq`, keyCases(l.Go), keySeqs(l.Go))
	b.add(nil, `UPDATE message AS m SET held = false, due_at = greatest(m.due_at, $3) FROM unnest($1::text[], $2::bigint[]) AS w (case_id, seq)
		WHERE m.case_id = w.case_id AND m.seq = w.seq`, keyCases(l.Go), keySeqs(l.Go), l.At)
	freeClocks(b, l.At)
	if l.Summary != nil {
		oweSummary(b, l.At, l.Summary)
	}
	return b
}

func keyCases(keys []state.MessageKey) []string {
	return column(keys, func(k *state.MessageKey) string { return k.Case })
}

func keySeqs(keys []state.MessageKey) []int64 {
	return column(keys, func(k *state.MessageKey) int64 { return k.Seq })
}

// oweSummary owes a message of nobody in particular.
func oweSummary(b *batch, at state.Instant, m *state.Message) {
	b.add(nil, `INSERT INTO message (id, case_id, seq, customer, at, due_at, held, body, about) VALUES ($1, $2, $3, '', $4, $4, false, $5, $6)`,
		m.ID, m.Case, m.Seq, at, m.Body, m.About)
}

// Owe owes a message of nobody in particular, once. It holds the day as each step does, so that nobody is erased meanwhile.
func (s *Store) Owe(ctx context.Context, at state.Instant, m state.Message, erased int) (owed bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		owed = false
		var known int
		if err := tx.QueryRow(ctx, `SELECT erased FROM day FOR SHARE`).Scan(&known); err != nil {
			return err
		}
		if known != erased {
			return fmt.Errorf("%d customers are erased, not %d: %w", known, erased, state.ErrConflict)
		}
		tag, err := tx.Exec(ctx, `INSERT INTO message (id, case_id, seq, customer, at, due_at, held, body) VALUES ($1, $2, $3, '', $4, $4, false, $5)
			ON CONFLICT DO NOTHING`, m.ID, m.Case, m.Seq, at, m.Body)
		owed = tag.RowsAffected() > 0
		return err
	})
	return owed && err == nil, err
}

// Summaries lists the newest message of each case that is of nobody in particular.
func (s *Store) Summaries(ctx context.Context) ([]state.Message, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (m state.Message, err error) {
		err = row.Scan(&m.ID, &m.Case, &m.Seq, &m.DueAt, &m.Body)
		return m, err
	}, `SELECT DISTINCT ON (case_id) id, case_id, seq, due_at, body FROM message WHERE customer = '' AND about = '' ORDER BY case_id, seq DESC`)
}

// Words lists the newest message of each case that is about one of these customers.
func (s *Store) Words(ctx context.Context, about []state.CustomerID) ([]state.Message, error) {
	these, args := "about <> ''", []any(nil)
	if about != nil {
		these, args = "about <> '' AND about = ANY ($1::text[])", []any{about}
	}
	return list(ctx, s, func(row pgx.CollectableRow) (m state.Message, err error) {
		err = row.Scan(&m.ID, &m.Case, &m.Seq, &m.DueAt, &m.Body, &m.About)
		return m, err
	}, `SELECT DISTINCT ON (case_id) id, case_id, seq, due_at, body, about FROM message WHERE `+these+` ORDER BY case_id, seq DESC`, args...)
}

// dropWords drops words that were owed before an instant and are settled, with their receipts. As everywhere messages are locked first.
func dropWords(b *batch, before state.Instant) {
	b.add(nil, `WITH gone AS (DELETE FROM message WHERE about <> '' AND at < $1 AND settled
			AND NOT EXISTS (SELECT FROM message AS later WHERE later.case_id = message.case_id AND (later.at >= $1 OR NOT later.settled)) RETURNING case_id)
		DELETE FROM receipt WHERE case_id IN (SELECT case_id FROM gone)`, before)
}

// reword replaces summaries and owes them once more. They are locked already: see lockTold.
func reword(b *batch, at state.Instant, r *state.Rewording) {
	if r == nil {
		return
	}
	b.add(all(1, state.ErrConflict, "%d summaries were read", r.Known),
		`SELECT WHERE $1 = (SELECT count(DISTINCT case_id) FROM message WHERE customer = '' AND about = '')`, int64(r.Known))
	for i := range r.Messages {
		m := &r.Messages[i]
		b.add(nil, `DELETE FROM message WHERE case_id = $1`, m.Case)
		oweSummary(b, at, m)
		b.add(nil, `UPDATE receipt SET body = NULL WHERE case_id = $1`, m.Case)
	}
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Postpone puts messages off, and owes what tells of it. It locks messages in order and before anything else, as Deliver does: an erasure
// that was first has renamed cases, and one that comes later finds what is told in a state that it has not read.
func (s *Store) Postpone(ctx context.Context, under state.Lease, of []state.Waiting, tell []state.Message) error {
	of = slices.Clone(of)
	cases := column(of, func(w *state.Waiting) string { return w.Case })
	slices.Sort(cases)
	cases = slices.Compact(cases)
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		b := new(batch)
		b.add(nil, `SELECT FROM message WHERE NOT settled AND case_id = ANY ($1::text[]) ORDER BY case_id, seq FOR UPDATE`,
			append(column(tell, func(m *state.Message) string { return m.Case }), cases...))
		b.add(all(1, state.ErrCaseGone, "%d cases", len(cases)),
			`SELECT WHERE $2 = (SELECT count(DISTINCT case_id) FROM message WHERE case_id = ANY ($1::text[]))`, cases, int64(len(cases)))
		checkLease(b, under)
		b.add(nil, `UPDATE message AS m SET waits_why = w.why, waits_since = w.since, waits_until = w.until, waits_in = w.channels, waits_who = w.who
			FROM unnest($1::text[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[])
				AS w (case_id, seq, why, since, until, channels, who)
			WHERE NOT m.settled AND NOT m.held AND m.case_id = w.case_id AND m.seq <= w.seq`,
			column(of, func(w *state.Waiting) string { return w.Case }),
			column(of, func(w *state.Waiting) int64 { return w.Seq }),
			column(of, func(w *state.Waiting) int16 { return int16(w.Why) }),
			column(of, func(w *state.Waiting) state.Instant { return w.Since }),
			column(of, func(w *state.Waiting) state.Instant { return w.Until }),
			column(of, func(w *state.Waiting) string { return state.ChannelsText(w.In) }),
			column(of, func(w *state.Waiting) string { return storable(w.Who) }))
		postponeClocks(b, cases)
		for i := range tell {
			m := &tell[i]
			b.add(nil, `UPDATE message SET settled = true WHERE NOT settled AND case_id = $1 AND seq < $2`, m.Case, m.Seq)
			b.add(taken, `INSERT INTO message (id, case_id, seq, customer, at, due_at, held, body) VALUES ($1, $2, $3, '', $4, $4, false, $5)`,
				m.ID, m.Case, m.Seq, m.DueAt, m.Body)
		}
		if err := b.send(ctx, tx); err != nil {
			return fmt.Errorf("put %d messages off: %w", len(of), err)
		}
		return nil
	})
}

// taken is a conflict where a message is there already.
func taken(_ int64, err error) error {
	if violates(err, "message_pkey") || violates(err, "message_id_key") {
		return state.ErrConflict
	}
	return err
}

// waits is what WaitsOf asks for, of the parameters from $1 to $4.
const waits = ` FROM message WHERE NOT settled AND waits_why > 0 AND ($1::integer = 0 OR waits_why = $1) AND ($2 = '' OR strpos(waits_in, $2) > 0)
	AND waits_since >= $3 AND waits_until > $4`

func waitsArgs(of *state.WaitsOf) []any {
	in := ""
	if of.In != "" {
		in = state.ChannelsText([]string{of.In})
	}
	return []any{int32(of.Why), in, of.Since, of.Until}
}

// Recall ends waits. Rows are locked in order: see Postpone.
func (s *Store) Recall(ctx context.Context, under state.Lease, of state.WaitsOf, limit int) error {
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		cases, err := collect(ctx, tx, pgx.RowTo[string],
			`SELECT case_id`+waits+` GROUP BY case_id ORDER BY min(waits_since), case_id LIMIT $5`, append(waitsArgs(&of), limit)...)
		if err != nil || len(cases) == 0 {
			return err
		}
		b := new(batch)
		b.add(nil, `SELECT FROM message WHERE NOT settled AND case_id = ANY ($1::text[]) ORDER BY case_id, seq FOR UPDATE`, cases)
		checkLease(b, under)
		b.add(nil, `UPDATE message SET waits_until = 0 WHERE NOT settled AND case_id = ANY ($1::text[])`, cases)
		return b.send(ctx, tx)
	})
}

// Again owes messages anew. Rows are locked in order: see Postpone.
func (s *Store) Again(ctx context.Context, under state.Lease, at state.Instant, cases []string) error {
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		b := new(batch)
		b.add(nil, `SELECT FROM message WHERE case_id = ANY ($1::text[]) ORDER BY case_id, seq FOR UPDATE`, cases)
		checkLease(b, under)
		b.add(nil, `UPDATE receipt AS r SET seq = m.seq - 1 FROM (SELECT case_id, max(seq) AS seq FROM message WHERE case_id = ANY ($1::text[]) GROUP BY case_id) AS m
			WHERE r.case_id = m.case_id AND r.seq >= m.seq`, cases)
		b.add(nil, `UPDATE message AS m SET settled = false, held = false, due_at = $2, waits_why = 0, waits_since = 0, waits_until = 0, waits_in = '', waits_who = ''
			WHERE settled AND case_id = ANY ($1::text[]) AND seq = (SELECT max(seq) FROM message AS newest WHERE newest.case_id = m.case_id)`, cases, at)
		return b.send(ctx, tx)
	})
}

// WaitCount is how many cases are put off.
func (s *Store) WaitCount(ctx context.Context, of state.WaitsOf) (n int, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		return db.QueryRow(ctx, `SELECT count(DISTINCT case_id)`+waits, waitsArgs(&of)...).Scan(&n)
	})
	return n, err
}

// Flooded lists channels for whose floods cases are put off.
func (s *Store) Flooded(ctx context.Context) ([]string, error) {
	texts, err := list(ctx, s, pgx.RowTo[string],
		`SELECT DISTINCT waits_in FROM message WHERE NOT settled AND waits_why = $1 AND waits_until > 0`, state.WaitFlood)
	return state.FloodedOf(texts), err
}

// Speak stores a receipt with what a channel hears.
func (s *Store) Speak(ctx context.Context, under state.Lease, r state.Receipt, h state.Heard) error {
	return s.deliver(ctx, under, r, &h)
}

// hear keeps what a channel hears of a case whose messages are locked.
func hear(b *batch, of string, h *state.Heard) {
	if h.At == 0 {
		b.add(nil, `DELETE FROM heard WHERE case_id = $1 AND channel = $2 AND seq = $3`, of, h.Channel, h.Seq)
		return
	}
	b.add(nil, `INSERT INTO heard (case_id, channel, seq, at, who, fresh) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (case_id, channel, seq) DO UPDATE SET at = excluded.at, who = excluded.who, fresh = excluded.fresh`,
		of, h.Channel, h.Seq, h.At, storable(h.Who), h.Fresh)
	b.add(nil, `DELETE FROM heard WHERE at < $1`, h.At-state.KeepHeard)
}

// HeardCount is how many messages channels have heard of.
func (s *Store) HeardCount(ctx context.Context, of state.HeardOf) (n int, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		return db.QueryRow(ctx, `SELECT count(DISTINCT (case_id, seq)) FROM heard
			WHERE at >= $1 AND ($2 = '' OR who = $2) AND ($3 = '' OR case_id IN (SELECT case_id FROM message WHERE customer = $3))
				AND ($4 = '' OR channel = $4 AND fresh) AND NOT (case_id = $5 AND seq = $6)`,
			of.Since, storable(of.Who), of.Customer, of.Channel, of.But.Case, of.But.Seq).Scan(&n)
	})
	return n, err
}

// ToldOf lists messages of a customer's cases of which people have one.
func (s *Store) ToldOf(ctx context.Context, customer state.CustomerID, but string, since state.Instant, limit int) ([]state.Message, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (m state.Message, err error) {
		m.Customer = customer
		err = row.Scan(&m.ID, &m.Case, &m.Seq, &m.DueAt, &m.Body)
		return m, err
	}, `SELECT * FROM (SELECT id, case_id, seq, due_at, body FROM message AS m WHERE customer = $1 AND case_id <> $2 AND due_at >= $3
			AND EXISTS (SELECT FROM receipt AS r WHERE r.case_id = m.case_id AND r.timestamp <> '') ORDER BY due_at DESC, seq DESC LIMIT $4) AS newest
		ORDER BY case_id, seq`, customer, but, since, limit)
}

// Last is the newest message of the last case of nobody in particular.
func (s *Store) Last(ctx context.Context, prefix string) (m state.Message, found bool, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		return db.QueryRow(ctx, `SELECT id, case_id, seq, due_at, body FROM message WHERE customer = '' AND case_id >= $1 AND starts_with(case_id, $1)
			ORDER BY case_id DESC, seq DESC LIMIT 1`, strings.ToValidUTF8(prefix, "")).Scan(&m.ID, &m.Case, &m.Seq, &m.DueAt, &m.Body)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return state.Message{}, false, nil
	}
	return m, err == nil, err
}

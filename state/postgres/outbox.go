package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Owed lists, of each case one of whose undelivered messages is due, not held and not put off, the newest that is not held.
func (s *Store) Owed(ctx context.Context, now state.Instant, limit int) ([]state.Message, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (m state.Message, err error) {
		var in string
		err = row.Scan(&m.Seq, &m.ID, &m.Case, &m.Customer, &m.DueAt, &m.Body, &m.Wait.Why, &m.Wait.Since, &m.Wait.Until, &in)
		m.Wait.In = state.ChannelsOf(in)
		return m, err
	}, `SELECT m.seq, m.id, m.case_id, m.customer, m.due_at, m.body, newest.why, newest.since, m.waits_until, newest.channels FROM message AS m
		JOIN (SELECT case_id, max(seq) AS seq, min(due_at) AS due_at, max(waits_why) AS why, max(waits_since) AS since, max(waits_in) AS channels
			FROM message WHERE NOT settled AND NOT held GROUP BY case_id HAVING min(greatest(due_at, waits_until)) <= $1) AS newest
		ON m.case_id = newest.case_id AND m.seq = newest.seq ORDER BY newest.due_at, m.case_id LIMIT $2`, now, limit)
}

// OwedCount is how many cases have an undelivered message that is not held, and how many have held ones only.
func (s *Store) OwedCount(ctx context.Context) (due, held int, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		return db.QueryRow(ctx, `SELECT count(*) FILTER (WHERE NOT held), count(*) FILTER (WHERE held)
			FROM (SELECT bool_and(held) AS held FROM message WHERE NOT settled GROUP BY case_id) AS c`).Scan(&due, &held)
	})
	return due, held, err
}

// Receipt is where a case stands in a channel.
func (s *Store) Receipt(ctx context.Context, caseID, channel string) (state.Receipt, error) {
	r := state.Receipt{Case: caseID, Channel: channel}
	err := s.read(ctx, func(ctx context.Context, db querier) error {
		return db.QueryRow(ctx, `SELECT timestamp, seq, body, attempt FROM receipt WHERE case_id = $1 AND channel = $2`,
			caseID, channel).Scan(&r.Timestamp, &r.Seq, &r.Body, &r.Attempt)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return state.Receipt{}, nil
	}
	return r, err
}

// Receipts are where a case stands, by channel.
func (s *Store) Receipts(ctx context.Context, caseID string) ([]state.Receipt, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (r state.Receipt, err error) {
		r.Case = caseID
		err = row.Scan(&r.Channel, &r.Timestamp, &r.Seq, &r.Body, &r.Attempt)
		return r, err
	}, `SELECT channel, timestamp, seq, body, attempt FROM receipt WHERE case_id = $1 ORDER BY channel COLLATE "C"`, caseID)
}

// Deliver stores a receipt and settles the messages of its case up to Seq. Messages are locked in order, as Release does, and before
// receipts, as an erasure does: whoever comes second finds the case renamed, and leaves no receipt under its old name. Whoever takes the
// lease meanwhile waits.
func (s *Store) Deliver(ctx context.Context, under state.Lease, r state.Receipt) error {
	return s.deliver(ctx, under, r, nil)
}

func (s *Store) deliver(ctx context.Context, under state.Lease, r state.Receipt, h *state.Heard) error {
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		b := new(batch)
		b.add(func(rows int64, err error) error {
			if err == nil && rows == 0 {
				return state.ErrCaseGone
			}
			return err
		}, `SELECT FROM message WHERE case_id = $1 ORDER BY seq FOR UPDATE`, r.Case)
		checkLease(b, under)
		b.add(nil, `INSERT INTO receipt (case_id, channel, timestamp, seq, body, attempt) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (case_id, channel) DO UPDATE SET timestamp = excluded.timestamp, seq = excluded.seq, body = excluded.body,
				attempt = excluded.attempt`, r.Case, r.Channel, r.Timestamp, r.Seq, r.Body, r.Attempt)
		b.add(nil, `UPDATE message SET settled = true WHERE NOT settled AND case_id = $1 AND seq <= $2`, r.Case, r.Seq)
		if h != nil {
			hear(b, r.Case, h)
		}
		if r.Timestamp != "" {
			tellClock(b, r.Case)
		}
		if err := b.send(ctx, tx); err != nil {
			return fmt.Errorf("receipt of case %s in %s: %w", r.Case, r.Channel, err)
		}
		return nil
	})
}

// dropPassing drops what cases had to say before their newest message and is settled.
func dropPassing(b *batch, cases []string) {
	for _, id := range cases {
		b.add(nil, `DELETE FROM message WHERE case_id = $1 AND settled AND seq < (SELECT max(seq) FROM message WHERE case_id = $1)`, id)
	}
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tocsin/state"
)

// Owed lists, of each case one of whose undelivered messages is due, not held and not put off, the newest that is not held.
func (s *Store) Owed(ctx context.Context, now state.Instant, limit int) ([]state.Message, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (m state.Message, err error) {
		var in string
		err = row(&m.Seq, &m.ID, &m.Case, &m.Customer, &m.DueAt, &m.Body, &m.Wait.Why, &m.Wait.Since, &m.Wait.Until, &in)
		m.Wait.In = state.ChannelsOf(in)
		return m, err
	}, `SELECT m.seq, m.id, m.case_id, m.customer, m.due_at, m.body, newest.why, newest.since, m.waits_until, newest.channels FROM message AS m
		JOIN (SELECT case_id, max(seq) AS seq, min(due_at) AS due_at, max(waits_why) AS why, max(waits_since) AS since, max(waits_in) AS channels
			FROM message WHERE settled = 0 AND held = 0 GROUP BY case_id HAVING min(max(due_at, waits_until)) <= ?) AS newest
		ON m.case_id = newest.case_id AND m.seq = newest.seq ORDER BY newest.due_at, m.case_id LIMIT ?`, now, limit)
}

// OwedCount is how many cases have an undelivered message that is not held, and how many have held ones only.
func (s *Store) OwedCount(ctx context.Context) (due, held int, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT count(*) - coalesce(sum(held), 0), coalesce(sum(held), 0)
		FROM (SELECT min(held) AS held FROM message WHERE settled = 0 GROUP BY case_id)`).Scan(&due, &held)
	return due, held, err
}

// Receipt is where a case stands in a channel.
func (s *Store) Receipt(ctx context.Context, caseID, channel string) (state.Receipt, error) {
	r := state.Receipt{Case: caseID, Channel: channel}
	err := s.readers.QueryRowContext(ctx, `SELECT timestamp, seq, body, attempt FROM receipt WHERE case_id = ? AND channel = ?`,
		caseID, channel).Scan(&r.Timestamp, &r.Seq, &r.Body, &r.Attempt)
	if errors.Is(err, sql.ErrNoRows) {
		return state.Receipt{}, nil
	}
	return r, err
}

// Receipts are where a case stands, by channel.
func (s *Store) Receipts(ctx context.Context, caseID string) ([]state.Receipt, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (r state.Receipt, err error) {
		r.Case = caseID
		err = row(&r.Channel, &r.Timestamp, &r.Seq, &r.Body, &r.Attempt)
		return r, err
	}, `SELECT channel, timestamp, seq, body, attempt FROM receipt WHERE case_id = ? ORDER BY channel`, caseID)
}

// Deliver stores a receipt and settles the messages of its case up to Seq.
func (s *Store) Deliver(ctx context.Context, under state.Lease, r state.Receipt) error {
	return s.write(ctx, func(tx *tx) error { return s.deliver(tx, under, r) })
}

func (s *Store) deliver(tx *tx, under state.Lease, r state.Receipt) error {
	n, err := tx.exec(`INSERT INTO receipt (case_id, channel, timestamp, seq, body, attempt)
		SELECT ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM message WHERE case_id = ?)
		ON CONFLICT DO UPDATE SET timestamp = excluded.timestamp, seq = excluded.seq, body = excluded.body,
			attempt = excluded.attempt`,
		r.Case, r.Channel, r.Timestamp, r.Seq, r.Body, r.Attempt, r.Case)
	if err == nil && n == 0 {
		err = state.ErrCaseGone
	}
	if err == nil {
		err = s.leases.Check(under)
	}
	if err == nil {
		err = settle(tx, r.Case, r.Seq)
	}
	if err == nil && r.Timestamp != "" {
		err = tellClock(tx, r.Case)
	}
	if err != nil {
		return fmt.Errorf("receipt of case %s in %s: %w", r.Case, r.Channel, err)
	}
	return nil
}

// dropPassing drops what cases had to say before their newest message and is settled.
func dropPassing(tx *tx, cases []string) error {
	for _, id := range cases {
		if _, err := tx.exec(`DELETE FROM message WHERE case_id = ?1 AND settled <> 0 AND seq < (SELECT max(seq) FROM message WHERE case_id = ?1)`, id); err != nil {
			return fmt.Errorf("drop messages of %s: %w", id, err)
		}
	}
	return nil
}

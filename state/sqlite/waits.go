package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tocsin/state"
)

// Postpone puts messages off, and owes what tells of it.
func (s *Store) Postpone(ctx context.Context, under state.Lease, of []state.Waiting, tell []state.Message) error {
	return s.write(ctx, func(tx *tx) error {
		if err := s.leases.Check(under); err != nil {
			return err
		}
		for i := range of {
			w := &of[i]
			known := false
			if _, err := tx.get(`SELECT EXISTS (SELECT 1 FROM message WHERE case_id = ?)`, []any{w.Case}, &known); err != nil {
				return err
			}
			if !known {
				return fmt.Errorf("put case %s off: %w", w.Case, state.ErrCaseGone)
			}
			if _, err := tx.exec(`UPDATE message SET waits_why = ?, waits_since = ?, waits_until = ?, waits_in = ?, waits_who = ?
				WHERE settled = 0 AND held = 0 AND case_id = ? AND seq <= ?`,
				w.Why, w.Since, w.Until, state.ChannelsText(w.In), w.Who, w.Case, w.Seq); err != nil {
				return fmt.Errorf("put case %s off: %w", w.Case, err)
			}
			if err := postponeClock(tx, w.Case); err != nil {
				return fmt.Errorf("clock of case %s: %w", w.Case, err)
			}
		}
		for i := range tell {
			if err := tellOf(tx, &tell[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// tellOf owes a message of nobody in particular in place of the earlier ones of its case.
func tellOf(tx *tx, m *state.Message) error {
	taken := false
	if _, err := tx.get(`SELECT EXISTS (SELECT 1 FROM message WHERE case_id = ? AND seq = ?)`, []any{m.Case, m.Seq}, &taken); err != nil {
		return err
	}
	if taken {
		return fmt.Errorf("message %s: %w", m.ID, state.ErrConflict)
	}
	if err := settle(tx, m.Case, m.Seq-1); err != nil {
		return err
	}
	return oweSummary(tx, m.DueAt, m)
}

// waits is what WaitsOf asks for, with the parameters of waitsArgs.
const waits = ` FROM message WHERE settled = 0 AND waits_why > 0 AND (? = 0 OR waits_why = ?) AND instr(waits_in, ?) > 0
	AND waits_since >= ? AND waits_until > ?`

func waitsArgs(of *state.WaitsOf) []any {
	in := "" // which is in any text
	if of.In != "" {
		in = state.ChannelsText([]string{of.In})
	}
	return []any{of.Why, of.Why, in, of.Since, of.Until}
}

// Recall ends waits.
func (s *Store) Recall(ctx context.Context, under state.Lease, of state.WaitsOf, limit int) error {
	return s.write(ctx, func(tx *tx) error {
		if err := s.leases.Check(under); err != nil {
			return err
		}
		_, err := tx.exec(`UPDATE message SET waits_until = 0 WHERE settled = 0 AND case_id IN
			(SELECT case_id`+waits+` GROUP BY case_id ORDER BY min(waits_since), case_id LIMIT ?)`, append(waitsArgs(&of), limit)...)
		return err
	})
}

// Again owes messages anew.
func (s *Store) Again(ctx context.Context, under state.Lease, at state.Instant, cases []string) error {
	return s.write(ctx, func(tx *tx) error {
		if err := s.leases.Check(under); err != nil {
			return err
		}
		for _, id := range cases {
			if _, err := tx.exec(`UPDATE receipt SET seq = n.seq - 1 FROM (SELECT max(seq) AS seq FROM message WHERE case_id = ?) AS n
				WHERE case_id = ? AND receipt.seq >= n.seq`, id, id); err != nil {
				return fmt.Errorf("receipts of case %s: %w", id, err)
			}
			if _, err := tx.exec(`UPDATE message SET settled = 0, held = 0, due_at = ?, waits_why = 0, waits_since = 0, waits_until = 0, waits_in = '', waits_who = ''
				WHERE settled = 1 AND case_id = ? AND seq = (SELECT max(seq) FROM message WHERE case_id = ?)`, at, id, id); err != nil {
				return fmt.Errorf("owe case %s again: %w", id, err)
			}
		}
		return nil
	})
}

// WaitCount is how many cases are put off.
func (s *Store) WaitCount(ctx context.Context, of state.WaitsOf) (n int, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT count(DISTINCT case_id)`+waits, waitsArgs(&of)...).Scan(&n)
	return n, err
}

// Flooded lists channels for whose floods cases are put off.
func (s *Store) Flooded(ctx context.Context) ([]string, error) {
	texts, err := collect(ctx, s.readers, func(row func(...any) error) (text string, err error) {
		err = row(&text)
		return text, err
	}, `SELECT DISTINCT waits_in FROM message WHERE settled = 0 AND waits_why = ? AND waits_until > 0`, state.WaitFlood)
	return state.FloodedOf(texts), err
}

// Speak stores a receipt with what a channel hears.
func (s *Store) Speak(ctx context.Context, under state.Lease, r state.Receipt, h state.Heard) error {
	return s.write(ctx, func(tx *tx) error {
		if err := s.deliver(tx, under, r); err != nil {
			return err
		}
		if h.At == 0 {
			_, err := tx.exec(`DELETE FROM heard WHERE case_id = ? AND channel = ? AND seq = ?`, r.Case, h.Channel, h.Seq)
			return err
		}
		if _, err := tx.exec(`INSERT INTO heard (case_id, channel, seq, at, who, fresh) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET at = excluded.at, who = excluded.who, fresh = excluded.fresh`,
			r.Case, h.Channel, h.Seq, h.At, h.Who, h.Fresh); err != nil {
			return err
		}
		_, err := tx.exec(`DELETE FROM heard WHERE at < ?`, h.At-state.KeepHeard)
		return err
	})
}

// HeardCount is how many messages channels have heard of.
func (s *Store) HeardCount(ctx context.Context, of state.HeardOf) (n int, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT DISTINCT case_id, seq FROM heard
		WHERE at >= ?1 AND (?2 = '' OR who = ?2) AND (?3 = '' OR case_id IN (SELECT case_id FROM message WHERE customer = ?3))
			AND (?4 = '' OR channel = ?4 AND fresh) AND NOT (case_id = ?5 AND seq = ?6))`,
		of.Since, of.Who, of.Customer, of.Channel, of.But.Case, of.But.Seq).Scan(&n)
	return n, err
}

// ToldOf lists messages of a customer's cases of which people have one.
func (s *Store) ToldOf(ctx context.Context, customer state.CustomerID, but string, since state.Instant, limit int) ([]state.Message, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (m state.Message, err error) {
		m.Customer = customer
		err = row(&m.ID, &m.Case, &m.Seq, &m.DueAt, &m.Body)
		return m, err
	}, `SELECT * FROM (SELECT id, case_id, seq, due_at, body FROM message AS m WHERE customer = ? AND case_id <> ? AND due_at >= ?
			AND EXISTS (SELECT 1 FROM receipt AS r WHERE r.case_id = m.case_id AND r.timestamp <> '') ORDER BY due_at DESC, seq DESC LIMIT ?) AS newest
		ORDER BY case_id, seq`, customer, but, since, limit)
}

// Last is the newest message of the last case of nobody in particular.
func (s *Store) Last(ctx context.Context, prefix string) (m state.Message, found bool, err error) {
	query, args := lastOf(prefix)
	err = s.readers.QueryRowContext(ctx, query, args...).Scan(&m.ID, &m.Case, &m.Seq, &m.DueAt, &m.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return state.Message{}, false, nil
	}
	return m, err == nil, err
}

// lastOf asks for what begins with a prefix from its end backwards, in the order of the key: texts are compared by their bytes, so the
// first one behind all of them has one more in its last byte.
func lastOf(prefix string) (query string, args []any) {
	these, end := "customer = ''", []byte(prefix)
	for len(end) > 0 && end[len(end)-1] == 0xff {
		end = end[:len(end)-1]
	}
	if len(end) > 0 {
		end[len(end)-1]++
		these, args = these+" AND case_id >= ? AND case_id < ?", []any{prefix, string(end)}
	}
	return `SELECT id, case_id, seq, due_at, body FROM message WHERE ` + these + ` ORDER BY case_id DESC, seq DESC LIMIT 1`, args
}

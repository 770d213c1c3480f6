package sqlite

import (
	"context"
	"fmt"
	"strings"

	"tocsin/state"
)

// withheld are the newest undelivered messages of cases where those are held. What follows is about m.
const withheld = ` FROM (SELECT case_id, max(seq) AS seq FROM message WHERE settled = 0 GROUP BY case_id) AS newest
	JOIN message AS m ON m.case_id = newest.case_id AND m.seq = newest.seq
	WHERE m.held = 1`

const seen = `EXISTS (SELECT 1 FROM receipt AS r WHERE r.case_id = m.case_id AND (r.timestamp <> '' OR r.attempt <> 0))`

// Withheld lists what cases are kept from saying.
func (s *Store) Withheld(ctx context.Context, after string, limit int) ([]state.Withheld, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (w state.Withheld, err error) {
		w.Held = true
		err = row(&w.ID, &w.Case, &w.Seq, &w.Customer, &w.DueAt, &w.Body, &w.Seen)
		return w, err
	}, `SELECT m.id, m.case_id, m.seq, m.customer, m.due_at, m.body, `+seen+withheld+` AND m.case_id > ? ORDER BY m.case_id LIMIT ?`, after, limit)
}

// Release does with held messages what it is told.
func (s *Store) Release(ctx context.Context, l state.LettingGo) error {
	return s.write(ctx, func(tx *tx) error {
		stands, err := collect(context.Background(), tx.conn, func(row func(...any) error) (w state.Withheld, err error) {
			err = row(&w.Case, &w.Seq, &w.Seen)
			return w, err
		}, `SELECT m.case_id, m.seq, `+seen+withheld)
		if err == nil {
			err = l.Fits(stands)
		}
		for i := 0; err == nil && i < len(l.Settled); i++ {
			err = settle(tx, l.Settled[i].Case, l.Settled[i].Seq)
		}
		for i := 0; err == nil && i < len(l.Go); i++ {
			err = letGo(tx, l.At, l.Go[i])
		}
		if err == nil {
			err = freeClocks(tx, l.At)
		}
		if err == nil && l.Summary != nil {
			err = oweSummary(tx, l.At, l.Summary)
		}
		return err
	})
}

// settle settles the messages of a case up to one.
func settle(tx *tx, caseID string, seq int64) error {
	_, err := tx.exec(`UPDATE message SET settled = 1 WHERE settled = 0 AND case_id = ? AND seq <= ?`, caseID, seq)
	return err
}

func letGo(tx *tx, at state.Instant, key state.MessageKey) error {
	if err := settle(tx, key.Case, key.Seq-1); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE message SET held = 0, due_at = max(due_at, ?) WHERE case_id = ? AND seq = ?`, at, key.Case, key.Seq)
	return err
}

// oweSummary owes a message of nobody in particular.
func oweSummary(tx *tx, at state.Instant, m *state.Message) error {
	_, err := tx.exec(`INSERT INTO message (id, case_id, seq, customer, at, due_at, held, settled, body, about) VALUES (?, ?, ?, '', ?, ?, 0, 0, ?, ?)`,
		m.ID, m.Case, m.Seq, at, at, m.Body, m.About)
	if err != nil {
		return fmt.Errorf("message %s: %w", m.ID, err)
	}
	return nil
}

// Owe owes a message of nobody in particular, once.
func (s *Store) Owe(ctx context.Context, at state.Instant, m state.Message, erased int) (owed bool, err error) {
	err = s.write(ctx, func(tx *tx) error {
		var known, there int
		if _, err := tx.get(`SELECT (SELECT count(*) FROM erased), (SELECT count(*) FROM message WHERE case_id = ? AND seq = ?)`,
			[]any{m.Case, m.Seq}, &known, &there); err != nil {
			return err
		}
		if known != erased {
			return fmt.Errorf("%d customers are erased, not %d: %w", known, erased, state.ErrConflict)
		}
		if owed = there == 0; !owed {
			return nil
		}
		return oweSummary(tx, at, &m)
	})
	return owed && err == nil, err
}

// Summaries lists the newest message of each case that is of nobody in particular.
func (s *Store) Summaries(ctx context.Context) ([]state.Message, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (m state.Message, err error) {
		err = row(&m.ID, &m.Case, &m.Seq, &m.DueAt, &m.Body)
		return m, err
	}, summaries)
}

const summaries = `SELECT id, case_id, max(seq), due_at, body FROM message INDEXED BY message_nobody WHERE customer = '' AND about = '' GROUP BY case_id ORDER BY case_id`

// Words lists the newest message of each case that is about one of these customers.
func (s *Store) Words(ctx context.Context, about []state.CustomerID) ([]state.Message, error) {
	query, args := wordsOf(about)
	return collect(ctx, s.readers, func(row func(...any) error) (m state.Message, err error) {
		err = row(&m.ID, &m.Case, &m.Seq, &m.DueAt, &m.Body, &m.About)
		return m, err
	}, query, args...)
}

func wordsOf(about []state.CustomerID) (query string, args []any) {
	these := "about <> ''"
	if about != nil {
		these += " AND about IN (NULL" + strings.Repeat(", ?", len(about)) + ")"
	}
	for _, id := range about {
		args = append(args, id)
	}
	return `SELECT id, case_id, max(seq), due_at, body, about FROM message WHERE ` + these + ` GROUP BY case_id ORDER BY case_id`, args
}

// dropWords drops words that were owed before an instant and are settled, with their receipts.
func dropWords(tx *tx, before state.Instant) error {
	if _, err := tx.exec(`DELETE FROM receipt WHERE case_id IN (SELECT case_id FROM message WHERE `+goneWords+`)`, before); err != nil {
		return fmt.Errorf("drop receipts of words: %w", err)
	}
	if _, err := tx.exec(dropsWords, before); err != nil {
		return fmt.Errorf("drop words: %w", err)
	}
	return nil
}

const dropsWords = `DELETE FROM message WHERE ` + goneWords

const goneWords = `about <> '' AND at < ?1 AND settled <> 0
	AND NOT EXISTS (SELECT 1 FROM message AS later WHERE later.case_id = message.case_id AND (later.at >= ?1 OR later.settled = 0))`

// reword replaces summaries and owes them once more.
func reword(tx *tx, at state.Instant, r *state.Rewording) error {
	if r == nil {
		return nil
	}
	var known int
	if _, err := tx.get(`SELECT count(DISTINCT case_id) FROM message INDEXED BY message_nobody WHERE customer = '' AND about = ''`, nil, &known); err != nil {
		return err
	}
	if known != r.Known {
		return fmt.Errorf("%d summaries, not %d: %w", known, r.Known, state.ErrConflict)
	}
	for i := range r.Messages {
		m := &r.Messages[i]
		if _, err := tx.exec(`DELETE FROM message WHERE case_id = ?`, m.Case); err != nil {
			return err
		}
		if err := oweSummary(tx, at, m); err != nil {
			return err
		}
		if _, err := tx.exec(`UPDATE receipt SET body = NULL WHERE case_id = ?`, m.Case); err != nil {
			return err
		}
	}
	return nil
}

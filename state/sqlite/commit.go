package sqlite

import (
	"context"
	"fmt"

	"tocsin/state"
)

// Commit does all of c in one transaction, or nothing.
//
// The order is the protocol's, so that whoever reads the two stores side by side finds the same lines. What a crash leaves:
//
//   - Before COMMIT is in the log and synced: nothing. The positions stand at From, so the records are read and stepped
//     again, from the same journal rows, with the same result.
//   - After: everything, at once. Positions stand at To and nothing is stepped twice; a repeated request is told so; the
//     messages and publications owed are rows of this commit, and whoever sends them finds them.
//   - Never a part: there is no alert without its row in the journal, no journal row without its position.
//
// A caller that died between COMMIT and its answer is the second case. A caller that lives and cannot tell has
// [state.ErrUnknown].
func (s *Store) Commit(ctx context.Context, c *state.Commit) error {
	if err := c.Check(); err != nil {
		return err
	}
	if err := s.write(ctx, func(tx *tx) error { return commit(tx, c) }); err != nil || len(c.Rewrites) == 0 {
		return err
	}
	s.emptyLog()
	return nil
}

func commit(tx *tx, c *state.Commit) error {
	// First of all: a request that has landed needs no answer to any other question.
	if err := claimRequest(tx, c); err != nil {
		return err
	}
	for i := range c.Redrives {
		if err := claimRedrive(tx, &c.Redrives[i]); err != nil {
			return err
		}
	}
	// The fence. Of two batches from one offset, one finds its row moved.
	for _, p := range c.Positions {
		if err := advance(tx, p); err != nil {
			return err
		}
	}
	// The steps read the day, its configuration, what stood of exchange rates and the identifiers' rows; all must still be
	// what they read.
	config, err := holdDay(tx, c.Day)
	if err != nil {
		return err
	}
	for i := range c.Rates {
		if err := appendRate(tx, &c.Rates[i]); err != nil {
			return err
		}
	}
	for i := range c.Identifiers {
		if err := replaceIdentity(tx, &c.Identifiers[i]); err != nil {
			return err
		}
	}
	// Who is erased, before what is told of him under his pseudonym.
	for i := range c.Rewrites {
		if err := rewrite(tx, c, &c.Rewrites[i]); err != nil {
			return err
		}
	}
	if err := reword(tx, c.At, c.Rewording); err != nil {
		return err
	}
	for i := range c.Redacted {
		if err := redact(tx, &c.Redacted[i]); err != nil {
			return err
		}
	}
	// Whose steps panic, and what waits until they do not.
	if err := park(tx, c); err != nil {
		return err
	}
	for _, p := range c.Proofs {
		if err := prove(tx, p); err != nil {
			return err
		}
	}
	// The truth. Of two steps from one row, one finds its key taken.
	for i := range c.Entries {
		if err := appendEntry(tx, config, &c.Entries[i]); err != nil {
			return err
		}
	}
	for i := range c.Affiliates {
		if err := appendAffiliate(tx, &c.Affiliates[i]); err != nil {
			return err
		}
	}
	// Ticks after the rows, so that each sees the customer's last one; alarms after ticks, so that a new one stays.
	if err := tick(tx, c); err != nil {
		return err
	}
	for _, a := range c.Alarms {
		if _, err := tx.exec(`INSERT INTO alarm (day, customer) VALUES (?, ?) ON CONFLICT DO NOTHING`, a.Day, a.Customer); err != nil {
			return fmt.Errorf("alarm of customer %s on %v: %w", a.Customer, a.Day, err)
		}
	}
	if err := keepDisputants(tx, c.Disputants); err != nil {
		return err
	}
	// What follows from the steps. Their keys are derived from the customer's own row, so a taken key is a fault.
	if err := insertEffects(tx, c); err != nil {
		return err
	}
	if err := addScores(tx, c); err != nil {
		return err
	}
	for i := range c.Snapshots {
		if err := keepSnapshot(tx, &c.Snapshots[i]); err != nil {
			return err
		}
	}
	if c.FirstLimit {
		if _, err = tx.exec(`UPDATE store SET first_limit = day WHERE first_limit = 0`); err != nil {
			return err
		}
	}
	// What people have done with it.
	return chain(tx, c.Audit)
}

// Landed tells whether a commit has landed under a request id.
func (s *Store) Landed(ctx context.Context, request string) (landed bool, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM request WHERE id = ?)`, request).Scan(&landed)
	return landed, err
}

func claimRequest(tx *tx, c *state.Commit) error {
	if c.Request == "" {
		return nil
	}
	n, err := tx.exec(`INSERT INTO request (id, day) VALUES (?, ?) ON CONFLICT DO NOTHING`, c.Request, c.Day.Date)
	return unlessOne(n, err, state.ErrRepeated, "request %s", c.Request)
}

func advance(tx *tx, p state.Advance) error {
	n, err := tx.exec(`UPDATE position SET next = ? WHERE topic = ? AND partition = ? AND next = ? AND epoch = ?`,
		p.To, p.Topic, p.Partition, p.From, p.Epoch)
	return unlessOne(n, err, state.ErrFenced, "position %s/%d from %d", p.Topic, p.Partition, p.From)
}

// holdDay returns the number of the configuration in force. It holds the day as long as the transaction runs, for nobody
// else writes then.
func holdDay(tx *tx, want state.Day) (config int64, err error) {
	day, config, err := openDay(tx)
	if err != nil {
		return 0, err
	}
	if day.Date == 0 || day.Date != want.Date || day.Config != want.Config || day.Erased != want.Erased || day.Quarantined != want.Quarantined {
		return 0, fmt.Errorf("day %v, configuration %q: %w", want.Date, want.Config, state.ErrDayClosed)
	}
	return config, nil
}

func appendEntry(tx *tx, config int64, e *state.Entry) error {
	n, err := tx.exec(`INSERT INTO journal (customer, seq, day, config, applied) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		e.Customer, int64(e.Seq), e.Day, config, e.Applied)
	return unlessOne(n, err, state.ErrConflict, "customer %s, row %d", e.Customer, e.Seq)
}

// tick takes alarms away whose customers were stepped as they stand. One whose customer has moved on stays and fires again.
func tick(tx *tx, c *state.Commit) error {
	if len(c.Ticks) == 0 {
		return nil
	}
	appended := make(map[state.CustomerID]bool, len(c.Entries))
	for i := range c.Entries {
		appended[c.Entries[i].Customer] = true
	}
	for _, a := range c.Ticks {
		_, err := tx.exec(`DELETE FROM alarm WHERE day = ? AND customer = ? AND (? OR ? = max(
			coalesce((SELECT max(seq) FROM journal WHERE customer = ?), 0),
			coalesce((SELECT seq FROM snapshot WHERE customer = ?), 0)))`,
			a.Day, a.Customer, appended[a.Customer], int64(a.Seq), a.Customer, a.Customer)
		if err != nil {
			return fmt.Errorf("tick of customer %s on %v: %w", a.Customer, a.Day, err)
		}
	}
	return nil
}

// prove finds that somebody has stepped a customer of whom the commit appends nothing.
func prove(tx *tx, p state.Proof) error {
	var last int64
	_, err := tx.get(`SELECT max(coalesce((SELECT max(seq) FROM journal WHERE customer = ?), 0),
		coalesce((SELECT seq FROM snapshot WHERE customer = ?), 0))`, []any{p.Customer, p.Customer}, &last)
	if err == nil && uint64(last) != p.Seq {
		err = fmt.Errorf("customer %s was stepped at row %d of %d: %w", p.Customer, p.Seq, last, state.ErrConflict)
	}
	return err
}

func keepSnapshot(tx *tx, s *state.Snapshot) error {
	_, err := tx.exec(`INSERT INTO snapshot (customer, seq, body) VALUES (?, ?, ?) ON CONFLICT (customer) DO UPDATE
		SET seq = excluded.seq, body = excluded.body WHERE excluded.seq >= seq`, s.Customer, int64(s.Seq), s.Body)
	if err != nil {
		return fmt.Errorf("snapshot of customer %s at row %d: %w", s.Customer, s.Seq, err)
	}
	return nil
}

// unlessOne turns a statement that had to change one row and did not into a refusal, and names what it was about.
func unlessOne(changed int64, err, refusal error, format string, args ...any) error {
	if err == nil && changed == 1 {
		return nil
	}
	if err == nil {
		err = refusal
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

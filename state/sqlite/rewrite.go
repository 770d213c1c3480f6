package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"

	"tocsin/state"
)

// keepSecret gives a store the secret that pseudonyms are made with, once.
func keepSecret(ctx context.Context, db *sql.Conn) error {
	secret := make([]byte, 32)
	rand.Read(secret) //nolint:errcheck // it never fails
	_, err := db.ExecContext(ctx, `UPDATE store SET secret = ? WHERE secret IS NULL`, secret)
	return err
}

// Secret is what pseudonyms are made with.
func (s *Store) Secret(ctx context.Context) (secret []byte, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT secret FROM store`).Scan(&secret)
	return secret, err
}

// Erased lists the pseudonyms of those who were erased.
func (s *Store) Erased(ctx context.Context) ([]state.CustomerID, error) {
	return collect(ctx, s.readers, scanCustomer, `SELECT pseudonym FROM erased ORDER BY pseudonym`)
}

// rewrite replaces a customer's journal and what was told by it.
func rewrite(tx *tx, c *state.Commit, w *state.Rewrite) error {
	var last int64
	if _, err := tx.get(`SELECT coalesce(max(seq), 0) FROM journal WHERE customer = ?`, []any{w.Customer}, &last); err != nil {
		return err
	}
	if uint64(last) != w.Last {
		return fmt.Errorf("rewrite of customer %s up to row %d of %d: %w", w.Customer, w.Last, last, state.ErrConflict)
	}
	for _, step := range []func() error{
		func() error { return rewriteJournal(tx, w) },
		func() error { return rewriteAlerts(tx, w) },
		func() error { return rewriteTasks(tx, w) },
		func() error { return rewriteMessages(tx, c.At, w) },
		func() error { return rewriteParked(tx, w) },
		func() error { return searched(tx, c, w) },
		func() error { return rename(tx, w) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("rewrite of customer %s: %w", w.Customer, err)
		}
	}
	return nil
}

// searched is ErrStale where the name of somebody who is erased would be left behind.
func searched(tx *tx, c *state.Commit, w *state.Rewrite) error {
	if !w.Renamed() {
		return nil
	}
	quoted, _ := json.Marshal(w.Customer) // strings have no way to fail
	var named, refused int
	_, err := tx.get(`SELECT (SELECT count(*) FROM identity WHERE instr(customers, ?) > 0), (SELECT count(*) FROM dead_letter)`,
		[]any{string(quoted)}, &named, &refused)
	if err == nil && (named > 0 || refused != c.Searched) {
		err = fmt.Errorf("%d identifiers name it, and %d of %d refused records were searched: %w", named, c.Searched, refused, state.ErrStale)
	}
	return err
}

func rewriteJournal(tx *tx, w *state.Rewrite) error {
	for _, table := range []string{"journal", "snapshot"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE customer = ?`, w.Customer); err != nil {
			return err
		}
	}
	for i := range w.Entries {
		config, err := keepConfiguration(tx, w.Entries[i].Config)
		if err != nil {
			return err
		}
		if err := appendEntry(tx, config, &w.Entries[i]); err != nil {
			return err
		}
	}
	return nil
}

func rewriteAlerts(tx *tx, w *state.Rewrite) error {
	owed, err := takeOwed(tx, "alert", w.Customer)
	if err != nil {
		return err
	}
	for i := range w.Alerts {
		a := &w.Alerts[i]
		row, err := insertAlertRow(tx, &a.AlertRow)
		if err == nil && owed[a.Was] {
			_, err = tx.exec(`INSERT INTO publication (alert) VALUES (?)`, row)
		}
		if err != nil {
			return fmt.Errorf("alert %s, transition %d: %w", a.ID, a.Seq, err)
		}
	}
	return nil
}

func rewriteTasks(tx *tx, w *state.Rewrite) error {
	if _, err := tx.exec(`DELETE FROM publication WHERE wish IS NOT NULL AND customer = ?`, w.Customer); err != nil {
		return err
	}
	if err := dropClock(tx, w.Customer); err != nil {
		return err
	}
	owed, err := takeOwed(tx, "task", w.Customer)
	if err != nil {
		return err
	}
	for i := range w.Tasks {
		t := &w.Tasks[i]
		row, err := insertTaskRow(tx, &t.TaskRow)
		if err == nil && owed[t.Was] {
			_, err = tx.exec(`INSERT INTO publication (task) VALUES (?)`, row)
		}
		if err != nil {
			return fmt.Errorf("task %s, change %d: %w", t.ID, t.Seq, err)
		}
	}
	return nil
}

// takeOwed takes a customer's rows out of a table, and tells which of them still owe a copy to a topic.
func takeOwed(tx *tx, table string, customer state.CustomerID) (map[state.Was]bool, error) {
	rows, err := collect(context.Background(), tx.conn, func(row func(...any) error) (was state.Was, err error) {
		err = row(&was.ID, &was.Seq)
		return was, err
	}, `SELECT t.id, t.seq FROM publication AS p JOIN `+table+` AS t ON t.rowid = p.`+table+` WHERE t.customer = ?`, customer)
	if err != nil {
		return nil, err
	}
	owed := make(map[state.Was]bool, len(rows))
	for _, was := range rows {
		owed[was] = true
	}
	if _, err := tx.exec(`DELETE FROM publication WHERE `+table+` IN (SELECT rowid FROM `+table+` WHERE customer = ?)`, customer); err != nil {
		return nil, err
	}
	_, err = tx.exec(`DELETE FROM `+table+` WHERE customer = ?`, customer)
	return owed, err
}

// delivery is how far a message has come.
type delivery struct {
	was           state.Was
	at, dueAt     state.Instant
	held, settled bool
}

func rewriteMessages(tx *tx, at state.Instant, w *state.Rewrite) error {
	rows, err := collect(context.Background(), tx.conn, func(row func(...any) error) (d delivery, err error) {
		err = row(&d.was.ID, &d.was.Seq, &d.at, &d.dueAt, &d.held, &d.settled)
		return d, err
	}, `SELECT case_id, seq, at, due_at, held, settled FROM message WHERE customer = ?`, w.Customer)
	if err != nil {
		return err
	}
	stood := make(map[state.Was]delivery, len(rows))
	for _, d := range rows {
		stood[d.was] = d
	}
	if _, err := tx.exec(`DELETE FROM message WHERE customer = ?`, w.Customer); err != nil {
		return err
	}
	renamed := make(map[string]string)
	for i := range w.Messages {
		m := &w.Messages[i]
		d, known := stood[m.Was]
		if !known {
			d = delivery{at: at, dueAt: at, settled: true}
		} else {
			renamed[m.Was.ID] = m.Case
		}
		if m.Owed {
			d = delivery{at: at, dueAt: at}
		}
		if _, err := tx.exec(`INSERT INTO message (id, case_id, seq, customer, at, due_at, held, settled, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			m.ID, m.Case, m.Seq, m.Customer, d.at, d.dueAt, d.held, d.settled, m.Body); err != nil {
			return fmt.Errorf("message %s: %w", m.ID, err)
		}
	}
	return moveReceipts(tx, at, renamed)
}

// aside begins the name of a case whose receipts are on their way to another one, which may bear the name that a third had: ids of
// cases are hashes in hexadecimal digits.
const aside = "moved "

// moveReceipts carries receipts over to the new names of their cases, without what they say was delivered, and owes the newest
// message once more where somebody has seen one.
func moveReceipts(tx *tx, at state.Instant, cases map[string]string) error {
	for was := range cases {
		if _, err := tx.exec(`UPDATE receipt SET case_id = ? || case_id, body = NULL WHERE case_id = ?`, aside, was); err != nil {
			return fmt.Errorf("case %s: %w", was, err)
		}
		if _, err := tx.exec(`DELETE FROM heard WHERE case_id = ?`, was); err != nil {
			return fmt.Errorf("case %s: %w", was, err)
		}
	}
	for was, is := range cases {
		if _, err := tx.exec(`UPDATE receipt SET case_id = ? WHERE case_id = ? || ?`, is, aside, was); err != nil {
			return fmt.Errorf("case %s: %w", was, err)
		}
		if _, err := tx.exec(`UPDATE message SET settled = 0, held = 0, due_at = ? WHERE case_id = ?
			AND seq = (SELECT max(seq) FROM message WHERE case_id = ?) AND EXISTS (SELECT 1 FROM receipt WHERE case_id = ? AND timestamp <> '')`,
			at, is, is, is); err != nil {
			return fmt.Errorf("case %s: %w", is, err)
		}
	}
	return nil
}

// rename is the rest of what bears the name of a customer who is erased.
func rename(tx *tx, w *state.Rewrite) error {
	if !w.Renamed() {
		return nil
	}
	if _, err := tx.exec(`DELETE FROM alarm WHERE customer = ?`, w.Customer); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM disputant WHERE customer = ?`, w.Customer); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE core SET customer = ? WHERE customer = ?`, w.As, w.Customer); err != nil {
		return err
	}
	if err := renameAffiliates(tx, w); err != nil {
		return err
	}
	if err := unseal(tx, w.Customer); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO erased (pseudonym) VALUES (?) ON CONFLICT DO NOTHING`, w.As)
	return err
}

// redact replaces a refused record by what may be kept of it.
func redact(tx *tx, d *state.DeadLetter) error {
	_, err := tx.exec(`UPDATE dead_letter SET record = ?, detail = ? WHERE topic = ? AND partition = ? AND offset = ?`,
		appendRecord(nil, d), d.Detail, d.Topic, d.Partition, d.Offset)
	if err != nil {
		return fmt.Errorf("dead letter %s/%d@%d: %w", d.Topic, d.Partition, d.Offset, err)
	}
	return nil
}

// emptyLog copies the log into the database and cuts it off, so that what a commit has rewritten is not left in it. Somebody who
// reads may keep it from doing so; then the next checkpoint does.
func (s *Store) emptyLog() {
	t := <-s.writer
	defer func() { s.writer <- t }()
	_, _ = t.conn.ExecContext(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`)
}

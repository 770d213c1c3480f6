package sqlite

import (
	"encoding/binary"
	"errors"
	"fmt"

	"tocsin/state"
)

// insertEffects writes what a commit's steps owe to people and topics, and what of it waits for a publisher.
func insertEffects(tx *tx, c *state.Commit) error {
	for i := range c.Alerts {
		if err := insertAlert(tx, &c.Alerts[i]); err != nil {
			return fmt.Errorf("alert %s, transition %d: %w", c.Alerts[i].ID, c.Alerts[i].Seq, err)
		}
	}
	for i := range c.Tasks {
		if err := insertTask(tx, &c.Tasks[i]); err != nil {
			return fmt.Errorf("task %s, change %d: %w", c.Tasks[i].ID, c.Tasks[i].Seq, err)
		}
	}
	if err := setClocks(tx, c); err != nil {
		return err
	}
	for i := range c.Wishes {
		if _, err := tx.exec(`INSERT INTO publication (wish, customer) VALUES (?, ?)`, c.Wishes[i].Body, c.Wishes[i].Customer); err != nil {
			return fmt.Errorf("wish about orders of customer %s: %w", c.Wishes[i].Customer, err)
		}
	}
	for i := range c.Messages {
		if err := insertMessage(tx, c.At, &c.Messages[i]); err != nil {
			return fmt.Errorf("message %s of case %s: %w", c.Messages[i].ID, c.Messages[i].Case, err)
		}
	}
	for i := range c.DeadLetters {
		d := &c.DeadLetters[i]
		if err := insertDeadLetter(tx, c.At, d); err != nil {
			return fmt.Errorf("dead letter %s/%d@%d: %w", d.Topic, d.Partition, d.Offset, err)
		}
	}
	return nil
}

func insertAlert(tx *tx, a *state.AlertRow) error {
	row, err := insertAlertRow(tx, a)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO publication (alert) VALUES (?)`, row)
	return err
}

func insertAlertRow(tx *tx, a *state.AlertRow) (row int64, err error) {
	return tx.insert(`INSERT INTO alert (id, seq, customer, rule_set, signal, day, known_at, from_level, to_level, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Seq, a.Customer, a.RuleSet, a.Signal, a.Day, a.KnownAt, a.From, a.To, a.Body)
}

func insertTask(tx *tx, t *state.TaskRow) error {
	row, err := insertTaskRow(tx, t)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO publication (task) VALUES (?)`, row)
	return err
}

func insertTaskRow(tx *tx, t *state.TaskRow) (row int64, err error) {
	return tx.insert(`INSERT INTO task (id, seq, customer, state, body) VALUES (?, ?, ?, ?, ?)`,
		t.ID, t.Seq, t.Customer, t.State, t.Body)
}

func insertMessage(tx *tx, at state.Instant, m *state.Message) error {
	_, err := tx.exec(`INSERT INTO message (id, case_id, seq, customer, at, due_at, held, settled, body, about)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)`,
		m.ID, m.Case, m.Seq, m.Customer, at, m.DueAt, m.Held, m.Body, m.About)
	return err
}

func insertDeadLetter(tx *tx, at state.Instant, d *state.DeadLetter) error {
	row, err := tx.insert(`INSERT INTO dead_letter (topic, partition, offset, timestamp, at, record, code, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		d.Topic, d.Partition, d.Offset, d.Timestamp, at, appendRecord(nil, d), d.Code, d.Detail)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO publication (dead_letter) VALUES (?)`, row)
	return err
}

// appendRecord encodes a refused record's key, value and headers: each as its length plus one and its bytes, so that 0 is
// "none", which to Kafka is not the same as empty.
func appendRecord(b []byte, d *state.DeadLetter) []byte {
	b = appendBytes(appendBytes(b, d.Key), d.Value)
	for _, h := range d.Headers {
		b = appendBytes(append(binary.AppendUvarint(b, uint64(len(h.Key))), h.Key...), h.Value)
	}
	return b
}

func appendBytes(b, field []byte) []byte {
	if field == nil {
		return append(b, 0)
	}
	return append(binary.AppendUvarint(b, uint64(len(field))+1), field...)
}

// decodeRecord fills in what appendRecord encoded.
func decodeRecord(b []byte, d *state.DeadLetter) (err error) {
	if d.Key, b, err = cutBytes(b); err != nil {
		return err
	}
	if d.Value, b, err = cutBytes(b); err != nil {
		return err
	}
	for len(b) > 0 {
		var h state.Header
		var key []byte
		if key, b, err = cut(b, 0); err != nil {
			return err
		}
		if h.Value, b, err = cutBytes(b); err != nil {
			return err
		}
		h.Key = string(key)
		d.Headers = append(d.Headers, h)
	}
	return nil
}

func cutBytes(b []byte) (field, rest []byte, err error) {
	if len(b) > 0 && b[0] == 0 {
		return nil, b[1:], nil
	}
	return cut(b, 1)
}

// cut takes a field off b whose length stands before it, plus more.
func cut(b []byte, more uint64) (field, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n < more || n-more > uint64(len(b)-size) {
		return nil, nil, errors.New("the record's encoding is damaged")
	}
	end := size + int(n-more)
	return b[size:end:end], b[end:], nil
}

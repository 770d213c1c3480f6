package sqlite

import (
	"errors"
	"path/filepath"
	"testing"

	"tocsin/state"
)

// A COMMIT that fails is an unknown outcome to the caller, and the writing connection serves the next one.
func TestAFailedCommitLeavesNoTransactionOpen(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "tocsin.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := <-s.writer
	_, err = w.conn.ExecContext(t.Context(), `PRAGMA foreign_keys = 1; CREATE TABLE parent (id INTEGER PRIMARY KEY);
		CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`)
	if err != nil {
		t.Fatal(err)
	}
	s.writer <- w

	err = s.write(t.Context(), func(tx *tx) error {
		_, err := tx.exec(`INSERT INTO child VALUES (7)`) // an orphan: found out at COMMIT
		return err
	})
	if !errors.Is(err, state.ErrUnknown) {
		t.Fatalf("got %v, want %v", err, state.ErrUnknown)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		s.write(t.Context(), func(tx *tx) error {
			if _, err := tx.exec(`INSERT INTO parent VALUES (1)`); err != nil {
				t.Error(err)
			}
			panic("between BEGIN and COMMIT")
		})
	}()
	if err := s.OpenStore(t.Context(), state.Day{Date: 20_000, Config: "sha256:first"}); err != nil {
		t.Fatalf("after a failed COMMIT and a panic: %v", err)
	}
	for _, table := range []string{"parent", "child"} {
		var rows int
		if err := s.readers.QueryRow(`SELECT count(*) FROM ` + table).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("got %d rows in %s, %v, want none", rows, table, err)
		}
	}
}

func TestADamagedRecordIsAnError(t *testing.T) {
	whole := state.DeadLetter{Key: []byte("k"), Value: []byte("value"), Headers: []state.Header{{Key: "h", Value: []byte("v")}}}
	encoded := appendRecord(nil, &whole)
	for n := range encoded {
		var d state.DeadLetter
		if err := decodeRecord(encoded[:n], &d); err == nil && len(d.Headers) > 0 {
			t.Errorf("the first %d of %d bytes were taken for a whole record", n, len(encoded))
		}
	}
	var d state.DeadLetter
	if err := decodeRecord([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, &d); err == nil {
		t.Error("a length beyond the record was taken")
	}
}

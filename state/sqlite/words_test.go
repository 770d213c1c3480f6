package sqlite_test

import (
	"path/filepath"
	"slices"
	"testing"

	"tocsin/state"
	"tocsin/state/sqlite"
)

// No word is looked for by walking through those about others, or through messages that are none.
func TestWordsAreFoundByWhomTheyAreAbout(t *testing.T) {
	s := many(t, "999")
	if err := s.Script(t.Context(), `WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 999)
		INSERT INTO message (id, case_id, seq, customer, at, due_at, held, settled, about) SELECT 'w-' || n, 'w-' || n, 1, '', n, n, 0, 1, 'C-' || n FROM n;
		ANALYZE`); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		q    any
		want string
	}{
		{[]state.CustomerID{"C-1", "C-2"}, "SEARCH message USING INDEX message_about (about=?)"},
		{state.Instant(99), "SEARCH message USING INDEX message_word (at<?)"},
		{"w-5", "SEARCH message USING INDEX message_case (customer=? AND case_id>? AND case_id<?)"},
		{nil, "SCAN message USING INDEX message_nobody"},
	} {
		if steps, err := s.Plan(t.Context(), tt.q); err != nil || !slices.Contains(steps, tt.want) || slices.Contains(steps, "USE TEMP B-TREE FOR ORDER BY") {
			t.Errorf("%v: got %q, %v, want %s", tt.q, steps, err, tt.want)
		}
	}
}

// Words of before are about whom their bodies name.
func TestWordsOfBeforeAreFound(t *testing.T) {
	changes, err := sqlite.Changes()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(changes, func(c state.SchemaChange) bool { return c.File == "0021_words.sql" })
	path := filepath.Join(t.TempDir(), "tocsin.db")
	before, err := sqlite.Program(changes[:at]).Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = before.Script(t.Context(), `INSERT INTO message (id, case_id, seq, customer, at, due_at, held, settled, body) VALUES
		('word/a/1', 'word/a', 1, '', 1, 1, 0, 1, CAST('{"kind":"word","customer_id":"C-1"}' AS BLOB)),
		('word/b/1', 'word/b', 1, '', 1, 1, 0, 1, CAST('{' AS BLOB)), ('word/c/1', 'word/c', 1, '', 1, 1, 0, 1, NULL),
		('sum/1', 'sum', 1, '', 1, 1, 0, 1, CAST('{"kind":"summary","customer_id":"C-1"}' AS BLOB))`)
	if err != nil {
		t.Fatal(err)
	}
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	defer s.Close() //nolint:errcheck // it was only read
	words, err := s.Words(t.Context(), []state.CustomerID{"C-1"})
	if err != nil || len(words) != 1 || words[0].Case != "word/a" {
		t.Errorf("got %+v, %v, want word/a", words, err)
	}
	if all, err := s.Summaries(t.Context()); err != nil || len(all) != 3 {
		t.Errorf("got %+v, %v, want the others, which may name anybody", all, err)
	}
}

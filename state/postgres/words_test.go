package postgres_test

import (
	"slices"
	"testing"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
)

// Words of before are about whom their bodies name.
func TestWordsOfBeforeAreFound(t *testing.T) {
	changes, err := postgres.Changes()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(changes, func(c state.SchemaChange) bool { return c.File == "0023_words.sql" })
	location := server.NewSchema(t)
	if err := postgres.Program(changes[:at]).Migrate(t.Context(), location); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, location, `INSERT INTO message (id, case_id, seq, customer, at, due_at, held, settled, body) VALUES
		('word/a/1', 'word/a', 1, '', 1, 1, false, true, '{"kind":"word","customer_id":"C-1"}'), ('word/c/1', 'word/c', 1, '', 1, 1, false, true, NULL),
		('sum/1', 'sum', 1, '', 1, 1, false, true, '{"kind":"summary","customer_id":"C-1"}')`)
	s, err := postgres.Open(t.Context(), location, postgres.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it was only read
	words, err := s.Words(t.Context(), []state.CustomerID{"C-1"})
	if err != nil || len(words) != 1 || words[0].Case != "word/a" {
		t.Errorf("got %+v, %v, want word/a", words, err)
	}
	if all, err := s.Summaries(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("got %+v, %v, want the others, which may name anybody", all, err)
	}
}

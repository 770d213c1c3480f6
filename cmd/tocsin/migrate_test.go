package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
	"tocsin/state/sqlite"
)

// migrateBy runs a subcommand of migrate on the store of a pipeline, and wants it to say something.
func (l *pipeline) migrateBy(t *testing.T, want int, args string, says ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(&process{t.Context(), []string{"TOCSIN_STORE_URL=" + l.config.StoreURL}, nil, &out, &errs}, append([]string{"migrate"}, strings.Fields(args)...))
	if code != want || errs.Len() > 0 {
		t.Fatalf("migrate %s: got %d, want %d\n%s%s", args, code, want, out.String(), errs.String())
	}
	for _, text := range says {
		if !strings.Contains(out.String(), text) {
			t.Errorf("migrate %s: got\n%s\nwant it to say %q", args, out.String(), text)
		}
	}
}

// olderStore makes the store as it was before a change.
func (l *pipeline) olderStore(t *testing.T, changes []state.SchemaChange, err error, finish string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, c := range changes {
		script.WriteString(c.SQL)
	}
	l.tamper(t, script.String()+finish)
}

// An upgrade as an operator sees it: what is planned, what up and finish leave.
func TestAnUpgradeIsPlannedMadeAndFinished(t *testing.T) {
	t.Run("file", func(t *testing.T) {
		l := &pipeline{config: defaultConfig()}
		l.config.StoreURL = "sqlite:" + filepath.Join(t.TempDir(), "tocsin.db")
		changes, err := sqlite.Changes()
		l.olderStore(t, changes[:4], err, "PRAGMA user_version = 4")
		l.upgrade(t, 4, "0005_versions.sql", "  locks the file: who writes it waits until the transaction ends\n", "ALTER TABLE store ADD COLUMN least")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		l := &pipeline{config: defaultConfig()}
		l.config.StoreURL = newDatabase(t)
		_, schema, _ := strings.Cut(l.config.StoreURL, "search_path=")
		schema, _, _ = strings.Cut(schema, "&")
		pgtest.Exec(t, l.config.StoreURL, "CREATE SCHEMA "+schema)
		changes, err := postgres.Changes()
		l.olderStore(t, changes[:2], err, `CREATE TABLE tocsin_migration (version integer PRIMARY KEY, file text NOT NULL, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT now());
			INSERT INTO tocsin_migration VALUES (2, '', '')`)
		l.upgrade(t, 2, "0003_versions.sql", "  locks day: who reads or writes it waits until the transaction ends\n", "ALTER TABLE day ADD COLUMN least")
	})
}

func (l *pipeline) upgrade(t *testing.T, from int, file, lock, sql string) {
	t.Helper()
	older := "the tocsin of schema " + string(rune('0'+from))
	l.migrateBy(t, exitFinding, "status", ": run `tocsin migrate up`\n")
	l.migrateBy(t, exitGood, "plan", "up runs "+file+", in a transaction of its own\n"+lock, "\n    "+sql, "\nfinish keeps "+older+" out: there is no way back after it\n")
	l.migrateBy(t, exitGood, "plan --output json", `{"by":"up","file":"`+file+`","version":`)
	l.migrateBy(t, exitFinding, "status") // nothing was done
	l.migrateBy(t, exitGood, "up")
	l.migrateBy(t, exitGood, "status", ": up to date; "+older+" can come back until `tocsin migrate finish`\n")
	l.migrateBy(t, exitGood, "plan", "\nfinish keeps "+older+" out")
	l.migrateBy(t, exitGood, "finish", " is finished: no earlier tocsin works with it any more\n")
	l.migrateBy(t, exitGood, "status", ": up to date\n")
}

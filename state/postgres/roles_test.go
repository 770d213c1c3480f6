package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
	"tocsin/state/storetest"
)

// deployed is a store as deploy/postgres/roles.sql makes it: its location for each role.
func deployed(t *testing.T) (owner, app, reader string) {
	t.Helper()
	location := server.NewSchema(t)
	text, err := os.ReadFile("../../deploy/postgres/roles.sql")
	if err != nil {
		t.Fatal(err)
	}
	// The file's schema is called tocsin; each test has one of its own.
	roles := regexp.MustCompile(`\btocsin\b`).ReplaceAllString(string(text), schemaOf(t, location))
	owner, app, reader = asRole(t, location, "tocsin_owner"), asRole(t, location, "tocsin_app"), asRole(t, location, "tocsin_reader")
	pgtest.Exec(t, location, roles)
	if err := postgres.Migrate(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, location, roles)
	return owner, app, reader
}

func asRole(t *testing.T, location, role string) string {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(role)
	return u.String()
}

// session is one of a role's.
func session(t *testing.T, location string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// refused tells whether a statement fails for want of a right.
func refused(t *testing.T, conn *pgx.Conn, statement string) bool {
	t.Helper()
	_, err := conn.Exec(t.Context(), statement)
	var told *pgconn.PgError
	return errors.As(err, &told) && told.Code == "42501"
}

func tablesOf(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v') ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) < 20 {
		t.Fatalf("got tables %v, %v, want all of a store", names, err)
	}
	return names
}

// The role of the application does all that a store does, erasures included.
func TestTheApplicationsRoleRunsAStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (state.Store, func() state.Store) {
		_, app, _ := deployed(t)
		return openWith(t, app, postgres.Options{Migrate: true}), func() state.Store { return open(t, app) }
	})
}

func TestTheApplicationsRoleChangesNoTable(t *testing.T) {
	owner, app, _ := deployed(t)
	conn := session(t, app)
	for _, statement := range []string{
		`CREATE TABLE extra (id integer)`, `CREATE INDEX extra ON journal (day)`, `CREATE VIEW extra AS SELECT 1`,
		`CREATE FUNCTION extra() RETURNS integer LANGUAGE sql AS 'SELECT 1'`, `CREATE SCHEMA extra`,
		`DROP TABLE journal`, `TRUNCATE journal`, `ALTER TABLE journal ADD COLUMN extra integer`, `ALTER TABLE day OWNER TO tocsin_app`,
		`CREATE TRIGGER extra AFTER INSERT ON journal EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
		`SET ROLE tocsin_owner`,
		`UPDATE tocsin_migration SET version = 1`, `DELETE FROM tocsin_migration`, `INSERT INTO tocsin_finish VALUES (99, '', '')`,
		`DELETE FROM audit`, `UPDATE audit SET by = 'somebody else'`, `UPDATE audit SET hash = ''`, `DELETE FROM audit_head`,
	} {
		if !refused(t, conn, statement) {
			t.Errorf("%s: is not refused", statement)
		}
	}
	if err := nextProgram(t, `DROP INDEX message_customer`).Migrate(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	err := nextProgram(t, `DROP INDEX message_customer`).Finish(t.Context(), app)
	if err == nil || !strings.Contains(err.Error(), "let the schema's owner run `tocsin migrate finish`") {
		t.Errorf("finish: got %v, want to be told who must do it", err)
	}
	if schema, err := postgres.Schema(t.Context(), app); err != nil || schema.Least == schema.Have {
		t.Errorf("got %+v, %v, want nothing to be finished", schema, err)
	}
}

func TestTheReadersRoleOnlyReads(t *testing.T) {
	_, app, reader := deployed(t)
	s := open(t, app)
	if err := errors.Join(s.OpenStore(t.Context(), today), s.Close()); err != nil {
		t.Fatal(err)
	}
	conn := session(t, reader)
	for _, table := range tablesOf(t, conn) {
		if secret := table == "secret"; refused(t, conn, `SELECT FROM `+table) != secret {
			t.Errorf("SELECT of %s: refused %t, want %t", table, !secret, secret)
		}
		writes := []string{`INSERT INTO ` + table + ` DEFAULT VALUES`, `DELETE FROM ` + table, `TRUNCATE ` + table, `DROP TABLE ` + table}
		if table == "customer" { // a view, and one that nobody writes
			writes = writes[3:]
			writes[0] = `DROP VIEW customer`
		}
		for _, statement := range writes {
			if !refused(t, conn, statement) {
				t.Errorf("%s: is not refused", statement)
			}
		}
	}
	if !refused(t, conn, `SELECT nextval('identity_version')`) || !refused(t, conn, `CREATE TABLE extra (id integer)`) {
		t.Error("it draws from a sequence, or makes a table")
	}
	// What `tocsin explain` and `tocsin rebuild --check` do.
	r := open(t, reader)
	defer r.Close()
	day, found, err := r.Day(t.Context())
	if err != nil || !found || day.Date != today.Date {
		t.Errorf("got day %v, %v, want %v", day.Date, err, today.Date)
	}
	customers, err := r.Customers(t.Context())
	if err != nil || slices.Contains(customers, "") {
		t.Errorf("customers: %v, %v", customers, err)
	}
	if err := r.Commit(t.Context(), nthCommit(today, 0)); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("a commit: got %v, want it to be refused", err)
	}
}

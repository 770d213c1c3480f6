package postgres_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
)

// landed are the migrations that stores were made by, by the SHA-256 of their text. A line is only ever added.
var landed = map[string]string{
	"0001_store.sql":                "49f1e3d10d669db86c262020efcaadd814afb033dd884db1ec92da635be1a4dc",
	"0002_forgetting.sql":           "f464b1edf5e2816e6bd6087b02069ecf2893cda499fbb01c50e12805d2020b8d",
	"0003_versions.sql":             "c8e187a309f33d60050f3da82d216ad34482cc88438901d53944ca8adcbd4448",
	"0004_quarantine.sql":           "129792a8c26c9d3b99ea67c57dc464b4cd9b6d3d6d0b3d9714e6df025abb3cb2",
	"0005_acceptances.sql":          "0b5ad01900d1bb56f09adfdad789537d1974be0ab583d1560a1661bd33a67b02",
	"0006_figures.sql":              "e482aa9d4a333281fd59f22af7474da41fa7ff17999b2dd8495a1e7deba1f90c",
	"0007_fronts.sql":               "e7087d3770ea81ff93f7feed12b9bf75d67a6c4cf2d0f7ac205fddf8e64850ad",
	"0008_leases.sql":               "6e35d9ddca7463bf91abe2075ba2025e1bfdf708db894f4efde95e37843097cf",
	"0009_stale_inputs.sql":         "15c447ea899bd7b5f85ef29be10c66e6d78b117f2e28e827223047d530e3a624",
	"0010_affiliates.sql":           "bd21d58f7e5d6bb200aabe5ef64f35f2a59d4d07946c5c89084608deaa83a772",
	"0011_causes.sql":               "4ab29201d51a98f49013a84b25f3625656a8e7532e20b51a929eaaf74fcb7cee",
	"0012_alarm_lists.sql":          "e3bcf8ad84933b079fe9a8743d52d361a122ef35e135d916aa63bb77dbf2ed53",
	"0013_audit.sql":                "06946fbe1d79918ea01d1eb841aa67b16491991e462fd4573621e403bd4d7a97",
	"0014_wishes.sql":               "3972ef9cca3f9b368ce1a55b249f104d75f64b4361cc78ad8a07161117a26493",
	"0015_waits.sql":                "8f6b0fcaa9dea65337265739d6747586895341a2ff3fb2e331962db5bf74a154",
	"0016_systemic.sql":             "da3f54cb4487ae6fa5f9633d9c46bd5719b9fb1aeb0fdcad4687be3b2cd15100",
	"0017_pages.sql":                "546a80917f28cd5880859d56542bc956237aa2dac0432c68a458ea3aa693e3bf",
	"0018_clocks.sql":               "4f1f82cfc1ac21b28845a23668fd0c3ff5e8c8974924eb9c0d6972edd3ebee73",
	"0019_reminders.sql":            "90e5e757e591a8807847cf0b916fd7982d70ddcf3b95221afdc0cffe100431ef",
	"0020_clocks_off.sql":           "fafa191bfdca5748b5be52d23209e219de88f6565bb64fe929f41eed496b9b8b",
	"0021_statements.sql":           "037658743ce5ef2ba9f435d809844a6be4a9fa1ab79eceeb31b7be4953c287f9",
	"0022_scores.sql":               "2c8f628feb45af73888f75f90bb38ab78eecc7430bf2908f2efb229446dbf059",
	"0023_words.sql":                "abe4fc024557d901d904e0a33598660397f279fc5c9c14988f3bdcfb355549df",
	"0024_fewer_indexes.sql":        "29e252220def7ce671aa5922685c6f63e9b8e194abc209542a7e95ec4b46d69b",
	"0024_fewer_indexes.finish.sql": "2d0f515763f220055f8f5b5687b1e7ed16387cc364ff9567d63f495fab85f9b3",
	"0025_recounts.sql":             "b7de4ca30758985938201acc3624ee54269aad2451b507f8e2dbd023454c7a9b",
}

func TestALandedMigrationNeverChanges(t *testing.T) {
	files, err := fs.Glob(os.DirFS("migrations"), "*.sql")
	if err != nil || len(files) != len(landed) {
		t.Fatalf("got %d migrations, %v, want the %d that have landed: add a line for a new one", len(files), err, len(landed))
	}
	for _, file := range files {
		text, err := os.ReadFile("migrations/" + file)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		if got := hex.EncodeToString(sum[:]); got != landed[file] {
			t.Errorf("%s: got SHA-256 %s, want %s: stores were made by that text; write a further migration", file, got, landed[file])
		}
	}
}

// versions is how many of the files begin a version; the others finish one.
func versions() (n int) {
	for file := range landed {
		if !strings.HasSuffix(file, ".finish.sql") {
			n++
		}
	}
	return n
}

// wantVersions checks what is told of a store's schema.
func wantVersions(t *testing.T, location string, want int) {
	t.Helper()
	known := versions()
	if got, err := postgres.Schema(t.Context(), location); err != nil || got != (state.Schema{Have: want, Least: want, Known: known}) {
		t.Errorf("got %+v, %v, want %d of %d, finished", got, err, want, known)
	}
}

func TestAStoreIsMadeOnceByManyProcesses(t *testing.T) {
	location := server.NewSchema(t)
	wantVersions(t, location, 0)
	var running sync.WaitGroup
	failures := make([]error, 6)
	for i := range failures {
		running.Go(func() {
			s, err := postgres.Open(t.Context(), location, postgres.Options{Migrate: true})
			if err == nil {
				err = s.Close()
			}
			failures[i] = err
		})
	}
	running.Wait()
	if err := errors.Join(failures...); err != nil {
		t.Error(err)
	}
	wantVersions(t, location, versions())
}

func TestASchemaOfAnotherVersionIsRefused(t *testing.T) {
	for _, test := range []struct{ name, sql, want string }{
		{"none", `DROP SCHEMA %s CASCADE`, "there is no store yet: run `tocsin migrate up`"},
		{"older", `DELETE FROM tocsin_migration; INSERT INTO tocsin_migration VALUES (0, '', '')`, "there is no store yet"},
		{"newer", `INSERT INTO tocsin_migration VALUES (99, '', ''); UPDATE day SET least = 99`, "schema 99 is newer than this program's"},
		{"newer, of before changes were finished", `INSERT INTO tocsin_migration VALUES (99, '', ''); ALTER TABLE day DROP COLUMN least`, "schema 99 is newer than this program's"},
	} {
		t.Run(test.name, func(t *testing.T) {
			location := newStore(t)
			pgtest.Exec(t, location, strings.ReplaceAll(test.sql, "%s", schemaOf(t, location)))
			s, err := postgres.Open(t.Context(), location, postgres.Options{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v, want: %s", s, err, test.want)
			}
		})
	}
}

// as is a location for another user.
func as(t *testing.T, location, user string) string {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(user, "s3cret")
	return u.String()
}

func schemaOf(t *testing.T, location string) string {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("search_path")
}

func TestAUserWhoMayNotMigrateIsToldWhatToDo(t *testing.T) {
	location := server.NewSchema(t)
	pgtest.Exec(t, location, `CREATE ROLE reader LOGIN PASSWORD 's3cret'`)
	_, err := postgres.Open(t.Context(), as(t, location, "reader"), postgres.Options{Migrate: true})
	if err == nil || !strings.Contains(err.Error(), "let the schema's owner run `tocsin migrate up`") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v, want to be told who must do what", err)
	}
}

// A user without the right to make tables works with what the owner has made.
func TestAUserWithoutTheRightsOfTheOwnerRunsAStore(t *testing.T) {
	location := newStore(t)
	schema := schemaOf(t, location)
	pgtest.Exec(t, location, `CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA `+schema+` TO clerk;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA `+schema+` TO clerk; GRANT USAGE ON ALL SEQUENCES IN SCHEMA `+schema+` TO clerk`)
	s := openWith(t, as(t, location, "clerk"), postgres.Options{Migrate: true})
	defer s.Close()
	if err := errors.Join(s.OpenStore(t.Context(), today), s.Commit(t.Context(), nthCommit(today, 0))); err != nil {
		t.Error(err)
	}
}

func TestNoErrorTellsAPassword(t *testing.T) {
	for _, location := range []string{
		"postgres://tocsin:s3cret@127.0.0.1:1/credit",
		"postgres://tocsin@127.0.0.1:1/credit?password=s3cret",
		"postgres://tocsin:s3cret@127.0.0.1:1/credit?sslmode=perhaps",
		"postgres://tocsin:s3cret@127.0.0.1:1/credit?sslrootcert=/nowhere",
		"postgres://tocsin:s3cret%zz@127.0.0.1:1/credit",
		"postgres://tocsin:s3cret/#x@127.0.0.1:1/credit",
		"postgres://tocsin:x/s3cret@127.0.0.1:1/credit",
		"postgres://tocsin:x?s3cret@127.0.0.1:1/credit",
		"postgres://tocsin:x#s3cret@127.0.0.1:1/credit",
		"postgres://tocsin:x@s3cret@127.0.0.1:1/credit",
	} {
		_, err1 := postgres.Open(t.Context(), location, postgres.Options{})
		err2 := postgres.Migrate(t.Context(), location)
		_, err3 := postgres.Schema(t.Context(), location)
		for _, err := range []error{err1, err2, err3} {
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("got %v, want an error without the password", err)
			}
		}
	}
}

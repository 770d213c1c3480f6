package sqlite_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/state"
	"tocsin/state/sqlite"
	"tocsin/state/storetest"
)

// landed are the migrations that stores were made by, by the SHA-256 of their text. A line is only ever added.
var landed = map[string]string{
	"0001_store.sql":        "12643fb4e12ae4c379dd8cba196b643ef59e199b198c4213775076db8023e046",
	"0002_core.sql":         "f96d55435e669b1bccb7c89fb2efe3eea3d1431a60b5913b47de16bafb4f6289",
	"0003_rate.sql":         "01c1059bd606fe862ffac66acd7facde5bf7cf505992053935aa68f49d2dc31c",
	"0004_forgetting.sql":   "b31b86a5d602a6bb976df3c3fb7669c288e0a19a4019207d0d366c8d2915c42e",
	"0005_versions.sql":     "4bf53810fb627735c858aac358db13005c5ae1451d6677af74af6a9fa8eb8f8b",
	"0006_quarantine.sql":   "22b5a7859e20fa2c53e5b889287b0423684a0693617071f56c0d30bcc450aa6d",
	"0007_acceptances.sql":  "905d335a0a100495f527e56192c40a1c3fac881070d96471713e5fe93e4264cc",
	"0008_fronts.sql":       "ad7e97d0ee46ee5b5da9a5e61c68d84bf1b23f418feb12600fb51bff4c3c24b2",
	"0009_stale_inputs.sql": "c64ab382e6ced2217e6557e390a98787c8956bfdc882e5283a85fb336ff5df18",
	"0010_affiliates.sql":   "50dc2b28b6d68fc892927a6113fc3632c6b5b07c6ea33a7e01573832fc17119f",
	"0011_causes.sql":       "79f0564495d834238290cc93d9260a27b3989e7d1f1378411510866466772b04",
	"0012_audit.sql":        "e818f9fec7927385ab95e24fc8bc84f10fae458a0ea55d2050683410f495d6a5",
	"0013_wishes.sql":       "f51bfcc33612a39517242700ff20d09039ad172911213c21cb4a52b5bc9e01b9",
	"0014_waits.sql":        "495a85691df768bcfb27c17e4a969c38af8e535efea447bb4f558e1cf8270bfb",
	"0015_systemic.sql":     "e48b5c5b25f0b0c980a8596c561478600a197d7f92da6c0efcc78f49f5c76950",
	"0016_pages.sql":        "b2a87a65623b026ce9ab006db9afa8dbb9ce0c07037f5b24cc05dd6e99d4a8e3",
	"0017_clocks.sql":       "7184c6884a665a8c505f7b1de204fcfe95baa221dea31f30a31171472abee2e8",
	"0018_reminders.sql":    "4d8ce56f34bad64f93e887bc88cb6d33556555a7a0957c71c1e2c2e3e5b86b77",
	"0019_clocks_off.sql":   "55a44f5689c8c1ae117b6898bdbe5729f207d9224337bcd467c57dc66f484f8a",
	"0020_scores.sql":       "5a88b88a078a9376cee29f7bed4761eda0f0d347e927f80b9060af6ee84dd9af",
	"0021_words.sql":        "ecc35c731005155b53b9f836f04f290436b58609ecaad261c02362f990a11f7c",
	"0022_recounts.sql":     "b7de4ca30758985938201acc3624ee54269aad2451b507f8e2dbd023454c7a9b",
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

// nextProgram is a version of the program that knows one more change than this one.
func nextProgram(t *testing.T) sqlite.Program {
	t.Helper()
	changes, err := sqlite.Changes()
	if err != nil {
		t.Fatal(err)
	}
	n := len(changes) + 1
	return append(slices.Clone(changes), state.SchemaChange{
		Version: n, File: fmt.Sprintf("%04d_next.sql", n), SQL: `ALTER TABLE alert ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;`,
		Finish: `DROP INDEX message_customer;`,
	})
}

// entry is a commit of a customer's row, by which it has an alert.
func entry(seq uint64) *state.Commit {
	return &state.Commit{
		Day: day, Entries: []state.Entry{{Customer: "C-1", Seq: seq, Day: day.Date, Config: day.Config, Applied: []byte("applied")}},
		Alerts: []state.AlertRow{{ID: "A-1", Seq: int64(seq), Customer: "C-1"}},
	}
}

// An upgrade that is taken back once and then finished, with an earlier program that still has the file open.
func TestTwoVersionsWorkWithOneFileUntilTheLaterOneIsFinished(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "tocsin.db")
	next := nextProgram(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, path)
	must(errors.Join(s.OpenStore(ctx, day), s.Commit(ctx, entry(1)), s.Close()))
	upgraded, err := next.Open(ctx, path, sqlite.Options{})
	must(err)
	must(errors.Join(upgraded.Commit(ctx, entry(2)), upgraded.Close()))
	s = open(t, path) // the earlier one comes back
	must(errors.Join(s.Commit(ctx, entry(3)), s.Close()))
	if err := sqlite.Finish(ctx, path); err == nil || !strings.Contains(err.Error(), "is of a later tocsin: let that one finish it") {
		t.Errorf("the earlier one finishes: got %v, want to be refused", err)
	}
	if schema, err := sqlite.Schema(ctx, path); err != nil || schema != (state.Schema{Have: len(next), Least: len(next) - 1, Known: len(next) - 1}) {
		t.Errorf("got %+v, %v, want one more than this program knows, and not finished", schema, err)
	}

	upgraded, err = next.Open(ctx, path, sqlite.Options{})
	must(err)
	defer upgraded.Close()
	beside, err := sqlite.Open(ctx, path, sqlite.Options{Beside: true})
	must(err)
	defer beside.Close()
	must(errors.Join(beside.Commit(ctx, entry(4)), upgraded.Finish(ctx)))
	before, err := storetest.Contents(ctx, upgraded)
	must(err)
	if err := beside.Commit(ctx, entry(5)); !errors.Is(err, state.ErrNewerVersion) {
		t.Errorf("a commit of the earlier one: got %v, want %v", err, state.ErrNewerVersion)
	}
	if _, _, err := beside.Day(ctx); !errors.Is(err, state.ErrNewerVersion) {
		t.Errorf("the day as the earlier one reads it: got %v, want %v", err, state.ErrNewerVersion)
	}
	after, err := storetest.Contents(ctx, upgraded)
	must(err)
	if after != before {
		t.Errorf("the earlier one has left\n%s\nwant what was there\n%s", after, before)
	}
	must(errors.Join(upgraded.Commit(ctx, entry(5)), upgraded.Finish(ctx), upgraded.Close()))
	for _, opts := range []sqlite.Options{{}, {ReadOnly: true}, {Beside: true}} {
		_, err = sqlite.Open(ctx, path, opts)
		if want := fmt.Sprintf("schema %d is newer than this program's %d: run the tocsin that wrote it", len(next), len(next)-1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the earlier one opens it: got %v, want %s", err, want)
		}
	}
}

// A program of before changes were finished left its file at schema 4.
func TestAnEarlierFileIsBroughtUpToDateAndFinished(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "tocsin.db")
	changes, err := sqlite.Changes()
	if err != nil {
		t.Fatal(err)
	}
	harm(t, path, changes[0].SQL+changes[1].SQL+changes[2].SQL+changes[3].SQL+"PRAGMA user_version = 4;")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if schema, err := sqlite.Schema(ctx, path); err != nil || schema != (state.Schema{Have: len(changes), Least: 4, Known: len(changes)}) {
		t.Errorf("got %+v, %v, want it not finished", schema, err)
	}
	owner := open(t, path)
	if err := owner.OpenStore(ctx, day); err != nil {
		t.Fatal(err)
	}
	wantStale(t, owner, 0) // an earlier program would not let a signal wait
	if err := sqlite.Finish(ctx, path); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("beside its owner: got %v, want %v", err, sqlite.ErrInUse)
	}
	if err := errors.Join(owner.Close(), sqlite.Finish(ctx, path)); err != nil {
		t.Fatal(err)
	}
	if schema, err := sqlite.Schema(ctx, path); err != nil || schema != (state.Schema{Have: len(changes), Least: len(changes), Known: len(changes)}) {
		t.Errorf("got %+v, %v, want it finished", schema, err)
	}
	owner = open(t, path)
	defer owner.Close()
	wantStale(t, owner, 1)
}

// wantStale closes the open day without an input, and with a common cause, and checks whether that is kept.
func wantStale(t *testing.T, s *sqlite.Store, want int) {
	t.Helper()
	day, _, err := s.Day(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stale := []state.StaleInput{{Topic: "credit.orders.v1", Inputs: state.InputOrders, Since: day.Date}}
	err = s.CloseDay(t.Context(), &state.DayClose{From: day, Next: day.Date + 1, Stale: stale, Causes: []string{"B-7"}})
	if err != nil {
		t.Fatal(err)
	}
	if day, _, err = s.Day(t.Context()); err != nil || len(day.Stale) != want {
		t.Errorf("the next day was opened without %v, %v, want %d of them", day.Stale, err, want)
	}
	row := state.AuditRow{By: "l.wei", Via: state.ViaProcess, Deed: "configuration"}
	if err := s.Commit(t.Context(), &state.Commit{Day: day, Audit: []state.AuditRow{row}}); err != nil {
		t.Fatal(err)
	}
	if v, err := state.VerifyAudit(t.Context(), s); err != nil || v.Rows != int64(want) {
		t.Errorf("the audit has %d rows, %v, want %d: a program that would keep none may work with the store until it is finished", v.Rows, err, want)
	}
	if len(day.Causes) != want {
		t.Errorf("the next day was opened with common causes %v, want %d of them", day.Causes, want)
	}
}

package sqlite_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/state"
	"tocsin/state/sqlite"
	"tocsin/state/storetest"
)

var day = state.Day{Date: 20_000, Config: "sha256:first"}

func TestOneProcessAtATimeOwnsAStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	first := open(t, path)
	_, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if !errors.Is(err, sqlite.ErrInUse) {
		t.Fatalf("got %v, want %v", err, sqlite.ErrInUse)
	}
	if want := path + ": in use by another tocsin process"; !strings.Contains(err.Error(), want) {
		t.Errorf("got %q, want it to say %q", err, want)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, path)
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAReaderStandsBesideTheOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	if _, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v for a store that is not there, want %v", err, fs.ErrNotExist)
	}
	owner := open(t, path)
	defer owner.Close()
	reader, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()

	if err := owner.OpenStore(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	seen, _, err := reader.Day(t.Context())
	if err != nil || seen.Date != day.Date || seen.Config != day.Config {
		t.Errorf("got day %v, %v, want %v", seen, err, day)
	}
	if err := reader.Commit(t.Context(), &state.Commit{Day: day}); !errors.Is(err, sqlite.ErrReadOnly) {
		t.Errorf("got %v for a commit, want %v", err, sqlite.ErrReadOnly)
	}
}

// Two accesses to one file, as two processes have them.
func TestTwoWritersOfOneIdentifierNeverMissEachOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	owner := open(t, path)
	defer owner.Close()
	if err := owner.OpenStore(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	other, err := sqlite.Open(t.Context(), path, sqlite.Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := storetest.Race(t.Context(), owner, other, day); err != nil {
		t.Error(err)
	}
}

// harm runs SQL on a file, as another program does.
func harm(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.ExecContext(t.Context(), statement)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFileThatIsNoStoreIsRefused(t *testing.T) {
	for _, file := range []struct {
		name, sql, want string
	}{
		{"newer schema", "PRAGMA user_version = 99", "schema 99 is newer than this program's"},
		{"another program's", "CREATE TABLE bookmarks (url TEXT)", "the database of another program"},
	} {
		t.Run(file.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tocsin.db")
			harm(t, path, file.sql)
			if _, err := sqlite.Open(t.Context(), path, sqlite.Options{}); err == nil || !strings.Contains(err.Error(), file.want) {
				t.Errorf("got %v, want an error that says %q", err, file.want)
			}
			harm(t, path, "CREATE TABLE journal (untouched)") // fails where a migration has run
		})
	}
	t.Run("older schema, for reading only", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "tocsin.db")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
		if want := "run `tocsin migrate up`"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error that says %q", err, want)
		}
	})
}

func TestALocationNamesAFile(t *testing.T) {
	for _, location := range []string{"", "sqlite:"} {
		if _, err := sqlite.Open(t.Context(), location, sqlite.Options{}); err == nil {
			t.Errorf("%q was opened", location)
		}
	}
	dir := t.TempDir()
	if _, err := sqlite.Open(t.Context(), filepath.Join(dir, "missing", "tocsin.db"), sqlite.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v for a directory that is not there, want %v", err, fs.ErrNotExist)
	}
	odd := filepath.Join(dir, "a?b#c%20d &e.db")
	if err := open(t, odd).Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(odd)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.Mode().Perm(), fs.FileMode(0o600); got != want {
		t.Errorf("got mode %v, want %v", got, want)
	}
}

func TestAClosedStoreAnswersWithAnError(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "tocsin.db"))
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.OpenStore(t.Context(), day); err == nil {
		t.Error("a closed store was written to")
	}
	if _, _, err := s.Day(t.Context()); err == nil {
		t.Error("a closed store was read")
	}
}

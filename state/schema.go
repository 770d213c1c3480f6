package state

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Schema is where a store's schema stands. Two versions of the program may work with one store: the later one has made its changes,
// which only add, and the earlier one goes on as if they were not there. When nobody goes back any more the changes are finished:
// what only the earlier one needed is dropped, and it is kept out.
type Schema struct {
	Have  int // the last change that was made; 0: there is no store yet
	Least int // the last one that was finished: who does not know it must not work with the store
	Known int // the last one that this program knows
}

// Fits refuses a store that this program cannot work with, and says what would help.
func (s Schema) Fits() error {
	if err := s.Newer(); err != nil {
		return err
	}
	if err := s.Older(); err != nil {
		return fmt.Errorf("%w: run `tocsin migrate up`", err)
	}
	return nil
}

// Newer is an error, an [ErrNewerVersion], where a later program has finished changes that this one does not know.
func (s Schema) Newer() error {
	if s.Least <= s.Known {
		return nil
	}
	return &newerSchema{s}
}

type newerSchema struct{ Schema }

func (e *newerSchema) Error() string {
	return fmt.Sprintf("schema %d is newer than this program's %d: run the tocsin that wrote it, or a later one", e.Least, e.Known)
}

func (e *newerSchema) Is(target error) bool { return target == ErrNewerVersion }

// Older is an error where changes that this program needs are not made yet.
func (s Schema) Older() error {
	switch {
	case s.Have == 0:
		return errors.New("there is no store yet")
	case s.Have < s.Known:
		return fmt.Errorf("schema %d is older than this program's %d", s.Have, s.Known)
	}
	return nil
}

// Finishable refuses to finish changes that are not made yet, or that only a later program knows.
func (s Schema) Finishable() error {
	if err := s.Fits(); err != nil {
		return err
	}
	if s.Have > s.Known {
		return fmt.Errorf("schema %d is of a later tocsin: let that one finish it", s.Have)
	}
	return nil
}

// SchemaChange is one step of a schema's history, from schema Version-1 to Version.
type SchemaChange struct {
	Version int
	File    string // NNNN_name.sql
	SQL     string // adds, and leaves alone what a program before Version uses
	Finish  string // drops what only a program before Version uses; empty: there is nothing to drop
}

// FinishFile is the file of Finish.
func (c *SchemaChange) FinishFile() string { return strings.TrimSuffix(c.File, ".sql") + finishing }

const finishing = ".finish.sql"

// SchemaChanges reads a history, NNNN_name.sql and NNNN_name.finish.sql, numbered from 1 without a gap.
func SchemaChanges(files fs.FS) ([]SchemaChange, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	var changes []SchemaChange
	finishes := 0
	for _, name := range names {
		if strings.HasSuffix(name, finishing) {
			finishes++
			continue
		}
		change := SchemaChange{Version: len(changes) + 1, File: name}
		if !strings.HasPrefix(name, fmt.Sprintf("%04d_", change.Version)) {
			return nil, fmt.Errorf("migration %s is not number %d", name, change.Version)
		}
		if change.SQL, err = readText(files, name); err != nil {
			return nil, err
		}
		switch change.Finish, err = readText(files, change.FinishFile()); {
		case err == nil:
			finishes--
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		changes = append(changes, change)
	}
	if finishes != 0 {
		return nil, errors.New("a migration is finished that is not there")
	}
	return changes, nil
}

func readText(files fs.FS, name string) (string, error) {
	text, err := fs.ReadFile(files, name)
	return string(text), err
}

package state_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"tocsin/state"
)

func TestASchemaFitsUntilALaterProgramHasFinishedIt(t *testing.T) {
	for _, row := range []struct {
		schema      state.Schema
		fits, newer string
	}{
		{state.Schema{Have: 0, Known: 3}, "there is no store yet: run `tocsin migrate up`", ""},
		{state.Schema{Have: 2, Least: 2, Known: 3}, "schema 2 is older than this program's 3: run `tocsin migrate up`", ""},
		{state.Schema{Have: 3, Least: 2, Known: 3}, "", ""},
		{state.Schema{Have: 3, Least: 3, Known: 3}, "", ""},
		{state.Schema{Have: 4, Least: 3, Known: 3}, "", "schema 4 is of a later tocsin: let that one finish it"},
		{state.Schema{Have: 4, Least: 4, Known: 3}, "schema 4 is newer than this program's 3: run the tocsin that wrote it, or a later one", ""},
	} {
		err := row.schema.Fits()
		if got := message(err); got != row.fits {
			t.Errorf("%+v: got %q, want %q", row.schema, got, row.fits)
		}
		if want := row.schema.Least > row.schema.Known; errors.Is(err, state.ErrNewerVersion) != want {
			t.Errorf("%+v: got %v, an ErrNewerVersion: %t", row.schema, err, !want)
		}
		want := row.fits
		if row.newer != "" {
			want = row.newer
		}
		if got := message(row.schema.Finishable()); got != want {
			t.Errorf("%+v finished: got %q, want %q", row.schema, got, want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestAHistoryHasNoGap(t *testing.T) {
	of := func(names string) fstest.MapFS {
		files := make(fstest.MapFS)
		for name := range strings.FieldsSeq(names) {
			files[name] = &fstest.MapFile{Data: []byte("-- " + name)}
		}
		return files
	}
	changes, err := state.SchemaChanges(of("0001_a.sql 0001_a.finish.sql 0002_b.sql"))
	if err != nil || len(changes) != 2 || changes[0].SQL != "-- 0001_a.sql" || changes[0].Finish != "-- 0001_a.finish.sql" ||
		changes[1].Version != 2 || changes[1].File != "0002_b.sql" || changes[1].Finish != "" {
		t.Errorf("got %+v, %v, want the first finished and the second not", changes, err)
	}
	for names, want := range map[string]string{
		"0001_a.sql 0003_c.sql":              "migration 0003_c.sql is not number 2",
		"0001_a.sql 0001_b.sql":              "migration 0001_b.sql is not number 2",
		"0001_a.sql 0002_b.finish.sql":       "a migration is finished that is not there",
		"0001_a.sql 0001_another.finish.sql": "a migration is finished that is not there",
	} {
		if _, err := state.SchemaChanges(of(names)); message(err) != want {
			t.Errorf("%s: got %v, want %s", names, err, want)
		}
	}
}

package main

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tocsin/state/postgres/pgtest"
)

// TestMain lets scripts and tests run this very binary as tocsin.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tocsin": func() {
			os.Exit(run(&process{context.Background(), os.Environ(), os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
		},
		playedRun:    runPlayed,
		leavesBehind: runLeavesBehind,
	})
}

// database is the server of this package's tests, started by the first that needs it. It ends with this process.
var database = sync.OnceValues(pgtest.Start)

// newDatabase is the location of a new, empty store in PostgreSQL.
func newDatabase(t testing.TB) string {
	t.Helper()
	server, err := database()
	if err != nil {
		t.Fatal(err)
	}
	return server.NewSchema(t)
}

// Scripts find the location of an empty store in PostgreSQL as $postgres.
func TestTheCommandLineReadsAsItsStories(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, Setup: func(env *testscript.Env) error {
		env.Setenv("postgres", newDatabase(t))
		return nil
	}})
}

package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run this very binary as tocsin.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tocsin": func() {
			os.Exit(run(&process{context.Background(), os.Environ(), os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
		},
	})
}

func TestTheCommandLineReadsAsItsStories(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true})
}

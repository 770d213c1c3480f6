package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/erp"
)

// Whatever a mapping says, it is refused with the places of its faults, or files can be read through it.
func FuzzMapping(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no examples: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("columns: {customer: [], document: {join: [1, 2]}, date: 1}\nvalues: {kind: {A: [skip, invoice]}, side: {S: debit}}\nskip: ['(']\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := parseMapping("m.yaml", text)
		if err != nil {
			var wrong faults
			if !errors.As(err, &wrong) {
				t.Errorf("got %v, want faults", err)
			}
			for _, fault := range wrong {
				if !strings.HasPrefix(fault.String(), "m.yaml:") {
					t.Errorf("fault %q has no place", fault)
				}
			}
			return
		}
		in := erp.Import{Mapping: m, Zone: time.UTC, AsOf: 1, Revision: 1}
		for _, export := range []string{"a;b;c;d\n1;2;3;4\n", "Customer,Number\nC,1\n", "\tx\t\n"} {
			if err := in.Read("f.csv", strings.NewReader(export)); err != nil {
				t.Errorf("%v", err)
			}
		}
		in.Events()
	})
}

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const examples = "../../deploy/examples/import"

// command runs a command line to its end.
func command(t testing.TB, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, faults bytes.Buffer
	code = run(&process{t.Context(), nil, strings.NewReader(""), &out, &faults}, args)
	return code, out.String(), faults.String()
}

// owed is what an ERP shows of a customer.
type owed struct {
	Customer    string            `json:"customer_id"`
	Currency    string            `json:"currency"`
	Receivables string            `json:"receivables"`
	Unapplied   string            `json:"unapplied"`
	Exposure    string            `json:"exposure"`
	Limit       string            `json:"limit"`
	Ageing      map[string]string `json:"ageing"`
	DaysPastDue int               `json:"max_days_past_due"`
	Open        int               `json:"open_count"`
}

func ageing(current, to30, to60, to90, beyond string) map[string]string {
	return map[string]string{"current": current, "1_30": to30, "31_60": to60, "61_90": to90, "91_plus": beyond}
}

// The figures wanted are worked out by hand from the exports.
func TestTheExamplesOfExportsAreImported(t *testing.T) {
	tests := []struct {
		mapping, export, asOf string
		open                  string // as the ERP totals it
		want                  []owed // on 2026-11-20
	}{
		{"sap_fbl5n", "sap_fbl5n.txt", "2026-11-20", "EUR 21620.50", []owed{
			{"104822", "EUR", "20720.50", "300.00", "20420.50", "", ageing("7300.00", "0.00", "13420.50", "0.00", "0.00"), 50, 2},
			{"104907", "EUR", "2200.00", "1000.00", "1200.00", "", ageing("0.00", "2200.00", "0.00", "0.00", "0.00"), 21, 2},
		}},
		{"oracle_open_receivables", "oracle_open_receivables.csv", "2026-11-20", "JPY 1330000 USD 21500.00", []owed{
			{"40117", "USD", "22475.40", "975.40", "21500.00", "60000.00", ageing("9975.40", "0.00", "0.00", "12500.00", "0.00"), 81, 2},
			{"40260", "JPY", "1330000", "0", "1330000", "3000000", ageing("1250000", "0", "80000", "0", "0"), 31, 2},
		}},
		{"invoices_and_payments", "invoices_and_payments.csv", "", "EUR 2525.00", []owed{
			{"K-7", "EUR", "1950.00", "0.00", "1950.00", "", ageing("0.00", "0.00", "0.00", "0.00", "1950.00"), 142, 2},
			{"K-9", "EUR", "600.00", "25.00", "575.00", "", ageing("0.00", "0.00", "0.00", "600.00", "0.00"), 72, 1},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.mapping, func(t *testing.T) {
			dir := t.TempDir()
			events, records := filepath.Join(dir, "events.ndjson"), filepath.Join(dir, "state.ndjson")
			args := []string{"import", "--mapping", filepath.Join(examples, tt.mapping+".yaml"), "--out", events, "--output", "json", filepath.Join(examples, tt.export)}
			if tt.asOf != "" {
				args = append(args, "--as-of", tt.asOf)
			}
			code, out, faults := command(t, args...)
			if code != exitGood {
				t.Fatalf("exit code %d: %s%s", code, out, faults)
			}
			if got := openOf(t, out); got != tt.open {
				t.Errorf("open in all: got %s, want %s", got, tt.open)
			}
			wantGolden(t, filepath.Join(examples, tt.mapping+".ndjson"), events)
			if code, out, _ := command(t, "event", "check", events); code != exitGood {
				t.Errorf("event check: %s", out)
			}
			if code, _, faults := command(t, "backtest", "--events", events, "--until", "2026-11-20", "--state", records); code != exitGood {
				t.Fatalf("backtest: %s", faults)
			}
			if diff := cmp.Diff(tt.want, readOwed(t, records)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// openOf is the open totals of a summary.
func openOf(t *testing.T, summary string) string {
	t.Helper()
	var s struct {
		Open []struct{ Currency, Total string }
	}
	if err := json.Unmarshal([]byte(summary), &s); err != nil {
		t.Fatal(err)
	}
	var totals []string
	for _, o := range s.Open {
		totals = append(totals, o.Currency+" "+o.Total)
	}
	return strings.Join(totals, " ")
}

// wantGolden compares a file with one that is kept; -update keeps it anew.
func wantGolden(t *testing.T, golden, path string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: %s", golden, diff)
	}
}

func readOwed(t *testing.T, path string) (records []owed) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var one owed
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatal(err)
		}
		records = append(records, one)
	}
	return records
}

package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

var update = flag.Bool("update", false, "rewrite golden files; read their diff, a changed one is a changed product")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// exampleBoard is a Friday morning with three cases, one of them over.
func exampleBoard(t *testing.T) *board {
	t.Helper()
	b := newBoard(&state.Ledger{})
	b.setPhase("playing the past")
	b.turn(date(t, "2026-06-01"))
	b.turn(date(t, "2026-11-20"))
	eur := func(minor int64) state.Money {
		c, _ := state.ParseCurrency("EUR")
		return state.Money{Minor: minor, Currency: c}
	}
	for id, a := range map[state.CustomerID]account{
		"C-1042": {name: "Brookfield Chemicals plc", exposure: 285_120_50, overdue: 61_400_00},
		"C-1055": {name: "Öresund Textiles AB", exposure: 91_000_00, overdue: 32_000_00},
		"C-1063": {name: "Calder Valley Electrical Ltd", exposure: 44_950_00},
		"C-1070": {exposure: 12_000_00},
	} {
		a.currency = eur(0).Currency
		b.customers[id] = &a
	}
	raise := func(id string, at string, customer state.CustomerID, signal, reason string, from, to detectors.Level, d detectors.Detail) {
		b.take(alerts.Transition{
			AlertID: id, At: date(t, at), Customer: customer, RuleSet: alerts.Live, Signal: signal, Reason: reason, From: from, To: to,
			Kind: kindOf(from, to), Detail: d,
		})
	}
	overdue := func(days, threshold string) detectors.Detail {
		return detectors.Detail{
			Facts: []detectors.Fact{{Name: "days_past_due", Value: days, Threshold: threshold}}, MoneyAtRisk: eur(61_400_00),
			Actions: []string{"dunning_letter"},
		}
	}
	raise("a1", "2026-10-18", "C-1042", "overdue", "", detectors.None, detectors.Info, overdue("6", "5"))
	raise("a2", "2026-11-02", "C-1063", "limit_missing", "", detectors.None, detectors.Warning, detectors.Detail{
		MoneyAtRisk: eur(44_950_00), Actions: []string{"set_limit"},
	})
	raise("a1", "2026-11-13", "C-1042", "overdue", "", detectors.Info, detectors.Warning, overdue("31", "30"))
	raise("a3", "2026-11-16", "C-1055", "overdue_ratio", "", detectors.None, detectors.Warning, detectors.Detail{
		Facts: []detectors.Fact{{Name: "overdue_ratio", Value: "0.352", Threshold: "0.250"}}, MoneyAtRisk: eur(32_000_00),
	})
	raise("a2", "2026-11-19", "C-1063", "limit_missing", "", detectors.Warning, detectors.None, detectors.Detail{})
	raise("a4", "2026-11-20", "C-1042", "limit_breach", "ORDER", detectors.None, detectors.Critical, detectors.Detail{
		Facts:       []detectors.Fact{{Name: "utilisation", Value: "1.140", Threshold: "1.010"}},
		MoneyAtRisk: eur(285_120_50), Actions: []string{"hold_orders"},
	})
	raise("a5", "2026-11-20", "C-1070", "overdue", "", detectors.None, detectors.Info, overdue("7", "5"))
	return b
}

func kindOf(from, to detectors.Level) string {
	switch {
	case from == detectors.None:
		return alerts.Raised
	case to == detectors.None:
		return alerts.Cleared
	case to > from:
		return alerts.Escalated
	default:
		return alerts.Deescalated
	}
}

func TestTheFrameShowsEachAlertAtAGlance(t *testing.T) {
	tests := []struct {
		file            string
		columns, height int
	}{
		{"frame_120x30.txt", 120, 30},
		{"frame_80x24.txt", 80, 24},
		{"frame_44x16.txt", 44, 16},
	}
	for _, tt := range tests {
		golden(t, tt.file, exampleBoard(t).frame(tt.columns, tt.height, false))
	}
	golden(t, "frame_empty.txt", newBoard(&state.Ledger{}).frame(80, 24, false))
}

func TestAFrameNeverExceedsItsTerminal(t *testing.T) {
	b := exampleBoard(t)
	for columns := 1; columns <= 140; columns += 3 {
		for _, height := range []int{1, 2, 5, 12, 40} {
			lines := strings.Split(strings.TrimSuffix(b.frame(columns, height, false), "\n"), "\n")
			if len(lines) > height {
				t.Fatalf("%dx%d: got %d lines", columns, height, len(lines))
			}
			for _, l := range lines {
				if width(l) > columns {
					t.Fatalf("%dx%d: got a line of %d columns: %q", columns, height, width(l), l)
				}
			}
		}
	}
}

func TestColourAddsNothingButColour(t *testing.T) {
	b := exampleBoard(t)
	escapes := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	coloured := b.frame(100, 30, true)
	if !escapes.MatchString(coloured) {
		t.Error("got no colour, want some")
	}
	if diff := cmp.Diff(b.frame(100, 30, false), escapes.ReplaceAllString(coloured, "")); diff != "" {
		t.Errorf("without its colours (-plain +coloured):\n%s", diff)
	}
}

func TestANameCannotDriveTheTerminal(t *testing.T) {
	b := exampleBoard(t)
	b.customers["C-1042"].name = "Evil\x1b[2J\u202e\r\nLtd\x07 \u009b31m"
	for _, r := range strings.ReplaceAll(b.frame(120, 30, false), "\n", "") {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e {
			t.Errorf("got control character %U on the screen", r)
		}
	}
}

func TestTextsAreCutByColumnsNotBytes(t *testing.T) {
	for _, tt := range []struct {
		text string
		most int
		want string
	}{
		{"Öresund", 7, "Öresund"}, {"Öresund", 6, "Öresu…"}, {"華北鋼鐵", 8, "華北鋼鐵"}, {"華北鋼鐵", 7, "華北鋼…"}, {"華北鋼鐵", 6, "華北…"},
		{"abc", 0, ""}, {"abc", 1, "…"}, {"a b c", 3, "a…"}, {"e\u0301e\u0301", 2, "e\u0301e\u0301"},
	} {
		if got := cut(tt.text, tt.most); got != tt.want {
			t.Errorf("cut(%q, %d): got %q, want %q", tt.text, tt.most, got, tt.want)
		}
	}
}

func TestTheSummaryCountsEachAlertOnce(t *testing.T) {
	var out strings.Builder
	if err := exampleBoard(t).summary(&out); err != nil {
		t.Fatal(err)
	}
	golden(t, "summary.txt", out.String())
}

func TestATransitionIsOneLine(t *testing.T) {
	b := exampleBoard(t)
	var got strings.Builder
	for i := range b.newest {
		got.WriteString(transitionLine(&b.newest[i]))
	}
	golden(t, "lines.txt", got.String())
}

func TestABoardForgetsWhoIsErased(t *testing.T) {
	b := exampleBoard(t)
	gone := b.newest[0].Customer
	name := b.customers[gone].name
	b.Erased(func(id state.CustomerID) bool { return id == gone })
	shown := fmt.Sprintf("%+v %+v %+v", b.customers, b.open, b.newest)
	if strings.Contains(shown, string(gone)) || strings.Contains(shown, name) {
		t.Errorf("%s (%s) is left on the board: %s", name, gone, shown)
	}
}

func TestABoardIsRestoredFromTheStore(t *testing.T) {
	was := exampleBoard(t)
	var rows []state.AlertRow
	for _, tr := range was.newest {
		rows = append(rows, state.AlertRow{
			ID: tr.AlertID, Seq: tr.Seq, Customer: tr.Customer, RuleSet: tr.RuleSet, Signal: tr.Signal, Day: tr.At,
			From: uint8(tr.From), To: uint8(tr.To), Body: tr.AppendJSON(nil),
		})
	}
	names := map[state.CustomerID]string{}
	for id, a := range was.customers {
		names[id] = a.name
	}
	b := newBoard(&state.Ledger{})
	b.setPhase("playing the past")
	if err := b.restore(was.day, rows, names); err != nil {
		t.Fatal(err)
	}
	for id, a := range was.customers {
		b.customers[id] = a
	}
	if diff := cmp.Diff(was.frame(120, 40, false), b.frame(120, 40, false)); diff != "" {
		t.Errorf("restored frame (-was +is):\n%s", diff)
	}
}

package replay

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// poisonous are rules that panic on who has an invoice called "poison".
type poisonous struct{ alerts.Rules }

func (p poisonous) For(v *state.View) detectors.Choice {
	if slices.Contains(v.OpenInvoiceIDs(), "poison") {
		panic("not to be borne")
	}
	return p.Rules.For(v)
}

func TestACustomerWhoseStepPanicsIsLeftOutAndTheRestIsPlayed(t *testing.T) {
	set, faults := detectors.NewSet(detectors.Config{})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	judge, err := alerts.NewJudge("sha256:test", alerts.DefaultSLA(), alerts.RuleSet{Name: alerts.Live, Rules: poisonous{set}, Materiality: detectors.DefaultMateriality()})
	if err != nil {
		t.Fatal(err)
	}
	e := *engine(t)
	e.Judge = judge
	sick := []string{
		invoiceOf("B", "INV-B", 1, "2026-01-05", "2026-01-20", "700.00"), invoiceOf("B", "poison", 1, "2026-02-20", "2026-04-20", "600.00"),
		invoiceOf("B", "INV-B2", 1, "2026-03-03", "2026-04-20", "40.00"),
	}
	sound := []string{
		invoiceOf("A", "INV-A", 1, "2026-01-05", "2026-01-20", "700.00"), invoiceOf("C", "INV-C", 1, "2026-02-20", "2026-04-20", "600.00"),
		invoiceOf("C", "INV-C2", 1, "2026-03-03", "2026-04-20", "40.00"),
	}
	play := func(workers int, lines ...string) (counts Counts, told, records string, err error) {
		var ledger []byte
		for _, line := range lines {
			ledger = append(append(ledger, `{"specversion":"1.0","source":"urn:test",`+line[1:]...), '\n')
		}
		path := filepath.Join(t.TempDir(), "events.ndjson")
		if err := os.WriteFile(path, ledger, 0o600); err != nil {
			t.Fatal(err)
		}
		var alerts, standing bytes.Buffer
		counts, err = (&Backtest{Engine: &e, Inputs: []string{path}, Workers: workers, Alerts: &alerts, State: &standing}).Run(t.Context())
		return counts, alerts.String(), standing.String(), err
	}
	_, wantAlerts, wantRecords, err := play(1, sound...)
	if err != nil || wantAlerts == "" {
		t.Fatalf("got alerts %q, %v", wantAlerts, err)
	}
	for _, workers := range []int{1, 3} {
		counts, told, records, err := play(workers, append(slices.Clone(sick), sound...)...)
		var panicked *Panicked
		if !errors.As(err, &panicked) || len(panicked.Customers) != 1 || panicked.Customers[0].Customer != "B" || panicked.Customers[0].Day != state.DateOf(2026, 2, 20) {
			t.Fatalf("got %v, want B's panic", err)
		}
		if want := "1 customers could not be played to the end: B on 2026-02-20: the step panicked: not to be borne (replay.poisonous.For panicked_test.go:"; !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %q, want %q", err, want)
		}
		if counts.Lines != 6 || counts.Accepted != 6 || counts.Customers != 2 {
			t.Errorf("got %+v, want six lines accepted and two customers", counts)
		}
		var others []string
		for line := range strings.Lines(told) {
			if !strings.Contains(line, `"customer_id":"B"`) {
				others = append(others, line)
			}
		}
		if got := strings.Join(others, ""); got != wantAlerts || got == told || records != wantRecords {
			t.Errorf("%d workers: got\n%s%s\nwant\n%s%s", workers, told, records, wantAlerts, wantRecords)
		}
	}
}

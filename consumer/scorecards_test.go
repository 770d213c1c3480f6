package consumer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// Whoever owns a source is told once a week what came of its records, where he reads; the digest has all of them.
func TestOwnersAreToldOnceAWeekHowGoodTheirDataIs(t *testing.T) {
	g := newRig(t, invoices)
	g.runner.Sources = map[string]string{"urn:erp": "erp", "urn:erp:old": "erp", "urn:bank": "bank", "urn:none": "none"}
	desk := g.desk()
	desk.Sources = g.runner.Sources
	channels := map[string]string{"erp": "#erp", "other": "#data"}
	from := func(source string, orders ...string) {
		for _, order := range orders {
			g.from(source, order, 1, "1.00", 0)
		}
	}
	from("urn:erp", "SO-1", "SO-2")
	from("urn:erp:old", "SO-3")
	from("urn:bank", "SO-4")
	g.from("urn:erp", "SO-5", 1, "1.001", 0)
	from("urn:Jane-Doe", "SO-6")
	owe := func() bool {
		t.Helper()
		owed, err := desk.OweScorecards(t.Context(), g.engine.Ledger, channels)
		if err != nil {
			t.Fatal(err)
		}
		return owed
	}
	g.turns(30)
	for range 5 { // to Saturday
		g.now += state.Instant(24 * time.Hour)
		g.turns(30)
	}
	if owe() {
		t.Error("on a Saturday it is told")
	}
	for range 2 {
		g.now += state.Instant(24 * time.Hour)
		g.turns(30)
	}
	for range 2 {
		if !owe() {
			t.Error("on a Monday it is not told")
		}
	}
	var told []string
	for _, m := range owedBy(t, g) {
		if card, is := m.(*alerts.Scorecard); is {
			told = append(told, fmt.Sprint(card.Channel, " ", card.Score.Source, " ", card.First, " ", card.Score.Accepted, " ", card.Score.Codes))
		}
	}
	slices.Sort(told)
	want := []string{"#data other 2026-03-02 1 []", "#erp erp 2026-03-02 3 [{money_scale 1}]"}
	if !slices.Equal(told, want) {
		t.Errorf("got %q, want %q", told, want)
	}
	week, err := desk.Periodical(t.Context(), g.engine.Ledger, Weekly, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, parts := alerts.English.Digest(week, func(s string) string { return s })
	if got := strings.Join(parts[len(parts)-1].Lines, "\n"); got != "erp: 4 records; refused: 1\nbank: 1 record; nothing to mend\nother: 1 record; nothing to mend" {
		t.Errorf("in the digest: got %s", got)
	}
	g.now += state.Instant(7 * 24 * time.Hour)
	g.turns(60)
	if owe(); len(owedBy(t, g)) != len(want) {
		t.Error("of a week in which nothing came something is told")
	}
}

func owedBy(t *testing.T, g *rig) (all []alerts.Message) {
	t.Helper()
	rows, err := g.store.Owed(t.Context(), 1<<62, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		m, err := alerts.ParseMessage(row.Body)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

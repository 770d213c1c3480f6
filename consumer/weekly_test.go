package consumer

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// A week tells what people decided in it, read from the audit, and no other week does.
func TestAWeekTellsWhatWasDecided(t *testing.T) {
	g := aPerson(t)
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || len(tasks) != 1 {
		t.Fatalf("got %+v, %v, want her task", tasks, err)
	}
	for i, d := range []alerts.Decision{{Action: alerts.Review}, {Action: alerts.Decide, Code: "call", ReasonCode: "timing", NextReview: firstDay + 30}} {
		d.TaskID, d.By, d.At = tasks[0].ID, "li.wei", g.now
		if err := g.desk().Decide(t.Context(), jane, d, fmt.Sprint("request ", i)); err != nil {
			t.Fatal(err)
		}
	}
	told := func(day state.Date) string {
		t.Helper()
		w, err := g.desk().Periodical(t.Context(), g.engine.Ledger, Weekly, day)
		if err != nil {
			t.Fatal(err)
		}
		head, parts := alerts.English.Digest(w, func(s string) string { return s })
		return fmt.Sprint(head, parts)
	}
	for range 12 {
		g.now += state.Instant(24 * time.Hour)
		g.turns(20)
	}
	for day, want := range map[state.Date]bool{firstDay - 3: false, firstDay: true, firstDay + 4: true, firstDay + 9: false} {
		if got := told(day); strings.Contains(got, "Jane Doe (C-Jane): call, by li.wei at 2026-03-02") != want {
			t.Errorf("%s: got %s, want the decision there: %v", day, got, want)
		}
	}
	if owed, err := g.desk().OweDigest(t.Context(), g.engine.Ledger, Weekly); err != nil || owed {
		t.Errorf("on a Saturday: got %v, %v, want none owed", owed, err)
	}
	g.now += state.Instant(2 * 24 * time.Hour)
	g.turns(40)
	for range 2 {
		if owed, err := g.desk().OweDigest(t.Context(), g.engine.Ledger, Weekly); err != nil || !owed {
			t.Errorf("got %v, %v, want it owed", owed, err)
		}
	}
	all, err := g.store.Summaries(t.Context())
	if err != nil || len(all) != 1 || all[0].Case != "digest/week/2026-03-15" {
		t.Errorf("got %+v, %v, want one week", all, err)
	}
}

package consumer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/state"
)

func (g *rig) scores() []state.Score {
	g.t.Helper()
	all, err := g.store.Scores(g.t.Context(), 0, 1<<30)
	if err != nil {
		g.t.Fatal(err)
	}
	return all
}

func TestEachSourceHasAScore(t *testing.T) {
	g := newRig(t, invoices)
	erp, bank := "urn:acme:erp", "urn:bank"
	g.runner.Sources = map[string]string{erp: "erp", bank: "bank", "urn:none": "none"}
	g.from(erp, "SO-1", 2, "10.00", time.Hour)
	g.from(erp, "SO-1", 2, "10.00", time.Hour)    // once more
	g.from(erp, "SO-1", 1, "10.00", 2*time.Hour)  // stale
	g.from(erp, "SO-1", 2, "9.00", 2*time.Hour)   // loses
	g.from(erp, "SO-2", 1, "1.001", 0)            // a scale that euros do not have
	g.from(bank, "SO-3", 1, "3.00", 30*time.Hour) // late
	g.from(bank, "SO-4", 1, "4.00", 10*time.Hour)
	log := g.broker.logs[invoices]
	last := &log[len(log)-1]
	last.Key, last.Elsewhere = []byte("C-2"), true
	last.Value = []byte(strings.Replace(string(last.Value), `"gross"`, `"colour":"red","weight":1,"gross"`, 1))
	g.broker.append(invoices, g.now, []byte(`{"source":`))
	g.from("urn:Jane-Doe", "SO-5", 1, "5.00", 0)
	g.from(strings.Repeat("x", 600), "SO-6", 1, "6.00", 0) // longer than a text may be
	g.turns(20)

	want := []state.Score{
		{Source: "", Accepted: 1, Refused: 2, Last: g.now, Codes: []state.ScoreCode{{Code: "json", Count: 1}, {Code: "too_long", Count: 1}}},
		{Source: erp, Accepted: 1, Duplicate: 1, Stale: 1, Refused: 2, Conflicts: 1, Delay: 3_600_000, Longest: time.Hour, Last: g.now,
			Codes: []state.ScoreCode{{Code: "money_scale", Count: 1}, {Code: "revision_conflict", Count: 1}}},
		{Source: bank, Accepted: 2, Late: 1, UnknownFields: 2, Misrouted: 1, Misplaced: 1, Delay: 40 * 3_600_000, Longest: 30 * time.Hour, Last: g.now},
	}
	got := g.scores()
	for i := range got {
		want[i].Day = got[i].Day
		got[i].Last = g.now // as they came
		if g, w := fmt.Sprint(got[i]), fmt.Sprint(want[i]); g != w {
			t.Errorf("got %s, want %s", g, w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d scores, want %d", len(got), len(want))
	}
}

// What is scored does not depend on how records were batched.
func TestScoresDoNotDependOnBatches(t *testing.T) {
	play := func(limit int) []state.Score {
		g := newRig(t, invoices)
		g.runner.Sources = map[string]string{"urn:a": "a", "urn:b": "b"}
		for i := range 60 {
			g.from([]string{"urn:a", "urn:b"}[i%2], fmt.Sprint("SO-", i%12), 1+i/24, fmt.Sprintf("%d.00", 1+i/12%2*(i%2)), time.Duration(i)*time.Hour)
		}
		for range 200 {
			if limit > 0 && g.runner.in != nil {
				g.runner.limit = limit
			}
			g.turns(1)
		}
		return g.scores()
	}
	whole, single := play(0), play(1)
	if n := whole[0].Records() + whole[1].Records(); len(whole) != 2 || n != 60 || whole[0].Duplicate+whole[1].Duplicate == 0 || whole[0].Conflicts+whole[1].Conflicts == 0 || whole[0].Late == 0 {
		t.Fatalf("got %+v, want two sources' 60 records of every kind", whole)
	}
	if fmt.Sprint(whole) != fmt.Sprint(single) {
		t.Errorf("one by one: got %+v, want %+v", single, whole)
	}
}

func BenchmarkScores(b *testing.B) {
	batch := batch{advances: make([]state.Advance, 1)}
	work := &group{customer: "C-1"}
	for i := range largestBatch {
		ev := state.Event{Customer: "C-1", KnownAt: 1 << 40, Stamp: state.Stamp{Source: []string{"urn:acme:erp", "urn:acme:bank"}[i/50%2]}}
		batch.arrivals = append(batch.arrivals, arrival{event: &ev, knownAt: 1 << 40, record: Record{Key: []byte("C-1")}})
		work.events, work.arrivals = append(work.events, ev), append(work.arrivals, i)
	}
	work.effects.Outcomes = slices.Repeat([]state.Outcome{state.Accepted}, largestBatch)
	r := Runner{Sources: map[string]string{"urn:acme:erp": "erp", "urn:acme:bank": "bank"}}
	for b.Loop() {
		r.scores(batch, []*group{work}, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/largestBatch, "ns/event")
}

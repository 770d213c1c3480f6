package consumer

import (
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
	"tocsin/state/storetest"
)

// What somebody tells is owed to the threads of the case by the commit that takes it, and to nobody where there is no case. Once its
// customer is erased nothing of it is left, and whoever has read it is shown so.
func TestWhatIsToldIsOwedToTheThreadsUntilItsCustomerIsErased(t *testing.T) {
	g := aPerson(t)
	const text = "her brother told it"
	desk := &Desk{Store: g.store, Engines: g.engines, Now: func() state.Instant { return g.now }, Via: state.ViaAPI}
	for range 2 {
		if _, err := desk.Enter(t.Context(), jane, alerts.Entry{Action: alerts.Note, By: "li.wei", Text: text}, "request of note"); err != nil {
			t.Fatal(err)
		}
	}
	words := g.words()
	if len(words) != 1 {
		t.Fatalf("got %+v, want one word", words)
	}
	w := words[0]
	cases, err := g.store.CasesOf(t.Context(), []state.CustomerID{jane})
	if err != nil || len(cases) != 1 || w.CaseID != cases[0].Case || w.Entry.By != "li.wei" || w.Entry.Text != text || w.At != g.now || w.Via != state.ViaAPI {
		t.Errorf("got %+v, %v, want what was told, in her case, %+v", w, err, cases)
	}
	shown := state.Receipt{Case: w.WordID, Channel: "#credit", Timestamp: "C0/1.5", Seq: 1, Body: w.AppendJSON(nil)}
	if err := g.store.Deliver(t.Context(), state.Lease{}, shown); err != nil {
		t.Fatal(err)
	}
	g.erase(firstDay)
	g.turns(10)
	g.wantNothingPersonal()
	contents, err := storetest.Contents(t.Context(), g.store)
	if err != nil || strings.Contains(contents, text) {
		t.Errorf("what was told is left in the store, %v", err)
	}
	owed, err := g.store.Owed(t.Context(), g.now, 100)
	if err != nil {
		t.Fatal(err)
	}
	for i := range owed {
		if m, err := alerts.ParseMessage(owed[i].Body); err == nil && owed[i].Case == w.WordID {
			if got := m.(*alerts.Word); got.Gone && got.Customer == g.pseudonym() {
				return
			}
		}
	}
	t.Errorf("got %d messages owed, want the word taken back", len(owed))
}

func (g *rig) words() (all []*alerts.Word) {
	g.t.Helper()
	rows, err := g.store.Words(g.t.Context(), nil)
	if err != nil {
		g.t.Fatal(err)
	}
	for i := range rows {
		if m, err := alerts.ParseMessage(rows[i].Body); err != nil {
			g.t.Fatal(err)
		} else if w, is := m.(*alerts.Word); is {
			all = append(all, w)
		}
	}
	return all
}

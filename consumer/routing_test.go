package consumer

import (
	"slices"
	"testing"
	"time"

	"tocsin/state"
)

// notice is a registry event of one party. Two with the same url say the same.
func notice(revision int64, time state.Instant, url string) state.Event {
	return state.Event{
		Kind:  state.KindRegistry,
		Stamp: state.Stamp{Revision: revision, Time: time, ID: "notice", Source: "urn:gazette"},
		Body: &state.RegistryFact{
			Registry: "gb-gazette", Identifier: state.Identifier{Scheme: "lei", Value: "5299"}, Type: "liquidation", URL: url,
		},
	}
}

func TestARegistryEventIsJudgedAgainstWhatStandsOfItsRegister(t *testing.T) {
	for name, c := range map[string]struct {
		events []state.Event
		want   []state.Outcome
	}{
		"a higher revision stands":             {[]state.Event{notice(1, 1, "a"), notice(2, 1, "b")}, []state.Outcome{state.Accepted, state.Accepted}},
		"a lower one is stale":                 {[]state.Event{notice(2, 1, "a"), notice(1, 2, "b")}, []state.Outcome{state.Accepted, state.Stale}},
		"so is a repeat of a lower one":        {[]state.Event{notice(1, 1, "a"), notice(2, 1, "b"), notice(1, 1, "a")}, []state.Outcome{state.Accepted, state.Accepted, state.Stale}},
		"a repeat is a duplicate":              {[]state.Event{notice(1, 1, "a"), notice(1, 1, "a")}, []state.Outcome{state.Accepted, state.Duplicate}},
		"a conflict is lost by the earlier":    {[]state.Event{notice(1, 2, "a"), notice(1, 1, "b")}, []state.Outcome{state.Accepted, state.ConflictLost}},
		"and won by the later":                 {[]state.Event{notice(1, 1, "a"), notice(1, 2, "b")}, []state.Outcome{state.Accepted, state.ConflictWon}},
		"a later repeat of the loser wins":     {[]state.Event{notice(1, 2, "a"), notice(1, 1, "b"), notice(1, 3, "b")}, []state.Outcome{state.Accepted, state.ConflictLost, state.ConflictWon}},
		"a later repeat decides for its like":  {[]state.Event{notice(1, 1, "a"), notice(1, 3, "a"), notice(1, 2, "b")}, []state.Outcome{state.Accepted, state.Duplicate, state.ConflictLost}},
		"of equal times the greater data wins": {[]state.Event{notice(1, 1, "a"), notice(1, 1, "b"), notice(1, 1, "a")}, []state.Outcome{state.Accepted, state.ConflictWon, state.ConflictLost}},
	} {
		t.Run(name, func(t *testing.T) {
			key := state.Identifier{Scheme: "lei", Value: "5299"}
			r := Routing{Rows: map[state.Identifier]*state.Identity{key: {Key: key}}}
			var got []state.Outcome
			for i := range c.events {
				got = append(got, r.Route(&c.events[i], func(state.CustomerID, state.Event) {}))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("outcomes: got %v, want %v", got, c.want)
			}
		})
	}
}

// What a customer is told must not depend on which of two repeats came first.
func TestTheWinnerOfARegistryConflictDoesNotDependOnTheOrder(t *testing.T) {
	events := []state.Event{notice(1, 1, "a"), notice(1, 3, "a"), notice(1, 2, "b")}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		key := state.Identifier{Scheme: "lei", Value: "5299"}
		r := Routing{Rows: map[state.Identifier]*state.Identity{key: {Key: key, Customers: []state.CustomerID{"C-1"}}}}
		customer := state.NewCustomer("C-1")
		for _, i := range order {
			r.Route(&events[i], func(_ state.CustomerID, given state.Event) {
				customer.Apply(firstDay, []state.Event{given}, make([]state.Outcome, 1))
			})
		}
		last := make([]state.Outcome, 1)
		customer.Apply(firstDay, []state.Event{events[1]}, last)
		if last[0] != state.Duplicate {
			t.Errorf("order %v: the latest event: got outcome %v, want a duplicate of what stands", order, last[0])
		}
	}
}

// A registry event has no customer who could lose the conflict for it, so its topic's dead letters must not be forgotten.
func TestARegistryEventThatLosesAConflictIsADeadLetter(t *testing.T) {
	registry := Partition{"registry", 0}
	g := newRig(t, registry)
	for _, at := range []string{"2026-03-02T10:00:00Z", "2026-03-02T09:00:00Z"} {
		g.broker.append(registry, g.now, []byte(`{"specversion":"1.0","id":"notice","source":"urn:gazette","type":"tocsin.registry.event.v1","time":"`+at+`",
			"data":{"revision":1,"registry":"gb-gazette","identifier":{"scheme":"lei","value":"5299"},"kind":"liquidation","effective_date":"2026-03-01","url":"https://example.org/`+at+`"}}`))
	}
	g.turns(10)
	letters, err := g.store.DeadLetters(t.Context(), 10)
	if err != nil || len(letters) != 1 || letters[0].Offset != 1 || letters[0].Code != "revision_conflict" {
		t.Errorf("dead letters: got %+v, %v, want the second record as a revision_conflict", letters, err)
	}
}

func TestRegistryEventsWaitThirtyDaysForAProfile(t *testing.T) {
	for _, c := range []struct {
		known, named state.Date // when the event became known and the profile came
		customers    []state.CustomerID
		want         int
	}{
		{firstDay, firstDay, nil, 1},
		{firstDay, firstDay + 30, nil, 1},
		{firstDay, firstDay + 31, nil, 0},
		{firstDay, firstDay + 31, []state.CustomerID{"C-0"}, 1}, // somebody else was named in time
	} {
		key := state.Identifier{Scheme: "lei", Value: "5299"}
		event := notice(1, 1, "a")
		event.KnownAt = c.known.Start(time.UTC)
		r := Routing{
			Rows:  map[state.Identifier]*state.Identity{key: {Key: key, Customers: c.customers, Events: []state.Event{event}}},
			Since: UnmatchedSince(c.named, time.UTC),
		}
		given := 0
		r.Route(&state.Event{Kind: state.KindProfile, Customer: "C-1", Body: &state.Profile{Identifiers: []state.Identifier{key}}}, func(_ state.CustomerID, ev state.Event) {
			if ev.Kind == state.KindRegistry {
				given++
			}
		})
		if given != c.want {
			t.Errorf("known on %v, named on %v, others named %v: got %d events with the profile, want %d", c.known, c.named, c.customers, given, c.want)
		}
	}
}

// A store must not fill with news of parties that nobody ever sells to.
func TestClosingADayForgetsOldRegistryEventsOfNobody(t *testing.T) {
	registry := Partition{"registry", 0}
	g := newRig(t, registry)
	body := func(day state.Date, party string) []byte {
		return []byte(`{"specversion":"1.0","id":"n","source":"urn:gazette","type":"tocsin.registry.event.v1","time":"` + day.String() + `T00:00:00Z",
			"data":{"revision":1,"registry":"gb-gazette","identifier":{"scheme":"lei","value":"` + party + `"},"kind":"liquidation","effective_date":"` + day.String() + `"}}`)
	}
	g.pass(32 * 24 * time.Hour)
	g.broker.append(registry, firstDay.Start(time.UTC), body(firstDay, "5299"))
	g.broker.append(registry, (firstDay + 32).Start(time.UTC), body(firstDay+32, "5300"))
	g.turns(200)
	g.wantOpen(firstDay + 32)
	rows, err := g.store.Identities(t.Context(), []state.Identifier{{Scheme: "lei", Value: "5299"}, {Scheme: "lei", Value: "5300"}})
	if err != nil || len(rows[0].Events) != 0 || len(rows[1].Events) != 1 {
		t.Errorf("kept of two parties: got %+v, %v, want the later event alone", rows, err)
	}
}

package storetest

import (
	"fmt"
	"strings"

	"tocsin/state"
)

// withheld is what the store is kept from saying, case after case, a few at a time.
func (t *trial) withheld() (all []state.Withheld) {
	t.Helper()
	for after := ""; ; after = all[len(all)-1].Case {
		some, err := t.store.Withheld(t.Context(), after, 2)
		t.must(err)
		if len(some) == 0 {
			return all
		}
		all = append(all, some...)
	}
}

func keyOf(customer state.CustomerID, seq int64) state.MessageKey {
	return state.MessageKey{Case: caseOf(customer), Seq: seq}
}

// summary is a message of nobody in particular, as a release owes it.
func summary(id string) *state.Message {
	return &state.Message{ID: id + "/1", Case: id, Seq: 1, Body: []byte("many cases, one of them C-0's")}
}

// manyHeld has C-1 and C-2 with held messages only, C-3 that has something else to say, C-4 whose newest message is held, C-5
// without any, and C-6 and C-7 with held messages, of which people may have seen one.
func (t *trial) manyHeld() {
	t.Helper()
	t.open()
	t.owe(message("C-6", 1), message("C-7", 1))
	t.deliver(state.Receipt{Case: caseOf("C-6"), Channel: channel, Timestamp: "1", Seq: 1})
	t.deliver(state.Receipt{Case: caseOf("C-7"), Channel: channel, Attempt: noon})
	t.owe(held(message("C-1", 1)), held(message("C-1", 2)), dueAt(held(message("C-2", 1)), noon+99),
		held(message("C-3", 1)), message("C-3", 2), message("C-4", 1), held(message("C-4", 2)), message("C-5", 1), message("C-5", 2),
		held(message("C-6", 2)), held(message("C-7", 2)))
}

func withheldIsTheNewestOfItsCase(t *trial) {
	t.manyHeld()
	got(t, "withheld", t.withheld(), []state.Withheld{
		{Message: held(message("C-1", 2))}, {Message: dueAt(held(message("C-2", 1)), noon+99)}, {Message: held(message("C-4", 2))},
		{Message: held(message("C-6", 2)), Seen: true}, {Message: held(message("C-7", 2)), Seen: true},
	})
}

func releaseLetsNewestGo(t *trial) {
	t.manyHeld()
	t.waiting(4, 3)
	at := noon + 7
	t.must(t.store.Release(t.Context(), state.LettingGo{
		At: at, Go: []state.MessageKey{keyOf("C-1", 2), keyOf("C-2", 1), keyOf("C-4", 2), keyOf("C-6", 2), keyOf("C-7", 2)},
	}))
	got(t, "owed", t.owed(noon+99, 9), []state.Message{message("C-3", 2), message("C-5", 2),
		dueAt(message("C-1", 2), at), dueAt(message("C-4", 2), at), dueAt(message("C-6", 2), at), dueAt(message("C-7", 2), at), dueAt(message("C-2", 1), noon+99)})
	t.deliver(state.Receipt{Case: caseOf("C-1"), Channel: channel, Timestamp: "1", Seq: 2})
	t.waiting(6, 0)
	got(t, "withheld", t.withheld(), nil)
	t.must(t.store.Release(t.Context(), state.LettingGo{At: noon + 8}))
}

func releaseOwesOneSummary(t *trial) {
	t.manyHeld()
	at := noon + 7
	l := state.LettingGo{
		At: at, Go: []state.MessageKey{keyOf("C-6", 2), keyOf("C-7", 2)},
		Settled: []state.MessageKey{keyOf("C-1", 2), keyOf("C-2", 1), keyOf("C-4", 2)}, Summary: summary("sum"),
	}
	t.must(t.store.Release(t.Context(), l))
	want := dueAt(*summary("sum"), at)
	got(t, "owed", t.owed(noon+99, 9), []state.Message{message("C-3", 2), message("C-5", 2),
		dueAt(message("C-6", 2), at), dueAt(message("C-7", 2), at), want})
	t.waiting(5, 0)
	t.refused(t.store.Release(t.Context(), l), state.ErrConflict) // whoever comes second
	t.must(t.store.Close())
	t.store = t.reopen()
	t.deliver(state.Receipt{Case: "sum", Channel: channel, Timestamp: "9", Seq: 1})
	got(t, "owed", len(t.owed(noon+99, 9)), 4)

	// What a case has to say later is a message of its own.
	t.owe(message("C-1", 3))
	got(t, "owed", t.owed(noon, 9)[0], message("C-1", 3))
}

func messageOfNobodyIsOwedOnce(t *trial) {
	t.ready()
	owe := func(at state.Instant, erased int) bool {
		t.Helper()
		owed, err := t.store.Owe(t.Context(), at, *summary("digest"), erased)
		t.must(err)
		return owed
	}
	_, err := t.store.Owe(t.Context(), noon, *summary("digest"), 1)
	t.refused(err, state.ErrConflict)
	got(t, "owed", t.owed(noon, 9), nil)
	got(t, "the first", owe(noon, 0), true)
	got(t, "the second", owe(noon+1, 0), false)
	want := []state.Message{dueAt(*summary("digest"), noon)}
	got(t, "owed", t.owed(noon, 9), want)
	all, err := t.store.Summaries(t.Context())
	t.must(err)
	got(t, "summaries", all, want)
	t.deliver(state.Receipt{Case: "digest", Channel: channel, Timestamp: "9", Seq: 1})
	t.must(t.store.Close())
	t.store = t.reopen()
	got(t, "after its delivery", owe(noon+2, 0), false)
	got(t, "owed", t.owed(noon+9, 9), nil)
}

func releaseOfWhatWasNotSeenConflicts(t *trial) {
	t.manyHeld()
	before := t.contents()
	seen, unseen := []state.MessageKey{keyOf("C-6", 2), keyOf("C-7", 2)}, []state.MessageKey{keyOf("C-1", 2), keyOf("C-2", 1), keyOf("C-4", 2)}
	for what, l := range map[string]state.LettingGo{
		"a case too few":           {Go: seen, Settled: unseen[:2]},
		"a case too many":          {Go: append(seen[:2:2], keyOf("C-5", 2)), Settled: unseen},
		"a case twice":             {Go: seen, Settled: append(unseen[:2:2], unseen[0])},
		"a message that is old":    {Go: seen, Settled: append(unseen[1:3:3], keyOf("C-1", 1))},
		"a case that was seen":     {Go: seen[:1], Settled: append(unseen[:3:3], seen[1])},
		"nothing at all":           {},
		"what is held in no store": {Go: seen, Settled: append(unseen[:2:2], keyOf("C-9", 1))},
	} {
		l.At, l.Summary = noon, summary("sum")
		if err := t.store.Release(t.Context(), l); err == nil {
			t.Errorf("%s: got no error", what)
		} else {
			t.refused(err, state.ErrConflict)
		}
	}
	got(t, "contents", t.contents(), before)
}

// rewording is the erasure of C-0, who is named in a summary that people have seen, and in one that they have not.
func (t *trial) rewording() {
	t.Helper()
	epoch := t.ready()
	t.commit(everything(0, epoch, 0))
	for i, id := range []string{"sum-a", "sum-b"} {
		t.owe(held(message("C-9", int64(i+1))))
		l := state.LettingGo{At: noon, Summary: summary(id)}
		for _, w := range t.withheld() {
			l.Settled = append(l.Settled, w.Key())
		}
		t.must(t.store.Release(t.Context(), l))
	}
	t.deliver(state.Receipt{Case: "sum-a", Channel: channel, Timestamp: "9", Seq: 1, Body: summary("sum-a").Body})
	all, err := t.store.Summaries(t.Context())
	t.must(err)
	got(t, "summaries", all, []state.Message{dueAt(*summary("sum-a"), noon), dueAt(*summary("sum-b"), noon)})
}

func reworded(id string) state.Message {
	return state.Message{ID: id + "/2", Case: id, Seq: 2, Body: []byte("many cases")}
}

func erasureRewordsSummaries(t *trial) {
	t.rewording()
	c := erasure(t.nobodys(globex))
	c.At, c.Rewording = noon+3, &state.Rewording{Known: 2, Messages: []state.Message{reworded("sum-a"), reworded("sum-b")}}
	t.commit(c)
	all, err := t.store.Summaries(t.Context())
	t.must(err)
	got(t, "summaries", all, []state.Message{dueAt(reworded("sum-a"), noon+3), dueAt(reworded("sum-b"), noon+3)})
	text := t.contents()
	for _, id := range []string{"sum-a", "sum-b"} {
		got(t, id+" is owed", strings.Count(text, fmt.Sprintf("ID:%q", id+"/2")), 1)
		got(t, id+" was owed", strings.Count(text, fmt.Sprintf("ID:%q", id+"/1")), 0)
	}
	r, err := t.store.Receipt(t.Context(), "sum-a", channel)
	t.must(err)
	got(t, "receipt", r, state.Receipt{Case: "sum-a", Channel: channel, Timestamp: "9", Seq: 1})
	t.deliver(state.Receipt{Case: "sum-a", Channel: channel, Timestamp: "9", Seq: 2, Body: reworded("sum-a").Body})
	if owed := t.owed(noon+99, 99); strings.Contains(fmt.Sprint(owed), "sum-a") {
		t.Errorf("got %v owed, want the summary that was edited settled", owed)
	}
}

// A summary that was made while an erasure was under way may name whoever is erased.
func erasureKnowsAllSummaries(t *trial) {
	t.rewording()
	before := t.contents()
	c := erasure(t.nobodys(globex))
	c.Rewording = &state.Rewording{Known: 1, Messages: []state.Message{reworded("sum-a")}}
	t.refused(t.store.Commit(t.Context(), c), state.ErrConflict)
	got(t, "contents", t.contents(), before)
}

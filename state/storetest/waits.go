package storetest

import (
	"errors"
	"fmt"

	"tocsin/state"
)

func (t *trial) postpone(of []state.Waiting, tell ...state.Message) {
	t.Helper()
	t.must(t.store.Postpone(t.Context(), state.Lease{}, of, tell))
}

// putOff has C-1 wait for a flood of two channels, C-2 for a budget and C-3 for a flood of one channel, one after the other.
func (t *trial) putOff() {
	t.Helper()
	t.open()
	t.owe(message("C-1", 1), message("C-1", 2), message("C-2", 1), message("C-3", 1), message("C-4", 1))
	t.postpone([]state.Waiting{
		{MessageKey: keyOf("C-1", 2), Wait: state.Wait{Why: state.WaitFlood, Since: noon, Until: noon + 50, In: []string{"#a", "#b"}}},
		{MessageKey: keyOf("C-2", 1), Wait: state.Wait{Why: state.WaitBudget, Since: noon + 1, Until: noon + 90, Who: "ana"}},
		{MessageKey: keyOf("C-3", 1), Wait: state.Wait{Why: state.WaitFlood, Since: noon + 2, Until: noon + 70, In: []string{"#b"}}},
	})
}

func waits(m state.Message, w state.Wait) state.Message {
	m.Wait = w
	return m
}

func whatIsPutOffIsNotOwed(t *trial) {
	t.putOff()
	flood := state.Wait{Why: state.WaitFlood, Since: noon, Until: noon + 50, In: []string{"#a", "#b"}}
	got(t, "owed", t.owed(noon+49, 9), []state.Message{message("C-4", 1)})
	got(t, "owed later", t.owed(noon+50, 9), []state.Message{waits(message("C-1", 2), flood), message("C-4", 1)})
	t.waiting(4, 0)
	t.owe(dueAt(message("C-1", 3), noon+10))
	flood.Until = 0
	got(t, "owed before what is new is due", t.owed(noon+9, 9), []state.Message{message("C-4", 1)})
	got(t, "owed when it is", t.owed(noon+10, 9), []state.Message{waits(dueAt(message("C-1", 3), noon+10), flood), message("C-4", 1)})
	t.deliver(state.Receipt{Case: caseOf("C-1"), Channel: "#a", Timestamp: "1", Seq: 3})
	count, err := t.store.WaitCount(t.Context(), state.WaitsOf{Why: state.WaitFlood})
	t.must(err)
	got(t, "waiting when one is delivered", count, 1)
	held := held(message("C-5", 1))
	t.owe(held)
	t.postpone([]state.Waiting{{MessageKey: keyOf("C-5", 1), Wait: state.Wait{Why: state.WaitFlood, Since: noon}}})
	got(t, "what is held is not put off", t.withheld(), []state.Withheld{{Message: held}})
}

func waitsAreCounted(t *trial) {
	t.putOff()
	for _, tt := range []struct {
		of   state.WaitsOf
		want int
	}{
		{state.WaitsOf{}, 3},
		{state.WaitsOf{Why: state.WaitFlood}, 2},
		{state.WaitsOf{Why: state.WaitFlood, In: "#a"}, 1},
		{state.WaitsOf{In: "#b"}, 2},
		{state.WaitsOf{In: "#"}, 0},
		{state.WaitsOf{Since: noon + 1}, 2},
		{state.WaitsOf{Until: noon + 50}, 2},
		{state.WaitsOf{Why: state.WaitQuiet}, 0},
	} {
		count, err := t.store.WaitCount(t.Context(), tt.of)
		t.must(err)
		if count != tt.want {
			t.Errorf("put off as of %+v: got %d, want %d", tt.of, count, tt.want)
		}
	}
}

func waitsAreRecalledInOrder(t *trial) {
	t.putOff()
	flooded := func(want ...string) {
		t.Helper()
		channels, err := t.store.Flooded(t.Context())
		t.must(err)
		got(t, "flooded", channels, want)
	}
	flooded("#a", "#b")
	t.must(t.store.Recall(t.Context(), state.Lease{}, state.WaitsOf{Why: state.WaitFlood, In: "#b"}, 1))
	first := waits(message("C-1", 2), state.Wait{Why: state.WaitFlood, Since: noon, In: []string{"#a", "#b"}})
	got(t, "owed after one is recalled", t.owed(noon, 9), []state.Message{first, message("C-4", 1)})
	flooded("#b")
	t.must(t.store.Recall(t.Context(), state.Lease{}, state.WaitsOf{}, 9))
	flooded()
	if all := t.owed(noon, 9); len(all) != 4 {
		t.Errorf("got %d owed after all are recalled, want 4", len(all))
	}
}

func whatTellsOfWaitsIsOwedWithThem(t *trial) {
	t.open()
	t.owe(message("C-1", 1), message("C-2", 1))
	off := func(customer state.CustomerID) []state.Waiting {
		return []state.Waiting{{MessageKey: keyOf(customer, 1), Wait: state.Wait{Why: state.WaitFlood, Since: noon, Until: noon + 9}}}
	}
	first, second := dueAt(*summary("flood-1"), noon), dueAt(*summary("flood-1"), noon)
	second.ID, second.Seq = "flood-1/2", 2
	t.postpone(off("C-1"), first)
	t.postpone(off("C-2"), second)
	got(t, "owed", t.owed(noon, 9), []state.Message{second})
	if err := t.store.Postpone(t.Context(), state.Lease{}, off("C-2"), []state.Message{second}); !errors.Is(err, state.ErrConflict) {
		t.Errorf("told twice: got %v, want a conflict", err)
	}
	if err := t.store.Postpone(t.Context(), state.Lease{}, off("C-9"), []state.Message{*summary("flood-9")}); !errors.Is(err, state.ErrCaseGone) {
		t.Errorf("of a case that is gone: got %v", err)
	}
	t.postpone(nil, *summary("flood-2"))
	last := func(prefix string) (state.Message, bool) {
		m, found, err := t.store.Last(t.Context(), prefix)
		t.must(err)
		return m, found
	}
	m, _ := last("flood-")
	got(t, "the last one", m.Key(), state.MessageKey{Case: "flood-2", Seq: 1})
	m, _ = last("flood-1")
	got(t, "of the first one", m.Key(), second.Key())
	m, _ = last("")
	got(t, "of all", m.Key(), state.MessageKey{Case: "flood-2", Seq: 1})
	for _, prefix := range []string{"case", "flood-11", "flood-3", "flood,", "flood."} {
		if m, found := last(prefix); found {
			t.Errorf("%s: got %v, which is somebody's, or begins otherwise", prefix, m)
		}
	}
}

func whatWasToldIsOwedAgain(t *trial) {
	t.open()
	t.owe(message("C-1", 1), message("C-1", 2), message("C-2", 1), message("C-3", 1))
	t.postpone([]state.Waiting{
		{MessageKey: keyOf("C-1", 2), Wait: state.Wait{Why: state.WaitFlood, Since: noon, Until: noon + 50, In: []string{"#a"}}},
		{MessageKey: keyOf("C-2", 1), Wait: state.Wait{Why: state.WaitBudget, Since: noon, Until: noon + 50, Who: "ana"}},
	})
	receipt := state.Receipt{Case: caseOf("C-1"), Channel: "#a", Timestamp: "1", Seq: 2, Body: []byte("shown")}
	t.deliver(receipt)
	t.deliver(state.Receipt{Case: caseOf("C-3"), Channel: "#a", Timestamp: "2", Seq: 1})
	got(t, "owed when it was told", t.owed(noon+49, 9), []state.Message(nil))
	t.must(t.store.Again(t.Context(), state.Lease{}, noon+9, []string{caseOf("C-1"), caseOf("C-2"), caseOf("C-9")}))
	again := dueAt(message("C-1", 2), noon+9)
	got(t, "owed before it is due", t.owed(noon+8, 9), []state.Message(nil))
	got(t, "owed again", t.owed(noon+49, 9), []state.Message{again})
	kept, err := t.store.Receipt(t.Context(), receipt.Case, receipt.Channel)
	t.must(err)
	doubt := receipt
	doubt.Seq = 1
	got(t, "its receipt", kept, doubt)
	doubt.Body = nil
	t.deliver(doubt)
	got(t, "owed while it is not told again", t.owed(noon+49, 9), []state.Message{again})
	t.deliver(receipt)
	got(t, "owed when it was told again", t.owed(noon+49, 9), []state.Message(nil))
	t.waiting(1, 0)
}

func heardIsCounted(t *trial) {
	t.open()
	t.owe(message("C-1", 1), message("C-2", 1))
	say := func(customer state.CustomerID, at, seq int64, channel, who string, fresh bool) {
		t.Helper()
		t.must(t.store.Speak(t.Context(), state.Lease{}, state.Receipt{Case: caseOf(customer), Channel: channel},
			state.Heard{Channel: channel, Seq: seq, At: noon + state.Instant(at), Who: who, Fresh: fresh}))
	}
	say("C-1", 1, 1, "#a", "ana", true)
	say("C-1", 2, 1, "#b", "ana", true) // the same message in another channel
	say("C-1", 3, 2, "#a", "ana", false)
	say("C-2", 4, 1, "#a", "bo", true)
	count := func(of state.HeardOf, want int) {
		t.Helper()
		n, err := t.store.HeardCount(t.Context(), of)
		t.must(err)
		if n != want {
			t.Errorf("heard of %+v: got %d, want %d", of, n, want)
		}
	}
	count(state.HeardOf{}, 3)
	count(state.HeardOf{Who: "ana"}, 2)
	count(state.HeardOf{Who: "ana", But: keyOf("C-1", 1)}, 1)
	count(state.HeardOf{Customer: "C-1"}, 2)
	count(state.HeardOf{Channel: "#a"}, 2)
	count(state.HeardOf{Since: noon + 3}, 2)
	say("C-2", 5, 1, "#a", "bo", true) // tried again
	count(state.HeardOf{Who: "bo"}, 1)
	count(state.HeardOf{Since: noon + 5}, 1)
	t.must(t.store.Speak(t.Context(), state.Lease{}, state.Receipt{Case: caseOf("C-2"), Channel: "#a"}, state.Heard{Channel: "#a", Seq: 1}))
	count(state.HeardOf{Who: "bo"}, 0)
	say("C-2", int64(state.KeepHeard)+3, 1, "#a", "bo", false)
	count(state.HeardOf{}, 2)
	if err := t.store.Speak(t.Context(), state.Lease{}, state.Receipt{Case: "gone"}, state.Heard{Channel: "#a", Seq: 1, At: noon}); !errors.Is(err, state.ErrCaseGone) {
		t.Errorf("of a case that is gone: got %v", err)
	}
}

func whatPeopleWereToldOfACustomerIsListed(t *trial) {
	t.open()
	another := func(m state.Message, id string) state.Message {
		m.Case, m.ID = id, fmt.Sprint(id, "/", m.Seq)
		return m
	}
	old, first, second, now := another(message("C-1", 1), "old"), another(message("C-1", 1), "told"), another(dueAt(message("C-1", 2), noon+5), "told"), message("C-1", 1)
	old.DueAt = noon - 1
	t.owe(old, first, second, now, another(message("C-1", 1), "untold"), another(message("C-2", 1), "another's"))
	for _, id := range []string{"old", "told", "another's", caseOf("C-1")} {
		t.deliver(state.Receipt{Case: id, Channel: channel, Timestamp: "1", Seq: 9})
	}
	told := func(limit int) []state.Message {
		t.Helper()
		all, err := t.store.ToldOf(t.Context(), "C-1", caseOf("C-1"), noon, limit)
		t.must(err)
		return all
	}
	got(t, "told", told(9), []state.Message{first, second})
	got(t, "the newest", told(1), []state.Message{second})
}

func waitsAreFenced(t *trial) {
	t.putOff()
	old, err := t.store.TakeLease(t.Context(), "outbox", "one", 0)
	t.must(err)
	_, err = t.store.TakeLease(t.Context(), "outbox", "two", 0)
	t.must(err)
	for name, err := range map[string]error{
		"postpone": t.store.Postpone(t.Context(), old, nil, nil),
		"again":    t.store.Again(t.Context(), old, noon, nil),
		"recall":   t.store.Recall(t.Context(), old, state.WaitsOf{}, 9),
		"speak":    t.store.Speak(t.Context(), old, state.Receipt{Case: caseOf("C-1")}, state.Heard{Seq: 1, At: noon}),
	} {
		if !errors.Is(err, state.ErrLeased) {
			t.Errorf("%s: got %v, want that the lease is gone", name, err)
		}
	}
}

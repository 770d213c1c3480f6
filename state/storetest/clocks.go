package storetest

import (
	"tocsin/state"
)

// clock is one of a customer's task that is due at an instant.
func clock(customer state.CustomerID, due state.Instant) state.Clock {
	return state.Clock{Customer: customer, Task: "T-" + string(customer), Seq: 1, Owner: "ana", From: due - 100, Due: due, Shortest: 100}
}

// set commits clocks, with a row of each customer.
func (t *trial) set(seq uint64, at state.Instant, clocks []state.Clock, messages ...state.Message) {
	t.Helper()
	c := step()
	c.At, c.Clocks, c.Messages = at, clocks, messages
	for i := range clocks {
		c.Entries = append(c.Entries, entry(clocks[i].Customer, seq))
	}
	t.commit(c)
}

// due are the clocks to look at, as they were set.
func (t *trial) due(now state.Instant, limit int) []state.Clock {
	t.Helper()
	all, err := t.store.DueClocks(t.Context(), now, limit)
	t.must(err)
	return all
}

func running(c state.Clock, told, look state.Instant) state.Clock {
	c.Told, c.Look = told, look
	return c
}

func clocksAreLookedAtWhenDue(t *trial) {
	t.open()
	a, b, c := clock("C-1", noon+9), clock("C-2", noon+7), clock("C-3", noon+7)
	t.set(1, noon, []state.Clock{a, b, c})
	got(t, "before any is due", t.due(noon+6, 9), nil)
	got(t, "at the first", t.due(noon+7, 9), []state.Clock{running(b, 0, noon+7), running(c, 0, noon+7)})
	got(t, "up to a limit", t.due(noon+99, 1), []state.Clock{running(b, 0, noon+7)})
	later := clock("C-2", noon+50)
	later.Level, later.Seq, later.Owner = 1, 2, ""
	t.set(2, noon+8, []state.Clock{later, {Customer: "C-3"}})
	t.must(t.store.Close())
	t.store = t.reopen()
	got(t, "after a change", t.due(noon+99, 9), []state.Clock{running(a, 0, noon+9), running(later, 0, noon+50)})

	soon := clock("C-4", noon+90)
	soon.Remind = noon + 60
	late := clock("C-5", noon+70)
	late.Remind = noon + 80 // of another deadline than the one that is over first
	t.set(1, noon+8, []state.Clock{soon, late})
	got(t, "before a reminder", len(t.due(noon+59, 9)), 2)
	got(t, "at a reminder", t.due(noon+99, 9)[2:], []state.Clock{running(soon, 0, noon+60), running(late, 0, noon+70)})
	soon.Seq, soon.Remind = 2, 0
	t.set(2, noon+61, []state.Clock{soon})
	got(t, "after it", t.due(noon+99, 9)[2:], []state.Clock{running(late, 0, noon+70), running(soon, 0, noon+90)})

	unsorted := step(entry("C-7", 1), entry("C-8", 1))
	unsorted.Clocks = []state.Clock{clock("C-8", noon), clock("C-7", noon)}
	if err := t.store.Commit(t.Context(), unsorted); err == nil {
		t.Error("clocks that are out of order were taken")
	}
	own := step(entry("C-7", 1))
	own.Clocks = []state.Clock{running(clock("C-7", noon), noon, 0)}
	if err := t.store.Commit(t.Context(), own); err == nil {
		t.Error("a clock that says when people were told was taken")
	}
}

func clockIsPutOff(t *trial) {
	t.open()
	t.set(1, noon, []state.Clock{clock("C-1", noon+7)})
	seen := t.due(noon+7, 9)[0]
	t.must(t.store.PutOffClock(t.Context(), &seen, noon+20))
	got(t, "put off", t.due(noon+19, 9), nil)
	got(t, "later", t.due(noon+20, 9), []state.Clock{running(clock("C-1", noon+7), 0, noon+20)})
	t.must(t.store.PutOffClock(t.Context(), &seen, noon+90)) // seen before somebody else has put it off
	got(t, "put off by two", len(t.due(noon+20, 9)), 1)
	seen = t.due(noon+20, 9)[0]
	anew := clock("C-1", noon+20)
	anew.Seq = 2
	t.set(2, noon+21, []state.Clock{anew})
	t.must(t.store.PutOffClock(t.Context(), &seen, noon+90))
	got(t, "set anew", t.due(noon+30, 9), []state.Clock{running(anew, 0, noon+20)})
}

func clockWaitsForWhatIsWithheld(t *trial) {
	t.open()
	waits := func(customer state.CustomerID, due state.Instant) state.Clock {
		c := clock(customer, due)
		c.Held = true
		return c
	}
	t.set(1, noon, []state.Clock{waits("C-1", noon+1), waits("C-2", noon+1), waits("C-3", noon+1), clock("C-4", noon+1)},
		held(message("C-1", 1)), held(message("C-2", 1)), held(message("C-3", 1)), message("C-4", 1))
	four := running(clock("C-4", noon+1), 0, noon+1)
	got(t, "withheld", t.due(noon+99, 9), []state.Clock{four})

	// What people are told of at once ends it, too.
	t.set(2, noon+5, []state.Clock{clock("C-3", noon+2)}, message("C-3", 2))
	three := running(clock("C-3", noon+2), noon+5, noon+2)
	got(t, "told at once", t.due(noon+99, 9), []state.Clock{four, three})

	t.must(t.store.Release(t.Context(), state.LettingGo{
		At: noon + 8, Go: []state.MessageKey{keyOf("C-1", 1)}, Settled: []state.MessageKey{keyOf("C-2", 1)}, Summary: summary("sum"),
	}))
	one, two := running(clock("C-1", noon+1), noon+8, noon+1), running(clock("C-2", noon+1), noon+8, noon+1)
	got(t, "let go", t.due(noon+99, 9), []state.Clock{one, two, four, three})

	// It stays so as long as it is the same task.
	t.set(3, noon+9, []state.Clock{clock("C-1", noon+30)})
	again := running(clock("C-1", noon+30), noon+8, noon+30)
	again.Shortest = 0
	got(t, "set anew", t.due(noon+30, 9)[3], again)
	other := clock("C-1", noon+40)
	other.Task = "another"
	t.set(4, noon+9, []state.Clock{other})
	got(t, "another task", t.due(noon+40, 9)[3], running(other, 0, noon+40))
}

// What an outbox puts off before anybody was told of it takes no time: that begins when people are told. Who has a task in hand knows of it.
func clockWaitsForWhatIsPutOff(t *trial) {
	t.open()
	inHand := clock("C-4", noon+1)
	inHand.Known = true
	t.set(1, noon, []state.Clock{clock("C-1", noon+1), clock("C-2", noon+1), clock("C-3", noon+1), inHand},
		message("C-1", 1), message("C-2", 1), message("C-3", 1), message("C-4", 1))
	post := func(c state.CustomerID, seq int64, at state.Instant) {
		t.Helper()
		of := caseOf(c)
		t.must(t.store.Speak(t.Context(), state.Lease{}, state.Receipt{Case: of, Channel: "#credit", Attempt: at}, state.Heard{Channel: "#credit", Seq: seq, At: at, Who: "ana"}))
		t.must(t.store.Deliver(t.Context(), state.Lease{}, state.Receipt{Case: of, Channel: "#credit", Seq: seq, Timestamp: "1"}))
	}
	post("C-3", 1, noon+1)
	off := func(seq int64, of ...state.CustomerID) {
		t.Helper()
		var waits []state.Waiting
		for _, c := range of {
			waits = append(waits, state.Waiting{MessageKey: keyOf(c, seq), Wait: state.Wait{Why: state.WaitBudget, Since: noon, Until: noon + 20}})
		}
		t.must(t.store.Postpone(t.Context(), state.Lease{}, waits, nil))
	}
	off(1, "C-1", "C-2", "C-3", "C-4")
	three, four := running(clock("C-3", noon+1), 0, noon+1), running(inHand, 0, noon+1)
	got(t, "put off", t.due(noon+99, 9), []state.Clock{three, four})

	// It stays so when the case changes, and while it is looked at again; another task is another matter.
	t.set(2, noon+5, []state.Clock{clock("C-1", noon+2)}, message("C-1", 2))
	t.must(t.store.Recall(t.Context(), state.Lease{}, state.WaitsOf{Why: state.WaitBudget}, 9))
	got(t, "looked at again", t.due(noon+99, 9), []state.Clock{three, four})
	other := clock("C-2", noon+3)
	other.Task = "another"
	t.set(2, noon+5, []state.Clock{other})
	got(t, "another task", t.due(noon+99, 9), []state.Clock{three, four, running(other, 0, noon+3)})
	off(1, "C-2")

	// An attempt tells nobody; once it is posted the time begins, and no later wait stops it.
	t.must(t.store.Speak(t.Context(), state.Lease{}, state.Receipt{Case: caseOf("C-1"), Channel: "#credit", Attempt: noon + 30},
		state.Heard{Channel: "#credit", Seq: 2, At: noon + 30, Who: "ana"}))
	got(t, "tried", t.due(noon+99, 9), []state.Clock{three, four})
	post("C-1", 2, noon+31)
	told := clock("C-1", noon+2)
	told.Known = true
	got(t, "posted", t.due(noon+99, 9), []state.Clock{three, four, running(told, noon+31, noon+2)})
	t.set(3, noon+32, []state.Clock{clock("C-1", noon+2)}, message("C-1", 3))
	off(3, "C-1")
	told.Shortest = 0
	got(t, "told", t.due(noon+99, 9), []state.Clock{three, four, running(told, noon+31, noon+2)})

	// So does who takes a task in hand, wherever he has heard of it.
	taken := other
	taken.Known = true
	t.set(3, noon+40, []state.Clock{taken})
	got(t, "taken in hand", t.due(noon+99, 9), []state.Clock{three, four, running(told, noon+31, noon+2), running(taken, 0, noon+3)})
}

func clocksOfWhatWasToldLate(t *trial) {
	t.open()
	const told = noon + 1_000_000_000 - 93 // a second after the clocks of C-1 to C-4 began, to the nanosecond
	waits := func(customer state.CustomerID, due state.Instant) state.Clock {
		c := clock(customer, due)
		c.Held = true
		return c
	}
	list := func(after state.CustomerID, limit int) []state.Clock {
		t.Helper()
		all, err := t.store.ToldClocks(t.Context(), after, limit)
		t.must(err)
		return all
	}
	t.set(1, noon, []state.Clock{waits("C-1", noon+7), waits("C-2", noon+7), waits("C-3", noon+8), clock("C-4", noon+7)},
		held(message("C-1", 1)), held(message("C-2", 1)), held(message("C-3", 1)), message("C-4", 1))
	got(t, "withheld", list("", 9), nil)
	got(t, "owed", t.unheard("C-1"), false)
	t.must(t.store.Release(t.Context(), state.LettingGo{
		At: told, Go: []state.MessageKey{keyOf("C-1", 1)}, Settled: []state.MessageKey{keyOf("C-2", 1), keyOf("C-3", 1)}, Summary: summary("sum"),
	}))
	one, two := running(clock("C-1", noon+7), told, noon+7), running(clock("C-2", noon+7), told, noon+7)
	got(t, "let go", list("", 9), []state.Clock{one, two}) // that of C-3 began less than a second before
	got(t, "up to a limit", list("", 1), []state.Clock{one})
	got(t, "after one", list("C-1", 9), []state.Clock{two})
	got(t, "let go, and owed", t.unheard("C-1"), false)
	got(t, "told of by a summary", t.unheard("C-2"), true)
	t.must(t.store.Deliver(t.Context(), state.Lease{}, state.Receipt{Case: caseOf("C-2"), Channel: "#credit", Attempt: told}))
	got(t, "in doubt", t.unheard("C-2"), false)
	t.must(t.store.Deliver(t.Context(), state.Lease{}, state.Receipt{Case: caseOf("C-1"), Channel: "#credit", Seq: 1, Timestamp: "1"}))
	got(t, "posted", t.unheard("C-1"), false)

	t.must(t.store.Close())
	t.store = t.reopen()
	again := clock("C-1", noon+9_000_000_000)
	again.Seq, again.From = 2, told
	t.set(2, told+5, []state.Clock{again, {Customer: "C-2"}})
	got(t, "set anew", list("", 9), nil)
}

func (t *trial) unheard(customer state.CustomerID) bool {
	t.Helper()
	is, err := t.store.Unheard(t.Context(), caseOf(customer))
	t.must(err)
	return is
}

func erasureStopsTheClock(t *trial) {
	epoch := t.ready()
	t.commit(everything(0, epoch, 0))
	t.set(2, noon, []state.Clock{clock("C-0", noon+1)})
	c := erasure(t.nobodys(globex))
	w := &c.Rewrites[0]
	w.Last, w.Entries = 2, append(w.Entries, entry(pseudonym, 2))
	c.Entries[0].Seq = 3
	t.commit(c)
	got(t, "clocks", t.due(noon+99, 9), nil)
}

package storetest

import "tocsin/state"

// owe commits messages.
func (t *trial) owe(messages ...state.Message) {
	t.Helper()
	t.commit(&state.Commit{Day: today, At: noon, Messages: messages})
}

// owed are the messages to deliver at an instant.
func (t *trial) owed(at state.Instant, limit int) []state.Message {
	t.Helper()
	messages, err := t.store.Owed(t.Context(), at, limit)
	t.must(err)
	return messages
}

func (t *trial) deliver(r state.Receipt) {
	t.Helper()
	t.must(t.store.Deliver(t.Context(), state.Lease{}, r))
}

// waiting compares how many cases wait for delivery and for a release.
func (t *trial) waiting(wantDue, wantHeld int) {
	t.Helper()
	due, held, err := t.store.OwedCount(t.Context())
	t.must(err)
	got(t, "cases owed, held", [2]int{due, held}, [2]int{wantDue, wantHeld})
}

func newestDueMessageIsOwed(t *trial) {
	t.open()
	first, second, third := message("C-1", 1), message("C-1", 2), dueAt(message("C-1", 3), noon+10)
	t.owe(first)
	t.owe(second, third)
	got(t, "owed before it is due", t.owed(noon-1, 9), nil)
	// The third waits still, but what it says is newer: to send the second would tell what is no longer true.
	got(t, "owed at noon", t.owed(noon, 9), []state.Message{third})
	t.owe(held(message("C-1", 4)))
	got(t, "owed beside a held one", t.owed(noon+10, 9), []state.Message{third})
	t.waiting(1, 0)
}

func messagesAreOwedInOrder(t *trial) {
	t.open()
	a, b, c := dueAt(message("C-1", 1), noon+3), message("C-3", 1), dueAt(message("C-2", 2), noon+9)
	t.owe(a, b, message("C-2", 1), c)
	got(t, "owed", t.owed(noon+5, 9), []state.Message{c, b, a})
	got(t, "owed", t.owed(noon+5, 2), []state.Message{c, b})
	t.waiting(3, 0)
}

func receiptSettlesMessages(t *trial) {
	t.open()
	t.owe(message("C-1", 1), message("C-1", 2), message("C-1", 3), message("C-2", 1), held(message("C-3", 1)), held(message("C-3", 2)))
	none, err := t.store.Receipt(t.Context(), caseOf("C-1"), channel)
	t.must(err)
	got(t, "receipt before delivery", none, state.Receipt{})

	posted := state.Receipt{Case: caseOf("C-1"), Channel: channel, Timestamp: "1728.000100", Seq: 2, Body: []byte("posted")}
	t.deliver(posted)
	got(t, "owed", t.owed(noon, 9), []state.Message{message("C-1", 3), message("C-2", 1)})
	edited := state.Receipt{Case: caseOf("C-1"), Channel: channel, Timestamp: "1728.000100", Seq: 3, Body: []byte("edited")}
	t.deliver(edited)
	got(t, "owed", t.owed(noon, 9), []state.Message{message("C-2", 1)})
	t.deliver(state.Receipt{Case: caseOf("C-3"), Channel: channel, Seq: 1})
	t.waiting(1, 1)

	kept, err := t.store.Receipt(t.Context(), caseOf("C-1"), channel)
	t.must(err)
	got(t, "receipt", kept, edited)
	elsewhere, err := t.store.Receipt(t.Context(), caseOf("C-1"), "#other")
	t.must(err)
	got(t, "receipt in another channel", elsewhere, state.Receipt{})
}

func receiptsAreOfEachChannel(t *trial) {
	t.open()
	t.owe(message("C-1", 1), message("C-1", 2), message("C-2", 1))
	receipts := func(want ...state.Receipt) {
		list, err := t.store.Receipts(t.Context(), caseOf("C-1"))
		t.must(err)
		got(t, "receipts", list, want)
	}
	receipts()
	first := state.Receipt{Case: caseOf("C-1"), Channel: "#one", Timestamp: "1728.000100", Body: []byte("posted")}
	t.deliver(first)
	t.waiting(2, 0) // it has to stand in another channel too
	last := state.Receipt{Case: caseOf("C-1"), Channel: "#another", Timestamp: "1728.000200", Seq: 2, Body: []byte("posted")}
	t.deliver(last)
	t.deliver(state.Receipt{Case: caseOf("C-2"), Channel: "#one", Attempt: noon})
	receipts(last, first)
	t.waiting(1, 0)
}

func attemptIsKept(t *trial) {
	t.open()
	t.owe(message("C-1", 1))
	attempt := state.Receipt{Case: caseOf("C-1"), Channel: channel, Attempt: noon + 1}
	t.deliver(attempt)
	got(t, "owed", t.owed(noon, 9), []state.Message{message("C-1", 1)})
	kept, err := t.store.Receipt(t.Context(), caseOf("C-1"), channel)
	t.must(err)
	got(t, "receipt", kept, attempt)
	t.deliver(state.Receipt{Case: caseOf("C-1"), Channel: channel, Timestamp: "1728.000100", Seq: 1})
	t.waiting(0, 0)
}

func heldMessageWaits(t *trial) {
	t.open()
	t.owe(held(message("C-1", 1)), held(message("C-2", 1)), message("C-3", 1))
	got(t, "owed", t.owed(noon, 9), []state.Message{message("C-3", 1)})
	t.waiting(1, 2)

	// What a case owes without hold goes at once, and takes the held ones before it along.
	t.owe(message("C-2", 2))
	got(t, "owed", t.owed(noon, 9), []state.Message{message("C-2", 2), message("C-3", 1)})
	t.waiting(2, 1)
	t.deliver(state.Receipt{Case: caseOf("C-2"), Channel: channel, Timestamp: "1", Seq: 2})
	t.waiting(1, 1)
}

func passingMessagesAreDropped(t *trial) {
	t.open()
	passing, other := caseOf("C-1"), caseOf("C-2")
	t.owe(message("C-1", 1), message("C-1", 2), message("C-1", 3), message("C-1", 4), message("C-2", 1), message("C-2", 2))
	t.deliver(state.Receipt{Case: passing, Channel: channel, Seq: 3})
	t.deliver(state.Receipt{Case: other, Channel: channel, Seq: 2})
	seqs := func(id string) (all []int64) {
		history, err := t.store.CaseHistory(t.Context(), id, 99)
		t.must(err)
		for _, m := range history {
			all = append(all, m.Seq)
		}
		return all
	}
	next := func() {
		day := t.day()
		t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: day, Next: day.Date + 1, Passing: []string{passing, "case of nobody"}}))
	}
	next()
	got(t, "that passes", seqs(passing), []int64{4})
	got(t, "another", seqs(other), []int64{1, 2})
	got(t, "owed", t.owed(noon, 9), []state.Message{message("C-1", 4)})
	t.deliver(state.Receipt{Case: passing, Channel: channel, Seq: 4})
	next()
	got(t, "all settled", seqs(passing), []int64{4})
	got(t, "owed no more", t.owed(noon, 9), nil)
}

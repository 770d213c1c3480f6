package storetest

import "tocsin/state"

func refusedRecordIsAcceptedOnce(t *trial) {
	t.open()
	t.commit(&state.Commit{Day: today, At: noon, DeadLetters: []state.DeadLetter{deadLetter(0, 7), deadLetter(1, 7)}})
	t.commit(&state.Commit{Day: today, At: noon + 1, DeadLetters: []state.DeadLetter{deadLetter(0, 3)}})
	done := state.Redrive{Topic: orders, Partition: 1, Offset: 7, At: noon + 5, By: "l.wei", Outcome: "accepted"}
	t.commit(&state.Commit{Day: today, At: noon + 5, Entries: []state.Entry{entry("C-1", 1)}, Redrives: []state.Redrive{done}})

	again := done
	again.By, again.Outcome = "somebody else", "duplicate"
	before := t.contents()
	t.refused(t.store.Commit(t.Context(), &state.Commit{
		Day: today, At: noon + 6, Entries: []state.Entry{entry("C-1", 2)}, Redrives: []state.Redrive{again},
	}), state.ErrRepeated)
	// It goes before every other refusal: that the day has moved on is no reason to try again.
	t.refused(t.store.Commit(t.Context(), &state.Commit{Day: state.Day{Date: today.Date + 1}, Redrives: []state.Redrive{again}}), state.ErrRepeated)
	got(t, "contents", t.contents(), before)

	all, err := t.store.Refused(t.Context(), 0, 9)
	t.must(err)
	var rows []int64
	for i := range all {
		rows = append(rows, all[i].Row)
		all[i].Row = 0
	}
	got(t, "refused", all, []state.Refused{
		{At: noon, DeadLetter: deadLetter(0, 7)}, {At: noon, DeadLetter: deadLetter(1, 7), Redrive: &done}, {At: noon + 1, DeadLetter: deadLetter(0, 3)},
	})
	page, err := t.store.Refused(t.Context(), rows[0], 1)
	t.must(err)
	if len(page) != 1 || page[0].Row != rows[1] {
		t.Errorf("behind the first: got %v, want the second alone", page)
	}
	none, err := t.store.Refused(t.Context(), rows[2], 9)
	t.must(err)
	got(t, "behind the last", none, nil)
}

// gaps are all gaps.
func (t *trial) gaps() []state.Gap {
	t.Helper()
	all, err := t.store.Gaps(t.Context())
	t.must(err)
	return all
}

// gap is one of a partition of the orders, as retention leaves it.
func gap(partition int32, stands, to int64) state.Gap {
	return state.Gap{Topic: orders, Partition: partition, Stands: stands, From: stands, To: to, Reason: "retention was faster", Since: noon}
}

func openGapIsKeptOnce(t *trial) {
	t.open()
	t.must(t.store.KeepGap(t.Context(), gap(1, 5, 9)))
	t.must(t.store.KeepGap(t.Context(), gap(0, 2, -1)))
	got(t, "gaps", t.gaps(), []state.Gap{gap(0, 2, -1), gap(1, 5, 9)})

	// Retention goes on while nobody looks, and every start meets the gap again.
	later := gap(1, 5, 12)
	later.Since, later.Reason = noon+100, "retention was faster still"
	t.must(t.store.KeepGap(t.Context(), later))
	later.Since = noon
	got(t, "the same gap, wider", t.gaps(), []state.Gap{gap(0, 2, -1), later})

	// One that the partition was past without anybody's word, since its records came back, is no gap any more.
	another := gap(1, 40, 50)
	another.Since = noon + 200
	t.must(t.store.KeepGap(t.Context(), another))
	got(t, "another gap", t.gaps(), []state.Gap{gap(0, 2, -1), another})
}

func acceptedGapMovesItsPartition(t *trial) {
	t.open()
	epoch := t.acquire(0).Epoch
	t.commit(&state.Commit{Day: today, Positions: []state.Advance{{Topic: orders, Epoch: epoch, From: -1, To: 2}}})
	word := state.Acceptance{To: 9, At: noon + 7, By: "l.wei", Why: "the records are in the archive"}
	t.refused(t.store.AcceptGap(t.Context(), orders, 0, word), state.ErrNoGap)

	t.must(t.store.KeepGap(t.Context(), gap(0, 5, 9)))
	before := t.contents()
	t.refused(t.store.AcceptGap(t.Context(), orders, 0, word), state.ErrFenced) // 2 to 4 are read and not applied yet
	t.refused(t.store.AcceptGap(t.Context(), orders, 1, word), state.ErrNoGap)
	got(t, "contents", t.contents(), before)

	t.commit(&state.Commit{Day: today, Positions: []state.Advance{{Topic: orders, Epoch: epoch, From: 2, To: 5}}})
	t.must(t.store.AcceptGap(t.Context(), orders, 0, word))
	accepted := gap(0, 5, 9)
	accepted.Accepted = word
	got(t, "gaps", t.gaps(), []state.Gap{accepted})
	t.standsAt(state.Position{Topic: orders, Next: 9, Epoch: epoch, Cluster: "k-1", TopicID: "t-1"})

	// The second word is none, also after a restart; what was read before it cannot be applied twice.
	t.refused(t.store.AcceptGap(t.Context(), orders, 0, state.Acceptance{To: 30, At: noon + 8, By: "somebody else"}), state.ErrNoGap)
	t.refused(t.store.Commit(t.Context(), &state.Commit{Day: today, Positions: []state.Advance{{Topic: orders, Epoch: epoch, From: 5, To: 6}}}), state.ErrFenced)
	t.commit(&state.Commit{Day: today, Positions: []state.Advance{{Topic: orders, Epoch: epoch, From: 9, To: 20}}})

	// A gap that comes later is another one, and the first stays on record.
	t.must(t.store.KeepGap(t.Context(), gap(0, 20, 30)))
	got(t, "gaps", t.gaps(), []state.Gap{accepted, gap(0, 20, 30)})
}

func acceptedForeignGapForgetsWhoseItWas(t *trial) {
	t.open()
	epoch := t.acquire(0).Epoch
	foreign := state.Gap{Topic: orders, Stands: -1, From: -1, To: -1, Foreign: true, Reason: "the topic was created anew", Since: noon}
	t.must(t.store.KeepGap(t.Context(), foreign))
	t.must(t.store.AcceptGap(t.Context(), orders, 0, state.Acceptance{At: noon, By: "l.wei"}))
	t.standsAt(state.Position{Topic: orders, Epoch: epoch})
	again, err := t.store.Acquire(t.Context(), []state.Position{{Topic: orders, Cluster: "k-2", TopicID: "t-2"}})
	t.must(err)
	got(t, "acquired", again, []state.Position{{Topic: orders, Epoch: epoch + 1, Cluster: "k-2", TopicID: "t-2"}})
}

// standsAt compares the one position that there is.
func (t *trial) standsAt(want state.Position) {
	t.Helper()
	all, err := t.store.AllPositions(t.Context())
	t.must(err)
	got(t, "positions", all, []state.Position{want})
}

func offsetsThatComeAgain(t *trial) {
	t.open()
	epoch := t.acquire(0).Epoch
	old, again := deadLetter(0, 7), state.Redrive{Topic: orders, Offset: 7, At: noon, By: "l.wei", Outcome: "accepted"}
	t.commit(&state.Commit{Day: today, At: noon, Positions: []state.Advance{{Topic: orders, Epoch: epoch, From: -1, To: 10}},
		DeadLetters: []state.DeadLetter{deadLetter(0, 3), old, deadLetter(1, 7)}, Redrives: []state.Redrive{again}})
	cut := state.Gap{Topic: orders, Stands: 10, From: 5, To: 10, Reason: "the log was cut back", Since: noon}
	t.must(t.store.KeepGap(t.Context(), cut))
	word := state.Acceptance{To: 5, At: noon + 7, By: "l.wei"}
	t.must(t.store.AcceptGap(t.Context(), orders, 0, word))

	t.commit(&state.Commit{Day: today, At: noon, Positions: []state.Advance{{Topic: orders, Epoch: epoch, From: 5, To: 10}},
		DeadLetters: []state.DeadLetter{old}})
	t.commit(&state.Commit{Day: today, At: noon, Redrives: []state.Redrive{again}})
	all, err := t.store.Refused(t.Context(), 0, 9)
	t.must(err)
	for i := range all {
		all[i].Row = 0
	}
	former, formerly := old, again
	former.Topic = state.Former(orders, &word)
	formerly.Topic = former.Topic
	got(t, "refused", all, []state.Refused{
		{At: noon, DeadLetter: deadLetter(0, 3)}, {At: noon, DeadLetter: former, Redrive: &formerly},
		{At: noon, DeadLetter: deadLetter(1, 7)}, {At: noon, DeadLetter: old, Redrive: &again},
	})
}

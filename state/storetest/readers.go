package storetest

import (
	"fmt"

	"tocsin/state"
)

func alertsAreReadInOrder(t *trial) {
	t.open()
	row := func(id string, seq int64, customer state.CustomerID, signal string, at state.Instant) state.AlertRow {
		a := alert(id, seq, customer)
		a.Signal, a.KnownAt = signal, at
		return a
	}
	want := []state.AlertRow{
		row("a5", 1, "C-9", "overdue", noon-1),
		row("a3", 1, "C-1", "limit_breach", noon),
		row("a1", 1, "C-1", "overdue", noon),
		row("a1", 2, "C-1", "overdue", noon),
		row("a2", 1, "C-2", "limit_breach", noon),
	}
	t.commit(&state.Commit{Day: today, Alerts: []state.AlertRow{want[4], want[2], want[3]}})
	t.commit(&state.Commit{Day: today, Alerts: []state.AlertRow{want[1], want[0]}})
	all, err := t.store.Alerts(t.Context(), "")
	t.must(err)
	got(t, "all alerts", all, want)
	one, err := t.store.Alerts(t.Context(), "C-1")
	t.must(err)
	got(t, "alerts of C-1", one, want[1:4])
	later := row("a6", 1, "C-2", "overdue", noon+1)
	later.Day += 3
	t.commit(&state.Commit{Day: today, Alerts: []state.AlertRow{later}})
	for days, want := range map[[2]state.Date][]state.AlertRow{
		{later.Day - 1, later.Day}: {want[4], later}, {later.Day, later.Day + 9}: {want[4], later}, {later.Day - 2, later.Day - 1}: nil, {later.Day - 3, later.Day}: append(want, later),
	} {
		moved, err := t.store.AlertsMoved(t.Context(), days[0], days[1])
		t.must(err)
		got(t, fmt.Sprint("alerts of those who moved on ", days), moved, want)
	}
}

func newestTaskRowIsRead(t *trial) {
	t.open()
	closed := task("T-1", 3, "C-2")
	closed.State = "closed"
	t.commit(&state.Commit{Day: today, Tasks: []state.TaskRow{task("T-1", 1, "C-2"), task("T-1", 2, "C-2")}})
	t.commit(&state.Commit{Day: today, Tasks: []state.TaskRow{closed, task("T-9", 1, "C-1")}})
	tasks, err := t.store.Tasks(t.Context())
	t.must(err)
	got(t, "tasks", tasks, []state.TaskRow{task("T-9", 1, "C-1"), closed})
}

func refusedRecordIsKept(t *trial) {
	t.open()
	want := []state.DeadLetter{
		{Topic: orders, Offset: 9, Code: "utf8", Value: []byte{0xff, 0x00}, Headers: []state.Header{
			{Key: "empty", Value: []byte{}}, {Key: "none"}, {Key: "", Value: []byte{0xfe}}}},
		{Topic: orders, Offset: 3, Code: "json", Key: []byte{}, Detail: "/data: not an object"},
		deadLetter(1, 0),
	}
	t.commit(&state.Commit{Day: today, At: noon, DeadLetters: want[:2]})
	t.commit(&state.Commit{Day: today, At: noon, DeadLetters: want[2:]})
	letters, err := t.store.DeadLetters(t.Context(), 9)
	t.must(err)
	got(t, "dead letters", letters, want)
	// To Kafka no key is not an empty key.
	got(t, "no key", letters[0].Key == nil, true)
	got(t, "an empty key", letters[1].Key != nil, true)
	got(t, "no value", letters[1].Value == nil, true)
	got(t, "an empty header", letters[0].Headers[0].Value != nil, true)
	got(t, "a header without value", letters[0].Headers[1].Value == nil, true)

	first, err := t.store.DeadLetters(t.Context(), 1)
	t.must(err)
	got(t, "the first dead letter", first, want[:1])
	n, err := t.store.DeadLetterCount(t.Context())
	t.must(err)
	got(t, "count", n, 3)
}

// unpublished names the rows that owe a copy, and gives their ids.
func (t *trial) unpublished(limit int) (names []string, ids []int64) {
	t.Helper()
	rows, err := t.store.Unpublished(t.Context(), limit)
	t.must(err)
	for _, p := range rows {
		ids = append(ids, p.ID)
		switch {
		case p.Alert != nil:
			names = append(names, fmt.Sprintf("alert %s %d", p.Alert.ID, p.Alert.Seq))
		case p.Task != nil:
			names = append(names, fmt.Sprintf("task %s %d", p.Task.ID, p.Task.Seq))
		case p.Wish != nil:
			names = append(names, fmt.Sprintf("wish of %s: %s", p.Wish.Customer, p.Wish.Body))
		default:
			names = append(names, fmt.Sprintf("dead letter %d", p.DeadLetter.Offset))
		}
	}
	return names, ids
}

func publicationsAreOwedUntilSettled(t *trial) {
	t.open()
	t.commit(&state.Commit{Day: today, Alerts: []state.AlertRow{alert("a1", 1, "C-1")}, DeadLetters: []state.DeadLetter{deadLetter(0, 7)}})
	t.commit(&state.Commit{Day: today, Alerts: []state.AlertRow{alert("a0", 1, "C-0")}, Tasks: []state.TaskRow{task("T-1", 1, "C-0")},
		Wishes: []state.WishRow{{Customer: "C-0", Body: []byte("hold")}, {Customer: "C-0", Body: []byte("release")}}})

	names, ids := t.unpublished(9)
	got(t, "unpublished", names, []string{"alert a1 1", "dead letter 7", "alert a0 1", "task T-1 1", "wish of C-0: hold", "wish of C-0: release"})
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			t.Errorf("got ids %v, want rising ones", ids)
		}
	}
	names, _ = t.unpublished(2)
	got(t, "the first two", names, []string{"alert a1 1", "dead letter 7"})

	t.must(t.store.Published(t.Context(), []int64{ids[0], ids[2], ids[4]}))
	t.must(t.store.Published(t.Context(), []int64{ids[2]}))
	names, _ = t.unpublished(9)
	got(t, "what is left", names, []string{"dead letter 7", "task T-1 1", "wish of C-0: release"})

	// Ids never come again, even when nothing is left.
	t.must(t.store.Published(t.Context(), ids))
	t.commit(&state.Commit{Day: today, Alerts: []state.AlertRow{alert("a1", 2, "C-1")}})
	_, later := t.unpublished(9)
	if len(later) != 1 || later[0] <= ids[3] {
		t.Errorf("got ids %v after %v, want one later one", later, ids)
	}
}

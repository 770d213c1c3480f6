package storetest

import (
	"fmt"

	"tocsin/state"
)

// word is what a person has told of a customer.
func word(id string, seq int64, about state.CustomerID) state.Message {
	return state.Message{ID: fmt.Sprintf("%s/%d", id, seq), Case: id, Seq: seq, DueAt: noon, Body: []byte("told of " + about), About: about}
}

// words are those about some customers, by case and seq.
func (t *trial) words(about ...state.CustomerID) (all []string) {
	t.Helper()
	rows, err := t.store.Words(t.Context(), about)
	t.must(err)
	for i := range rows {
		all = append(all, fmt.Sprintf("%s %s %s", rows[i].ID, rows[i].About, rows[i].Body))
	}
	return all
}

func erasureReadsItsWords(t *trial) {
	t.rewording()
	t.owe(word("w-b", 1, "C-0"), word("w-a", 1, "C-0"), word("w-c", 1, "C-9"), word("w-b", 2, "C-0"))
	own := []string{"w-a/1 C-0 told of C-0", "w-b/2 C-0 told of C-0"}
	other := "w-c/1 C-9 told of C-9"
	got(t, "of one", t.words("C-0"), own)
	got(t, "of two", t.words("C-0", "C-9", "C-5"), append(own, other))
	got(t, "of all", t.words(), append(own, other))
	got(t, "of nobody", t.words("C-5"), []string(nil))
	all, err := t.store.Summaries(t.Context())
	t.must(err)
	got(t, "summaries", len(all), 2)
	newest, found, err := t.store.Last(t.Context(), "w-b")
	t.must(err)
	got(t, "the last", fmt.Sprint(newest.ID, found), "w-b/2true")

	c := erasure(t.nobodys(globex))
	c.At, c.Rewording = noon+3, &state.Rewording{Known: 2, Messages: []state.Message{word("w-a", 2, pseudonym), word("w-b", 3, pseudonym)}}
	t.commit(c)
	got(t, "of him", t.words("C-0"), []string(nil))
	as := fmt.Sprintf("%[1]s told of %[1]s", pseudonym)
	got(t, "under the pseudonym", t.words(pseudonym), []string{"w-a/2 " + as, "w-b/3 " + as})
	got(t, "of the other", t.words("C-9"), []string{other})
}

// What people have told is kept as long as the request by which it came, and until it is delivered.
func wordsGoWithTheirRequests(t *trial) {
	t.open()
	told := noon
	for i, at := range []state.Instant{told, told, told + 40*24*3600*1e9, told, told} {
		t.commit(&state.Commit{Day: t.day(), At: at, Request: fmt.Sprint("request ", i), Messages: []state.Message{word(fmt.Sprint("w-", i), 1, "C-1")}})
	}
	answered := word("w-3", 2, "C-1")
	t.commit(&state.Commit{Day: t.day(), At: told + 50*24*3600*1e9, Messages: []state.Message{answered}})
	t.owe(*summary("sum-a"))
	for _, id := range []string{"w-0", "w-2", "w-3", "w-4", "sum-a"} {
		t.deliver(state.Receipt{Case: id, Channel: channel, Timestamp: "9", Seq: 2, Body: []byte("said")})
	}
	all := []string{"w-0", "w-1", "w-2", "w-3", "w-4"}
	for _, close := range []struct {
		next state.Date
		want []string
	}{
		{today.Date + state.RequestDays, all},
		{today.Date + state.RequestDays + 1, all}, // the requests are forgotten, and were not made later than that anywhere
		{today.Date + state.RequestDays + 2, []string{"w-1", "w-2", "w-3"}},
		{today.Date + state.RequestDays + 42, []string{"w-1", "w-3"}},
		{today.Date + state.RequestDays + 52, []string{"w-1"}},
		{today.Date + 4*state.RequestDays, []string{"w-1"}}, // nobody was told of it yet
	} {
		t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: close.next}))
		var left []string
		rows, err := t.store.Words(t.Context(), nil)
		t.must(err)
		for i := range rows {
			left = append(left, rows[i].Case)
		}
		got(t, fmt.Sprint("left when ", close.next, " is opened"), left, close.want)
	}
	for id, want := range map[string]string{"w-0": "", "w-3": "", "sum-a": "9"} {
		r, err := t.store.Receipt(t.Context(), id, channel)
		t.must(err)
		got(t, "receipt of "+id, r.Timestamp, want)
	}
	sums, err := t.store.Summaries(t.Context())
	t.must(err)
	got(t, "summaries", len(sums), 1)
}

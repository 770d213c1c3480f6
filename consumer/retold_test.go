package consumer

import (
	"slices"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
)

// People see a message of each case. If two are told as one now, the second one's is edited all the same: it says nothing any more.
func TestOfTwoCasesThatBecomeOneTheFirstGoesOn(t *testing.T) {
	names := state.NewPseudonyms([]byte("a secret"))
	r, w := newRetold("C-9", names), &state.Rewrite{}
	told := func(id string, seq int64) *Effects {
		return &Effects{Result: alerts.Result{Case: &alerts.CaseMessage{CaseID: id, Seq: seq, Customer: "C-9"}}}
	}
	r.pair(w, told("old-1", 1), told("new", 1))
	r.pair(w, told("old-2", 2), told("new", 2))
	r.pair(w, told("old-2", 3), &Effects{})
	r.leave(w)
	var got []state.Was
	for i := range w.Messages {
		got = append(got, w.Messages[i].Was)
	}
	want := []state.Was{{ID: "old-1", Seq: 1}, {}, {ID: "old-2", Seq: 3}}
	if last := w.Messages[len(w.Messages)-1]; !slices.Equal(got, want) || last.Case != names.Case("old-2") {
		t.Errorf("messages replace %v, the last as case %s, want %v and the pseudonym", got, last.Case, want)
	}
}

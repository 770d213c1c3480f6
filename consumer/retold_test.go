package consumer

import (
	"slices"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
)

// retelling writes a journal anew that told a case in some rows, and tells one in some rows now. An empty id tells nothing.
func retelling(was, is []alerts.CaseMessage) []state.RewrittenMessage {
	effects := func(m alerts.CaseMessage) *Effects {
		if m.CaseID == "" {
			return &Effects{}
		}
		m.Customer = "C-9"
		return &Effects{Result: alerts.Result{Case: &m}}
	}
	r, w := newRetold("C-9", state.NewPseudonyms([]byte("a secret"))), &state.Rewrite{}
	for i := range was {
		r.pair(w, effects(was[i]), effects(is[i]))
	}
	r.end(w)
	return w.Messages
}

func TestACaseGoesOnFromItsNewestMessage(t *testing.T) {
	const open, closed = alerts.CaseOpen, alerts.CaseClosed
	nameless := state.NewPseudonyms([]byte("a secret")).Case
	type cases = []alerts.CaseMessage
	type told struct {
		id   string
		seq  int64
		was  state.Was
		owed bool
	}
	for name, test := range map[string]struct {
		was, is cases
		want    []told
	}{
		// People see a message of each case. If two are told as one now, the second one's is edited all the same: it says nothing any more.
		"of two cases that become one the first goes on": {
			was:  cases{{CaseID: "old-1", Seq: 1}, {CaseID: "old-2", Seq: 2}, {CaseID: "old-2", Seq: 3}},
			is:   cases{{CaseID: "new", Seq: 1}, {CaseID: "new", Seq: 2}, {}},
			want: []told{{"new", 1, state.Was{ID: "old-1", Seq: 1}, false}, {"new", 2, state.Was{ID: "old-1", Seq: 1}, false}, {nameless("old-2"), 3, state.Was{ID: "old-2", Seq: 3}, false}},
		},
		"told more often": {
			was:  cases{{CaseID: "old", Seq: 1, State: open}, {}},
			is:   cases{{CaseID: "new", Seq: 1, State: open}, {CaseID: "new", Seq: 2, State: open}},
			want: []told{{"new", 1, state.Was{ID: "old", Seq: 1}, false}, {"new", 2, state.Was{ID: "old", Seq: 1}, false}},
		},
		"told less often": {
			was:  cases{{CaseID: "old", Seq: 1, State: open}, {CaseID: "old", Seq: 2, State: open}},
			is:   cases{{CaseID: "new", Seq: 1, State: open}, {}},
			want: []told{{"new", 1, state.Was{ID: "old", Seq: 2}, false}},
		},
		"open after all": {
			was:  cases{{CaseID: "old", Seq: 1, State: open}, {CaseID: "old", Seq: 2, State: closed}},
			is:   cases{{CaseID: "new", Seq: 1, State: open}, {}},
			want: []told{{"new", 1, state.Was{ID: "old", Seq: 2}, true}},
		},
		"new": {
			was:  cases{{}, {CaseID: "old", Seq: 1}},
			is:   cases{{CaseID: "new", Seq: 1}, {}},
			want: []told{{"new", 1, state.Was{}, true}, {nameless("old"), 1, state.Was{ID: "old", Seq: 1}, false}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []told
			for _, m := range retelling(test.was, test.is) {
				got = append(got, told{m.Case, m.Seq, m.Was, m.Owed})
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("messages are told as\n%v, want\n%v", got, test.want)
			}
		})
	}
}

// What one erasure of a batch has made of a case, the next one of it makes of what the store has.
func TestACaseThatIsRetoldTwiceStandsForWhatTheStoreHas(t *testing.T) {
	message := func(id string, seq int64, was state.Was, owed bool) state.RewrittenMessage {
		return state.RewrittenMessage{Was: was, Owed: owed, Message: state.Message{Case: id, Seq: seq}}
	}
	stored := state.Was{ID: "old", Seq: 3}
	first := &rewriting{Rewrite: state.Rewrite{Customer: "C-9", Messages: []state.RewrittenMessage{message("then", 1, stored, false), message("fresh", 1, state.Was{}, true)}}}
	second := &rewriting{Rewrite: state.Rewrite{Customer: "C-9", Messages: []state.RewrittenMessage{
		message("now", 2, state.Was{ID: "then", Seq: 1}, false), message("now", 3, state.Was{ID: "then", Seq: 1}, true),
		message("after", 1, state.Was{ID: "fresh", Seq: 1}, false), message("wholly", 1, state.Was{}, true),
	}}}
	(&erasure{rewrites: []*rewriting{first}}).keep(second, first)
	want := []state.RewrittenMessage{message("now", 2, stored, false), message("now", 3, stored, true), message("after", 1, state.Was{}, true), message("wholly", 1, state.Was{}, true)}
	for i := range want {
		if got := first.Messages[i]; got.Was != want[i].Was || got.Owed != want[i].Owed {
			t.Errorf("message %d of case %s replaces %v, owed %v, want %v, %v", got.Seq, got.Case, got.Was, got.Owed, want[i].Was, want[i].Owed)
		}
	}
}

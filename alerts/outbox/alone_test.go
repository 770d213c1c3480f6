package outbox

import (
	"context"
	"slices"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// oweAsk owes what somebody asks for of a customer who has no case, as it stands.
func (b *bench) oweAsk(w *alerts.Word) {
	b.store.messages = append(b.store.messages, state.Message{ID: w.WordID, Case: w.WordID, Seq: w.Seq, DueAt: b.now, Body: w.AppendJSON(nil)})
}

func anAsk() *alerts.Word {
	return &alerts.Word{
		WordID: alerts.WordID("d-1", 20_000), Seq: 1, Customer: "C-1", Owner: "li", Segment: "key", Via: state.ViaAPI, At: start,
		Entry: alerts.Entry{Action: alerts.AskLimit, By: "bo", Amount: "77.00"},
	}
}

// What is asked for of a customer without a case stands once where a case of his would, and says there what became of it. Of what was
// answered before anybody could read it nobody is told.
func TestAnAskWithoutACaseIsAMessageOfItsOwn(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before bool // it is answered before it is posted
		gone   bool // its customer is erased instead
		want   int
	}{{"answered", false, false, 1}, {"erased", false, true, 1}, {"answered before", true, false, 0}, {"erased before", true, true, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			b, risk := newBench(), &wall{}
			risk.fuse, risk.now = b.store.fuse, b.wall.now
			b.route = func(m *alerts.CaseMessage) []string {
				if m.Customer == "C-1" && m.Segment == "key" && m.Task.Owner == "li" {
					return []string{"#risk"}
				}
				return []string{channel}
			}
			b.open = func(string) Sender { return risk }
			b.restart()
			ask := anAsk()
			b.oweAsk(ask)
			if !tt.before {
				b.passes(5 * time.Minute)
				if len(risk.posted) != 1 || !risk.posted[0].says.Open() || risk.posted[0].says.Customer != "C-1" {
					t.Fatalf("got %+v, want what is asked for", risk.posted)
				}
			}
			after := ask.Answered("ana", alerts.ApproveLimit)
			if tt.gone {
				after = ask
				after.Unname(func(state.CustomerID) (state.CustomerID, bool) { return "erased-1", true })
			}
			b.oweAsk(after)
			b.passes(5 * time.Minute)
			if len(risk.posted) != tt.want || len(b.wall.posted) > 0 || len(b.store.messages) > 0 {
				t.Fatalf("got %+v in the channel, %+v elsewhere, still owed %v, want %d", risk.posted, b.wall.posted, b.store.messages, tt.want)
			}
			if tt.want > 0 && (risk.posted[0].says.Seq != after.Seq || risk.posted[0].says.By != after.By || risk.posted[0].says.Gone != tt.gone) {
				t.Errorf("got %+v, want %+v", risk.posted[0].says, after)
			}
			if n := len(slices.DeleteFunc(slices.Clone(risk.calls), func(call string) bool { return call[:4] == "find" })); n != 2*tt.want {
				t.Errorf("got the calls %q, want one post and one edit", risk.calls)
			}
		})
	}
}

// Wherever the process dies, and whatever becomes of a call, it stands once in the end.
func TestALostAskIsMadeUpFor(t *testing.T) {
	for name, fault := range map[string][]error{"none": nil, "lost": {errLost}, "unsent": {errUnsent}, "busy": {told{Busy, time.Second}}} {
		for step := range 16 {
			b := newBench()
			for _, w := range []*alerts.Word{anAsk(), anAsk().Answered("ana", alerts.DeclineLimit)} {
				b.oweAsk(w)
				b.wall.fail = fault
				*b.store.fuse = fuse{armed: true, left: step, crash: func() { panic(crashed{}) }}
				dies(func() { b.runOnce(context.Background()) })
				b.store.fuse.armed = false
				b.restart()
				b.passes(10 * time.Minute)
			}
			if len(b.wall.posted) != 1 || b.wall.posted[0].says.By != "ana" || b.wall.most > 1 || len(b.store.messages) > 0 {
				t.Errorf("%s, died at step %d: got %+v, at most %d, still owed %d", name, step, b.wall.posted, b.wall.most, len(b.store.messages))
			}
		}
	}
}

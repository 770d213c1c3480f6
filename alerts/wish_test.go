package alerts

import (
	"strings"
	"testing"

	"tocsin/state"
)

func TestWhatADecisionWishes(t *testing.T) {
	for _, s := range []struct {
		code string
		open bool
		want string
	}{
		{"hold_orders", true, `{"type":"tocsin.order.hold.v1","customer_id":"C-1","order_ids":["SO-1","SO-2"],"why":["ALERT"],"decided_by":"li.wei","task_id":"TASK","decided_at":"2024-12-31T00:00:00Z"}
{"type":"tocsin.order.hold.v1","customer_id":"C-1","order_ids":[],"why":["ALERT"],"decided_by":"li.wei","task_id":"TASK","decided_at":"2024-12-31T00:00:00Z"}
`},
		{"release_with_conditions", false, `{"type":"tocsin.order.release.v1","customer_id":"C-1","order_ids":[],"why":["ALERT"],"decided_by":"li.wei","task_id":"TASK","decided_at":"2024-12-31T00:00:00Z"}
`},
		{"call", true, ""},
	} {
		r := newRig(t, 0, false)
		if s.open {
			for _, id := range []string{"SO-2", "SO-1"} {
				r.rec.Customer.Apply(start+1, []state.Event{{
					Kind: state.KindOrder, Customer: "C-1", Stamp: state.Stamp{Revision: 1, ID: id}, Body: &state.Order{OrderID: id, OrderDate: start, Gross: eur(100)},
				}}, make([]state.Outcome, 1))
			}
		}
		r.play("1 A=w\n1 ack")
		task, at := r.newestTask(), (start + 1).Start(r.ledger.Zone)
		decision := Decision{TaskID: task, Action: Decide, By: "li.wei", Code: s.code, NextReview: start + 9, At: at}
		result := r.step(start+1, 0, false, EncodeDecision(decision))
		if result.Refused != nil {
			t.Fatal(result.Refused)
		}
		var got strings.Builder
		for i := range result.Wishes {
			got.Write(append(result.Wishes[i].AppendJSON(nil), '\n'))
		}
		if want := strings.NewReplacer("ALERT", r.alertOf("A"), "TASK", task).Replace(s.want); got.String() != want {
			t.Errorf("%s: got\n%swant\n%s", s.code, got.String(), want)
		}
		if again := r.step(start+1, 0, false, EncodeDecision(decision)); again.Refused == nil || len(again.Wishes) > 0 {
			t.Errorf("%s, once more: got %+v, want it refused and nothing wished", s.code, again.Wishes)
		}
	}
}

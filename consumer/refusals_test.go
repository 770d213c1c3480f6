package consumer

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// refuses looks for refused records, and returns what is owed to owners, by case.
func (g *rig) refuses(look *Refusals, want int) map[string]*alerts.Refusals {
	g.t.Helper()
	if owed, err := look.Once(g.t.Context()); err != nil || owed != want {
		g.t.Errorf("got %d new messages, %v, want %d", owed, err, want)
	}
	rows, err := g.store.Owed(g.t.Context(), g.now, 100)
	if err != nil {
		g.t.Fatal(err)
	}
	all := map[string]*alerts.Refusals{}
	for _, row := range rows {
		msg, err := alerts.ParseMessage(row.Body)
		if err != nil {
			g.t.Fatal(err)
		}
		if r, is := msg.(*alerts.Refusals); is {
			all[row.Case] = r
		}
	}
	return all
}

func (g *rig) refused(source string, n int, gross string) {
	for i := range n {
		g.from(source, fmt.Sprintf("SO-%d", i), 1, gross, 0)
	}
	g.turns(30)
}

func TestOwnersAreToldOncePerQuarterOfAnHourOfWhatIsRefused(t *testing.T) {
	g := newRig(t, invoices)
	names, channels := map[string]string{"urn:erp": "erp", "urn:bank": "bank"}, map[string]string{"erp": "#erp", "*": "#data"}
	look := &Refusals{Store: g.store, Now: g.runner.Now, Names: names, Channels: channels}
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(10)
	if all := g.refuses(look, 0); len(all) > 0 {
		t.Errorf("nothing is refused: got %v", all)
	}
	g.refused("urn:erp", 3, "1.001")
	g.refused("urn:erp", 1, "-1.00")
	g.refused("urn:bank", 1, "1.001")
	g.refused("urn:unheard-of", 2, "1.001")
	began := fmt.Sprint(int64(g.now) / 1e9)
	all := g.refuses(look, 3)
	if r := all["refusals/erp/"+began]; r == nil || r.Channel != "#erp" || r.Seq != 4 || len(r.Codes) != 2 || r.Codes[0].Code != "money_scale" || r.Codes[0].Count != 3 {
		t.Errorf("erp: got %+v", r)
	}
	for _, name := range []string{"bank", otherSource} {
		if r := all["refusals/"+name+"/"+began]; r == nil || r.Channel != "#data" {
			t.Errorf("%s: got %+v, want it told where all others are", name, r)
		}
	}
	g.refuses(look, 0) // nothing new
	other := &Refusals{Store: g.store, Now: g.runner.Now, Names: names, Channels: channels}
	g.refuses(other, 0) // nor for another instance, or a start
	g.pass(14 * time.Minute)
	g.refused("urn:erp", 1, "1.001")
	if r := g.refuses(look, 1)["refusals/erp/"+began]; r == nil || r.Seq != 5 {
		t.Errorf("in the same quarter: got %+v, want the same message with five", r)
	}
	g.pass(time.Minute)
	g.refused("urn:erp", 1, "1.001")
	all = g.refuses(other, 1)
	if r := all[fmt.Sprintf("refusals/erp/%d", int64(g.now)/1e9)]; r == nil || r.Seq != 1 || all["refusals/erp/"+began].Seq != 5 {
		t.Errorf("in the next: got %+v, want a message of its own and the first as it was", all)
	}
}

func TestWithoutAChannelNobodyIsToldWhatIsRefused(t *testing.T) {
	g := newRig(t, invoices)
	g.refused("urn:bank", 2, "1.001")
	look := &Refusals{Store: g.store, Now: g.runner.Now, Names: map[string]string{"urn:erp": "erp"}, Channels: map[string]string{"erp": "#erp"}}
	if all := g.refuses(look, 0); len(all) > 0 {
		t.Errorf("got %v, want nothing", all)
	}
}

// Whatever was refused before is not read again, and of what is new nothing is passed over.
func TestWhatWasRefusedLongAgoIsSteppedOver(t *testing.T) {
	g := newRig(t, invoices)
	var at []state.Instant
	for i := range 23 {
		g.refused("urn:erp", 1+i%3, "1.001")
		for range 1 + i%3 {
			at = append(at, g.now)
		}
		g.pass(time.Minute)
	}
	for _, from := range append(slices.Clone(at), 0, g.now+1) {
		for begin := range 5 {
			want := int64(0)
			for i, one := range at {
				if one < from {
					want = int64(i + 1)
				}
			}
			look := &Refusals{Store: g.store, Now: g.runner.Now, behind: min(want, int64(begin*3))}
			if got, err := look.seek(t.Context(), from); err != nil || got != want {
				t.Errorf("before %v from row %d: got row %d, %v, want %d", from, look.behind, got, err, want)
			}
		}
	}
}

package alerts

import (
	"errors"
	"testing"

	"tocsin/detectors"
	"tocsin/state"
)

// debtor is a customer as Tocsin's own rules judge him, with an invoice of 20,000 that falls due on day 1.
type debtor struct {
	*testing.T
	judge *Judge
	rec   *state.Record
	day   state.Date
	last  Result
}

func newDebtor(t *testing.T) *debtor {
	set, faults := detectors.NewSet(detectors.Config{})
	if len(faults) > 0 {
		t.Fatal(faults[0].Err)
	}
	judge, err := NewJudge("test", DefaultSLA(), RuleSet{Live, set, detectors.DefaultMateriality()}, RuleSet{"keen", set, detectors.DefaultMateriality()})
	if err != nil {
		t.Fatal(err)
	}
	d := &debtor{T: t, judge: judge, rec: &state.Record{Customer: state.NewCustomer("C-1")}}
	d.learn(start-30, state.KindInvoice, &state.Invoice{InvoiceID: "INV-1", IssueDate: start - 30, DueDate: start + 1, Total: eur(2_000_000)})
	return d
}

// input is what a step of a day gets.
func (d *debtor) input(day state.Date) Input {
	if d.day < day {
		d.rec.Episodes, d.rec.Told = d.judge.Promote(d.rec.Episodes, d.rec.Told, day)
		d.day = day
	}
	return Input{Record: d.rec, Ledger: testLedger, Day: day, All: true}
}

func (d *debtor) learn(day state.Date, kind state.Kind, body state.Body) {
	in := d.input(day)
	in.Changed = d.rec.Customer.Apply(day, []state.Event{{Kind: kind, Customer: "C-1", Body: body, Stamp: state.Stamp{Revision: 1, ID: body.Key()}}}, make([]state.Outcome, 1))
	in.Applied = true
	d.last = d.judge.Step(in)
}

// unwatch asks for the customer to be taken off the watch list.
func (d *debtor) unwatch(day state.Date, by, reason string) error {
	in := d.input(day)
	in.All, in.Decision = false, EncodeDecision(Decision{Action: Unwatch, By: by, ReasonCode: reason, At: 1})
	d.last = d.judge.Step(in)
	return d.last.Refused
}

func (d *debtor) wantRefused(err error, name string) {
	d.Helper()
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Name != name {
		d.Errorf("got %v, want %s", err, name)
	}
}

func TestAPersonTakesACustomerOffTheWatchList(t *testing.T) {
	d := newDebtor(t)
	d.wantRefused(d.unwatch(start+1, "li.wei", "recovered"), RefusedNotWatched)
	d.last = d.judge.Step(d.input(start + 62))
	if got, on := d.judge.Watched(d.input(start + 62)); !on || got != (Watched{start + 62, 45, state.GradeWatch, true}) {
		t.Fatalf("61 days past due: got %+v, %v", got, on)
	}
	if g := d.judge.Grade(d.input(start + 62)); g.Watched != start+62 {
		t.Errorf("graded: on the list since %v", g.Watched)
	}
	d.wantRefused(d.unwatch(start+63, "li.wei", "recovered"), RefusedScore)
	d.learn(start+64, state.KindPayment, &state.Payment{PaymentID: "P-1", ValueDate: start + 64, Amount: eur(2_000_000), Allocations: []state.Allocation{{InvoiceID: "INV-1", Amount: eur(2_000_000)}}})
	if got, on := d.judge.Watched(d.input(start + 64)); !on || got != (Watched{start + 62, 0, state.GradeWatch, false}) {
		t.Fatalf("paid: got %+v, %v", got, on)
	}
	before := string(d.rec.Episodes)
	d.wantRefused(d.unwatch(start+64, " ", "recovered"), RefusedNobody)
	d.wantRefused(d.unwatch(start+64, "li.wei", ""), RefusedReason)
	d.wantRefused(d.unwatch(start+64, "li.wei", "timing"), RefusedReason)
	if string(d.rec.Episodes) != before {
		t.Error("what was refused has changed the record")
	}
	for _, reason := range UnwatchReasons() {
		again := *d
		rec := *d.rec
		again.rec = &rec
		if err := again.unwatch(start+64, "li.wei", reason); err != nil {
			t.Errorf("%s: %v", reason, err)
		}
	}
	if err := d.unwatch(start+64, "li.wei", "recovered"); err != nil {
		t.Fatal(err)
	}
	if len(d.last.Transitions) > 0 || len(d.last.Tasks) > 0 || d.last.Case != nil {
		t.Errorf("somebody is told: %+v", d.last)
	}
	removed := string(d.rec.Episodes)
	d.judge.Step(d.input(start + 64))
	if string(d.rec.Episodes) != removed {
		t.Error("what is judged anew on that day puts him back")
	}
	var m memory
	m.mustDecode(d.rec.Episodes)
	for _, set := range []string{Live, "keen"} {
		at, known := m.find(set, "composite")
		if since, _, _ := detectors.NewComposite().Watched(m.entries[at].now.kept); !known || since != 0 {
			t.Errorf("%s: on the list since %v", set, since)
		}
	}
	if _, on := d.judge.Watched(d.input(start + 65)); on {
		t.Error("the day after: on the list again")
	}
	d.wantRefused(d.unwatch(start+65, "li.wei", "recovered"), RefusedNotWatched)
}

// A case says how the customer stands now and stood 30 days ago, and a task how much it presses.
func TestScoresAreToldInMessagesAndTasks(t *testing.T) {
	d := newDebtor(t)
	for day := start + 1; day <= start+32; day++ {
		d.last = d.judge.Step(d.input(day))
	}
	if len(d.last.Tasks) != 1 || d.last.Tasks[0].Priority != eur(240_000) { // 12 of 100 of 20,000
		t.Fatalf("31 days past due: got %+v, want one task of 2,400", d.last.Tasks)
	}
	if h := d.last.Case.Headline; h.Score != 12 || h.Grade != state.GradeGood || h.Before.Score != 0 || h.Before.Grade != state.GradeExcellent || h.Watched != 0 {
		t.Errorf("31 days past due: got %+v", h)
	}
	for day := start + 33; day <= start+62; day++ {
		d.last = d.judge.Step(d.input(day))
	}
	if h := d.last.Case.Headline; h.Score != 45 || h.Grade != state.GradeWatch || h.Before != (detectors.Standing{Score: 12, Grade: state.GradeGood}) || h.Watched != start+62 {
		t.Errorf("61 days past due: got %+v", h)
	}
	if got := d.last.Tasks[0].Priority; got != eur(900_000) {
		t.Errorf("61 days past due: got %v, want 9,000", got)
	}
	d.learn(start+62, state.KindCover, &state.Cover{CoverID: "COV-1", Type: state.CoverCollateral, Amount: eur(500_000), ValidFrom: start})
	d.learn(start+64, state.KindPayment, &state.Payment{PaymentID: "P-1", ValueDate: start + 64, Amount: eur(1_500_000), Allocations: []state.Allocation{{InvoiceID: "INV-1", Amount: eur(1_500_000)}}})
	d.learn(start+64, state.KindProfile, &state.Profile{Name: "Nordwind", Type: state.ProfileIntercompany})
	if len(d.last.Tasks) != 1 || d.last.Tasks[0].Priority.Told() || d.last.Case.Headline.Grade != 0 {
		t.Errorf("nobody grades him: got %+v", d.last.Tasks)
	}
}

// Who looks on a later day than that of the last step must find what that step left, and not what stood before it.
func TestARecordOfAnEarlierDayIsReadAsItStandsByNow(t *testing.T) {
	d := newDebtor(t)
	d.last = d.judge.Step(d.input(start + 62))
	d.rec.Day = start + 62
	later := Input{Record: d.rec, Ledger: testLedger, Day: start + 65, All: true}
	before := string(d.rec.Episodes)
	if g := d.judge.Grade(later); g.Watched != start+62 {
		t.Errorf("graded: on the list since %v, want %v", g.Watched, start+62)
	}
	if got, on := d.judge.Watched(later); !on || got.Since != start+62 {
		t.Errorf("got %+v, %v, want on the list since %v", got, on, start+62)
	}
	if string(d.rec.Episodes) != before {
		t.Error("who looks has changed the record")
	}
}

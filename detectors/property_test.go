package detectors

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// The number of cases is set by -rapid.checks.

const firstDay = state.Date(20_000)

// drawBooks makes a customer with documents, limits and cash around one another, some of them dated ahead.
func drawBooks(t *rapid.T) *books {
	b := newBooks()
	day := func(name string) state.Date { return firstDay + state.Date(rapid.IntRange(0, 160).Draw(t, name)) }
	amount := func(name string) state.Money {
		m := eur("0")
		m.Minor = rapid.OneOf(rapid.Int64Range(1, 1_000_000), rapid.SampledFrom([]int64{499_99, 500_00, 500_01, 100_000_00})).Draw(t, name)
		return m
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "invoices") {
		issued := day("issued")
		b = b.add(&state.Invoice{
			InvoiceID: fmt.Sprintf("INV-%d", i), IssueDate: issued, Total: amount("total"),
			DueDate: issued + state.Date(rapid.IntRange(0, 60).Draw(t, "terms")), Batch: rapid.SampledFrom([]string{"", "", "B-1"}).Draw(t, "batch"),
		})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "orders") {
		b = b.add(&state.Order{
			OrderID: fmt.Sprintf("SO-%d", i), OrderDate: day("placed"), Gross: amount("gross"), RequestedDelivery: day("wanted"),
		})
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "payments") {
		p := &state.Payment{PaymentID: fmt.Sprintf("P-%d", i), ValueDate: day("value date"), Amount: amount("paid")}
		if rapid.Bool().Draw(t, "applied") {
			by := rapid.SampledFrom([]state.AllocatedBy{state.AllocatedByUnset, state.AllocatedByCustomer}).Draw(t, "by")
			of := fmt.Sprintf("INV-%d", rapid.IntRange(0, 2).Draw(t, "of"))
			p.Allocations = []state.Allocation{{InvoiceID: of, Amount: p.Amount, By: by}}
			if rapid.Bool().Draw(t, "in two") {
				p.Allocations[0].Amount.Minor = 1 + p.Amount.Minor/3
				p.Allocations = append(p.Allocations, state.Allocation{InvoiceID: "INV-1", Amount: p.Amount, By: by})
			}
		}
		b = b.add(p)
		if rapid.IntRange(0, 3).Draw(t, "returned") == 0 {
			b = b.add(drawReturn(t, p))
		}
	}
	return drawLimits(t, drawContacts(t, drawPromises(t, b, day, amount), day), day, amount)
}

// drawContacts adds attempts to reach the customer, close to one another, and now and then one that is answered.
func drawContacts(t *rapid.T, b *books, day func(string) state.Date) *books {
	if rapid.Bool().Draw(t, "no contacts") {
		return b
	}
	from := day("contacts from")
	for i := range rapid.IntRange(1, 9).Draw(t, "contacts") {
		c := &state.Contact{ContactID: fmt.Sprintf("K-%d", i), ContactDate: from + state.Date(rapid.IntRange(0, 40).Draw(t, "contacted"))}
		c.Channel = state.ContactChannel(rapid.IntRange(1, 3).Draw(t, "channel"))
		c.Outcome = state.ContactOutcome(rapid.SampledFrom([]int{1, 2, 2, 3, 4, 4, 5, 6, 6, 7}).Draw(t, "outcome"))
		c.Direction = rapid.SampledFrom([]state.ContactDirection{0, 1, 1, 1, 1, 1, 1, 2}).Draw(t, "direction")
		b = b.add(c)
	}
	return b
}

// drawPromises adds promises, some of them moved, withdrawn or disputed.
func drawPromises(t *rapid.T, b *books, day func(string) state.Date, amount func(string) state.Money) *books {
	for i := range rapid.IntRange(0, 4).Draw(t, "promises") {
		made := day("made")
		p := &state.Promise{
			PromiseID: fmt.Sprintf("PR-%d", i), MadeDate: made, PromisedDate: made + state.Date(rapid.IntRange(0, 20).Draw(t, "promised")),
			Amount: amount("promise"), InvoiceIDs: rapid.SampledFrom([][]string{nil, nil, {"INV-0"}, {"INV-1", "INV-2"}, {"INV-9"}}).Draw(t, "of"),
		}
		b = b.add(p)
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			next := *p
			next.ChangedDate = made + state.Date(rapid.IntRange(0, 30).Draw(t, "changed"))
			next.PromisedDate += state.Date(rapid.IntRange(-3, 12).Draw(t, "moved"))
			next.Status = rapid.SampledFrom([]state.PromiseStatus{state.PromiseOpen, state.PromiseOpen, state.PromiseWithdrawn}).Draw(t, "status")
			b, p = b.add(&next), &next
		}
	}
	return drawDisputes(t, b, day, amount)
}

// drawDisputes adds disputes, some of them closed.
func drawDisputes(t *rapid.T, b *books, day func(string) state.Date, amount func(string) state.Money) *books {
	for i := range max(0, rapid.IntRange(-4, 5).Draw(t, "disputes")) {
		id := fmt.Sprintf("D-%d", i)
		of := rapid.SampledFrom([][]string{{"INV-0", "INV-1"}, {"INV-2"}, {"INV-3", "INV-0"}, {"INV-4", "INV-9"}}).Draw(t, "disputed")
		b = b.add(&state.Dispute{DisputeID: id, OpenedDate: day("opened"), InvoiceIDs: of, Amount: amount("dispute")})
		if rapid.IntRange(0, 2).Draw(t, "closed") == 0 {
			outcome := state.DisputeOutcome(rapid.IntRange(1, 4).Draw(t, "outcome of it"))
			b = b.add(&state.DisputeClosed{DisputeID: id, ClosedDate: day("closed on"), Outcome: outcome, Accepted: amount("accepted")})
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "common cause") == 0 {
		return b.excusing("B-1", day("in force"))
	}
	return b
}

// drawReturn is a return of a payment, or of part of it.
func drawReturn(t *rapid.T, p *state.Payment) *state.Return {
	return &state.Return{
		PaymentID: p.PaymentID, Amount: state.Money{Minor: rapid.SampledFrom([]int64{p.Amount.Minor, p.Amount.Minor / 2}).Draw(t, "back"), Currency: p.Amount.Currency},
		ReturnDate: p.ValueDate + state.Date(rapid.IntRange(0, 40).Draw(t, "returned after")),
		ReasonCode: rapid.SampledFrom([]string{"", "AM04", "AC01", "AC04"}).Draw(t, "code"),
	}
}

func drawLimits(t *rapid.T, b *books, day func(string) state.Date, amount func(string) state.Money) *books {
	for i := range rapid.IntRange(0, 3).Draw(t, "limits") {
		l := &state.LimitRevision{LimitID: fmt.Sprintf("L-%d", i), Type: state.LimitBase, Amount: amount("limit"), ValidFrom: day("from")}
		l.Hard = rapid.SampledFrom([]state.Flag{state.FlagUnset, state.FlagFalse}).Draw(t, "hard")
		if i > 0 && rapid.Bool().Draw(t, "temporary") {
			l.Type, l.ValidTo = state.LimitTemporary, l.ValidFrom+state.Date(rapid.IntRange(0, 40).Draw(t, "validity"))
		}
		if rapid.Bool().Draw(t, "reviewed") {
			l.ReviewDate = day("review")
		}
		b = b.add(l)
	}
	if rapid.Bool().Draw(t, "limits lapse") {
		return b.lapsing()
	}
	return b
}

// drawNews adds registry facts to a customer.
func drawNews(t *rapid.T, b *books) *books {
	if rapid.Bool().Draw(t, "no news") {
		return b
	}
	b = b.add(profile())
	kinds := []string{
		"liquidation", "moratorium", "winding_up_petition", "enforcement", "enforcement", "case_ended", "restored", "tax_arrears",
		"director_change", "director_change", "accounts_overdue", "owner_change", "rating_down", "lawsuit_defendant", "bears",
	}
	for range rapid.IntRange(1, 5).Draw(t, "news") {
		known := firstDay + state.Date(rapid.IntRange(0, 160).Draw(t, "known"))
		fact := &state.RegistryFact{
			Registry: "gb-gazette", Identifier: company, Type: rapid.SampledFrom(kinds).Draw(t, "kind"),
			SubjectID: rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "subject"),
			Effective: firstDay + state.Date(rapid.IntRange(-400, 160).Draw(t, "effective")), Amount: eur("250"),
			Detail: rapid.SampledFrom([]string{"", "left"}).Draw(t, "detail"), Share: rapid.SampledFrom([]string{"", "0.75"}).Draw(t, "share"),
			Status: rapid.SampledFrom([]state.RegistryStatus{state.RegistryActive, state.RegistryEnded}).Draw(t, "status"),
		}
		b = b.addKnown(known, fact)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "notes") {
		b = b.add(&state.Note{
			NoteID: fmt.Sprintf("N-%d", i), NoteDate: firstDay + state.Date(rapid.IntRange(0, 160).Draw(t, "noted")),
			Sign: rapid.SampledFrom([]state.NoteSign{state.NoteSignUnset, state.NoteLayoffs, state.NoteRumour}).Draw(t, "sign"),
		})
	}
	return b
}

// drawHabit adds a habit of ordering to a customer, and orders that break it.
func drawHabit(t *rapid.T, b *books) *books {
	if rapid.Bool().Draw(t, "no habit") {
		return b
	}
	gross := func() state.Money {
		return eur(rapid.SampledFrom([]string{"50", "60", "100", "150", "200", "300", "600"}).Draw(t, "ordered"))
	}
	every := rapid.SampledFrom([]int{12, 30, 31, 61, 90}).Draw(t, "every")
	for ago := rapid.IntRange(0, 40).Draw(t, "last"); ago < 520; ago += every {
		o := &state.Order{OrderID: fmt.Sprint("H-", ago), OrderDate: firstDay + 100 - state.Date(ago), Gross: gross()}
		o.Delivered, o.Invoiced = o.Gross, o.Gross
		if rapid.IntRange(0, 9).Draw(t, "project") == 0 {
			o.Project = state.FlagTrue
		}
		b = b.add(o)
	}
	return b
}

// drawRequests adds wishes for other terms to a customer, plans among them, and due dates that are moved.
func drawRequests(t *rapid.T, b *books) *books {
	day := func(name string) state.Date { return firstDay + state.Date(rapid.IntRange(0, 160).Draw(t, name)) }
	for i := range rapid.IntRange(0, 4).Draw(t, "requests") {
		r := &state.TermsRequest{
			RequestID: fmt.Sprintf("R-%d", i), RequestDate: day("asked"), InvoiceIDs: []string{"INV-0"},
			Type:      rapid.SampledFrom([]state.RequestType{state.RequestInstalmentPlan, state.RequestDueDateExtension, state.RequestLimitIncrease}).Draw(t, "request"),
			Requester: rapid.SampledFrom([]state.Requester{state.RequesterUnset, state.RequesterSeller}).Draw(t, "requester"),
			Status:    rapid.SampledFrom([]state.RequestStatus{state.RequestOpen, state.RequestAccepted, state.RequestCompleted}).Draw(t, "status"),
		}
		if r.Type == state.RequestInstalmentPlan {
			r.Plan = []state.DueAmount{{DueDate: day("line"), Amount: eur("100")}, {DueDate: day("line"), Amount: eur("400")}}
		}
		b = b.add(r)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "moved") {
		was := firstDay + state.Date(rapid.IntRange(0, 60).Draw(t, "was due"))
		b = b.add(&state.Invoice{
			InvoiceID: fmt.Sprintf("MOVED-%d", i), IssueDate: was - 20, Total: eur("300"), OriginalDueDate: was,
			DueDate: was + state.Date(rapid.IntRange(5, 9).Draw(t, "by")), ChangedDate: day("moved"),
		})
	}
	return b
}

// drawInput is a customer on a day.
func drawInput(t *rapid.T, b *books) *Input {
	return b.at(firstDay + state.Date(rapid.IntRange(0, 240).Draw(t, "day")))
}

// drawStanding is an episode of a rule as it may have stood when the last day closed, beside signals that it reads.
func (in *Input) drawStanding(t *rapid.T, r *Rule) *Input {
	level, reason := rapid.SampledFrom(append(r.Sign.Levels(), None)).Draw(t, "standing"), ""
	if fitting := reasonsAt(level, r.Sign); level > None && len(fitting) > 0 && !(r.Sign.Plain && rapid.Bool().Draw(t, "plain")) {
		reason = rapid.SampledFrom(fitting).Draw(t, "reason")
	}
	beside := in.on(in.View).stood(level, reason)
	for _, signal := range r.Sign.Reads {
		if level := rapid.SampledFrom([]Level{None, None, Info, Warning, Critical}).Draw(t, signal); level > None {
			beside.Others = append(beside.Others, Finding{Signal: signal, Level: level})
		}
	}
	return beside
}

// reasonsAt are the reasons with which a signal can stand at a level: NEAR is never more than an info, HIGH never critical, a
// breach never less than a warning.
func reasonsAt(level Level, sign *Sign) []string {
	return slices.DeleteFunc(slices.Clone(sign.Reasons), func(reason string) bool {
		switch reason {
		case near:
			return level > Info
		case high:
			return level > Warning
		case coldStart:
			return level < Warning
		case discountLost:
			return level > Info
		default:
			return sign == &limitBreachSign && level < Warning
		}
	})
}

// on is the same question about another view.
func (in *Input) on(view *state.View) *Input {
	other := *in
	other.View = view
	return &other
}

func (v Verdict) without(next state.Date) string { v.Next = next; return fmt.Sprintf("%+v", v) }

// Until the day that a verdict names, time alone changes nothing.
func TestNextIsNeverLaterThanTheFirstChange(t *testing.T) {
	rules := Defaults()
	rapid.Check(t, func(t *rapid.T) {
		b := drawHabit(t, drawRequests(t, drawNews(t, drawBooks(t))))
		in := drawInput(t, b)
		day, customer := in.View.Day, b.customer()
		asked, first := make([]*Input, len(rules)), make([]Verdict, len(rules))
		last := day
		for i := range rules {
			asked[i] = in.drawStanding(t, &rules[i])
			first[i] = rules[i].Detector.Evaluate(asked[i])
			if first[i].Next != 0 && first[i].Next <= day {
				t.Fatalf("%s on %v: next is %v", rules[i].Sign.Signal, day, first[i].Next)
			}
			asked[i].Kept = first[i].Keep
			if first[i].Next == 0 {
				first[i].Next = day + 600
			}
			last = max(last, first[i].Next)
		}
		for later := day + 1; later < last; later++ {
			view := b.see(customer, later)
			for i := range rules {
				if later >= first[i].Next {
					continue
				}
				if got, want := rules[i].Detector.Evaluate(asked[i].on(view)).without(0), first[i].without(0); got != want {
					t.Fatalf("%s on %v: next is %v, but on %v\ngot  %s\nwant %s", rules[i].Sign.Signal, day, first[i].Next, later, got, want)
				}
			}
		}
	})
}

// Judging and telling leave the customer as it was, and give the same answer twice.
func TestEvaluateChangesNothing(t *testing.T) {
	rules := Defaults()
	rapid.Check(t, func(t *rapid.T) {
		b := drawHabit(t, drawRequests(t, drawNews(t, drawBooks(t))))
		in, customer := drawInput(t, b), b.customer()
		record := &state.Record{Customer: customer, Day: in.View.Day}
		before := string(state.AppendRecord(nil, record))
		in.View = b.see(customer, in.View.Day)
		for i := range rules {
			d, in := rules[i].Detector, in.drawStanding(t, &rules[i])
			v := d.Evaluate(in)
			told := fmt.Sprintf("%+v", d.Describe(in, v))
			if got, want := d.Evaluate(in).without(v.Next), v.without(v.Next); got != want {
				t.Fatalf("asked again:\ngot  %s\nwant %s", got, want)
			}
			if again := fmt.Sprintf("%+v", d.Describe(in, v)); again != told {
				t.Fatalf("told again:\ngot  %s\nwant %s", again, told)
			}
		}
		if after := string(state.AppendRecord(nil, record)); after != before {
			t.Fatal("the record has changed")
		}
	})
}

// A verdict's level only has reasons that its sign lists, and what can be left is not what is raised.
func TestVerdictsAreConsistent(t *testing.T) {
	rules := Defaults()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, drawHabit(t, drawRequests(t, drawNews(t, drawBooks(t)))))
		for i := range rules {
			checkVerdict(t, &rules[i], in.drawStanding(t, &rules[i]))
		}
	})
}

func checkVerdict(t *rapid.T, r *Rule, in *Input) {
	v := r.Detector.Evaluate(in)
	if v.Raise > None && v.Clear.Has(v.Raise) {
		t.Fatalf("%s: %v is raised and clear: %+v", r.Sign.Signal, v.Raise, v)
	}
	level := v.Level(in.Standing)
	if level == None || v.NotEvaluable {
		return
	}
	if reason := v.ReasonAt(level, in.Reason); (reason != "") != (len(r.Sign.Reasons) > 0) && !(reason == "" && r.Sign.Plain) {
		t.Fatalf("%s at %v: reason %q", r.Sign.Signal, level, reason)
	}
	detail := r.Detector.Describe(in, v)
	if len(detail.Facts) == 0 || len(detail.Actions) == 0 || len(detail.Evidence) > 10 {
		t.Fatalf("%s at %v: told %+v", r.Sign.Signal, level, detail)
	}
}

// checkNextOverDays checks on each day up to the one that a verdict names next, of a customer of whom nothing is heard any more, that
// the verdict is still the same.
func checkNextOverDays(t *rapid.T, d Detector, b *books, in *Input, customer *state.Customer) {
	day, first := in.View.Day, d.Evaluate(in)
	last := first.Next
	if last == 0 {
		last = day + 700
	}
	for later := day + 1; later < last; later++ {
		if v := d.Evaluate(in.on(b.see(customer, later))); v.without(0) != first.without(0) {
			t.Fatalf("on %v: next is %v, but on %v\ngot  %s\nwant %s", day, first.Next, later, v.without(0), first.without(0))
		}
	}
}

package detectors

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// drawPayer draws two years of a customer who pays at a pace of its own, and perhaps changes it: what other books of this package
// are too short for.
func drawPayer(t *rapid.T) *books {
	b := newBooks()
	usual := rapid.SampledFrom([]int{-20, -2, 0, 5, 30}).Draw(t, "usual")
	noise := rapid.SampledFrom([]int{0, 2, 8, 20}).Draw(t, "noise")
	change := rapid.SampledFrom([]int{0, 4, 10, 11, 20, 40}).Draw(t, "change")
	from := rapid.IntRange(100, 640).Draw(t, "from")
	gap := rapid.SampledFrom([]int{7, 14, 25, 60}).Draw(t, "gap")
	discounts := rapid.Bool().Draw(t, "discounts")
	for day, n := 0, 0; day < 600; day, n = day+rapid.IntRange(1, 2*gap).Draw(t, "next"), n+1 {
		late := usual + rapid.IntRange(-noise, noise).Draw(t, "late")
		if day > from {
			late += change
		}
		inv := &state.Invoice{InvoiceID: fmt.Sprintf("I-%d", n), IssueDate: firstDay + state.Date(day), DueDate: firstDay + state.Date(day+30), Total: eur("200")}
		if discounts {
			inv.DiscountUntil = inv.IssueDate + 10
		}
		b = b.add(inv)
		on := max(inv.DueDate+state.Date(late), inv.IssueDate)
		if discounts && day < from && rapid.IntRange(0, 4).Draw(t, "early") > 0 {
			on = inv.IssueDate + 5
		}
		amount := rapid.SampledFrom([]string{"200", "200", "200", "200", "195", "90", "0"}).Draw(t, "paid")
		if amount == "0" {
			continue
		}
		p := &state.Payment{PaymentID: fmt.Sprintf("P-%d", n), ValueDate: on, Amount: eur(amount)}
		if rapid.IntRange(0, 9).Draw(t, "applied") > 0 {
			p.Allocations = []state.Allocation{{InvoiceID: inv.InvoiceID, Amount: p.Amount}}
		}
		if b = b.add(p); rapid.IntRange(0, 19).Draw(t, "disputed") == 0 {
			b = b.add(&state.Dispute{DisputeID: inv.InvoiceID, OpenedDate: inv.DueDate, InvoiceIDs: []string{inv.InvoiceID}, Amount: inv.Total})
		}
	}
	return b
}

// drawSlowdown is a question about a payer: on a day up to which all that is known has happened, of an episode or none.
func drawSlowdown(t *rapid.T, b *books) *Input {
	day := firstDay + state.Date(rapid.IntRange(0, 700).Draw(t, "day"))
	in := b.until(day).at(day).drawStanding(t, find(Defaults(), paymentSlowdownSign.Signal))
	if rapid.Bool().Draw(t, "frozen") {
		in.Baseline = norm{rapid.IntRange(-10, 30).Draw(t, "median"), rapid.IntRange(0, 20).Draw(t, "deviation"), 6}.encode()
	}
	return in
}

// until is the books as far as they have been written up to a day.
func (b *books) until(day state.Date) *books {
	return &books{lapses: b.lapses, events: slices.DeleteFunc(slices.Clone(b.events), func(ev state.Event) bool {
		switch body := ev.Body.(type) {
		case *state.Invoice:
			return body.IssueDate > day
		case *state.Payment:
			return body.ValueDate > day
		case *state.Dispute:
			return body.OpenedDate > day
		}
		return false
	})}
}

func TestSlowdownsNextIsNeverLaterThanTheFirstChange(t *testing.T) {
	d := NewPaymentSlowdown()
	rapid.Check(t, func(t *rapid.T) {
		b := drawPayer(t)
		in := drawSlowdown(t, b)
		checkNextOverDays(t, d, b, in, b.until(in.View.Day).customer())
	})
}

func TestWhatClearsASlowdownIsTrueToTheCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawPayer(t)
		in := drawSlowdown(t, b)
		r := find(Defaults(), paymentSlowdownSign.Signal)
		checkVerdict(t, r, in)
		checkRemedies(t, r, b.until(in.View.Day), in)
	})
}

// The verdict is that of DOMAIN's text, read plainly over lists: sorted values, exact fractions of whole numbers.
func TestSlowdownIsThatOfAPlainReading(t *testing.T) {
	d := NewPaymentSlowdown()
	rapid.Check(t, func(t *rapid.T) {
		in := drawSlowdown(t, drawPayer(t))
		in.Standing, in.Baseline = None, nil
		v := d.Evaluate(in)
		got := v.Raise.String() + " " + v.Reason
		if v.NotEvaluable {
			got = "unknown "
		}
		if want := plainSlowdown(in); got != want {
			t.Fatalf("on %v: got %q, want %q", in.View.Day, got, want)
		}
	})
}

func plainSlowdown(in *Input) string {
	type one struct{ late, gross int }
	day := in.View.Day
	between := func(after, until state.Date) (list []one) {
		for i := range in.View.Settled() {
			if s := in.View.Settled()[i]; s.On > after && s.On <= until && s.ByCash() {
				list = append(list, one{int(s.Late), int(s.Invoice().Total.Minor)})
			}
		}
		return list
	}
	median2 := func(list []one) int {
		list = slices.SortedFunc(slices.Values(list), func(a, b one) int { return cmp.Compare(a.late, b.late) })
		return list[(len(list)-1)/2].late + list[len(list)/2].late
	}
	main := "unknown "
	for _, w := range []state.Date{60, 90, 120} {
		recent, base := between(day-w, day), between(day-w-365, day-w)
		cold := len(base) < 6
		m := 0
		if !cold {
			m = median2(base)
		}
		in.View.EachTested(func(line *state.DueLine, _ state.Currency) bool {
			if e := int(day - line.Effective); e > 0 && (cold || 2*e > m) {
				recent = append(recent, one{e, int(in.View.InvoiceOf(line.Invoice).Total.Minor)})
			}
			return true
		})
		if len(recent) < 3 {
			continue
		}
		affected := 0
		for _, r := range recent {
			if cold && r.late > 10 || !cold && 2*r.late >= m+20 {
				affected += r.gross
			}
		}
		material := affected >= 50_000 && affected*100 >= int(in.View.Exposure().Receivables)
		r := median2(recent)
		if cold {
			switch main = "none "; {
			case material && r >= 60:
				return "critical COLD_START"
			case material && r >= 30:
				return "warning COLD_START"
			}
			break
		}
		var distances []one
		for _, b := range base {
			distances = append(distances, one{max(2*b.late-m, m-2*b.late), 0})
		}
		spread40000 := max(3*40_000, 14_826*median2(distances)) // of the spread in days
		slower := r - m
		switch main = "none "; {
		case material && slower >= 40 && slower*20_000 >= 3*spread40000:
			return "critical "
		case material && slower >= 20 && slower*20_000 >= 2*spread40000:
			return "warning "
		}
		break
	}
	var offered []bool
	for _, s := range in.View.Settled() {
		if s.On > day-485 && s.ByCash() && s.Offered() {
			offered = append(offered, s.Took())
		}
	}
	if n := len(offered); n >= 9 && !slices.Contains(offered[n-3:], true) {
		taken := 0
		for _, took := range offered[:n-3] {
			if took {
				taken++
			}
		}
		if taken*10 >= 6*(n-3) {
			return "info DISCOUNT_LOST"
		}
	}
	return main
}

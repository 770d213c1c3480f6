package detectors

import (
	"testing"

	"tocsin/state"
)

func TestMissingLimitIsToldOfCustomersThatOwe(t *testing.T) {
	withdrawn := &state.LimitRevision{LimitID: "L-1", Type: state.LimitBase, Withdrawn: true, ValidFrom: date("2025-02-01")}
	for _, c := range []struct {
		name   string
		books  *books
		known  bool
		raise  Level
		clear  Rungs
		atOnce bool
	}{
		{"owes without a limit", owing("0.01"), true, Warning, Rung(Critical), false},
		{"the ledger has no limits yet", owing("0.01"), false, None, AllRungs, true},
		{"owes nothing any more", owing("100").add(payment("P-1", "100", "2025-03-03")), true, None, AllRungs, false},
		{"a limit clears at once", owing("100", limit("50", "2025-03-03")), true, None, AllRungs, true},
		{"a limit of 0 is one", owing("100", limit("0", "2025-01-01")), true, None, AllRungs, true},
		{"a limit of tomorrow is none", owing("100", limit("50", "2025-03-04")), true, Warning, Rung(Critical), false},
		{"a withdrawn one is none", owing("100", limit("50", "2025-01-01"), withdrawn), true, Warning, Rung(Critical), false},
		{"an increase alone is none", owing("100", temporary("T-1", "50", "2025-01-01", "2025-12-31")), true, Warning, Rung(Critical), false},
	} {
		in := c.books.at(date("2025-03-03"))
		in.LimitsKnown = c.known
		v := NewLimitMissing().Evaluate(in)
		if v.Raise != c.raise || v.Clear != c.clear || v.AtOnce != c.atOnce || v.NotEvaluable {
			t.Errorf("%s: got %+v, want %v, clear %03b, at once %v", c.name, v, c.raise, c.clear, c.atOnce)
		}
	}
}

func TestReviewIsDueOnTheDayAfter(t *testing.T) {
	reviewed := limit("100", "2025-01-01")
	reviewed.ReviewDate = date("2025-06-30")
	ended := limit("100", "2025-01-01")
	ended.ReviewDate, ended.ValidTo = date("2025-06-30"), date("2025-06-30")
	for _, c := range []struct {
		name, day string
		limit     state.Body
		raise     Level
		next      string
	}{
		{"on the day", "2025-06-30", reviewed, None, "2025-07-01"},
		{"a day late", "2025-07-01", reviewed, Warning, "2025-07-31"},
		{"30 days late", "2025-07-30", reviewed, Warning, "2025-07-31"},
		{"31 days late", "2025-07-31", reviewed, Critical, ""},
		{"no review date", "2025-07-31", limit("100", "2025-01-01"), None, ""},
		{"not in force any more", "2025-07-31", ended, None, ""},
	} {
		v := NewLimitReviewDue().Evaluate(newBooks(c.limit).at(date(c.day)))
		if v.Raise != c.raise || v.Clear != above(c.raise) {
			t.Errorf("%s: got %v, clear %03b, want %v", c.name, v.Raise, v.Clear, c.raise)
		}
		want := state.Date(0)
		if c.next != "" {
			want = date(c.next)
		}
		if v.Next != want {
			t.Errorf("%s: next %v, want %v", c.name, v.Next, want)
		}
	}
}

func TestTemporaryExpiryLooksPastTheEnd(t *testing.T) {
	base := limit("400000", "2025-01-01")
	ending := limit("400000", "2025-01-01")
	ending.ValidTo = date("2025-04-30")
	soon := temporary("T-1", "100000", "2025-04-01", "2025-04-30")
	for _, c := range []struct {
		name, exposure, day string
		limits              []state.Body
		raise               Level
	}{
		{"what is left suffices", "400000", "2025-04-23", []state.Body{base, soon}, None},
		{"a cent too little is left", "400000.01", "2025-04-23", []state.Body{base, soon}, Warning},
		{"the end is eight days off", "450000", "2025-04-22", []state.Body{base, soon}, None},
		{"the increase is over", "450000", "2025-05-01", []state.Body{base, soon}, None},
		{"it is renewed", "450000", "2025-04-23", []state.Body{base, soon, temporary("T-2", "60000", "2025-04-20", "2025-05-31")}, None},
		{"the other one is too small", "450000", "2025-04-23", []state.Body{base, soon, temporary("T-2", "40000", "2025-04-20", "2025-05-31")}, Warning},
		{"both end", "450000", "2025-04-25", []state.Body{base, soon, temporary("T-2", "60000", "2025-04-20", "2025-05-01")}, Warning},
		{"the base ends too: nothing is left", "0.01", "2025-04-23", []state.Body{ending, soon}, Warning},
		{"an increase alone is no limit", "450000", "2025-04-23", []state.Body{soon}, None},
		{"an increase without an end", "450000", "2025-04-23", []state.Body{base, &state.LimitRevision{
			LimitID: "T-1", Type: state.LimitTemporary, Amount: eur("100000"), ValidFrom: date("2025-04-01"),
		}}, None},
	} {
		v := NewLimitTemporaryExpiry().Evaluate(owing(c.exposure, c.limits...).at(date(c.day)))
		if v.Raise != c.raise || v.Clear != above(c.raise) || v.NotEvaluable {
			t.Errorf("%s: got %+v, want %v", c.name, v, c.raise)
		}
	}
}

package detectors

import (
	"fmt"
	"testing"

	"tocsin/state"
)

func reviewed(amount, review string) *state.LimitRevision {
	l := limit(amount, "2025-01-01")
	l.ReviewDate = date(review)
	return l
}

// A limit whose review is overdue counts as 0 under the policy zero: the ladder is that of prepayment, and a review gives
// back what was agreed.
func TestALapsedLimitIsPrepaymentOnly(t *testing.T) {
	b := owing("300000", reviewed("400000", "2025-03-03"), temporary("T-1", "100000", "2025-03-01", "2025-03-31")).lapsing()
	for _, c := range []struct {
		name   string
		books  *books
		day    string
		raise  Level
		reason string
		clears string
	}{
		{"on the review date", b, "2025-03-03", None, "", "[]"},
		{"the day after", b, "2025-03-04", Critical, limitReduced, "[{pay 300000.00 none} {review_limit 0.00 none}]"},
		{"without the policy", &books{events: b.events}, "2025-03-04", None, "", "[]"},
		{"nothing owed", b.add(payment("P-1", "300000", "2025-03-04")), "2025-03-04", None, "", "[]"},
		{"reviewed", b.add(reviewed("400000", "2026-03-03")), "2025-03-04", None, "", "[]"},
		{"little was agreed", owing("300000", reviewed("290000", "2025-03-03")).lapsing(), "2025-03-04", Critical, limitReduced, "[{pay 300000.00 none}]"},
		{"soft, and more than was agreed", owing("310000", turnedSoft(reviewed("300000", "2025-03-03"))).lapsing(), "2025-03-04", Critical, limitReduced,
			"[{review_limit 0.00 warning} {pay 310000.00 none}]"},
	} {
		d, in := NewLimitBreach(), c.books.at(date(c.day))
		in.Closed = c.books.see(c.books.customer(), date(c.day)-1).Parts()
		v := d.Evaluate(in)
		if v.Raise != c.raise || v.Reason != c.reason || v.NotEvaluable {
			t.Errorf("%s: got %v %s, want %v %s", c.name, v.Raise, v.Reason, c.raise, c.reason)
		}
		ways := []string{}
		for _, way := range d.Describe(in, v).ClearsIf {
			ways = append(ways, fmt.Sprintf("{%s %s %v}", way.Do, state.FormatMinor(way.Amount.Minor, 2), way.To))
		}
		if got := fmt.Sprint(ways); got != c.clears {
			t.Errorf("%s: clears if %s, want %s", c.name, got, c.clears)
		}
	}
	in := b.at(date("2025-03-04"))
	want := "[{exposure 300000.00 0.00} {review_date 2025-03-03 }]"
	if got := fmt.Sprint(NewLimitBreach().Describe(in, NewLimitBreach().Evaluate(in)).Facts); got != want {
		t.Errorf("facts: got %s, want %s", got, want)
	}
}

func turnedSoft(l *state.LimitRevision) *state.LimitRevision {
	l.Hard = state.FlagFalse
	return l
}

// What the review is due of is what was agreed, whatever it is worth meanwhile.
func TestTheReviewIsOfWhatWasAgreed(t *testing.T) {
	in := owing("100", reviewed("400000", "2025-03-03")).lapsing().at(date("2025-03-04"))
	d := NewLimitReviewDue()
	want := "[{days_late 1 0} {review_date 2025-03-03 } {limit 400000.00 }]"
	if got := fmt.Sprint(d.Describe(in, d.Evaluate(in)).Facts); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhoseLimitsLapse(t *testing.T) {
	zero := Override{"limit_review_due", "policy", "zero"}
	key := &state.Profile{Country: "DE", Segment: "key"}
	for _, c := range []struct {
		name   string
		config Config
		p      *state.Profile
		lapses bool // anybody's
		lapse  bool // this one's
	}{
		{"by default nobody's", Config{}, key, false, false},
		{"everybody's", Config{Overrides: []Override{zero}}, key, true, true},
		{"a segment's", Config{Segments: []Segment{{`segment == "key"`, []Override{zero}}}}, key, true, true},
		{"not another's", Config{Segments: []Segment{{`segment == "key"`, []Override{zero}}}}, &state.Profile{Country: "DE"}, true, false},
		{"all but a segment's", Config{Overrides: []Override{zero}, Segments: []Segment{{`segment == "key"`, []Override{{"limit_review_due", "policy", "warn"}}}}}, key, true, false},
		{"not in shadow", Config{Overrides: []Override{zero, {"limit_review_due", "mode", "shadow"}}}, key, false, false},
		{"not where it is off", Config{Overrides: []Override{zero, {"limit_review_due", "mode", "off"}}}, key, false, false},
		{"not of the seller's own", Config{Overrides: []Override{zero}}, &state.Profile{Country: "DE", Type: state.ProfileIntercompany}, true, false},
	} {
		set := compiled(t, c.config)
		if got := set.For(viewOf(c.p, "2025-03-03")).Lapse; set.Lapses() != c.lapses || got != c.lapse {
			t.Errorf("%s: got %v, anybody's %v, want %v and %v", c.name, got, set.Lapses(), c.lapse, c.lapses)
		}
	}
}

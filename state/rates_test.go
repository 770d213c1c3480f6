package state

import (
	"fmt"
	"testing"
)

// rate is a rate event in words: "EUR/USD 1.10".
func rate(pair, dated, value string) *Rate {
	return &Rate{Base: currency(pair[:3]), Quote: currency(pair[4:]), Value: value, RateDate: d25(dated)}
}

// told is a rate and the open day on which it is known.
type told struct {
	known string
	event Event
}

func rateEvent(revision int64, body *Rate) Event {
	ev := event(revision, body)
	ev.Customer = ""
	return ev
}

// ratesOf is a book of rates that became known in this order.
func ratesOf(t *testing.T, all ...told) *Rates {
	t.Helper()
	var intake RateIntake
	for i := range all {
		intake.Take(d25(all[i].known), &all[i].event)
	}
	return (*Rates)(nil).With(intake.Rows)
}

// dailyRates are rates of dates that became known on them.
func dailyRates(t *testing.T, bodies ...*Rate) *Rates {
	t.Helper()
	var all []told
	for _, body := range bodies {
		all = append(all, told{body.RateDate.String()[5:], rateEvent(1, body)})
	}
	return ratesOf(t, all...)
}

func TestRateInForce(t *testing.T) { // DOMAIN.md 0.3 and 0.7
	early := rateEvent(1, rate("EUR/USD", "01-06", "1.10"))
	corrected := rateEvent(2, rate("EUR/USD", "01-06", "1.11"))
	late := rateEvent(1, rate("EUR/USD", "01-08", "1.12"))
	ahead := rateEvent(1, rate("EUR/USD", "01-20", "1.20"))
	inverse := rateEvent(1, rate("USD/EUR", "01-06", "0.8"))
	newer := rateEvent(1, rate("USD/EUR", "01-07", "0.5"))
	pounds, toPounds := rateEvent(1, rate("USD/GBP", "01-07", "0.5")), rateEvent(1, rate("CHF/GBP", "01-05", "4"))
	nothing := rateEvent(1, rate("EUR/USD", "01-07", "0"))
	for _, row := range []struct {
		name  string
		rates []told
		day   string
		asOf  string
		want  string // rate of the euro in dollars and its date; empty: none
	}{
		{"none", nil, "01-10", "01-10", ""},
		{"not on the day on which it is known", []told{{"01-06", early}}, "01-06", "01-06", ""},
		{"from the next day on", []told{{"01-06", early}}, "01-07", "01-07", "11/10 01-06"},
		{"for as long as there is no newer one", []told{{"01-06", early}}, "12-31", "12-31", "11/10 01-06"},
		{"known late", []told{{"01-15", early}}, "01-15", "01-15", ""},
		{"the newest date", []told{{"01-08", late}, {"01-09", early}}, "01-10", "01-10", "28/25 01-08"},
		{"but none ahead", []told{{"01-06", early}, {"01-06", ahead}}, "01-19", "01-19", "11/10 01-06"},
		{"until it comes", []told{{"01-06", early}, {"01-06", ahead}}, "01-20", "01-20", "6/5 01-20"},
		{"up to a value date", []told{{"01-06", early}, {"01-08", late}}, "01-20", "01-07", "11/10 01-06"},
		{"a value date ahead", []told{{"01-06", early}, {"01-06", ahead}}, "01-10", "01-25", "11/10 01-06"},
		{"before the correction is known", []told{{"01-06", early}, {"01-08", corrected}}, "01-08", "01-08", "11/10 01-06"},
		{"after it", []told{{"01-06", early}, {"01-08", corrected}}, "01-09", "01-09", "111/100 01-06"},
		{"a lower revision comes late", []told{{"01-06", corrected}, {"01-08", early}}, "01-09", "01-09", "111/100 01-06"},
		{"the inverse", []told{{"01-06", inverse}}, "01-10", "01-10", "5/4 01-06"},
		{"direct on a tie", []told{{"01-06", inverse}, {"01-06", early}}, "01-10", "01-10", "11/10 01-06"},
		{"the newer inverse", []told{{"01-07", newer}, {"01-06", early}}, "01-10", "01-10", "2 01-07"},
		{"a rate of nothing is none", []told{{"01-06", early}, {"01-07", nothing}}, "01-10", "01-10", "11/10 01-06"},
		{"no cross over what is not the base", []told{{"01-07", pounds}, {"01-07", toPounds}}, "01-10", "01-10", ""},
	} {
		x := exchange{rates: ratesOf(t, row.rates...), base: currency("CHF"), day: d25(row.day)}
		f, date := x.rate(currency("EUR"), currency("USD"), d25(row.asOf))
		got := ""
		if date != 0 {
			got = fmt.Sprint(f.rat().RatString(), " ", date.String()[5:])
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestRateOverTheBaseCurrency(t *testing.T) {
	rates := dailyRates(t, rate("EUR/USD", "01-06", "1.25"), rate("JPY/EUR", "01-07", "0.005"), rate("GBP/USD", "01-08", "1.5"))
	for _, row := range []struct {
		base, from, to string
		want           string
	}{
		{"EUR", "USD", "JPY", "8/5 01-06"}, // 1 dollar = 0.8 euros = 160 yen; cents and whole yen
		{"EUR", "JPY", "USD", "5/8 01-06"}, // 1 yen = 0.00625 dollars
		{"USD", "GBP", "EUR", "6/5 01-06"}, // over the dollar
		{"EUR", "GBP", "JPY", ""},          // the pound has no rate with the euro
		{"", "USD", "JPY", ""},             // nothing to go over
		{"EUR", "EUR", "USD", "5/4 01-06"}, // the base itself
		{"USD", "GBP", "USD", "3/2 01-08"}, // direct goes before any way round
		{"JPY", "EUR", "JPY", "2 01-07"},   // inverse: 200 yen; cents to whole yen
		{"EUR", "JPY", "EUR", "1/2 01-07"}, // whole yen to cents
	} {
		base := Currency(0)
		if row.base != "" {
			base = currency(row.base)
		}
		f, date := exchange{rates, base, d25("01-10")}.rate(currency(row.from), currency(row.to), d25("01-10"))
		got := ""
		if date != 0 {
			got = fmt.Sprint(f.rat().RatString(), " ", date.String()[5:])
		}
		if got != row.want {
			t.Errorf("%s to %s over %q: got %q, want %q", row.from, row.to, row.base, got, row.want)
		}
	}
}

func TestWhatBecomesOfARateEvent(t *testing.T) {
	first, other := rateEvent(1, rate("EUR/USD", "01-06", "1.10")), rateEvent(1, rate("EUR/USD", "01-06", "1.20"))
	later := other
	later.Time++
	repeat := first
	repeat.Time += 2
	second := rateEvent(2, rate("EUR/USD", "01-06", "1.30"))
	for _, row := range []struct {
		name   string
		events []Event
		want   []Outcome
		rows   int
	}{
		{"new", []Event{first}, []Outcome{Accepted}, 1},
		{"again", []Event{first, first}, []Outcome{Accepted, Duplicate}, 1},
		{"again, later", []Event{first, repeat}, []Outcome{Accepted, Duplicate}, 2},
		{"which decides a conflict", []Event{first, repeat, later}, []Outcome{Accepted, Duplicate, ConflictLost}, 2},
		{"a higher revision", []Event{first, second}, []Outcome{Accepted, Accepted}, 2},
		{"a lower one", []Event{second, first}, []Outcome{Accepted, Stale}, 1},
		{"a conflict won", []Event{first, later}, []Outcome{Accepted, ConflictWon}, 2},
		{"a conflict lost", []Event{later, first}, []Outcome{Accepted, ConflictLost}, 1},
	} {
		var at RateIntake
		for i := range row.events {
			if got := at.Take(d25("01-06"), &row.events[i]); got != row.want[i] {
				t.Errorf("%s: event %d: got outcome %d, want %d", row.name, i, got, row.want[i])
			}
		}
		if len(at.Rows) != row.rows {
			t.Errorf("%s: got %d rows, want %d", row.name, len(at.Rows), row.rows)
		}
		// What is known already decides as what came before in the same batch.
		last := len(row.events) - 1
		before := RateIntake{}
		for i := range row.events[:last] {
			before.Take(d25("01-06"), &row.events[i])
		}
		at = RateIntake{Rates: (*Rates)(nil).With(before.Rows)}
		if got := at.Take(d25("01-07"), &row.events[last]); got != row.want[last] {
			t.Errorf("%s: after the others: got outcome %d, want %d", row.name, got, row.want[last])
		}
	}
}

// A book is what its rows are, however they came together, and no book changes another one.
func TestABookOfRatesGrowsByCopy(t *testing.T) {
	old := dailyRates(t, rate("EUR/USD", "01-06", "1.10"))
	more := []RateRow{
		{Seq: 1, Known: d25("01-07"), Event: rateEvent(1, rate("EUR/USD", "01-05", "1.05"))},
		{Seq: 2, Known: d25("01-07"), Event: rateEvent(2, rate("EUR/USD", "01-06", "1.11"))},
	}
	grown := old.With(more).With(more)
	usd := func(rates *Rates, asOf string) string {
		f, date := exchange{rates: rates, day: d25("01-10")}.rate(currency("EUR"), currency("USD"), d25(asOf))
		if date == 0 {
			return ""
		}
		return f.rat().FloatString(2)
	}
	for _, row := range []struct {
		rates      *Rates
		asOf, want string
	}{{old, "01-10", "1.10"}, {old, "01-05", ""}, {grown, "01-10", "1.11"}, {grown, "01-05", "1.05"}} {
		if got := usd(row.rates, row.asOf); got != row.want {
			t.Errorf("as of %s: got %q, want %q", row.asOf, got, row.want)
		}
	}
	if got := len(grown.pairs[pair{currency("EUR"), currency("USD")}][1].rows); got != 2 {
		t.Errorf("the same rows again: got %d rows, want 2", got)
	}
}

package state

import (
	"fmt"
	"testing"
)

func paidFrom(id, on, account string) *Payment {
	p := payment(id, on, 10)
	p.PayerAccount = account
	return p
}

func TestPayerAccountsAreThoseThatAreKnownAndNoMistake(t *testing.T) {
	l := weekdayLedger(t)
	mistake := came("P5", "03-06", 10)
	mistake.BookedInError = FlagTrue
	c := known(payment("P0", "01-01", 5), paidFrom("P2", "02-01", "b"), paidFrom("P1", "03-01", "a"), paidFrom("P3", "04-01", "b"),
		paidFrom("P5", "03-05", "c"), mistake)
	for _, row := range []struct {
		day  Date
		want string
	}{
		{d25("01-31"), ""},
		{d25("03-01"), "b from 2025-02-01 to 2025-02-01, a from 2025-03-01 to 2025-03-01, "},
		{d25("03-05"), "b from 2025-02-01 to 2025-02-01, a from 2025-03-01 to 2025-03-01, c from 2025-03-05 to 2025-03-05, "},
		{d25("04-01"), "b from 2025-02-01 to 2025-04-01, a from 2025-03-01 to 2025-03-01, "},
		{d25("02-01") + 550, "a from 2025-03-01 to 2025-03-01, b from 2025-04-01 to 2025-04-01, "},
	} {
		got := ""
		for _, a := range c.View(l, row.day).PayerAccounts() {
			got += fmt.Sprintf("%s from %v to %v, ", a.Hash, a.First(), a.Last())
		}
		if got != row.want {
			t.Errorf("%v: got %q, want %q", row.day, got, row.want)
		}
	}
}

func TestKnownBeforeLooksAtPaymentsAndTrade(t *testing.T) {
	l := weekdayLedger(t)
	c := known(invoice("I1", "02-01", "03-01", 100), payment("P1", "03-01", 5))
	for _, row := range []struct {
		before Date
		want   KnownFor
	}{
		{d25("02-01"), KnownFor{false, false, d25("02-01") + 550}},
		{d25("02-02"), KnownFor{false, true, d25("02-01") + 550}},
		{d25("03-01"), KnownFor{false, true, d25("02-01") + 550}},
		{d25("03-02"), KnownFor{true, true, 0}},
	} {
		if got := c.View(l, d25("05-01")).KnownBefore(row.before); got != row.want {
			t.Errorf("before %v: got %+v, want %+v", row.before, got, row.want)
		}
	}
	if got := c.View(l, d25("02-01")+550).KnownBefore(d25("01-01")); !got.Paid || !got.Traded {
		t.Errorf("550 days on: got %+v, want both taken to be so", got)
	}
	if got := known(payment("P1", "03-01", 5)).View(l, d25("05-01")).KnownBefore(d25("04-01")); !got.Paid || !got.Traded {
		t.Errorf("nothing is known of trade: got %+v, want it taken to be so", got)
	}
}

func TestTellsPayers(t *testing.T) {
	l := weekdayLedger(t)
	c := known(payment("P1", "03-01", 5))
	if c.View(l, d25("05-01")).TellsPayers() {
		t.Error("a plain payment: got true")
	}
	cheque := payment("P2", "03-01", 5)
	cheque.Method, cheque.MaturityDate = MethodCheque, d25("03-02")
	for _, body := range []*Payment{paidFrom("P2", "03-01", "a"), cheque} {
		c := known(payment("P1", "03-01", 5))
		c.View(l, d25("05-01")).TellsPayers()
		tell(c, event(1, body))
		again, err := DecodeRecord(AppendRecord(nil, &Record{Customer: c}))
		if err != nil {
			t.Fatal(err)
		}
		if !c.View(l, d25("05-01")).TellsPayers() || !again.Customer.View(l, d25("05-01")).TellsPayers() {
			t.Errorf("%+v: got false", body)
		}
	}
}

package state

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
)

func promise(id, made, promised string, amount float64) *Promise {
	return &Promise{PromiseID: id, MadeDate: d25(made), PromisedDate: d25(promised), Amount: euros(amount)}
}

func contact(id, on string, channel ContactChannel) *Contact {
	return &Contact{ContactID: id, ContactDate: d25(on), Channel: channel, Outcome: ContactNoReply}
}

// A dropped revision of a promise tells an earlier date, whenever it came.
func TestPromisesKeepTheirEarlierDates(t *testing.T) {
	second := promise("PR1", "02-01", "02-28", 50)
	second.ChangedDate = d25("02-10")
	third := promise("PR1", "02-01", "03-14", 50)
	third.ChangedDate, third.Status = d25("02-20"), PromiseWithdrawn
	c := NewCustomer("C-1")
	tell(c, event(3, third))
	if got := tell(c, event(1, promise("PR1", "02-01", "02-14", 50))); got != Stale {
		t.Errorf("a lower revision: got %d, want stale", got)
	}
	if got := tell(c, event(2, second), event(2, second)); got != Stale {
		t.Errorf("a lower revision again: got %d, want stale", got)
	}
	l := weekdayLedger(t)
	for _, row := range []struct{ day, want string }{
		{"01-31", ""}, {"02-01", "2025-02-14 "}, {"02-10", "2025-02-14 2025-02-28 "}, {"02-20", "2025-02-14 2025-02-28 2025-03-14 "},
	} {
		got := ""
		for _, p := range c.View(l, d25(row.day)).Promises() {
			for _, b := range p.Revisions {
				got += b.PromisedDate.String() + " "
			}
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.day, got, row.want)
		}
	}
	if got := c.View(l, d25("01-15")).NextChange(); got != d25("02-01") {
		t.Errorf("next change: got %v, want the day of the promise", got)
	}
}

// Opening and closing of a dispute are registers of their own and may come in any order.
func TestDisputesAreClosedByTheirOwnRegister(t *testing.T) {
	l := weekdayLedger(t)
	events := []Event{event(1, dispute("D1", "02-01", 40, "I1")), event(7, closed("D1", "02-20"))}
	for range 2 {
		c := known(hundred())
		tell(c, events...)
		for _, row := range []struct {
			day  string
			want string
		}{{"01-31", ""}, {"02-01", "D1 true"}, {"02-19", "D1 true"}, {"02-20", "D1 false"}} {
			got := ""
			for _, d := range c.View(l, d25(row.day)).Disputes() {
				got += fmt.Sprint(d.DisputeID, " ", d.Closed == nil)
			}
			if got != row.want {
				t.Errorf("%s: got %q, want %q", row.day, got, row.want)
			}
		}
		events[0], events[1] = events[1], events[0]
	}
}

func TestGradeOverrideInForce(t *testing.T) {
	set := func(id, on string, grade Grade) *GradeOverride {
		return &GradeOverride{OverrideID: id, SetDate: d25(on), Grade: grade, Reason: "visit"}
	}
	c := known(set("G2", "02-01", GradeGood), set("G1", "02-01", GradeBad), set("G0", "03-01", GradeWatch))
	l := weekdayLedger(t)
	for _, row := range []struct {
		day  string
		want Grade
	}{{"01-31", 0}, {"02-01", GradeGood}, {"03-01", GradeWatch}, {"05-29", GradeWatch}, {"05-30", 0}} {
		got := Grade(0)
		if o := c.View(l, d25(row.day)).GradeOverride(); o != nil {
			got = o.Grade
		}
		if got != row.want {
			t.Errorf("%s: got grade %d, want %d", row.day, got, row.want)
		}
	}
	if got := c.View(l, d25("03-01")).NextChange(); got != d25("05-02") {
		t.Errorf("next change: got %v, want the end of those set first", got)
	}
}

// A promise is a document of the currency rule, after payments of its date; of its revisions the highest counts.
func TestCurrencyOfAPromise(t *testing.T) {
	l := weekdayLedger(t)
	in := func(code string, made string) *Promise {
		b := promise("PR1", made, "03-01", 0)
		b.Amount = Money{100, currency(code)}
		return b
	}
	c := known(in("JPY", "01-05"))
	look := func(want string) {
		t.Helper()
		if got := c.View(l, d25("02-01")).Currency().String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	look("JPY")
	tell(c, event(3, in("CHF", "01-10")))
	look("CHF")
	tell(c, event(2, in("SEK", "01-04")))
	look("CHF")
	tell(c, event(1, payment("P1", "01-10", 5)))
	look("EUR")
}

func TestClosedConductShrinks(t *testing.T) {
	l := weekdayLedger(t)
	agreed := plan("R1", "01-10", halves(), "I1", "I2")
	bodies := []Body{
		hundred(), second(), payment("P1", "01-20", 100, to("I1", 100)), dispute("D1", "01-05", 40, "I1"), closed("D1", "01-08"),
		dispute("D2", "01-05", 40, "I2"), agreed, promise("PR1", "01-05", "01-15", 50), contact("CT1", "01-05", ContactPhone),
		&Note{NoteID: "N1", NoteDate: d25("01-05"), Sign: NoteRumour}, &PayerVerified{AccountHash: "h", VerifiedDate: d25("01-05")},
		insured("V1", "01-01", 10),
	}
	c := known(bodies...)
	tell(c, event(2, promise("PR1", "01-05", "01-25", 50)))
	day := d25("12-31") + 800
	c.Shrink(l, day)
	for kind, want := range map[Kind]int{
		KindInvoice: 2, KindDispute: 2, KindDisputeClosed: 1, KindTermsRequest: 1, // one invoice of the plan is open, and the other is with it
		KindPromise: 0, KindContact: 0, KindNote: 0, KindPayerVerified: 1, KindCover: 1,
	} {
		if got := len(c.facts(kind)); got != want {
			t.Errorf("%d days on: got %d facts of kind %d, want %d", day-d25("12-31"), got, kind, want)
		}
	}
	for _, ev := range []Event{event(2, promise("PR1", "01-05", "01-25", 50)), event(1, contact("CT1", "01-05", ContactPhone))} {
		if got := tell(c, ev); got != Duplicate {
			t.Errorf("%T again: got %d, want a duplicate", ev.Body, got)
		}
	}
	v := c.View(l, day)
	if !v.ChannelUsed(ContactPhone, d25("12-31")) || v.ChannelUsed(ContactEmail, day) {
		t.Error("that the customer was once phoned, and never mailed, is not known any more")
	}
	tell(c, event(1, payment("P2", "01-20", 100, to("I2", 100))))
	c.Shrink(l, day+1)
	for _, kind := range []Kind{KindInvoice, KindDispute, KindDisputeClosed, KindTermsRequest} {
		if got := len(c.facts(kind)); got != 0 {
			t.Errorf("everything paid: got %d facts of kind %d, want none", got, kind)
		}
	}
	again, err := DecodeRecord(AppendRecord(nil, &Record{Customer: c}))
	if err != nil {
		t.Fatal(err)
	}
	if !again.Customer.View(l, day+1).ChannelUsed(ContactPhone, day) {
		t.Error("decoded: the phone was never used")
	}
}

// A contact is a use of its channel on later days alone.
func TestChannelUsed(t *testing.T) {
	v := known(contact("CT1", "02-03", ContactEmail)).View(weekdayLedger(t), d25("03-01"))
	for _, row := range []struct {
		channel ContactChannel
		before  string
		want    bool
	}{{ContactEmail, "02-03", false}, {ContactEmail, "02-04", true}, {ContactPhone, "02-04", false}} {
		if got := v.ChannelUsed(row.channel, d25(row.before)); got != row.want {
			t.Errorf("channel %d before %s: got %v, want %v", row.channel, row.before, got, row.want)
		}
	}
}

// A customer who only buys and pays carries a pointer to conduct and a byte of its encoding.
func TestPlainCustomersCarryNoConduct(t *testing.T) {
	l := weekdayLedger(t)
	c := known(hundred(), payment("P1", "01-10", 50, to("I1", 50)), base("L1", "01-01", 100))
	v := c.View(l, d25("02-10"))
	v.Disputes()
	v.Promises()
	v.Plans()
	v.NetExposure()
	v.ChannelUsed(ContactPhone, v.Day)
	c.Shrink(l, d25("12-31")+900)
	if _, err := DecodeRecord(AppendRecord(nil, &Record{Customer: c})); err != nil {
		t.Fatal(err)
	}
	if c.conduct != nil {
		t.Error("looking made conduct")
	}
	if got, most := reflect.TypeFor[fact]().Size(), uintptr(96); got > most {
		t.Errorf("got %d bytes a fact, want %d: a ledger holds millions", got, most)
	}
}

// Exchange rates and heartbeats are no customer's facts.
func TestRatesAreNotKept(t *testing.T) {
	c := NewCustomer("C-1")
	rate := event(1, &Rate{Base: currency("EUR"), Quote: currency("USD"), Value: "1.1", RateDate: d25("01-01")})
	if inputs := c.Apply(d25("01-01"), []Event{rate}, make([]Outcome, 1)); inputs != 0 {
		t.Errorf("got inputs %b, want none", inputs)
	}
	if plain := NewCustomer("C-1"); !bytes.Equal(AppendRecord(nil, &Record{Customer: c}), AppendRecord(nil, &Record{Customer: plain})) {
		t.Error("the rate is kept")
	}
}

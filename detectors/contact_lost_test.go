package detectors

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// contact is an attempt to reach the customer.
func contact(id, on string, channel state.ContactChannel, outcome state.ContactOutcome) *state.Contact {
	return &state.Contact{ContactID: id, ContactDate: date(on), Direction: state.ContactOutbound, Channel: channel, Outcome: outcome}
}

func inbound(id, on string, channel state.ContactChannel) *state.Contact {
	c := contact(id, on, channel, state.ContactReached)
	c.Direction = state.ContactInbound
	return c
}

const (
	phone, email, letter, visit = state.ContactPhone, state.ContactEmail, state.ContactLetter, state.ContactVisit
	voicemail, noAnswer         = state.ContactVoicemail, state.ContactNoAnswer
	noReply, refused            = state.ContactNoReply, state.ContactRefused
	dead                        = state.ContactUndeliverable
)

// d03 is the history of T-D03-1, of a debt that fell due on a day.
func d03(due string) *books {
	return newBooks(invoice("INV-1", "10000", "2025-01-02", due),
		contact("C0", "2025-01-15", email, state.ContactReached),
		contact("C1", "2025-03-03", phone, voicemail), contact("C2", "2025-03-05", phone, noAnswer), contact("C3", "2025-03-07", phone, noAnswer),
		contact("C4", "2025-03-12", email, dead), contact("C5", "2025-03-14", phone, noAnswer))
}

type contactDay struct {
	day    string
	raise  Level
	reason string
}

func checkContactDays(t *testing.T, b *books, days ...contactDay) {
	t.Helper()
	for _, c := range days {
		v := NewContactLost().Evaluate(b.at(date(c.day)))
		if v.Raise != c.raise || v.Reason != c.reason || v.NotEvaluable {
			t.Errorf("%s: got %+v, want %v %s", c.day, v, c.raise, c.reason)
		}
	}
}

func TestTD031SilenceIsAWarningThenCritical(t *testing.T) {
	b := d03("2025-02-28")
	checkContactDays(t, b,
		contactDay{"2025-03-06", None, ""}, contactDay{"2025-03-07", Warning, silent}, contactDay{"2025-03-12", Warning, silent},
		contactDay{"2025-03-13", Warning, silent}, contactDay{"2025-03-14", Critical, silent})
	d, in := NewContactLost(), b.at(date("2025-03-14"))
	got := d.Describe(in, d.Evaluate(in))
	want := Detail{
		Facts: []Fact{
			{"attempt_weight", "6", "5"}, {"attempt_span_days", "10", "10"}, {"attempt_channels", "2", "2"},
			{"overdue", "10000.00", "500.00"}, {"last_heard_date", "2025-01-15", ""},
		},
		MoneyAtRisk: eur("10000"),
		ClearsIf:    []Remedy{{pay, eur("5000"), None}, {Do: reachCustomer, To: None}},
		Actions:     []string{"stop_all_deliveries", "notify_insurer", "visit_customer", "check_registry"},
		Evidence:    []string{"C5", "C4", "C3", "C2", "C1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	facts := d.Describe(b.at(date("2025-03-07")), d.Evaluate(b.at(date("2025-03-07")))).Facts
	if want := (Fact{"attempt_days", "3", "3"}); facts[2] != want {
		t.Errorf("a warning tells %v, want %v", facts[2], want)
	}
}

func TestTD032WithoutAnythingOverdueNobodyIsLost(t *testing.T) {
	checkContactDays(t, d03("2025-06-30"), contactDay{"2025-03-07", None, ""}, contactDay{"2025-03-14", None, ""})
}

// Each leg of the ladder, one unit below and at its threshold.
func TestContactLostLadder(t *testing.T) {
	owed := newBooks(invoice("INV-1", "10000", "2025-01-02", "2025-01-31"), contact("C0", "2025-01-15", email, state.ContactReached), contact("C9", "2025-01-15", letter, state.ContactReached))
	calls := func(b *books, channel state.ContactChannel, days ...string) *books {
		for i, day := range days {
			b = b.add(contact(fmt.Sprintf("%d-%d-%d", len(b.events), channel, i), day, channel, refused))
		}
		return b
	}
	for _, c := range []struct {
		name   string
		books  *books
		raise  Level
		reason string
	}{
		{"over four business days", calls(owed, phone, "2025-03-10", "2025-03-11", "2025-03-13"), None, ""},
		{"over five", calls(owed, phone, "2025-03-10", "2025-03-11", "2025-03-14"), Warning, silent},
		{"two of them on one day and channel", calls(owed, phone, "2025-03-10", "2025-03-10", "2025-03-14"), None, ""},
		{"on two days", calls(calls(owed, phone, "2025-03-10", "2025-03-14"), visit, "2025-03-14"), None, ""},
		{"from Saturday to Thursday", calls(owed, phone, "2025-03-08", "2025-03-11", "2025-03-13"), None, ""},
		{"weight five, one channel", calls(owed, phone, "2025-03-03", "2025-03-04", "2025-03-05", "2025-03-06", "2025-03-14"), Warning, silent},
		{"weight five, two channels", calls(calls(owed, phone, "2025-03-03", "2025-03-04", "2025-03-05", "2025-03-06"), visit, "2025-03-14"), Critical, silent},
		{"weight four, two channels", calls(calls(owed, phone, "2025-03-03", "2025-03-04", "2025-03-05"), visit, "2025-03-14"), Warning, silent},
		{"over nine business days", calls(calls(owed, phone, "2025-03-03", "2025-03-04", "2025-03-05", "2025-03-06"), visit, "2025-03-13"), Warning, silent},
		{"undeliverable over one channel", owed.add(contact("C1", "2025-03-10", email, dead), contact("C2", "2025-03-12", email, dead)), None, ""},
		{"undeliverable over two", owed.add(contact("C1", "2025-03-10", email, dead), contact("C2", "2025-03-10", letter, dead)), Critical, undeliverable},
		{"44 days ago", calls(owed, phone, "2025-02-01", "2025-03-11", "2025-03-14"), Warning, silent},
		{"45 days ago", calls(owed, phone, "2025-01-31", "2025-03-11", "2025-03-14"), None, ""},
	} {
		day := "2025-03-17"
		v := NewContactLost().Evaluate(c.books.at(date(day)))
		if v.Raise != c.raise || v.Reason != c.reason {
			t.Errorf("%s: got %v %s, want %v %s", c.name, v.Raise, v.Reason, c.raise, c.reason)
		}
	}
}

func TestWhatIsNoAttempt(t *testing.T) {
	owed := newBooks(invoice("INV-1", "10000", "2025-01-02", "2025-02-28"), contact("C1", "2025-03-03", phone, noAnswer), contact("C2", "2025-03-05", phone, noAnswer))
	unknownOutcome := contact("C3", "2025-03-10", phone, state.ContactOutcomeOther)
	unknownDirection := contact("C3", "2025-03-10", phone, noAnswer)
	unknownDirection.Direction = state.ContactDirectionUnset
	earlier := contact("C0", "2025-02-20", phone, noAnswer) // a day on which nothing was overdue
	for _, c := range []struct {
		name  string
		books *books
		day   string
		raise Level
	}{
		{"an outcome nobody knows", owed.add(unknownOutcome), "2025-03-10", None},
		{"a direction nobody told", owed.add(unknownDirection), "2025-03-10", Warning},
		{"one before anything was overdue", owed.add(earlier), "2025-03-10", None},
		{"an e-mail that nobody had time to answer", owed.add(contact("C3", "2025-03-10", email, noReply)), "2025-03-12", None},
		{"an e-mail without reply", owed.add(contact("C3", "2025-03-10", email, noReply)), "2025-03-13", Warning},
		{"a letter without reply", owed.add(contact("C3", "2025-03-10", letter, noReply)), "2025-03-13", Warning},
		{"a call without reply", owed.add(contact("C3", "2025-03-10", phone, noReply)), "2025-03-10", Warning},
		{"a letter that comes back from an address never used", owed.add(contact("C3", "2025-03-10", letter, dead)), "2025-03-10", None},
		{"used on the same day only", owed.add(contact("C3", "2025-03-10", letter, dead), contact("C4", "2025-03-10", letter, dead)), "2025-03-10", None},
		{"used before, by the customer", owed.add(inbound("C0", "2025-02-03", letter), contact("C3", "2025-03-10", letter, dead)), "2025-03-10", Warning},
	} {
		if v := NewContactLost().Evaluate(c.books.at(date(c.day))); v.Raise != c.raise {
			t.Errorf("%s: got %v, want %v", c.name, v.Raise, c.raise)
		}
	}
}

// What starts the count anew clears every level; that attempts grow old does not.
func TestWhatEndsASilence(t *testing.T) {
	b, stays := d03("2025-02-28"), Rungs(0)
	for _, c := range []struct {
		name  string
		books *books
		day   string
		clear Rungs
	}{
		{"nothing", b, "2025-03-20", stays},
		{"the attempts grow old", b, "2025-06-30", stays},
		{"reached", b.add(contact("C6", "2025-03-17", phone, state.ContactReached)), "2025-03-17", AllRungs},
		{"the customer writes", b.add(inbound("C6", "2025-03-14", letter)), "2025-03-14", AllRungs},
		{"he wrote before the last attempts", b.add(inbound("C6", "2025-03-10", letter)), "2025-03-14", AllRungs},
		{"a promise kept", b.add(promise("P1", "600", "2025-03-17", "2025-03-18"), payment("PAY-1", "570", "2025-03-18")), "2025-03-18", AllRungs},
		{"half of what was overdue", b.add(payment("PAY-1", "5000", "2025-03-18")), "2025-03-18", AllRungs},
		{"a cent less than half", b.add(payment("PAY-1", "4999.99", "2025-03-18")), "2025-03-18", stays},
		{"half in two parts", b.add(payment("PAY-1", "2500", "2025-03-10"), payment("PAY-2", "2500", "2025-03-18")), "2025-03-18", AllRungs},
		{"half on the day of the first attempt", b.add(payment("PAY-1", "9000", "2025-03-03"), payment("PAY-2", "499.99", "2025-03-10")), "2025-03-18", stays},
		{"half of what is left of that day", b.add(payment("PAY-1", "9000", "2025-03-03"), payment("PAY-2", "500", "2025-03-18")), "2025-03-18", AllRungs},
		{"all but 500", b.add(payment("PAY-1", "9500", "2025-03-03")), "2025-03-18", stays},
		{"a cent more", b.add(payment("PAY-1", "9500.01", "2025-03-03")), "2025-03-18", AllRungs},
		{"a cheque that can go back", b.add(&state.Payment{PaymentID: "PAY-1", ValueDate: date("2025-03-18"), Amount: eur("5000"), Cleared: state.FlagFalse, Allocations: []state.Allocation{{InvoiceID: "INV-2", Amount: eur("5000")}}}), "2025-03-18", stays},
	} {
		v := NewContactLost().Evaluate(c.books.at(date(c.day)).stood(Critical, silent))
		if v.Clear != c.clear {
			t.Errorf("%s: got %+v, want clear %03b", c.name, v, c.clear)
		}
	}
}

// A reset by cash has happened, whatever becomes of the attempt that it is counted from.
func TestCashThatStartedTheCountAnewGoesOnToDoSo(t *testing.T) {
	b := newBooks(invoice("INV-1", "1000", "2025-01-02", "2025-02-28"),
		contact("C1", "2025-03-03", phone, noAnswer), payment("PAY-1", "450", "2025-03-04"),
		contact("C2", "2025-03-05", phone, noAnswer), payment("PAY-2", "50", "2025-03-06"),
		invoice("INV-2", "9000", "2025-01-02", "2025-03-06"),
		contact("C3", "2025-03-10", phone, noAnswer), contact("C4", "2025-03-14", phone, noAnswer))
	for day := date("2025-03-14"); day < date("2025-06-01"); day++ {
		if v := NewContactLost().Evaluate(b.at(day)); v.Raise != None || v.Clear != AllRungs {
			t.Fatalf("%v: got %+v, want none: the count began anew on the 6th", day, v)
		}
	}
}

func TestContactLostTellsOfAMove(t *testing.T) {
	b := d03("2025-02-28").add(profile()).addKnown(date("2025-02-10"), &state.RegistryFact{Registry: "gb-gazette", Identifier: company, Type: "address_change", Effective: date("2025-02-10")})
	d, in := NewContactLost(), b.at(date("2025-03-14"))
	facts := d.Describe(in, d.Evaluate(in)).Facts
	if got, want := facts[len(facts)-1], (Fact{"address_change_date", "2025-02-10", ""}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

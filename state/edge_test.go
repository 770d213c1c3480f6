package state

import (
	"fmt"
	"strings"
	"testing"
)

// Rows of DOMAIN.md 6 and what 0.4 and 0.7 say of bookings. want lists what is not zero in the exposure, then the due
// lines as date:open, tested only where it differs.
func TestBookings(t *testing.T) {
	sold := invoice("I1", "01-02", "01-31", 100)
	sold.Factored = FactoringWithoutRecourse
	recourse := invoice("I1", "01-02", "01-31", 100)
	recourse.Factored = FactoringWithRecourse
	replacing := invoice("I2", "02-02", "04-30", 100)
	replacing.Replaces = "I1"
	circular := invoice("I1", "01-02", "01-31", 100)
	circular.Replaces = "I2"
	retained := invoice("I1", "01-02", "01-31", 100)
	retained.Retention = DueAmount{DueDate: d25("12-31"), Amount: euros(10)}
	parts := invoice("I1", "01-02", "03-31", 100)
	parts.Instalments = []DueAmount{{d25("02-28"), euros(40)}, {d25("01-31"), euros(40)}}
	tooMuch := invoice("I1", "01-02", "03-31", 100)
	tooMuch.Instalments = []DueAmount{{d25("01-31"), euros(70)}, {d25("02-28"), euros(70)}}
	deposit := payment("P1", "01-10", 30)
	deposit.DepositForOrder = "O1"
	cheque := func(allocations ...Allocation) *Payment {
		p := payment("P1", "01-10", 100, allocations...)
		p.Method, p.Cleared = MethodCheque, FlagFalse
		return p
	}
	bill := func(kind BillKind, cleared Flag) *Payment {
		p := payment("P1", "01-10", 100, to("I1", 100))
		p.Method, p.MaturityDate, p.BillKind, p.Cleared = MethodBill, d25("02-10"), kind, cleared
		return p
	}
	dollars := payment("P1", "01-10", 100, Allocation{InvoiceID: "I1", Amount: Money{10_000, currency("USD")}})
	dollars.Amount = Money{10_000, currency("USD")}
	void := credit("C1", "01-10", 40, to("I1", 40))
	void.Cancelled = FlagTrue
	back := func(amount float64, allocations ...Allocation) *Return {
		return &Return{PaymentID: "P1", ReturnDate: d25("01-20"), Amount: euros(amount), Allocations: allocations}
	}
	apply := func(allocations ...Allocation) *Application {
		return &Application{PaymentID: "P1", AppliedDate: d25("01-20"), Allocations: allocations}
	}
	i1, i2 := invoice("I1", "01-02", "01-31", 100), invoice("I2", "01-02", "02-28", 100)
	cancel := &InvoiceCancelled{InvoiceID: "I1", CancelDate: d25("01-20")}
	off := &WriteOff{InvoiceID: "I1", WriteOffDate: d25("01-20"), Amount: euros(100)}

	for _, row := range []struct {
		name   string
		bodies []Body
		day    string
		want   string
	}{
		{"4: payment before its invoice", []Body{payment("P1", "01-01", 100, to("I1", 100))}, "01-05", "UC 100"},
		{"4: then the invoice comes", []Body{payment("P1", "01-01", 100, to("I1", 100)), i1}, "01-05", ""},
		{"4: an invoice that is not issued yet", []Body{payment("P1", "01-01", 100, to("I1", 100)), i1}, "01-01", "UC 100"},
		{"5: unknown invoice", []Body{i1, payment("P1", "01-10", 60, to("I9", 60))}, "01-15", "AR 100 UC 60 01-31:100(40)"},
		{"6: return before its payment", []Body{i1, back(100)}, "01-25", "AR 100 01-31:100"},
		{"6, 8: then the payment comes", []Body{i1, back(100), payment("P1", "01-10", 100, to("I1", 100))}, "01-25", "AR 100 01-31:100"},
		{"8: before the return", []Body{i1, back(100), payment("P1", "01-10", 100, to("I1", 100))}, "01-19", ""},
		{"8: a return of one allocation", []Body{i1, i2, payment("P1", "01-10", 200, to("I1", 100), to("I2", 100)), back(100, to("I1", 100))},
			"01-25", "AR 100 01-31:100"},
		{"8: a part comes back without allocations: all reopen", []Body{i1, payment("P1", "01-10", 100, to("I1", 100)), back(30)},
			"01-25", "AR 100 UC 70 01-31:100(30)"},
		{"8: more comes back than was paid", []Body{i1, payment("P1", "01-10", 100, to("I1", 100)), back(500)}, "01-25", "AR 100 01-31:100"},
		{"13: credit note", []Body{i1, credit("C1", "01-10", 40, to("I1", 40))}, "01-15", "AR 60 01-31:60"},
		{"13: more credit than open", []Body{i1, credit("C1", "01-10", 140, to("I1", 140))}, "01-15", "UC 40"},
		{"13: credit before cash on one date", []Body{i1, payment("P1", "01-10", 100, to("I1", 100)), credit("C1", "01-10", 40, to("I1", 40))},
			"01-15", "UC 40"},
		{"14: credit without relation after cash", []Body{i1, i2, credit("C1", "01-10", 30), payment("P1", "01-10", 90)},
			"01-15", "AR 200 UC 120 01-31:100(0) 02-28:100(80)"},
		{"15: credit note cancelled", []Body{i1, void}, "01-15", "AR 100 01-31:100"},
		{"16: invoice cancelled", []Body{i1, payment("P1", "01-10", 60, to("I1", 60)), cancel}, "01-25", "UC 60"},
		{"16: not yet cancelled", []Body{i1, payment("P1", "01-10", 60, to("I1", 60)), cancel}, "01-19", "AR 40 01-31:40"},
		{"17: reissued keeps the first due date", []Body{i1, cancel, replacing}, "02-10", "AR 100 01-31:100"},
		{"17: a cycle is cut", []Body{circular, cancel, replacing}, "02-10", "AR 100 01-31:100"},
		{"21: overpayment", []Body{i1, payment("P1", "01-10", 130, to("I1", 130))}, "01-15", "UC 30"},
		{"21: two allocations beyond the payment", []Body{i1, i2, payment("P1", "01-10", 130, to("I2", 100), to("I1", 100))},
			"01-15", "AR 70 01-31:70"},
		{"24: another currency is not booked", []Body{i1, dollars}, "01-15", "AR 100 01-31:100 foreign"},
		{"50: retention", []Body{retained, payment("P1", "01-10", 90, to("I1", 90))}, "03-01", "AR 10 12-31:10"},
		{"instalments: cash goes to the earliest", []Body{parts, payment("P1", "01-10", 50, to("I1", 50))}, "01-15", "AR 50 02-28:30 03-31:20"},
		{"instalments beyond the total", []Body{tooMuch}, "01-15", "AR 100 01-31:70 02-28:30"},
		{"52: small residue", []Body{i1, payment("P1", "01-10", 99.97, to("I1", 99.97))}, "03-01", "AR 0.03 01-31:0.03(0)"},
		{"53: bill of exchange", []Body{i1, bill(BillKindCommercial, FlagUnset)}, "02-10", "BE 100"},
		{"53: at maturity it is cash", []Body{i1, bill(BillKindCommercial, FlagUnset)}, "02-11", ""},
		{"53: or uncleared", []Body{i1, bill(BillKindCommercial, FlagFalse)}, "02-11", "UNCL 100"},
		{"53: a bank's bill counts nothing", []Body{i1, bill(BillKindBank, FlagUnset)}, "02-10", ""},
		{"54: direct debit", []Body{i1, cheque(to("I1", 80))}, "01-15", "AR 20 UNCL 100 UC 20 01-31:20"},
		{"54: is not set against lines", []Body{i1, cheque()}, "01-15", "AR 100 UNCL 100 UC 100 01-31:100"},
		{"55: sold without recourse", []Body{sold, payment("P1", "01-10", 60, to("I1", 60))}, "01-15", ""},
		{"55: a cheque on it is no exposure", []Body{sold, cheque(to("I1", 100))}, "01-15", ""},
		{"55: with recourse", []Body{recourse}, "01-15", "AR 100 01-31:100"},
		{"56: write-off takes what cash leaves", []Body{i1, payment("P1", "01-10", 30, to("I1", 30)), off}, "01-25", ""},
		{"56: before the write-off", []Body{i1, payment("P1", "01-10", 30, to("I1", 30)), off}, "01-15", "AR 70 01-31:70"},
		{"56: recovery is not unapplied", []Body{i1, off, payment("P1", "02-10", 30, to("I1", 30))}, "02-15", ""},
		{"56: nor is a cheque exposure", []Body{i1, cheque(to("I1", 100)), &WriteOff{InvoiceID: "I1", WriteOffDate: d25("01-05"), Amount: euros(100)}},
			"01-15", ""},
		{"56: a cheque before the write-off is", []Body{i1, cheque(to("I1", 100)), off}, "01-25", "UNCL 100"},
		{"applied replaces all", []Body{i1, i2, payment("P1", "01-10", 100, to("I1", 100)), apply(to("I2", 60))}, "01-25",
			"AR 140 UC 40 01-31:100(60) 02-28:40"},
		{"applied before its date", []Body{i1, i2, payment("P1", "01-10", 100, to("I1", 100)), apply(to("I2", 60))}, "01-19", "AR 100 02-28:100"},
		{"applied before its payment", []Body{apply(to("I1", 60)), i1, payment("P1", "01-10", 100)}, "01-25", "AR 40 UC 40 01-31:40(0)"},
		{"23: deposit", []Body{order("O1", "01-02", 100), i1, deposit}, "01-15", "OO 70 AR 100 01-31:100"},
		{"23: refundable on cancel, not set against lines",
			[]Body{order("O1", "01-02", 100), i1, deposit, &OrderCancelled{OrderID: "O1", CancelDate: d25("01-12")}}, "01-15", "AR 100 UC 30 01-31:100"},
	} {
		c := known(row.bodies...)
		if got := pictureOf(c.View(weekdayLedger(t), d25(row.day))); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

// pictureOf writes what is not zero in a view.
func pictureOf(v *View) string {
	var words []string
	short := func(minor int64) string { return strings.TrimSuffix(FormatMinor(minor, 2), ".00") }
	e := v.Exposure()
	for _, part := range []struct {
		name   string
		amount int64
	}{
		{"OO", e.OpenOrders}, {"DNI", e.DeliveredNotInvoiced}, {"AR", e.Receivables}, {"BE", e.Bills}, {"UNCL", e.Uncleared}, {"UC", e.Unapplied},
	} {
		if part.amount != 0 {
			words = append(words, part.name+" "+short(part.amount))
		}
	}
	for _, line := range v.DueLines() {
		word := line.Due.String()[5:] + ":" + short(line.Open)
		if line.Tested != line.Open {
			word += fmt.Sprintf("(%s)", short(line.Tested))
		}
		words = append(words, word)
	}
	if e.Foreign != 0 {
		words = append(words, "foreign")
	}
	return strings.Join(words, " ")
}

func TestOpenOrders(t *testing.T) { // edge cases 35 to 41
	l := weekdayLedger(t)
	with := func(change func(*Order)) []Body {
		body := order("O1", "01-02", 100)
		change(body)
		return []Body{body}
	}
	for _, row := range []struct {
		name   string
		bodies []Body
		day    string
		want   string
		next   string
	}{
		{"plain", with(func(*Order) {}), "01-15", "OO 100", ""},
		{"not placed yet", with(func(*Order) {}), "01-01", "", "01-02"},
		{"36: partly delivered", with(func(o *Order) { o.Delivered = euros(30) }), "01-15", "OO 70 DNI 30", ""},
		{"36: partly invoiced", with(func(o *Order) { o.Delivered, o.Invoiced = euros(30), euros(20) }), "01-15", "OO 70 DNI 10", ""},
		{"37: more delivered than ordered", with(func(o *Order) { o.Delivered, o.Invoiced = euros(130), euros(130) }), "01-15", "", ""},
		{"38: invoiced before delivery", with(func(o *Order) { o.Invoiced = euros(100) }), "01-15", "OO 100", ""},
		{"39: on hold", with(func(o *Order) { o.CreditHold, o.Delivered = FlagTrue, euros(10) }), "01-15", "DNI 10", ""},
		{"closed", with(func(o *Order) { o.Status, o.Delivered = OrderStatusClosed, euros(10) }), "01-15", "DNI 10", ""},
		{"prepaid", with(func(o *Order) { o.Prepaid = euros(45) }), "01-15", "OO 55", ""},
		{"beyond the horizon", with(func(o *Order) { o.RequestedDelivery = d25("06-01") }), "04-01", "", "04-02"},
		{"at the horizon", with(func(o *Order) { o.RequestedDelivery = d25("06-01") }), "04-02", "OO 100", "11-29"},
		{"41: not stale yet", with(func(o *Order) { o.RequestedDelivery = d25("06-01") }), "11-28", "OO 100", "11-29"},
		{"41: stale", with(func(o *Order) { o.RequestedDelivery = d25("06-01") }), "11-29", "", ""},
		{"35: cancelled", append(with(func(*Order) {}), &OrderCancelled{OrderID: "O1", CancelDate: d25("02-01")}), "02-01", "", ""},
		{"35: not cancelled yet", append(with(func(*Order) {}), &OrderCancelled{OrderID: "O1", CancelDate: d25("02-01")}), "01-31", "OO 100", "02-01"},
	} {
		v := known(row.bodies...).View(l, d25(row.day))
		if got := pictureOf(v); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
		next := Date(0)
		if row.next != "" {
			next = d25(row.next)
		}
		if got := v.NextChange(); got != next {
			t.Errorf("%s: next change: got %v, want %v", row.name, got, next)
		}
	}
}

func TestDueDates(t *testing.T) { // edge cases 18 to 20, 42
	l := weekdayLedger(t)
	revised := func(revision int64, due string, original Date) Event {
		body := invoice("I1", "01-02", due, 100)
		body.OriginalDueDate = original
		return event(revision, body)
	}
	for _, row := range []struct {
		name   string
		events []Event
		want   string // due, effective
	}{
		{"plain", []Event{revised(1, "01-31", 0)}, "2025-01-31 2025-01-31"},
		{"42: a Saturday", []Event{revised(1, "02-01", 0)}, "2025-02-01 2025-02-03"},
		{"19: extended", []Event{revised(1, "01-31", 0), revised(2, "03-31", 0)}, "2025-01-31 2025-01-31"},
		{"19: the first revision comes last", []Event{revised(2, "03-31", 0), revised(3, "04-30", 0), revised(1, "01-31", 0)}, "2025-01-31 2025-01-31"},
		{"18: corrected", []Event{revised(1, "01-31", 0), revised(2, "03-31", d25("03-31"))}, "2025-03-31 2025-03-31"},
		{"18: a correction taken back", []Event{revised(1, "01-31", 0), revised(2, "03-31", d25("03-31")), revised(3, "03-31", 0)}, "2025-01-31 2025-01-31"},
		{"20: shortened", []Event{revised(1, "03-31", 0), revised(2, "01-01", 0)}, "2025-03-31 2025-03-31"},
	} {
		c := NewCustomer("C-1")
		c.View(l, d25("01-01"))
		tell(c, row.events...)
		lines := c.View(l, d25("01-05")).DueLines()
		if got := fmt.Sprint(lines[0].Due, " ", lines[0].Effective); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
}

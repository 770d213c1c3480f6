package state

import (
	"fmt"
	"strings"
	"testing"
)

// What DOMAIN.md 0.4 and 0.7 say of bookings beyond the rows of DOMAIN.md 6, which have tests of their own.
func TestBookings(t *testing.T) {
	parts := invoice("I1", "01-02", "03-31", 100)
	parts.Instalments = []DueAmount{{d25("02-28"), euros(40)}, {d25("01-31"), euros(40)}}
	tooMuch := invoice("I1", "01-02", "03-31", 100)
	tooMuch.Instalments = []DueAmount{{d25("01-31"), euros(70)}, {d25("02-28"), euros(70)}}
	dollars := payment("P1", "01-10", 100, Allocation{InvoiceID: "I1", Amount: Money{10_000, currency("USD")}})
	dollars.Amount = Money{10_000, currency("USD")}
	apply := func(allocations ...Allocation) *Application {
		return &Application{PaymentID: "P1", AppliedDate: d25("01-20"), Allocations: allocations}
	}
	checkBookings(t, []bookingRow{
		{"24: another currency is not booked", []Body{hundred(), dollars}, "01-15", "AR 100 01-31:100 foreign"},
		{"instalments: cash goes to the earliest", []Body{parts, payment("P1", "01-10", 50, to("I1", 50))}, "01-15", "AR 50 02-28:30 03-31:20"},
		{"instalments beyond the total", []Body{tooMuch}, "01-15", "AR 100 01-31:70 02-28:30"},
		{"applied replaces all", []Body{hundred(), second(), payment("P1", "01-10", 100, to("I1", 100)), apply(to("I2", 60))}, "01-25",
			"AR 140 UC 40 01-31:100(60) 02-28:40"},
		{"applied before its date", []Body{hundred(), second(), payment("P1", "01-10", 100, to("I1", 100)), apply(to("I2", 60))}, "01-19",
			"AR 100 02-28:100"},
		{"applied before its payment", []Body{apply(to("I1", 60)), hundred(), payment("P1", "01-10", 100)}, "01-25", "AR 40 UC 40 01-31:40(0)"},
	})
}

// What kind of customer it is changes no figure: that is for signals to heed.
func TestEdgeCase79KindOfCustomer(t *testing.T) {
	for _, kind := range []ProfileType{ProfileCompany, ProfilePublicBody, ProfileIntercompany, ProfilePerson} {
		profile := &Profile{Customer: "C-1", Name: "A", Country: "DE", Type: kind}
		checkBookings(t, []bookingRow{{"figures as of others", []Body{profile, hundred()}, "03-01", "AR 100 01-31:100"}})
	}
}

// bookingRow is a day's view of a customer of whom bodies are known: what is not zero in the exposure, then the due lines.
type bookingRow struct {
	name   string
	bodies []Body
	day    string
	want   string
}

func checkBookings(t *testing.T, rows []bookingRow) {
	t.Helper()
	for _, row := range rows {
		c := known(row.bodies...)
		if got := pictureOf(c.View(weekdayLedger(t), d25(row.day))); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

// hundred and second are two invoices of 100, due at the ends of January and February.
func hundred() *Invoice { return invoice("I1", "01-02", "01-31", 100) }

func second() *Invoice { return invoice("I2", "01-02", "02-28", 100) }

// back returns P1 on 20 January.
func back(amount float64, allocations ...Allocation) *Return {
	return &Return{PaymentID: "P1", ReturnDate: d25("01-20"), Amount: euros(amount), Allocations: allocations}
}

// cheque is P1, which can still come back.
func cheque(allocations ...Allocation) *Payment {
	p := payment("P1", "01-10", 100, allocations...)
	p.Method, p.Cleared = MethodCheque, FlagFalse
	return p
}

// pictureOf writes what is not zero in a view: parts of the exposure, then each due line as its date and what is open on it
// by document; what tests expect instead after "=", what is disputed after "!", what is left to test in brackets.
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
		if line.Scheduled != line.Open {
			word += "=" + short(line.Scheduled)
		}
		if line.Disputed != 0 {
			word += "!" + short(line.Disputed)
		}
		if line.Tested != line.Scheduled {
			word += fmt.Sprintf("(%s)", short(line.Tested))
		}
		words = append(words, word)
	}
	if e.Foreign != 0 {
		words = append(words, "foreign")
	}
	return strings.Join(words, " ")
}

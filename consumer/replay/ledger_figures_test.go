package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/consumer"
	"tocsin/state"
)

// plainInvoice is an invoice of a ledger whose payments pay whole invoices.
type plainInvoice struct {
	issued, due, known time.Time
	paid, paymentKnown time.Time // zero: not paid
	cents              int64
	customer           string
}

// standsOn tells whether the invoice is issued and known by a day, and isPaidOn whether it is paid by then.
func (i *plainInvoice) standsOn(day time.Time) bool {
	return !i.issued.After(day) && !i.known.After(day)
}

func (i *plainInvoice) isPaidOn(day time.Time) bool {
	return !i.paid.IsZero() && !i.paid.After(day) && !i.paymentKnown.After(day)
}

// plainInvoices reads lines as plainly as can be: with encoding/json, and no more of the contract than these ledgers need.
func plainInvoices(t *testing.T, lines [][]byte) map[string][]*plainInvoice {
	t.Helper()
	date := func(text string) time.Time {
		day, err := time.Parse(time.DateOnly, text[:len(time.DateOnly)])
		if err != nil {
			t.Fatal(err)
		}
		return day
	}
	byID, customers := map[string]*plainInvoice{}, map[string][]*plainInvoice{}
	for _, payments := range []bool{false, true} {
		for _, line := range lines {
			var e struct {
				Type, Time string
				Data       struct {
					CustomerID  string `json:"customer_id"`
					InvoiceID   string `json:"invoice_id"`
					IssueDate   string `json:"issue_date"`
					DueDate     string `json:"due_date"`
					ValueDate   string `json:"value_date"`
					Total       struct{ Amount string }
					Allocations []struct {
						InvoiceID string `json:"invoice_id"`
					}
				}
			}
			if err := json.Unmarshal(line, &e); err != nil {
				t.Fatal(err)
			}
			switch d := e.Data; {
			case !payments && e.Type == "tocsin.invoice.issued.v1" && d.Total.Amount != "" && byID[d.InvoiceID] == nil:
				cents, err := strconv.ParseInt(strings.Replace(d.Total.Amount, ".", "", 1), 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				one := &plainInvoice{issued: date(d.IssueDate), due: date(d.DueDate), known: date(e.Time), cents: cents, customer: d.CustomerID}
				byID[d.InvoiceID] = one
				customers[d.CustomerID] = append(customers[d.CustomerID], one)
			case payments && e.Type == "tocsin.payment.received.v1" && len(d.Allocations) == 1:
				if one := byID[d.Allocations[0].InvoiceID]; one != nil {
					one.paid, one.paymentKnown = date(d.ValueDate), date(e.Time)
				}
			}
		}
	}
	return customers
}

// plainFigures are the figures of a customer on a day.
type plainFigures struct{ average, countBack, ageing, add, dbt, ecl string }

func figuresOn(day time.Time, invoices []*plainInvoice) plainFigures {
	month := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }
	daysIn := func(m time.Time) int64 {
		if m.Equal(month(day)) {
			return int64(day.Day())
		}
		return int64(m.AddDate(0, 1, -1).Day())
	}
	sales, open := map[time.Time]int64{}, map[time.Time]int64{}
	var receivables, overdue, weighted, perMile int64
	oldest := month(day)
	for _, i := range invoices {
		if !i.standsOn(day) {
			continue
		}
		m := month(i.issued)
		sales[m] += i.cents
		if i.isPaidOn(day) {
			continue
		}
		open[m] += i.cents
		receivables += i.cents
		if m.Before(oldest) {
			oldest = m
		}
		late := int(day.Sub(i.due).Hours() / 24)
		class := 0
		for _, above := range []int{0, 30, 60, 90} {
			if late > above {
				class++
			}
		}
		if late > 0 {
			overdue += i.cents
		}
		weighted += i.cents * []int64{0, 15, 45, 75, 105}[class]
		perMile += i.cents * []int64{3, 16, 36, 66, 106}[class]
	}
	f := plainFigures{"null", "null", "null", "null", "null", new(big.Rat).SetFrac64(perMile, 1000).FloatString(0)}
	f.ecl = new(big.Rat).Mul(big.NewRat(1, 100), mustRat(f.ecl)).FloatString(2)
	if receivables > 0 {
		f.dbt = big.NewRat(weighted, receivables).FloatString(1)
	}
	selling := 0
	for _, s := range sales {
		if s > 0 {
			selling++
		}
	}
	if selling < 3 {
		return f
	}
	var sum, days int64
	for back := range 3 {
		m := month(day).AddDate(0, -back, 0)
		sum, days = sum+sales[m], days+daysIn(m)
	}
	if sum > 0 {
		f.average = times(receivables, sum, days).FloatString(2)
		f.add = times(overdue, sum, days).FloatString(2)
	}
	counted, aged, left := new(big.Rat), new(big.Rat), receivables
	for m := month(day); !m.Before(oldest); m = m.AddDate(0, -1, 0) {
		switch {
		case left <= 0:
		case left >= sales[m]:
			counted.Add(counted, big.NewRat(daysIn(m), 1))
			left -= sales[m]
		default:
			counted.Add(counted, times(left, sales[m], daysIn(m)))
			left = 0
		}
		if open[m] > 0 {
			aged.Add(aged, times(open[m], sales[m], daysIn(m)))
		}
	}
	f.countBack, f.ageing = counted.FloatString(2), aged.FloatString(2)
	return f
}

// times is a / b × n.
func times(a, b, n int64) *big.Rat { return new(big.Rat).Mul(big.NewRat(a, b), big.NewRat(n, 1)) }

func mustRat(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic("not a number: " + text)
	}
	return r
}

// classesOn are the customers' classes on a day: shares of the whole are those of the day before.
func classesOn(day time.Time, customers map[string][]*plainInvoice) map[string]string {
	yesterday := day.AddDate(0, 0, -1)
	sales, open := map[string]int64{}, map[string]int64{}
	var allSales, allOpen int64
	classes := map[string]string{}
	for id, invoices := range customers {
		first, settled := day.AddDate(1, 0, 0), 0
		for _, i := range invoices {
			if i.standsOn(yesterday) && i.issued.After(yesterday.AddDate(0, 0, -365)) {
				sales[id] += i.cents
			}
			if i.standsOn(yesterday) && !i.isPaidOn(yesterday) {
				open[id] += i.cents
			}
			if i.standsOn(day) && i.issued.Before(first) {
				first = i.issued
			}
			if i.standsOn(day) && i.isPaidOn(day) {
				settled++
			}
		}
		allSales, allOpen = allSales+sales[id], allOpen+open[id]
		classes[id] = "established"
		if settled < 6 || day.Sub(first).Hours() < 180*24 {
			classes[id] = "new"
		}
	}
	for id := range classes {
		if sales[id]*20 >= allSales && sales[id] > 0 || open[id]*20 >= allOpen && open[id] > 0 {
			classes[id] = "core"
		}
	}
	return classes
}

// The figures of the customer record, computed once more from the lines of a real ledger by other code.
func TestTheFiguresOfARealLedgerAreThoseOfAPlainReading(t *testing.T) {
	lines := readLedger(t, "datarisk.ndjson.gz")
	path := writeLedger(t, lines)
	customers := plainInvoices(t, lines)
	computed := 0
	for _, date := range slices.Sorted(maps.Keys(readOracle(t, "datarisk.oracle.csv"))) {
		until, _ := state.ParseDate(date)
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := (&Backtest{Engine: engine(t), Inputs: []string{path}, Until: until, State: &out}).Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		classes := classesOn(day, customers)
		for line := range bytes.Lines(out.Bytes()) {
			var got consumer.CustomerRecord
			if err := json.Unmarshal(line, &got); err != nil {
				t.Fatal(err)
			}
			id := string(got.CustomerID)
			have := plainFigures{orNull(got.DSO.Average), orNull(got.DSO.CountBack), orNull(got.DSO.Ageing), orNull(got.ADD), orNull(got.DBT), orNull(got.ECL)}
			if want := figuresOn(day, customers[id]); have != want && got.Currency != nil {
				t.Errorf("%s, customer %s: got %+v, want %+v", date, id, have, want)
			}
			if class := orNull(got.CustomerClass); class != classes[id] && classes[id] != "" {
				t.Errorf("%s, customer %s: got %s, want %s", date, id, class, classes[id])
			}
			if have.average != "null" {
				computed++
			}
		}
	}
	if computed < 1000 {
		t.Errorf("%d averages were computed, want at least 1000", computed)
	}
}

func orNull(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

package state

import (
	"fmt"
	"strings"
	"testing"
)

const thirtyCurrencies = "AUD BGN BRL CAD CHF CNY CZK DKK GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PHP PLN RON SEK SGD THB TRY USD ZAR"

// tenYears are the daily rates of thirty currencies against the euro.
func tenYears() []RateRow {
	var intake RateIntake
	eur := currency("EUR")
	for day := d25("01-01") - 3650; day < d25("01-01"); day++ {
		for _, code := range strings.Fields(thirtyCurrencies) {
			body := &Rate{Base: eur, Quote: currency(code), Value: fmt.Sprintf("1.%04d", int(day)*7%10_000), RateDate: day}
			ev := rateEvent(1, body)
			intake.Take(day, &ev)
		}
	}
	return intake.Rows
}

// A day more on a book of ten years.
func BenchmarkRatesOfADay(b *testing.B) {
	rows := tenYears()
	rates := (*Rates)(nil).With(rows[:len(rows)-30])
	b.ReportAllocs()
	for b.Loop() {
		rates.With(rows[len(rows)-30:])
	}
}

// The view of a next day, which a customer in two currencies takes every day, and what all the others take.
func BenchmarkViewOfANextDay(b *testing.B) {
	var invoices []Body
	for i := range 200 {
		invoices = append(invoices, invoice(fmt.Sprint("I", i), "01-01", "01-31", 100))
	}
	for _, c := range []struct {
		name string
		more *Invoice
	}{{"one currency", invoice("F", "01-01", "01-31", 100)}, {"two currencies", foreignInvoice("F", "01-01", "01-31", in("SEK", 10_000))}} {
		b.Run(c.name, func(b *testing.B) {
			customer := converted((*Rates)(nil).With(tenYears()), append(invoices, c.more)...)
			l, day := weekdayLedger(b), d25("01-10")
			b.ReportAllocs()
			for b.Loop() {
				v := customer.View(l, day)
				if e := v.Exposure(); !e.Known {
					b.Fatal("the exposure is not known")
				}
				v.DueLines()
				day++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/view")
		})
	}
}

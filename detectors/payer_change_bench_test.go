package detectors

import (
	"fmt"
	"testing"

	"tocsin/state"
)

// BenchmarkPayerChange judges customers with the 48 payments of two years, beside overdue on the same customers: those whose payments do
// not tell who paid, who are most, and those of whom each does.
func BenchmarkPayerChange(b *testing.B) {
	payer := func(account, name func(i int) string) *books {
		p := profile()
		p.Name = "Acme Ltd"
		out := newBooks(p)
		for i := range 48 {
			id, on := fmt.Sprintf("I-%d", i), slowdownDay-state.Date(15*(47-i)+3)
			out = out.add(&state.Invoice{InvoiceID: id, IssueDate: on - 30, DueDate: on, Total: eur("1000")})
			paid := payment("P-"+id, "1000", on.String())
			paid.PayerAccount, paid.PayerName = account(i), name(i)
			out = out.add(allocated(paid, id))
		}
		return out.add(invoice("OPEN-1", "1000", "2025-11-10", "2025-12-10"), invoice("OPEN-2", "1000", "2025-11-24", "2025-12-24"))
	}
	always := func(text string) func(int) string { return func(int) string { return text } }
	since := func(first int, then, before string) func(int) string {
		return func(i int) string {
			if i >= first {
				return then
			}
			return before
		}
	}
	anew := func(i int) string { return since(45, fmt.Sprint("new-", i), "own")(i) }
	for _, c := range []struct {
		name  string
		books *books
		raise Level
	}{
		{"untold", payer(always(""), always("")), None},
		{"as ever", payer(always("own"), always("Acme Ltd")), None},
		{"as ever, in another spelling", payer(always("own"), always("ACME LIMITED")), None},
		{"from two accounts", payer(since(24, "b", "own"), always("")), None},
		{"a stranger's payment", payer(always("own"), since(47, "Beta", "Acme Ltd")), Warning},
		{"new accounts", payer(anew, always("Acme Ltd")), Critical},
	} {
		for _, d := range []Detector{NewPayerChange(), NewOverdue()} {
			in := c.books.at(slowdownDay)
			if got := d.Evaluate(in).Raise; d.Sign() == &payerChangeSign && got != c.raise {
				b.Fatalf("%s: got %v, want %v", c.name, got, c.raise)
			}
			b.Run(c.name+"/"+d.Sign().Signal, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					d.Evaluate(in)
				}
			})
		}
	}
}

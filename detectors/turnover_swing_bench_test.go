package detectors

import (
	"fmt"
	"testing"

	"tocsin/state"
)

// buyers are customers by how they trade: over two years, an invoice every so many days that is paid a month after.
func buyers() map[string]*Input {
	trade := func(every, slower int) *books {
		b := newBooks(profile(), limit("400000", "2024-01-01"))
		for ago := 730; ago > 0; ago -= every {
			id, issued, after := fmt.Sprint("I-", ago), turnoverDay-state.Date(ago), 30
			if ago < 90 {
				after += slower
			}
			b = b.add(&state.Invoice{InvoiceID: id, IssueDate: issued, DueDate: issued + 30, Total: eur("1000")})
			if after < ago {
				b = b.add(&state.Payment{
					PaymentID: "P-" + id, ValueDate: issued + state.Date(after), Amount: eur("1000"),
					Allocations: []state.Allocation{{InvoiceID: id, Amount: eur("1000")}},
				})
			}
		}
		return b
	}
	standing := trade(15, 60).at(turnoverDay)
	standing.Baseline = NewTurnoverSwing().Evaluate(standing).Baseline
	return map[string]*Input{
		"young":    newBooks(invoice("I-1", "1000", "2025-06-02", "2025-12-31")).at(turnoverDay),
		"monthly":  trade(30, 0).at(turnoverDay),
		"biweekly": trade(15, 0).at(turnoverDay),
		"weekly":   trade(7, 0).at(turnoverDay),
		"raised":   trade(15, 60).at(turnoverDay),
		"standing": standing.stood(Critical, turnoverFall),
	}
}

func TestACustomerWhoBuysAsEverIsJudgedWithoutAllocating(t *testing.T) {
	all, d := buyers(), NewTurnoverSwing()
	for _, name := range []string{"young", "monthly", "biweekly", "standing"} {
		if got := testing.AllocsPerRun(100, func() { d.Evaluate(all[name]) }); got != 0 {
			t.Errorf("%s: got %v allocations, want 0", name, got)
		}
	}
	for name, want := range map[string]Level{"young": None, "monthly": None, "biweekly": None, "weekly": None, "raised": Critical, "standing": Critical} {
		if got := d.Evaluate(all[name]).Raise; got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

// BenchmarkTurnoverSwing shows the signal's cost beside that of overdue for the same customer.
func BenchmarkTurnoverSwing(b *testing.B) {
	all := buyers()
	for _, name := range []string{"young", "monthly", "biweekly", "weekly", "raised", "standing"} {
		for _, d := range []Detector{NewTurnoverSwing(), NewOverdue()} {
			b.Run(d.Sign().Signal+"/"+name, func(b *testing.B) {
				in := all[name]
				b.ReportAllocs()
				for b.Loop() {
					d.Evaluate(in)
				}
			})
		}
	}
}

package main

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// turnoverSwing holds sales of 90 days over what was owed when they began and ended against the four times 90 days before.
func (r *reading) turnoverSwing(b *readBook, day, _ state.Date) finding {
	first := state.Date(0)
	for _, i := range every[*state.Invoice](r) {
		if i.IssueDate <= day && !r.cancelled(i.InvoiceID, day) && (first == 0 || i.IssueDate < first) {
			first = i.IssueDate
		}
	}
	if first == 0 || first >= day-90 {
		return finding{unknown: true, clear: everyLevel}
	}
	var norm *big.Rat
	if r.frozen != nil {
		norm = r.frozen.turnover
	}
	if norm == nil && first >= day-450 {
		return finding{unknown: true}
	}
	turnover := r.turnover(day, day)
	if turnover == nil {
		return finding{unknown: true, clear: everyLevel}
	}
	f := finding{}
	if norm == nil {
		if norm = r.usualTurnover(day); norm == nil {
			return finding{unknown: true}
		}
		f.norm = &readNorm{turnover: norm}
	}
	part := func(hundredths int64, of *big.Rat) *big.Rat { return new(big.Rat).Mul(of, big.NewRat(hundredths, 100)) }
	switch {
	case turnover.Cmp(part(60, norm)) <= 0:
		f.raise = 3
	case turnover.Cmp(part(75, norm)) <= 0:
		f.raise = 2
	case turnover.Cmp(part(150, norm)) >= 0:
		f.raise = 1
	}
	late := int64(0)
	for _, line := range b.lines {
		if line.effective < day {
			late += line.tested
		}
	}
	if f.raise > 1 && !b.material(late) {
		f.raise = 0
	}
	calm := turnover.Cmp(part(80, norm)) > 0
	f.clear = [4]bool{false, calm && f.raise < 1, calm, f.raise < 3}
	return f
}

// turnover is what was sold in the 90 days up to one over twice the mean of what was owed; nil where nothing was.
func (r *reading) turnover(until, day state.Date) *big.Rat {
	sold := int64(0)
	within := func(d state.Date) bool { return d > until-90 && d <= until }
	for _, i := range every[*state.Invoice](r) {
		if within(i.IssueDate) && !r.cancelled(i.InvoiceID, day) {
			sold += i.Total.Minor
		}
	}
	for _, n := range every[*state.CreditNote](r) {
		if within(n.CreditDate) && n.Cancelled != state.FlagTrue {
			sold -= n.Amount.Minor
		}
	}
	owed := r.book(until-90).receivables + r.book(until).receivables
	if owed == 0 {
		return nil
	}
	return big.NewRat(sold, owed)
}

// usualTurnover is nil where one of the four is not defined, or they come to nothing.
func (r *reading) usualTurnover(day state.Date) *big.Rat {
	var turnovers []*big.Rat
	for n := range state.Date(4) {
		turnover := r.turnover(day-90*(n+1), day)
		if turnover == nil {
			return nil
		}
		turnovers = append(turnovers, turnover)
	}
	slices.SortFunc(turnovers, (*big.Rat).Cmp)
	usual := new(big.Rat).Add(turnovers[1], turnovers[2])
	if usual.Sign() <= 0 {
		return nil
	}
	return usual.Quo(usual, big.NewRat(2, 1))
}

// Customers with trade enough behind them for a usual turnover read as the rules do: what other random stories are too short for.
func TestRandomTradeReadsAsTheRulesDo(t *testing.T) {
	calendar, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		readsAsTheRulesDo(t, calendar, "Random trade.\n\n-- events --\n"+drawTrade(t)+"-- want --\n")
	})
}

func drawTrade(t *rapid.T) string {
	w := &teller{T: t}
	changes, slower, factor := w.number("changes", 380, 480), w.number("slower", 0, 80), w.number("factor", 1, 9)
	day := 0
	for n := 0; day < 520; n++ {
		day += w.number("next", 20, 44)
		amount, after := 300, w.number("after", 15, 40)
		if day >= changes {
			amount, after = amount*factor/4, after+slower
		}
		fmt.Fprintf(&w.b, "%s invoice inv-%d %d.00 due %s\n", readDay(day), n, amount, readDay(day+30))
		switch w.number("how", 0, 12) {
		case 0:
		case 1:
			fmt.Fprintf(&w.b, "%s known %s payment pay-%d %d.00 for inv-%d\n", readDay(day+after), readDay(day+after+w.number("told", 1, 60)), n, amount, n)
		default:
			fmt.Fprintf(&w.b, "%s payment pay-%d %d.00 for inv-%d\n", readDay(day+after), n, amount, n)
		}
	}
	fmt.Fprintf(&w.b, "%s end\n", readDay(day+w.number("more", 60, 130)))
	return w.b.String()
}

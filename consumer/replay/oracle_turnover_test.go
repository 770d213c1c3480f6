package replay

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// swing are the rungs of turnover_swing by a frozen base, nil: that of the day, which is returned. Nil rungs: not evaluable.
func (f oracleFacts) swing(day state.Date, frozen *big.Rat) ([]oracleRung, *big.Rat) {
	undefined := []oracleRung{{1, false, true, 14}, {2, false, true, 14}, {3, false, true, 14}}
	first := day + 1
	cancelled := f.standing("invoice.cancelled", day)
	for id, i := range f.standing("invoice.issued", day) {
		if _, gone := cancelled[id]; !gone {
			first = min(first, i.date)
		}
	}
	if first >= day-90 {
		return undefined, nil
	}
	if frozen == nil && first >= day-450 {
		return nil, nil
	}
	owed := make(oracleOwed)
	now := f.turnover(day, day, owed)
	if now == nil {
		return undefined, nil
	}
	base := frozen
	if base == nil {
		if base = f.usual(day, owed); base == nil {
			return nil, nil
		}
	}
	share := big.NewRat(0, 1).Quo(now, base) // 1 is as usual
	atMost := func(hundredths int64) bool { return share.Cmp(big.NewRat(hundredths, 100)) <= 0 }
	level := 0
	switch {
	case atMost(60):
		level = 3
	case atMost(75):
		level = 2
	case share.Cmp(big.NewRat(150, 100)) >= 0:
		level = 1
	}
	b, late := f.book(day), int64(0)
	for _, line := range b.tested {
		if line.due < day {
			late += line.cents
		}
	}
	if level > 1 && (late < 50_000 || 100*late < b.receivables) {
		level = 0
	}
	calm := !atMost(80)
	return []oracleRung{{1, level >= 1, calm && level < 1, 14}, {2, level >= 2, calm && level < 2, 14}, {3, level == 3, level < 3, 14}}, base
}

// oracleOwed are the receivables of days that somebody has asked for.
type oracleOwed map[state.Date]int64

func (o oracleOwed) on(f oracleFacts, day state.Date) int64 {
	sum, known := o[day]
	if !known {
		sum = f.book(day).receivables
		o[day] = sum
	}
	return sum
}

// turnover is that of the 90 days up to one, nil where nothing was owed. What is cancelled by a day was
// never sold.
func (f oracleFacts) turnover(until, day state.Date, owed oracleOwed) *big.Rat {
	sold := int64(0)
	cancelled := f.standing("invoice.cancelled", day)
	for id, i := range f.standing("invoice.issued", until) {
		if _, gone := cancelled[id]; !gone && i.date > until-90 {
			sold += i.cents
		}
	}
	for _, n := range f.standing("invoice.credited", until) {
		if n.date > until-90 && !n.cancelled {
			sold -= n.cents
		}
	}
	both := owed.on(f, until-90) + owed.on(f, until)
	if both == 0 {
		return nil
	}
	return big.NewRat(2*365*sold, 90*both)
}

// usual is the base of a day, nil where one of the four turnovers is not defined, or their median is not above zero.
func (f oracleFacts) usual(day state.Date, owed oracleOwed) *big.Rat {
	var four []*big.Rat
	for back := state.Date(90); back <= 360; back += 90 {
		turnover := f.turnover(day-back, day, owed)
		if turnover == nil {
			return nil
		}
		four = append(four, turnover)
	}
	slices.SortFunc(four, (*big.Rat).Cmp)
	median := new(big.Rat).Mul(new(big.Rat).Add(four[1], four[2]), big.NewRat(1, 2))
	if median.Sign() <= 0 {
		return nil
	}
	return median
}

// oracleSwing is how turnover_swing stood at a close, with the base that was frozen for it.
type oracleSwing struct {
	oracleEpisode
	base            *big.Rat
	cleared, before state.Date // when it was over, while its base is kept; when the one before was, whose base this one goes on with
}

// closeSwing is what stood at the close of a day, given the base of that day.
func (p oracleSwing) closeSwing(next oracleEpisode, retracted bool, rungs []oracleRung, own *big.Rat, day state.Date) oracleSwing {
	n := oracleSwing{oracleEpisode: p.close(next, rungs, day)}
	switch {
	case next.level > 0:
		if n.base, n.before = p.base, p.before; p.level == 0 {
			n.before = p.cleared
		}
		if n.base == nil {
			n.base = own
		}
	case p.level == 0:
		n.base, n.cleared = p.base, p.cleared
	case !retracted:
		n.base, n.cleared = p.base, day
	case p.before != 0 && day <= p.before+30:
		n.base, n.cleared = p.base, p.before
	}
	return n
}

// playSwing plays the days of one signal, as playOracle does those of all others.
func playSwing(events []oracleEvent, until state.Date) (told []oracleTold) {
	const signal = "turnover_swing"
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b oracleEvent) int { return cmp.Or(cmp.Compare(a.known, b.known), cmp.Compare(a.hour, b.hour)) })
	var known oracleFacts
	var closed oracleSwing
	for day := events[0].known; day <= until; day++ {
		if closed.level == 0 && closed.cleared != 0 && day > closed.cleared+30 {
			closed = oracleSwing{}
		}
		now, retracted := closed.oracleEpisode, false
		var rungs []oracleRung
		var own *big.Rat
		evaluate := func(at string, applied bool) {
			rungs, own = known.swing(day, closed.base)
			var asOf func(state.Date) int
			if applied {
				asOf = func(d state.Date) int {
					if day-d > 550-450 {
						return 3 // its windows begin too long ago to be judged anew: it was right
					}
					var inherited *big.Rat
					if closed.before != 0 {
						inherited = closed.base
					}
					then, _ := known.swing(d, inherited)
					return highest(then)
				}
			}
			before := now.level
			if now, retracted = closed.now(rungs, asOf, day); now.level != before {
				told = append(told, oracleTold{at, signal, oracleLevels[before], oracleLevels[now.level], change(before, now.level, retracted)})
			}
		}
		evaluate(fmt.Sprintf("%vT00:00:00Z", day), false)
		for len(events) > 0 && events[0].known == day {
			hour := events[0].hour
			for len(events) > 0 && events[0].known == day && events[0].hour == hour {
				known, events = append(known, events[0]), events[1:]
			}
			evaluate(fmt.Sprintf("%vT%02d:00:00Z", day, hour), true)
		}
		closed = closed.closeSwing(now, retracted, rungs, own, day)
	}
	return told
}

// drawTrade draws two years of one customer who comes to pay more slowly or buy otherwise, and whose documents are corrected.
func drawTrade(t *rapid.T) (events []oracleEvent, last state.Date) {
	first := state.DateOf(2024, 1, 1)
	number := func(name string, from, to int) int { return rapid.IntRange(from, to).Draw(t, name) }
	add := func(e oracleEvent, told int) {
		e.revision, e.hour, e.known = 1, 8, e.date+state.Date(told)
		events = append(events, e)
	}
	changes, slower, factor := number("changes", 400, 520), number("slower", 0, 80), int64(number("factor", 1, 9))
	day := 0
	for n := 1; day < 560; n++ {
		cents, after := int64(30_000+10_000*number("cents", 0, 2)), number("after", 15, 40)
		if day >= changes {
			cents, after = cents*factor/4, after+slower
		}
		invoice, paid := fmt.Sprint("I", n), first+state.Date(day+after)
		add(oracleEvent{kind: "invoice.issued", id: invoice, date: first + state.Date(day), due: first + state.Date(day+30), cents: cents}, 0)
		whole := []oracleAllocation{{invoice, cents}}
		payment := oracleEvent{kind: "payment.received", id: fmt.Sprint("P", n), date: paid, cents: cents, allocations: whole}
		switch how := number("how", 0, 14); how {
		case 0: // never
		case 1, 2:
			add(payment, number("told", 1, 60))
		case 3:
			add(payment, 0)
			add(oracleEvent{kind: "payment.returned", id: payment.id, date: paid + state.Date(number("back", 0, 20)), cents: cents / int64(number("part", 1, 2))}, number("told", 0, 30))
		case 4:
			add(oracleEvent{kind: "invoice.credited", id: fmt.Sprint("N", n), date: paid, cents: cents, allocations: whole, cancelled: number("void", 0, 3) == 0}, 0)
		case 5:
			add(payment, 0)
			add(oracleEvent{kind: "invoice.cancelled", id: invoice, date: paid + state.Date(number("cancelled", -10, 30))}, number("told", 0, 30))
		case 6:
			payment.allocations = []oracleAllocation{{invoice, cents / 2}, {fmt.Sprint("I", n-1), cents}}
			add(payment, 0)
		default:
			add(payment, 0)
		}
		day += number("next", 20, 44)
	}
	return events, first + state.Date(day+number("more", 40, 130))
}

func TestABacktestAgreesWithAPlainReadingOfTurnover(t *testing.T) {
	judge := engine(t, time.Saturday, time.Sunday)
	rapid.Check(t, func(t *rapid.T) {
		events, until := drawTrade(t)
		var ledger []byte
		for i := range events {
			ledger = append(ledger, events[i].lines()...)
		}
		var alerts, rejects bytes.Buffer
		if _, err := (&Backtest{
			Engine: judge, Inputs: []string{"-"}, Stdin: bytes.NewReader(ledger), Until: until, Workers: 1, Alerts: &alerts, Rejects: &rejects,
		}).Run(context.Background()); err != nil || rejects.Len() > 0 {
			t.Fatalf("got %v and the rejects %s, want none", err, &rejects)
		}
		got := slices.DeleteFunc(readTold(t, alerts.Bytes()), func(told oracleTold) bool { return told.Signal != "turnover_swing" })
		if want := playSwing(events, until); !slices.Equal(got, want) {
			t.Errorf("got %v,\nwant %v\n%s", got, want, ledger)
		}
	})
}

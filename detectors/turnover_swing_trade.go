package detectors

import (
	"math"
	"slices"
	"sync"

	"tocsin/state"
)

// turnoverWindows are the window that is judged and the four before it.
const turnoverWindows = 5

// turnoverTrade is what is read of a customer's trade to judge a day, and days after it on which nothing happens.
type turnoverTrade struct {
	view   *state.View
	day    state.Date // that the windows end on: the view's or a later one
	days   int        // of a window
	moves  []state.Move
	links  turnoverLinks
	own    turnoverAccount  // in the customer's currency
	others turnoverAccounts // as of the view's day
	volume int64            // all that moved
	first  state.Date       // issue date of the first invoice, or of one that is long enough ago
	known  bool
	base   turnoverBase
	frozen bool
	asks   bool // as judged last, turnover has fallen so far that it matters what is overdue
}

// turnoverRoom is memory that is used again from one customer to the next.
type turnoverRoom struct {
	moves []state.Move
	next  []int32
}

var turnoverRooms = sync.Pool{New: func() any { return new(turnoverRoom) }}

// turnoverAccount is a customer's trade in one currency, by window, newest first.
type turnoverAccount struct {
	currency state.Currency
	owed     int64                  // at the end of the newest window
	moved    [turnoverWindows]int64 // what was owed when a window ended, less what was when it began
	sold     [turnoverWindows]int64
}

func (a *turnoverAccount) add(window int, owed, sold int64) {
	a.moved[window] = state.Sum(a.moved[window], owed)
	a.sold[window] = state.Sum(a.sold[window], sold)
}

// turnoverAccounts are accounts in several currencies.
type turnoverAccounts []turnoverAccount

// of is the account in a currency, made if there is none yet.
func (a *turnoverAccounts) of(currency state.Currency) *turnoverAccount {
	for i := range *a {
		if (*a)[i].currency == currency {
			return &(*a)[i]
		}
	}
	*a = append(*a, turnoverAccount{currency: currency})
	return &(*a)[len(*a)-1]
}

// tradeOf reads a customer's trade. It stands while the room is not used for another one.
func (d *TurnoverSwing) tradeOf(in *Input, room *turnoverRoom) turnoverTrade {
	view := in.View
	moves, known := view.Moves(d.since(view.Day), room.moves[:0])
	room.moves, room.next = moves, slices.Grow(room.next[:0], len(moves))
	t := turnoverTrade{view: view, day: view.Day, days: d.WindowDays, moves: moves, known: known && view.Currency() != 0}
	t.links.next = room.next[:len(moves)]
	t.first = view.FirstInvoice(d.since(view.Day))
	t.own.currency, t.own.owed = view.Currency(), view.Owed(view.Currency())
	var others turnoverAccounts
	for i := range moves {
		m := &moves[i]
		age := uint32(view.Day - m.On)
		window := age / uint32(t.days)
		if m.Currency != t.own.currency {
			others.of(m.Currency).add(int(window), m.Owed, m.Sold)
			continue
		}
		t.own.add(int(window), m.Owed, m.Sold)
		t.volume = state.Sum(t.volume, max(m.Owed, -m.Owed, m.Sold, -m.Sold))
		if ahead := (window+1)*uint32(t.days) - age; ahead <= lookAhead {
			t.links.add(int(ahead), i)
		}
	}
	if view.IsForeign() {
		view.EachOwed(func(currency state.Currency, owed int64) {
			if currency != view.Currency() && owed != 0 {
				others.of(currency).owed = owed
			}
		})
	}
	t.others = others
	return t
}

// isForeign tells whether any of the trade is in another currency than the customer's.
func (t *turnoverTrade) isForeign() bool { return len(t.others) > 0 }

// isHuge tells whether sums are held at the bounds of their type, so that what was added cannot be taken off again.
func (t *turnoverTrade) isHuge() bool {
	return state.Sum(t.volume, max(t.own.owed, -t.own.owed)) == math.MaxInt64
}

// windows are the turnovers, newest first; false where an amount needs an exchange rate that is not there.
func (t *turnoverTrade) windows() (list [turnoverWindows]turnover, known bool) {
	owed := t.own.owed
	for at := range list {
		before := state.Sum(owed, -t.own.moved[at])
		list[at] = turnover{t.own.sold[at], state.Sum(owed, before)}
		owed = before
	}
	known = t.known
	for i := range t.others {
		known = t.convert(&t.others[i], &list) && known
	}
	return list, known
}

// convert adds an account in another currency, each amount converted once.
func (t *turnoverTrade) convert(account *turnoverAccount, list *[turnoverWindows]turnover) bool {
	known := true
	worth := func(minor int64) int64 {
		amount, there := t.view.Worth(state.Money{Minor: minor, Currency: account.currency})
		known = known && there
		return amount
	}
	owed := account.owed
	for at := range list {
		before := state.Sum(owed, -account.moved[at])
		list[at].owed = state.Sum(list[at].owed, state.Sum(worth(owed), worth(before)))
		list[at].sold = state.Sum(list[at].sold, worth(account.sold[at]))
		owed = before
	}
	return known
}

// isCalm tells, at little cost, whether turnover is known and its swing reaches no level: it lies within the levels of three of the
// four turnovers before. Then it lies within those of the third smallest and of the second smallest, between which their median is.
func (t *turnoverTrade) isCalm(d *TurnoverSwing) bool {
	if len(t.others) > 0 || !t.known || !d.hasWindows(t.first, t.day) {
		return false
	}
	list, _ := t.windows()
	now, fallen, risen := list[0], int64(ratioUnit-d.WarningRatio), int64(ratioUnit+d.RiseRatio)
	if now.sold <= 0 || now.owed <= 0 || now.sold>>45 != 0 {
		return false
	}
	above, below := 0, 0
	for _, then := range list[1:] {
		if then.owed <= 0 || then.sold>>45 != 0 {
			return false
		}
		if state.CompareProducts(now.sold*ratioUnit, then.owed, then.sold*fallen, now.owed) > 0 {
			above++
		}
		if state.CompareProducts(now.sold*ratioUnit, then.owed, then.sold*risen, now.owed) < 0 {
			below++
		}
	}
	return above >= 3 && below >= 3
}

// swing is the turnover of the day beside its base.
func (t *turnoverTrade) swing(d *TurnoverSwing) (s turnoverSwing) {
	if t.first == 0 || t.first >= t.day-state.Date(t.days) {
		s.known = lacksPresent
		return s
	}
	list, known := t.windows()
	s.turnover = list[0]
	switch {
	case !known:
		s.known = lacksBase
	case s.owed <= 0:
		s.known = lacksPresent
	case t.frozen:
		s.base = t.base
	case !d.hasWindows(t.first, t.day):
		s.known = lacksBase
	default:
		s.base, s.known = turnoverBaseOf(list[1:])
	}
	return s
}

// turnoverBaseOf is the base of four windows.
func turnoverBaseOf(before []turnover) (b turnoverBase, known int) {
	var sold [turnoverWindows - 1]int64
	var order [turnoverWindows - 1]turnover
	for i, t := range before {
		if t.owed <= 0 {
			return b, lacksBase
		}
		sold[i], order[i] = t.sold, t
	}
	slices.Sort(sold[:])
	slices.SortFunc(order[:], compareTurnovers)
	b = turnoverBase{order[1], order[2], state.Sum(sold[1], sold[2])}
	if !b.isPositive() {
		return b, lacksBase
	}
	return b, turnoverKnown
}

func compareTurnovers(a, b turnover) int {
	return state.CompareProducts(a.sold, b.owed, b.sold, a.owed)
}

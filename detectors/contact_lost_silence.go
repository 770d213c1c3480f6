package detectors

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/state"
)

// silence is the attempts to reach a customer that came to nothing, and what ended them, on a day.
type silence struct {
	d        *ContactLost
	view     *state.View
	attempts []attempt    // that count by the view's day, by date: one for each channel and day, the heaviest
	pending  state.Date   // first later day on which another one counts; zero: none
	heard    []state.Date // days on which the customer was heard of, by date; without those by cash
	cash     []cashIn     // by date, in the customer's currency; unless nobody asks
	unknown  bool         // an exchange rate is wanting for a receipt
}

// forgetDays is for how long an attempt is remembered at all: as long as what was past due on its day can be told.
const forgetDays = 550

// attempt is one that came to nothing.
type attempt struct {
	*state.Contact
	counts  state.Date // day from which on it counts
	weight  int
	overdue int64 // what was past due on its day
}

// cashIn is what came in on a day.
type cashIn struct {
	on     state.Date
	amount int64
}

// attemptTally is what attempts come to.
type attemptTally struct {
	weight, days, span, channels, undeliverable int
}

// silence reads the contacts. Of what was past due on the days of attempts, and of cash, it asks only where that can matter.
func (d *ContactLost) silence(in *Input, contacts []*state.Contact) *silence {
	s := &silence{d: d, view: in.View}
	for _, c := range contacts {
		if in.View.Day-c.ContactDate > forgetDays {
			continue
		}
		if wasHeard(c) {
			s.heard = append(s.heard, c.ContactDate)
		} else {
			s.note(c)
		}
	}
	slices.SortFunc(s.attempts, func(a, b attempt) int {
		return cmp.Or(cmp.Compare(a.ContactDate, b.ContactDate), cmp.Compare(a.Channel, b.Channel), cmp.Compare(b.weight, a.weight), cmp.Compare(a.counts, b.counts), strings.Compare(a.ContactID, b.ContactID))
	})
	s.attempts = slices.CompactFunc(s.attempts, func(a, b attempt) bool { return a.ContactDate == b.ContactDate && a.Channel == b.Channel })
	if s.highest(s.lastHeard()) == None {
		return s
	}
	s.attempts = slices.DeleteFunc(s.attempts, func(a attempt) bool { return a.ContactDate <= s.lastHeard() })
	s.weigh(in)
	if b := NewBrokenPromise().promises(in); b != nil {
		s.heard = append(s.heard, b.keptOn()...)
		slices.Sort(s.heard)
	}
	s.receive()
	return s
}

// hasAttempts tells at a glance whether any contact is an attempt that may have come to nothing. Where none is, none will be.
func hasAttempts(view *state.View) (has bool) {
	view.EachContact(func(c *state.Contact) bool {
		has = !wasHeard(c) && view.Day-c.ContactDate <= forgetDays
		return !has
	})
	return has
}

// wasHeard tells whether the customer was heard of by a contact.
func wasHeard(c *state.Contact) bool {
	return c.Direction == state.ContactInbound || c.Outcome == state.ContactReached
}

// note notes an attempt, if it counts by the view's day.
func (s *silence) note(c *state.Contact) {
	a := attempt{Contact: c, counts: c.ContactDate, weight: 1}
	switch c.Outcome {
	case state.ContactUndeliverable:
		if !s.view.ChannelUsed(c.Channel, c.ContactDate) {
			return
		}
		a.weight = s.d.UndeliverableWeight
	case state.ContactNoReply:
		if c.Channel == state.ContactEmail || c.Channel == state.ContactLetter {
			a.counts = s.view.Ledger.Calendar.AddBusinessDays(c.ContactDate, s.d.ReplyDays)
		}
	case state.ContactNoAnswer, state.ContactVoicemail, state.ContactRefused:
	default:
		return
	}
	if a.counts > s.view.Day {
		s.pending = sooner(s.pending, a.counts)
		return
	}
	s.attempts = append(s.attempts, a)
}

// weigh drops the attempts of days on which nothing material was past due.
func (s *silence) weigh(in *Input) {
	for i := range s.attempts {
		a := &s.attempts[i]
		if i > 0 && s.attempts[i-1].ContactDate == a.ContactDate {
			a.overdue = s.attempts[i-1].overdue
			continue
		}
		s.view.On(a.ContactDate, func(then *state.View) {
			ar, known := receivables(then)
			if overdue, _ := pastDue(then); known && in.Materiality.Material(overdue, ar, then.Currency()) {
				a.overdue = overdue
			}
		})
	}
	s.attempts = slices.DeleteFunc(s.attempts, func(a attempt) bool { return a.overdue == 0 })
}

// receive adds up the cash that came in since the first attempt.
func (s *silence) receive() {
	if len(s.attempts) == 0 {
		return
	}
	for _, r := range s.view.Receipts(s.attempts[0].ContactDate + 1) {
		in := cashIn{on: r.On}
		for _, part := range r.Parts {
			worth, known := s.view.Converted(part.Amount, s.view.Currency(), r.On)
			s.unknown = s.unknown || !known
			in.amount = state.Sum(in.amount, worth)
		}
		s.cash = append(s.cash, in)
	}
}

// lastHeard is the last day on which the customer was heard of, but for cash; zero: never.
func (s *silence) lastHeard() state.Date {
	if len(s.heard) == 0 {
		return 0
	}
	return slices.Max(s.heard)
}

// since is the day after which attempts count: the last on which the customer was heard of. On each day on which cash comes in it
// is held against what was past due at the first attempt that counts then. more is paid on account on the view's day besides.
func (s *silence) since(more int64) state.Date {
	since, at := state.Date(0), 0
	cash := s.cash
	if more > 0 {
		cash = append(slices.Clone(cash), cashIn{s.view.Day, more})
	}
	for i := range cash {
		on := cash[i].on
		for ; at < len(s.heard) && s.heard[at] < on; at++ {
			since = max(since, s.heard[at])
		}
		first := slices.IndexFunc(s.attempts, func(a attempt) bool { return a.ContactDate > max(since, on-state.Date(s.d.WindowDays)) })
		if first < 0 || s.attempts[first].ContactDate >= on {
			continue
		}
		sum := int64(0)
		for _, c := range cash[:i+1] {
			if c.on > s.attempts[first].ContactDate {
				sum = state.Sum(sum, c.amount)
			}
		}
		if s.d.ResetRatio.compare(sum, s.attempts[first].overdue) >= 0 {
			since = on
		}
	}
	return max(since, s.lastHeard())
}

// tally is what the attempts after a day come to on another one.
func (s *silence) tally(since, day state.Date) (t attemptTally) {
	var first, last state.Date
	var channels, dead uint
	for i := range s.attempts {
		a := &s.attempts[i]
		if a.ContactDate <= max(since, day-state.Date(s.d.WindowDays)) || a.ContactDate > day || a.counts > day {
			continue
		}
		if first == 0 {
			first = a.ContactDate
		}
		if a.ContactDate != last {
			last = a.ContactDate
			t.days++
		}
		t.weight += a.weight
		if channels>>a.Channel&1 == 0 {
			channels |= 1 << a.Channel
			t.channels++
		}
		if a.Outcome == state.ContactUndeliverable && dead>>a.Channel&1 == 0 {
			dead |= 1 << a.Channel
			t.undeliverable++
		}
	}
	for day := first; day != 0 && day <= last; day++ {
		if s.view.Ledger.Calendar.IsBusiness(day) {
			t.span++
		}
	}
	return t
}

// highest is the highest level that the attempts after a day have reached by the view's day. They reach a level on a day on which one
// of them begins to count; what has been reached since the customer was last heard of stands, however old the attempts grow.
func (s *silence) highest(since state.Date) (level Level) {
	for i := range s.attempts {
		if a := &s.attempts[i]; a.ContactDate > since {
			reached, _ := s.d.level(s.tally(since, a.counts))
			level = max(level, reached)
		}
	}
	return level
}

// next is the first later day on which an attempt begins to count, has grown too old, or is forgotten.
func (s *silence) next() state.Date {
	next := s.pending
	for i := range s.attempts {
		on := s.attempts[i].ContactDate
		if gone := on + state.Date(s.d.WindowDays); gone > s.view.Day {
			next = sooner(next, gone)
		}
		next = sooner(next, on+forgetDays+1)
	}
	return next
}

// evidence is the attempts after a day, newest first.
func (s *silence) evidence(since state.Date) (ids []string) {
	for _, a := range slices.Backward(s.attempts) {
		if a.ContactDate > since {
			ids = cite(ids, a.ContactID)
		}
	}
	return ids
}

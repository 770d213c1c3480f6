package outbox

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"tocsin/state"
)

// memory is a store's outbox as the store's interface describes it.
type memory struct {
	fuse     *fuse
	messages []state.Message // unsettled
	receipts map[string]state.Receipt
	ended    []state.Message // settled
	heard    map[heardIn]state.Heard
	systemic []state.Systemic

	affiliates []state.AffiliateRow

	day    state.Date // open; 0: none
	read   int        // messages that were listed as owed
	leases state.LeaseTable
	down   error // what every call answers; nil: it works
	full   error // what every write answers; nil: it works
}

func (s *memory) Owed(_ context.Context, now state.Instant, limit int) ([]state.Message, error) {
	newest, due := map[string]state.Message{}, map[string]bool{}
	for i := range s.messages {
		if m := &s.messages[i]; !m.Held && max(m.DueAt, m.Wait.Until) <= now {
			due[m.Case] = true
		}
	}
	for _, m := range s.messages {
		if m.Held || !due[m.Case] {
			continue
		}
		was := newest[m.Case].Wait
		m.Wait.Why, m.Wait.Since = max(m.Wait.Why, was.Why), max(m.Wait.Since, was.Since)
		if len(m.Wait.In) == 0 {
			m.Wait.In = was.In
		}
		newest[m.Case] = m // later ones are newer
	}
	owed := slices.SortedFunc(maps.Values(newest), func(a, b state.Message) int {
		return cmp.Or(cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(a.Case, b.Case))
	})
	owed = owed[:min(limit, len(owed))]
	s.read += len(owed)
	return owed, s.down
}

func (s *memory) OwedCount(context.Context) (due, held int, err error) {
	waits, withheld := map[string]bool{}, map[string]bool{}
	for _, m := range s.messages {
		if m.Held {
			withheld[m.Case] = true
		} else {
			waits[m.Case] = true
		}
	}
	maps.DeleteFunc(withheld, func(id string, _ bool) bool { return waits[id] })
	return len(waits), len(withheld), s.down
}

func (s *memory) Receipt(_ context.Context, caseID, at string) (state.Receipt, error) {
	return s.receipts[receiptOf(caseID, at)], s.down
}

func (s *memory) Receipts(_ context.Context, caseID string) (list []state.Receipt, err error) {
	for _, r := range s.receipts {
		if r.Case == caseID {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b state.Receipt) int { return cmp.Compare(a.Channel, b.Channel) })
	return list, s.down
}

// receiptOf is where a receipt is kept: that of the default channel by its case alone.
func receiptOf(caseID, at string) string {
	if at == channel {
		return caseID
	}
	return caseID + " in " + at
}

func (s *memory) Deliver(ctx context.Context, under state.Lease, r state.Receipt) error {
	if err := cmp.Or(s.down, s.full, ctx.Err(), s.leases.Check(under)); err != nil {
		return err
	}
	s.fuse.burn()
	s.receipts[receiptOf(r.Case, r.Channel)] = r
	s.settle(r.Case, r.Seq)
	s.fuse.burn()
	return nil
}

func (s *memory) settle(caseID string, seq int64) {
	s.messages = slices.DeleteFunc(s.messages, func(m state.Message) bool {
		over := m.Case == caseID && m.Seq <= seq
		if over {
			s.ended = append(s.ended, m)
		}
		return over
	})
}

// heardIn is where it is kept that a channel has heard of a case.
type heardIn struct {
	state.MessageKey
	channel string
}

func (s *memory) Speak(ctx context.Context, under state.Lease, r state.Receipt, h state.Heard) error {
	if err := cmp.Or(s.down, s.full, ctx.Err(), s.leases.Check(under)); err != nil {
		return err
	}
	s.fuse.burn()
	s.receipts[receiptOf(r.Case, r.Channel)] = r
	s.settle(r.Case, r.Seq)
	if at := (heardIn{state.MessageKey{Case: r.Case, Seq: h.Seq}, h.Channel}); h.At == 0 {
		delete(s.heard, at)
	} else {
		s.heard[at] = h
	}
	s.fuse.burn()
	return nil
}

func (s *memory) HeardCount(_ context.Context, of state.HeardOf) (int, error) {
	found := map[state.MessageKey]bool{}
	for at, h := range s.heard {
		if h.At >= of.Since && (of.Who == "" || h.Who == of.Who) && (of.Channel == "" || h.Channel == of.Channel && h.Fresh) &&
			at.MessageKey != of.But && (of.Customer == "" || of.Customer == "C-"+state.CustomerID(at.Case)) {
			found[at.MessageKey] = true
		}
	}
	return len(found), s.down
}

func (s *memory) Postpone(ctx context.Context, under state.Lease, of []state.Waiting, tell []state.Message) error {
	if err := cmp.Or(s.down, s.full, ctx.Err(), s.leases.Check(under)); err != nil {
		return err
	}
	s.fuse.burn()
	for _, w := range of {
		for i := range s.messages {
			if m := &s.messages[i]; m.Case == w.Case && m.Seq <= w.Seq {
				m.Wait = w.Wait
			}
		}
	}
	for _, m := range tell {
		s.settle(m.Case, m.Seq-1)
		s.messages = append(s.messages, m)
	}
	s.fuse.burn()
	return nil
}

// waits are the cases that are put off, by when they were.
func (s *memory) waits(of state.WaitsOf) []string {
	since := map[string]state.Instant{}
	for _, m := range s.messages {
		if of.Fits(&m.Wait) {
			since[m.Case] = m.Wait.Since
		}
	}
	return slices.SortedFunc(maps.Keys(since), func(a, b string) int { return cmp.Or(cmp.Compare(since[a], since[b]), cmp.Compare(a, b)) })
}

func (s *memory) Recall(_ context.Context, under state.Lease, of state.WaitsOf, limit int) error {
	if err := cmp.Or(s.down, s.leases.Check(under)); err != nil {
		return err
	}
	all := s.waits(of)
	put := map[string]bool{}
	for _, id := range all[:min(limit, len(all))] {
		put[id] = true
	}
	for i := range s.messages {
		if m := &s.messages[i]; put[m.Case] {
			m.Wait.Until = 0
		}
	}
	return nil
}

func (s *memory) WaitCount(_ context.Context, of state.WaitsOf) (int, error) {
	seen := make(map[string]bool, len(s.messages))
	for i := range s.messages {
		if m := &s.messages[i]; of.Fits(&m.Wait) {
			seen[m.Case] = true
		}
	}
	return len(seen), s.down
}

func (s *memory) Day(context.Context) (state.Day, bool, error) {
	return state.Day{Date: s.day}, s.day != 0, s.down
}

func (s *memory) Systemic(context.Context) ([]state.Systemic, error) {
	return slices.Clone(s.systemic), s.down
}

func (s *memory) Case(_ context.Context, id string) (newest state.Message, found bool, err error) {
	for _, m := range slices.Concat(s.ended, s.messages) {
		if m.Case == id && m.Customer != "" && m.Seq > newest.Seq {
			newest, found = m, true
		}
	}
	return newest, found, s.down
}

func (s *memory) ToldOf(_ context.Context, customer state.CustomerID, but string, since state.Instant, _ int) (all []state.Message, err error) {
	for _, m := range slices.Concat(s.ended, s.messages) {
		if m.Customer == customer && m.Case != but && m.DueAt >= since && s.receipts[m.Case].Timestamp != "" {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b state.Message) int { return cmp.Or(cmp.Compare(a.Case, b.Case), cmp.Compare(a.Seq, b.Seq)) })
	return all, s.down
}

func (s *memory) Flooded(context.Context) ([]string, error) {
	var texts []string
	for i := range s.messages {
		if w := &s.messages[i].Wait; w.Why == state.WaitFlood && w.Until > 0 {
			if text := state.ChannelsText(w.In); !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	return state.FloodedOf(texts), s.down
}

func (s *memory) Last(_ context.Context, prefix string) (last state.Message, found bool, err error) {
	for _, m := range slices.Concat(s.ended, s.messages) {
		if m.Customer == "" && strings.HasPrefix(m.Case, prefix) && (!found || cmp.Or(cmp.Compare(m.Case, last.Case), cmp.Compare(m.Seq, last.Seq)) > 0) {
			last, found = m, true
		}
	}
	return last, found, s.down
}

func (s *memory) Summaries(context.Context) (all []state.Message, err error) {
	newest := map[string]state.Message{}
	for _, m := range slices.Concat(s.ended, s.messages) {
		if m.Customer == "" && m.Seq > newest[m.Case].Seq {
			newest[m.Case] = m
		}
	}
	return slices.SortedFunc(maps.Values(newest), func(a, b state.Message) int { return cmp.Compare(a.Case, b.Case) }), s.down
}

func (s *memory) Affiliates(context.Context) ([]state.AffiliateRow, error) {
	return s.affiliates, s.down
}

func (s *memory) CasesOf(ctx context.Context, customers []state.CustomerID) (all []state.Message, err error) {
	seen := map[string]bool{}
	for _, m := range slices.Concat(s.ended, s.messages) {
		if slices.Contains(customers, m.Customer) && !seen[m.Case] {
			newest, _, _ := s.Case(ctx, m.Case)
			all, seen[m.Case] = append(all, newest), true
		}
	}
	return all, s.down
}

func (s *memory) Again(ctx context.Context, under state.Lease, at state.Instant, cases []string) error {
	if err := cmp.Or(s.down, s.full, ctx.Err(), s.leases.Check(under)); err != nil {
		return err
	}
	s.fuse.burn()
	for _, id := range cases {
		newest, found, _ := s.Case(ctx, id)
		if !found || slices.ContainsFunc(s.messages, func(m state.Message) bool { return m.Case == id }) {
			continue
		}
		for key, r := range s.receipts {
			if r.Case == id {
				r.Seq = min(r.Seq, newest.Seq-1)
				s.receipts[key] = r
			}
		}
		newest.DueAt, newest.Wait = at, state.Wait{}
		s.messages = append(s.messages, newest)
	}
	s.fuse.burn()
	return nil
}

func (s *memory) Withheld(context.Context, string, int) ([]state.Withheld, error) {
	return nil, errors.New("the consumer releases")
}

func (s *memory) Release(context.Context, state.LettingGo) error {
	return errors.New("the consumer releases")
}

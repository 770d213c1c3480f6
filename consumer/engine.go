package consumer

import (
	"bytes"

	"tocsin/alerts"
	"tocsin/state"
)

// Engine holds what a step reads besides the record and its cause. It is immutable and shared by all lanes; a change of
// configuration is another engine.
type Engine struct {
	Ledger *state.Ledger
	Judge  *alerts.Judge
	Config string // version of the configuration, as each journal row names it
	Text   []byte // the configuration itself, kept by the store so that a fold finds it again
}

// Step is the cause of one step of one customer.
type Step struct {
	Day      state.Day
	KnownAt  state.Instant
	Events   []state.Event
	Estates  [][]byte       // of customers who have been merged into this one; see state.Customer.Estate
	Decision []byte         // of a person; nil: none
	Alarm    bool           // judge everything anew: a due date has come
	Unjudged bool           // take events in and judge nothing, where that can wait for an alarm of the day: see putoff.go
	All      bool           // where events change something, judge everything and not only what reads it: Effects are Whole
	Tell     alerts.Telling // what of the effects anybody reads
}

// Effects is what a step leads to, to be committed together with the changed record.
type Effects struct {
	Outcomes   []state.Outcome // of each event
	FirstLimit bool            // a base limit is known now, be it one that others displace: what is known must not depend on their order
	Changed    bool            // the record is not what it was; a step that changes nothing appends nothing
	Facts      bool            // the facts are not what they were
	Disputes   state.Date      // the last day at whose close the customer may have a part in a common cause, by facts that are news; zero: none
	Was, Is    state.Fate      // what had become of the customer before, and what has by now
	Unjudged   bool            // nothing was judged; an alarm of the day does it
	Whole      bool            // everything was judged: Next is all that is to come by time alone, and earlier alarms are void
	alerts.Result
}

// Step applies events or a decision to a record, judges it and returns the effects. It changes the record in place; the
// caller owns it (see the package comment).
//
// A customer who is gone, be it that he was merged into another one or erased, has no signals: what stood is cleared and his
// case is closed. His facts are kept up to date all the same, for they are his heir's too.
func (e *Engine) Step(rec *state.Record, in Step, outcomes []state.Outcome) Effects {
	out := Effects{Outcomes: outcomes[:len(in.Events)], Was: rec.Customer.Fate(rec.Day)}
	rec.Customer.Equip(&in.Day)
	if rec.Day < in.Day.Date {
		e.promote(rec, in.Day.Date)
	}
	var currency state.Currency
	if !in.Unjudged { // else either nothing is judged, or everything
		currency = rec.Customer.Currency(e.Ledger, in.Day.Date)
	}
	changed := rec.Customer.Inherit(in.Day.Date, in.Estates)
	rec.Customer.Weigh(in.Day.IsCore(rec.Customer.ID))
	changed |= rec.Customer.Apply(in.Day.Date, in.Events, out.Outcomes)
	rec.Touched |= changed
	out.Facts, out.Is = changed != 0, rec.Customer.Fate(in.Day.Date)
	if out.Facts {
		out.Disputes = rec.Customer.DisputesUntil()
	}
	for i := range in.Events {
		out.FirstLimit = out.FirstLimit || isBaseLimit(&in.Events[i])
	}
	turned := out.Is != out.Was
	if changed == 0 && !turned && !in.Alarm && in.Decision == nil {
		return out
	}
	if in.Unjudged && !turned && !out.Is.Gone() && !in.Alarm && in.Decision == nil && len(in.Estates) == 0 {
		out.putOff(rec, in)
		return out
	}
	pending := rec.Unjudged != 0
	rec.Unjudged = 0
	out.Whole = in.Alarm || in.All || in.Unjudged || turned || pending ||
		rec.Customer.Currency(e.Ledger, in.Day.Date) != currency // which any signal may have waited for
	before, told, parts := rec.Episodes, rec.Told, rec.Now
	if rec.Now = (state.Parts{}); !out.Is.Gone() { // else what time alone does to them would be nobody's alarm
		rec.Now = e.Judge.View(rec.Customer.View(e.Ledger, in.Day.Date)).Parts()
	}
	out.Result = e.Judge.Step(alerts.Input{
		Record: rec, Ledger: e.Ledger, Day: in.Day.Date, LimitsKnown: in.Day.LimitsKnown(), KnownAt: in.KnownAt,
		Changed: changed, Applied: rec.Touched != 0, All: out.Whole, Decision: in.Decision,
		Waiting: in.Day.Waiting(), Gone: gone(out.Is), WasGone: gone(out.Was), Tell: in.Tell,
	})
	if next := rec.Customer.NextFate(in.Day.Date); next != 0 && (out.Next == 0 || next < out.Next) {
		out.Next = next
	}
	out.Changed = turned || changed != 0 || pending || !parts.Equal(&rec.Now) || !bytes.Equal(before, rec.Episodes) || !bytes.Equal(told, rec.Told)
	return out
}

// TryStep takes a step and returns what it panicked with; nil: it did not. The record is spoilt if it did.
func (e *Engine) TryStep(rec *state.Record, in Step, outcomes []state.Outcome) (out Effects, p *Panicked) {
	p = guarded(func() { out = e.Step(rec, in, outcomes) })
	return out, p
}

// promote makes what stands what stood at the last close, and lets documents that are long closed shrink.
func (e *Engine) promote(rec *state.Record, day state.Date) {
	rec.Episodes, rec.Told = e.Judge.Promote(rec.Episodes, rec.Told, day)
	rec.Customer.Shrink(e.Ledger, day)
	rec.Promote(day)
}

// gone is why a customer has no signals any more; empty if he has.
func gone(f state.Fate) string {
	switch {
	case f.Erased:
		return alerts.GoneErased
	case f.Ended:
		return alerts.GoneMerged
	}
	return ""
}

func isBaseLimit(ev *state.Event) bool {
	limit, ok := ev.Body.(*state.LimitRevision)
	return ok && limit.Type == state.LimitBase
}

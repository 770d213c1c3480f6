package alerts

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/state"
)

// Action is what a person does with a review task.
type Action uint8

const (
	Acknowledge Action = iota + 1 // open → acknowledged
	Review                        // acknowledged → in_review
	Decide                        // acknowledged, in_review → decided
	Close                         // decided → closed; also without decision once its signals have cleared
	Unwatch                       // of no task: take the customer off the watch list
)

func (a Action) String() string {
	switch a {
	case Acknowledge:
		return "acknowledge"
	case Review:
		return "review"
	case Decide:
		return "decide"
	case Close:
		return "close"
	case Unwatch:
		return "unwatch"
	default:
		return fmt.Sprintf("action %d", uint8(a))
	}
}

// Decision is what one person does with one task, or with a customer on the watch list. It reaches the record by the same road as an event.
type Decision struct {
	TaskID     string // empty: Unwatch is about none
	Action     Action
	By         string        // the person; never empty
	Code       string        // Decide: what is to be done, see DecisionCodes
	ReasonCode string        // Decide: why, see ReasonCodes; no_action needs one. Unwatch: see UnwatchReasons
	NextReview state.Date    // Decide: the later day on which the customer is looked at again
	At         state.Instant // when the person did it
}

// noAction is the decision that nothing is to be done: it must say why, for that is how false alarms are counted.
const noAction = "no_action"

// DecisionCodes are what a person may decide.
func DecisionCodes() []string {
	return []string{
		"hold_orders", "release_with_conditions", "reduce_limit", "prepay", "terms_change", "dunning_level", "call", "visit",
		"collateral", "insurer_notice", "legal", "write_off_proposal", noAction,
	}
}

// ReasonCodes are the reasons for a decision.
func ReasonCodes() []string {
	return []string{"seasonal", "our_error", "dispute_ours", "timing", "data", "known_and_accepted"}
}

// UnwatchReasons are the reasons for which a customer is taken off the watch list.
func UnwatchReasons() []string {
	return []string{"recovered", "secured", "paid_down", "our_error", "data", "known_and_accepted"}
}

// Names of the reasons for which a decision is refused.
const (
	RefusedUnreadable    = "unreadable"     // no decision, or of a newer version
	RefusedNoTask        = "no_task"        // the customer has no task in hand
	RefusedOtherTask     = "other_task"     // the customer's task is another one
	RefusedNobody        = "nobody"         // it does not say who acts
	RefusedState         = "state"          // the task is not in a state for this action
	RefusedCode          = "decision"       // no such decision
	RefusedReason        = "reason_code"    // no such reason, or one is needed
	RefusedReview        = "next_review"    // the day of the next review is missing or not later
	RefusedOpenSignals   = "signals_stand"  // a task without decision closes only when its signals have cleared
	RefusedUnknownAction = "unknown_action" // no such action
	RefusedNotWatched    = "not_watched"    // the customer is not on the watch list
	RefusedScore         = "score"          // the customer's score puts him on the watch list
)

// Refusal is why a decision changed nothing, and what would be right.
type Refusal struct {
	Name   string // one of the Refused names
	Detail string
}

// Error is the detail: it says what is wrong and what would be right.
func (r *Refusal) Error() string { return r.Detail }

func refuse(name, format string, args ...any) error {
	return &Refusal{name, fmt.Sprintf(format, args...)}
}

// decide takes a person's decision into the file, given the case as it stands. The file is unchanged after an error,
// which is a *Refusal.
func (f *caseFile) decide(d *Decision, id string, v *caseView, day state.Date) error {
	if err := d.fits(id, v); err != nil {
		return err
	}
	if d.Action == Decide {
		if err := d.sound(day); err != nil {
			return err
		}
	}
	h := v.handling
	h.by = d.By
	switch d.Action {
	case Acknowledge:
		h.stage = stageAcknowledged
	case Review:
		h.stage = stageInReview
	case Decide:
		h.stage, h.code, h.reason, h.review, h.seen = stageDecided, d.Code, d.ReasonCode, d.NextReview, v.alerts
	case Close:
		h.stage, h.seen = stageClosed, v.alerts
	}
	f.handling = h
	return nil
}

// fits tells whether the action is one for this task in its present state.
func (d *Decision) fits(id string, v *caseView) error {
	switch {
	case v.opened == 0:
		return refuse(RefusedNoTask, "the customer has no review task: there is nothing to %s", d.Action)
	case d.TaskID != id:
		return refuse(RefusedOtherTask, "task %s is not the customer's task: that is %s", d.TaskID, id)
	case strings.TrimSpace(d.By) == "":
		return refuse(RefusedNobody, "%s task %s: nobody is named: say who acts", d.Action, id)
	case v.stage == stageClosed:
		return refuse(RefusedState, "task %s is closed: a new alert opens another", id)
	}
	switch d.Action {
	case Acknowledge:
		return d.from(id, v, "acknowledge it only once", stageOpen)
	case Review:
		return d.from(id, v, "acknowledge it first", stageAcknowledged)
	case Decide:
		return d.from(id, v, "acknowledge it first; decide it once", stageAcknowledged, stageInReview)
	case Close:
		if v.stage != stageDecided && len(v.alerts) > 0 {
			return refuse(RefusedOpenSignals, "close task %s: it is %s and its signals stand: decide it first", id, v.stage)
		}
		return nil
	default:
		return refuse(RefusedUnknownAction, "task %s: %s is not one of acknowledge, review, decide, close", id, d.Action)
	}
}

func (d *Decision) from(id string, v *caseView, hint string, stages ...stage) error {
	if slices.Contains(stages, v.stage) {
		return nil
	}
	by := ""
	if v.handling.by != "" {
		by = " by " + v.handling.by
	}
	return refuse(RefusedState, "%s task %s: it is %s%s: %s", d.Action, id, v.stage, by, hint)
}

// sound tells whether a decision says all that it must.
func (d *Decision) sound(day state.Date) error {
	switch {
	case !slices.Contains(DecisionCodes(), d.Code):
		return refuse(RefusedCode, "decision %q is not one of %s", d.Code, strings.Join(DecisionCodes(), ", "))
	case d.ReasonCode == "" && d.Code == noAction:
		return refuse(RefusedReason, "%s needs a reason: one of %s", noAction, strings.Join(ReasonCodes(), ", "))
	case d.ReasonCode != "" && !slices.Contains(ReasonCodes(), d.ReasonCode):
		return refuse(RefusedReason, "reason %q is not one of %s", d.ReasonCode, strings.Join(ReasonCodes(), ", "))
	case d.NextReview <= day:
		return refuse(RefusedReview, "the next review must be on a day after %s", day)
	}
	return nil
}

// decisionVersion is the first byte of an encoded decision.
const decisionVersion = 1

// EncodeDecision is a decision as a journal row keeps it.
func EncodeDecision(d Decision) []byte {
	b := []byte{decisionVersion, byte(d.Action)}
	for _, text := range [...]string{d.TaskID, d.By, d.Code, d.ReasonCode} {
		b = appendString(b, text)
	}
	return appendUint(appendDate(b, 0, d.NextReview), uint64(d.At))
}

// DecodeDecision reads what EncodeDecision wrote.
func DecodeDecision(b []byte) (Decision, error) {
	r := newReader(b)
	version, d := r.byte(0xff), Decision{Action: Action(r.byte(0xff))}
	d.TaskID, d.By, d.Code, d.ReasonCode = r.string(), r.string(), r.string(), r.string()
	d.NextReview = r.date(0)
	d.At = state.Instant(r.uint(1<<64 - 1))
	if !r.done() || version != decisionVersion {
		return Decision{}, fmt.Errorf("decision: %w", errEncoding)
	}
	return d, nil
}

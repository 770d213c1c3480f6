package alerts

import (
	"fmt"

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
	Snooze                        // what is not decided is put off
	Wake                          // end that
	Reassign                      // what is not closed is another person's
	Feedback                      // say of an alert what it was worth
	Escalate                      // tell somebody else that it is late: nobody does so by hand

	// These are no decisions: see Entry.
	Contact    // that somebody tried to reach the customer, or was reached by him
	Promise    // that he will pay
	Note       // what was seen of him
	AskLimit   // that somebody wants a temporary limit for him
	GrantLimit // that he has one

	Remind // tell a task's owner that it is to be decided soon: nobody does so by hand

	LetGo // of no task, and no decision: let go what is withheld as systemic

	// These are no decisions either: what a second person says to AskLimit. See Entry.
	ApproveLimit // that he has the limit that was asked for
	DeclineLimit // that he does not get it

	Recount // count a task's time from when people were told of it: nobody does so by hand
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
	case Snooze:
		return "snooze"
	case Wake:
		return "wake"
	case Reassign:
		return "reassign"
	case Feedback:
		return "feedback"
	case Escalate:
		return "escalate"
	case Contact:
		return "contact"
	case Promise:
		return "promise"
	case Note:
		return "note"
	case AskLimit:
		return "ask_limit"
	case GrantLimit:
		return "limit"
	case Remind:
		return "remind"
	case LetGo:
		return "systemic_release"
	case ApproveLimit:
		return "approve_limit"
	case DeclineLimit:
		return "decline_limit"
	case Recount:
		return "recount"
	default:
		return fmt.Sprintf("action %d", uint8(a))
	}
}

// Decision is what one person does with one task, or with a customer on the watch list. It reaches the record by the same road as an event.
type Decision struct {
	TaskID     string // empty: Unwatch is about none
	Action     Action
	By         string        // the person; never empty
	Code       string        // Decide: what is to be done, see DecisionCodes. Feedback: see FeedbackCodes. Escalate: [ToManager] or [ToHeadOfCredit]
	ReasonCode string        // Decide, Snooze: why, see ReasonCodes; no_action and Snooze need one. Unwatch: see UnwatchReasons
	NextReview state.Date    // Decide: the later day on which the customer is looked at again
	At         state.Instant // when the person did it

	Until state.Date // Snooze: the day on which the task is back, at most 14 days ahead; zero: that one, if Worse is told
	Worse uint       // Snooze: per cent of money at risk by which the task is back before; 0: however much there is
	To    string     // Reassign: the person whose task it is from now on. Escalate: who is told
	Alert string     // Feedback: the alert's id

	// Seen is the seq of the task, and so of its case, that the person saw; 0: nobody asks. A decision about another one is refused, by
	// whoever takes it into the record: a journal does not keep it, since how often a case is told depends on how events were batched.
	Seen int64
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

// FeedbackCodes are what a person may say of an alert.
func FeedbackCodes() []string { return []string{"useful", "data_wrong", "known", "rule_wrong"} }

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
	RefusedUntil         = "until"          // a snooze ends on no such day
	RefusedWorse         = "worse"          // so much more, or more than nothing, is no end of a snooze
	RefusedAwake         = "awake"          // the task is not put off
	RefusedOwner         = "owner"          // it does not say whose the task is to be
	RefusedAlert         = "alert"          // no such alert stands in the customer's case
	RefusedFeedback      = "feedback"       // nothing that is said of an alert
	RefusedEarly         = "early"          // the task is not late yet
	RefusedChanged       = "changed"        // the case is not as the person saw it
	RefusedEntry         = "entry"          // what is told of a customer is none that can be, or lacks something
	RefusedGone          = "gone"           // there is no such customer, or nobody acts on him any more
	RefusedAsk           = "ask"            // nobody has asked for such a limit for the customer
	RefusedOwn           = "own"            // who asks for a limit does not approve it himself
	RefusedAnswered      = "answered"       // somebody has answered already
)

// Refusal is why a decision changed nothing, and what would be right.
type Refusal struct {
	Name   string // one of the Refused names
	Detail string
	By     string // who was first, where somebody was; empty: nobody, or it is not known
}

// Error is the detail: it says what is wrong and what would be right.
func (r *Refusal) Error() string { return r.Detail }

func refuse(name, format string, args ...any) error {
	return &Refusal{Name: name, Detail: fmt.Sprintf(format, args...)}
}

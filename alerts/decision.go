package alerts

import "tocsin/state"

// Action is what a person does with a review task.
type Action uint8

const (
	Acknowledge Action = iota + 1 // open → acknowledged
	Review                        // acknowledged → in_review
	Decide                        // acknowledged, in_review → decided
	Close                         // decided → closed; also without decision once its signals have cleared
)

// Decision is what one person does with one task. It reaches the record by the same road as an event.
type Decision struct {
	TaskID     string
	Action     Action
	By         string        // the person; never empty
	Code       string        // Decide: what is to be done, see DecisionCodes
	ReasonCode string        // why, see ReasonCodes; no_action needs one
	NextReview state.Date    // Decide: when the customer is looked at again
	At         state.Instant // when the person did it
}

package alerts

import (
	"strconv"

	"tocsin/detectors"
	"tocsin/state"
)

// SignalStaleInput is the signal of days that closed without an input, which could neither be read nor confirm its end.
const SignalStaleInput = "stale_input"

// staleEvidence is how many partitions an alert names.
const staleEvidence = 10

// StaleRaised is the alert of days that close without inputs, the first of which has just done so. It is known at that day's end.
func StaleRaised(of []state.StaleInput, on state.Date, at state.Instant, config string) *Transition {
	t := ofEverybody(SignalStaleInput, on)
	t.Seq, t.At, t.KnownAt, t.To, t.Kind, t.Config = 1, on, at, detectors.Warning, Raised, config
	t.Facts = []detectors.Fact{{Name: "partitions", Value: strconv.Itoa(len(of)), Threshold: "0"}}
	for i := range of[:min(len(of), staleEvidence)] {
		t.Evidence = append(t.Evidence, of[i].Topic+"/"+strconv.Itoa(int(of[i].Partition)))
	}
	return t
}

// StaleCleared ends it on the first day that closes with every input. Raised is its last change.
func StaleCleared(raised *state.AlertRow, on state.Date, at state.Instant, config string) *Transition {
	t := ofEverybody(SignalStaleInput, on)
	t.AlertID, t.Seq, t.At, t.KnownAt, t.From, t.Kind, t.Config = raised.ID, raised.Seq+1, on, at, detectors.Warning, Cleared, config
	return t
}

// ofEverybody is a change of a signal of the portfolio, which rose on a day.
func ofEverybody(signal string, rose state.Date) *Transition {
	return &Transition{AlertID: alertID(Live, Everybody, signal, rose), Customer: Everybody, RuleSet: Live, Signal: signal}
}

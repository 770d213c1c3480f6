package alerts

import "tocsin/state"

// Deadlines count from when people were told. A step knows when something was known, and not whether people hear of it at once: what a
// first load finds is told when all of it is read, and what quiet hours or a budget put off when it is posted. Whoever keeps the time finds
// that out from the clock of the task, and has the time counted anew by a decision: so it stands in the journal when people were told,
// and what a message, a list, the record on a topic and an escalation go by is one number.

// Unposted is the code of a [Recount] of a task whose case nobody has a message of, for a summary has told of it: it gets none for that.
const Unposted = "unposted"

// RecountOf is the decision by which a task's time is counted from when people were told of it, in the name of who keeps the time. It is for
// the task as it is at seq. Unposted: nobody has a message of its case, and none is to be posted for that.
func RecountOf(task string, seq int64, told state.Instant, unposted bool, by string) Decision {
	d := Decision{TaskID: task, Action: Recount, By: by, At: inSeconds(told), Seen: seq}
	if unposted {
		d.Code = Unposted
	}
	return d
}

// recounts tells whether a task has a time that can be counted later.
func (d *Decision) recounts(t *inHand) error {
	switch {
	case d.Code != "" && d.Code != Unposted:
		return refuse(RefusedCode, "recount of task %s: %q is not %s", t.id, d.Code, Unposted)
	case t.stage >= stageDecided || t.snooze.until != 0 || len(t.alerts) == 0:
		return refuse(RefusedState, "recount of task %s: no time runs for it", t.id)
	case d.At <= t.since:
		return refuse(RefusedState, "recount of task %s: its time runs since %s", t.id, t.since)
	}
	return nil
}

// Recounts tells whether the time of a task is to be counted anew, given the clock that the store keeps of it: people were told of it in
// another moment of working time than that since which it runs.
func (j *Judge) Recounts(l *state.Ledger, c *state.Clock) bool {
	return inSeconds(c.Told) > c.From && j.sla.hours(l).Between(c.From, inSeconds(c.Told)) > 0
}

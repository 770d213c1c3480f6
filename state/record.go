package state

// Record is everything Tocsin knows of one customer: the facts, and what package alerts remembers of its signals. If a
// thing is not in the record, the engine cannot know it.
//
// A record has one owner at a time. Whoever steps it has taken it out of every cache and puts it back only after the
// commit; after any other outcome it is dropped and loaded again, so a step never starts from a record on which it was
// already taken.
type Record struct {
	Customer *Customer
	Day      Date   // the open day of the last step; zero in a new record
	Now      Parts  // as the last step left them
	Closed   Parts  // as they stood at the last close before Day
	Touched  Inputs // what events of the open day changed: a correction may retract only then
	Episodes []byte // open episodes, case and task by rule set: alerts' own encoding

	// Counters that depend on how events were batched. They are encoded apart and left out of comparisons.
	Seq      uint64  // the journal row that this record is the fold of
	Unjudged Instant // when the latest of the facts was known that no step has judged yet; zero: all are judged. An alarm of the open day does it
	Told     []byte  // what was told last of each alert, task and message, and when: alerts' own encoding
}

// Promote moves the record on to a later open day: what stands becomes what stood at the close.
func (r *Record) Promote(day Date) {
	r.Closed = r.Now
	r.Touched = 0
	r.Day = day
}

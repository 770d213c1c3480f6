package state

// Fate is what has become of a customer by a day. The zero Fate is a customer who goes on.
type Fate struct {
	Heir   CustomerID // into whom the customer has been merged; empty: nobody
	Ended  bool       // its facts are the heir's now. Of merges that lead in a circle nobody is the heir, so nobody ends
	Erased bool       // names, identifiers and people are to be removed; amounts stay
}

// Gone tells whether the customer has no record, no signals and no case any more.
func (f Fate) Gone() bool { return f.Ended || f.Erased }

// Fate is what has become of the customer by a day. A merge and an erasure are in effect from their date on, or from the day
// on which they become known if that is later. A merge into itself is none. Of an erasure the earliest date told in any
// revision counts: what a person has asked for is not put off by a correction.
func (c *Customer) Fate(day Date) Fate {
	if c.conduct == nil {
		return Fate{}
	}
	f := Fate{Heir: c.heir(day)}
	f.Ended = f.Heir != "" && !c.inCircle(day)
	for _, erased := range c.facts(KindErased) {
		f.Erased = f.Erased || erased.body.(*Erased).EraseDate <= day
	}
	return f
}

// Known tells whether there is any fact of the customer. An heir who was handed an estate and had to give it back within the
// day is left without any: nobody ever told of him.
func (c *Customer) Known() bool {
	if c.estates != nil || len(c.tombstones) > 0 {
		return true
	}
	for kind := range kindCount {
		if len(c.facts(kind)) > 0 {
			return true
		}
	}
	return false
}

// NextFate is the first later day on which the customer's fate changes by time alone; zero: never.
func (c *Customer) NextFate(day Date) Date {
	if c.conduct == nil {
		return 0
	}
	next := Date(0)
	for _, f := range c.facts(KindMerged) {
		if date := f.body.(*Merged).MergeDate; date > day {
			next = earlier(next, date)
		}
	}
	for _, f := range c.facts(KindErased) {
		if date := f.body.(*Erased).EraseDate; date > day {
			next = earlier(next, date)
		}
	}
	return next
}

// heir is the customer into whom this one has been merged by a day.
func (c *Customer) heir(day Date) CustomerID {
	if c.conduct == nil {
		return ""
	}
	for _, f := range c.facts(KindMerged) {
		if merged := f.body.(*Merged); merged.MergeDate <= day && merged.Into != c.ID {
			return merged.Into
		}
	}
	return ""
}

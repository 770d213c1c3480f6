package state

import (
	"cmp"
	"slices"
)

// StaleInput is a partition without which a day was opened: it could neither be read nor confirm its end for as long as a day is
// held for it (DESIGN.md 5). Absence of what it carries means nothing meanwhile.
type StaleInput struct {
	Topic     string
	Partition int32
	Inputs    Inputs // what its events may bear on, as the configuration had it when the day was opened
	Since     Date   // the first day that closed without it; every day since has
}

// Compare orders by topic and partition.
func (s StaleInput) Compare(o StaleInput) int {
	return cmp.Or(cmp.Compare(s.Topic, o.Topic), cmp.Compare(s.Partition, o.Partition))
}

// Waiting is what the day was opened without: a signal that news of it could clear does not rise on this day.
func (d *Day) Waiting() Inputs { return waiting(d.Stale) }

// Without is the input of the next day for a partition without which this one closes.
func (d *Day) Without(topic string, partition int32, bears Inputs) StaleInput {
	next := StaleInput{Topic: topic, Partition: partition, Inputs: bears, Since: d.Date}
	if at, was := slices.BinarySearchFunc(d.Stale, next, StaleInput.Compare); was {
		next.Since = d.Stale[at].Since
	}
	return next
}

// Freed is what the day was opened without and the next one is not. Where there is any, whoever waits is judged on the next day.
func (c *DayClose) Freed() Inputs { return c.From.Waiting() &^ waiting(c.Stale) }

func waiting(stale []StaleInput) (all Inputs) {
	for i := range stale {
		all |= stale[i].Inputs
	}
	return all
}

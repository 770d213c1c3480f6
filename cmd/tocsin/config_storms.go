package main

import (
	"fmt"
	"time"
)

// floodConfig is from when on a channel gets one message of many cases.
type floodConfig struct {
	Cases  int
	Within time.Duration
}

// stormSettings are of how much people are told at most.
func stormSettings(n *notifyConfig) []setting {
	return []setting{
		{key: "notify.budget", value: integer(&n.Budget, 0, 1000),
			doc: "How many new messages of cases the owner of tasks is told of in a day of notify.quiet.time_zone, or who stands in for him; of what is nobody's a " +
				"channel. The rest waits for the next day, and one message in the channel tells how many cases are held back. What is critical, and news of " +
				"registers of class A and B1, goes out in any case. Of one customer channels hear three times a day. 0: no limit of owners."},
		{key: "notify.cool_down", value: duration(&n.CoolDown, 0, 720*time.Hour),
			doc: "For how long after a case is over, of which people have a message, its customer is not news again for the like: signals that were as grave, and " +
				"at most a tenth more at risk. What is critical goes out in any case, and all is in the digest. 0: such a case is told at once."},
		{key: "notify.flood.cases", value: integer(&n.Flood.Cases, 0, 10000),
			doc: "Where more new cases than these come for a channel within notify.flood.within, one message counts them instead of one of each. When it is " +
				"calm again the critical ones get a message of their own, and the others as notify.budget allows. 0: never."},
		{key: "notify.flood.within", value: duration(&n.Flood.Within, time.Minute, 24*time.Hour),
			doc: "The time in which they come."},
	}
}

// readers is the time zone of those who read messages. The values have passed their checks.
func (c *config) readers() (*time.Location, error) {
	name := c.Notify.Quiet.TimeZone
	if name == "" {
		name = c.Ledger.TimeZone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("notify.quiet.time_zone: %w", err)
	}
	return zone, nil
}

package main

import (
	"strings"
	"testing"

	"tocsin/state"
)

// The invented portfolio is on the topics of the configuration; sent again it is the same.
func TestAPortfolioIsSentToTheTopicsOfTheConfiguration(t *testing.T) {
	l := newPipeline(t)
	l.environ = []string{"TOCSIN_KAFKA_BROKERS=" + strings.Join(l.config.Kafka.Brokers, ",")}
	year, month, _ := wallClock().Date(l.engine.Ledger.Zone).Civil()
	first := state.DateOf(year, month, 1) - 20
	line := "event simulate --past --customers 12 --first " + first.String()
	l.says(t, exitGood, line, " events of ", " customers since "+first.String()+" are sent\n")
	_, once := l.by(t, line)
	if _, again := l.by(t, line); once != again {
		t.Errorf("got %q and then %q, want the same", once, again)
	}
	profiles := map[string]int{}
	for _, r := range l.read(t, l.config.Kafka.Topics.Customers, 36) {
		profiles[string(r.Key)]++
	}
	if len(profiles) < 12 {
		t.Errorf("got records of %d customers, want 12 or more", len(profiles))
	}
	l.says(t, exitUsage, "event simulate --first 2999-01-01", "is no date in the past")
}

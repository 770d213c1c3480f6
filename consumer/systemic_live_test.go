package consumer

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// FirstDay is the day on which [PlayLive] begins.
var FirstDay = firstDay

// LiveLine is an event as a line of a file, and when it is known.
type LiveLine struct {
	At   state.Instant
	Text []byte
	Stop bool // whatever is owed is done before the next one comes
}

// PlayLive has a runner live through lines, by when they are known, and tells what it has found systemic up to the close of a day, the
// alerts that tell of it, and by which engine.
func PlayLive(t *testing.T, lines []LiveLine, until state.Date) ([]state.Systemic, string, *Engine) {
	t.Helper()
	g := newRig(t, peopleTopic)
	for _, l := range lines {
		if g.now.Date(time.UTC) < l.At.Date(time.UTC) {
			g.read()
			g.now = l.At
			g.play()
		}
		g.now = l.At
		if g.broker.append(peopleTopic, l.At, l.Text); l.Stop {
			g.read()
		}
	}
	g.read()
	g.now = (until + 1).Start(time.UTC) + state.Instant(time.Minute)
	g.play()
	all, err := g.store.Systemic(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := g.store.Alerts(t.Context(), alerts.Everybody)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(rows, func(a, b state.AlertRow) int { return cmp.Compare(a.KnownAt, b.KnownAt) })
	var told strings.Builder
	for _, row := range rows {
		told.Write(append(row.Body, '\n'))
	}
	return all, told.String(), g.engine
}

// read takes in whatever was published.
func (g *rig) read() {
	g.t.Helper()
	for turn := 0; ; turn++ {
		at, err := g.store.AllPositions(g.t.Context())
		if err != nil || turn > 9000 {
			g.t.Fatalf("stuck at %v: %v", at, err)
		}
		if len(at) == 1 && at[0].Next == int64(len(g.broker.logs[peopleTopic])) {
			g.turns(20)
			return
		}
		g.turns(1)
	}
}

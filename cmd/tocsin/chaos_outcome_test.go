//go:build chaos

package main

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
	"tocsin/state/postgres/pgtest"
)

// How long may pass until what was not read is read and closed after the last fault, and until all of it is before people: they get a
// message a second.
const (
	recovery = 60 * time.Second
	telling  = 5 * time.Minute
)

// supervise starts processes in place of those that have ended, until there are as many as there should be.
func (c *chaos) supervise(t *testing.T) {
	t.Helper()
	c.processes = slices.DeleteFunc(c.processes, func(p *playedProcess) bool {
		if !p.over() {
			return false
		}
		if code := p.command.ProcessState.ExitCode(); code >= 0 { // not by a signal
			c.ended++
			t.Logf("process %d ended by itself with %d:\n%s", p.command.Process.Pid, code, p.end())
			if !strings.Contains(p.end(), "store postgres://") {
				t.Error("and not because it found no store to open")
			}
		}
		return true
	})
	for len(c.processes) < c.size.instances {
		p := startPlayed(t, c.file, c.clock)
		c.processes, c.all = append(c.processes, p), append(c.all, p)
	}
}

// until waits until something holds. Somebody has to start processes meanwhile, and the store may be away.
func (c *chaos) until(t *testing.T, what string, patience time.Duration, holds func() (bool, error)) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		c.supervise(t)
		switch done, err := holds(); {
		case errors.Is(err, state.ErrUnavailable):
		case err != nil:
			t.Fatal(err)
		case done:
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: not after %v", what, patience)
		}
	}
}

// await waits until a day is open.
func (c *chaos) await(t *testing.T, day state.Date) {
	t.Helper()
	c.until(t, fmt.Sprintf("%s is open", day), 2*time.Minute, func() (bool, error) {
		open, _, err := c.store.Day(t.Context())
		return open.Date >= day, err
	})
}

// settle waits until the processes have nothing more to do.
func (c *chaos) settle(t *testing.T) {
	t.Helper()
	c.resumed.Wait()
	c.until(t, "everything is published", recovery, func() (bool, error) {
		owed, err := c.store.Unpublished(t.Context(), 1)
		return len(owed) == 0, err
	})
	took := time.Since(c.calm)
	t.Logf("all was read, closed and published %v after the last fault", took.Round(time.Millisecond))
	if took > recovery {
		t.Errorf("that took %v, want at most %v", took, recovery)
	}
	c.until(t, "everything is before people", telling, func() (bool, error) {
		due, held, err := c.store.OwedCount(t.Context())
		return due+held == 0, err
	})
	t.Logf("all is before people %v after the last fault", time.Since(c.calm).Round(time.Millisecond))
}

// wantOwedOnce compares the outbox with the journal: each message that it tells of has its row, and nothing else has.
func (c *chaos) wantOwedOnce(t *testing.T) {
	t.Helper()
	o, err := readOutcome(t.Context(), c.store, earlierEngines(c.store))
	must(t, err)
	ids, bodies := c.texts(t, `SELECT id FROM message WHERE customer <> '' ORDER BY id`), c.texts(t, `SELECT convert_from(body, 'UTF8') FROM message WHERE customer <> '' ORDER BY id`)
	rows := make(map[string]string, len(ids))
	for i, id := range ids {
		rows[id] = bodies[i]
	}
	for _, fault := range differing("message", againstJournal, o.messages, rows) {
		t.Error(fault)
	}
	t.Logf("%d messages of %d cases were owed", len(ids), len(o.cases))
}

func (c *chaos) texts(t *testing.T, query string) []string {
	t.Helper()
	return pgtest.Texts(t, c.schema, query)
}

// wantShownOnce compares what people see with what they are to see: each case that is open, but for those of which a summary has told
// instead, each summary, and none twice.
func (c *chaos) wantShownOnce(t *testing.T) {
	t.Helper()
	shown := make(map[string]int)
	for _, m := range c.slack.Messages() {
		shown[m.Of()]++
	}
	summed := 0 // cases
	summaries, err := c.store.Summaries(t.Context())
	must(t, err)
	for _, row := range summaries {
		sum, err := alerts.ParseSummary(row.Body)
		must(t, err)
		if shown[sum.SummaryID] != 1 {
			t.Errorf("summary %s is shown %d times", sum.SummaryID, shown[sum.SummaryID])
		}
		summed += sum.Critical + sum.Warning
		delete(shown, sum.SummaryID)
	}
	for _, body := range c.texts(t, `SELECT DISTINCT ON (case_id) convert_from(body, 'UTF8') FROM message WHERE customer <> '' ORDER BY case_id, seq DESC`) {
		m, err := alerts.ParseCaseMessage([]byte(body))
		must(t, err)
		switch n := shown[m.CaseID]; {
		case n > 1:
			t.Errorf("case %s of %s is shown %d times", m.CaseID, m.Customer, n)
		case n == 0 && m.State == alerts.CaseOpen:
			summed--
		}
		delete(shown, m.CaseID)
	}
	if summed < 0 {
		t.Errorf("%d open cases are shown nowhere", -summed)
	}
	if len(shown) > 0 {
		t.Errorf("%v are shown, and nobody owed them", shown)
	}
}

// wantRebuilt has every snapshot compared with its journal, by the command that operators have.
func (c *chaos) wantRebuilt(t *testing.T) {
	t.Helper()
	out, err := exec.Command("tocsin", "rebuild", "--check", "--config", c.file).CombinedOutput()
	t.Logf("rebuild --check: %s", out)
	if err != nil {
		t.Errorf("rebuild --check: %v", err)
	}
}

// countRefused adds what the store has rolled back since it was started: it forgets that when it is killed. What somebody was first
// with is among it, and what came when its day was closed.
func (c *chaos) countRefused(t *testing.T) {
	t.Helper()
	n, err := strconv.Atoi(c.texts(t, `SELECT xact_rollback::text FROM pg_stat_database WHERE datname = current_database()`)[0])
	must(t, err)
	c.rolledBack += n
}

// report tells what has happened.
func (c *chaos) report(t *testing.T) {
	t.Helper()
	c.countRefused(t)
	for kind := range mishapKinds {
		t.Logf("%v: %d", kind, c.struck[kind])
	}
	t.Logf("%d records, %d transitions, %d calls of Slack, %d messages shown, %d transactions refused",
		c.sent, len(c.texts(t, `SELECT id FROM alert`)), len(c.slack.Calls("")), len(c.slack.Messages()), c.rolledBack)
	said := make(map[string]int)
	for _, p := range c.all {
		for _, what := range []string{"joining the group anew", "the store answers again", "has the lease\",\"role\":\"outbox"} {
			said[what] += strings.Count(p.log.String(), what)
		}
	}
	t.Logf("%d processes, of which %d ended by themselves, have said: %v", len(c.all), c.ended, said)
}

package alerts

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

func someScore() state.Score {
	return state.Score{Source: "erp", Accepted: 12_340, Duplicate: 7, Stale: 2, Refused: 5, Parked: 1, Conflicts: 3, Late: 4, UnknownFields: 6, UnknownValues: 8,
		Misrouted: 9, Misplaced: 10, Delay: 12_340 * 90_000, Longest: 26*time.Hour + 5*time.Second, Last: 1_790_000_160 * 1_000_000_000,
		Codes: []state.ScoreCode{{Code: "json", Count: 1}, {Code: "money_scale", Count: 4}}}
}

func someScorecard() *Scorecard {
	last := state.DateOf(2026, 11, 22)
	return &Scorecard{Channel: "#erp-team", First: last - 6, Last: last, MadeAt: 1_790_000_200 * 1_000_000_000, Score: someScore()}
}

func TestAScorecardIsReadAsItWasWritten(t *testing.T) {
	was := someScorecard()
	body := was.AppendJSON(nil)
	want := `{"kind":"scorecard","version":1,"made_at":"2026-09-21T14:16:40Z","channel":"#erp-team","first":"2026-11-16","last":"2026-11-22","name":"erp","records":12355,` +
		`"accepted":12340,"duplicate":7,"stale":2,"refused":5,"parked":1,"conflicts":3,"late":4,"unknown_fields":6,"unknown_values":8,"wrong_key":9,"wrong_partition":10,` +
		`"mean_delay_seconds":90.000,"longest_delay_seconds":93605.000,"last_known_at":"2026-09-21T14:16:00Z","refused_by":[{"code":"json","count":1},{"code":"money_scale","count":4}]}`
	if string(body) != want {
		t.Errorf("got %s, want %s: what is kept must stay readable", body, want)
	}
	msg, err := ParseMessage(body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Message(was), msg); diff != "" {
		t.Error(diff)
	}
	if key := msg.Key(); key.Case != "scorecard/erp/2026-11-22" || key.Seq != 1 {
		t.Errorf("got %+v", key)
	}
	if _, err := ParseMessage([]byte(strings.Replace(want, `"version":1`, `"version":2`, 1))); !errors.Is(err, errEncoding) {
		t.Errorf("a later version: got %v, want it refused", err)
	}
}

func TestAScorecardTellsWhatIsToBeMended(t *testing.T) {
	quote := func(s string) string { return "`" + s + "`" }
	head, parts := English.Digest(someScorecard(), quote)
	got := head + "\n" + fmt.Sprint(parts)
	for _, want := range []string{"erp", "12,355", "accepted 12,340", "refused 5", "0:01:30 on average, 26:00:05 at most", "Refused: 5: `money_scale` 4, `json` 1",
		"revision: 3", "happened: 4", "does not have: 6", "other: 8", "customer: 9", "chooses: 10"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s\nwant %q told", got, want)
		}
	}
	well := someScorecard()
	well.Score = state.Score{Source: "bank", Accepted: 3, Duplicate: 2}
	for _, l := range []*Language{English, Chinese} {
		if _, parts := l.Digest(well, quote); len(parts) != 2 || len(parts[1].Lines) != 1 || parts[1].Lines[0] != l.Phrase(PhraseScoreWell) {
			t.Errorf("of a source that does well: got %v", parts)
		}
	}
}

func TestAWeekTellsOfSourcesTheWorstFirst(t *testing.T) {
	week := fullWeek()
	week.Sources = append([]state.Score{{Source: "bank", Accepted: 3}}, week.Sources...)
	_, parts := English.Digest(week, func(s string) string { return s })
	lines := parts[len(parts)-1].Lines
	want := []string{"erp: 12,355 records; refused: 5; conflicts: 3; late: 4; not understood: 14; keys: 19", "bank: 3 records; nothing to mend"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

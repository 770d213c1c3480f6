package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/state"
	"tocsin/state/sqlite"
)

func TestSourcesArePrintedOfAStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	store, err := sqlite.Open(t.Context(), "sqlite:"+path, ownStore)
	if err != nil {
		t.Fatal(err)
	}
	says := func(want int, line string, text string) {
		t.Helper()
		var out bytes.Buffer
		environ := []string{"TOCSIN_STORE_URL=sqlite:" + path, `TOCSIN_SOURCES={"urn:acme:erp": erp}`}
		if code := run(&process{t.Context(), environ, nil, &out, &out}, strings.Fields(line)); !strings.Contains(out.String(), text) || code != want {
			t.Errorf("tocsin %s: got %d\n%s\nwant %d, and to be told %q", line, code, out.String(), want, text)
		}
	}
	says(exitFinding, "sources", "no open day yet")
	day := state.Day{Date: state.DateOf(2026, 11, 20), Config: "c"}
	at := []state.Position{{Topic: "orders"}}
	err = store.OpenStore(t.Context(), day)
	if err == nil {
		at, err = store.Acquire(t.Context(), at)
	}
	if err == nil {
		err = store.Commit(t.Context(), &state.Commit{Day: day, Positions: []state.Advance{{Topic: "orders", Epoch: at[0].Epoch, From: -1, To: 9}},
			Scores: []state.Score{{Source: "urn:acme:erp", Accepted: 7, Refused: 2, Codes: []state.ScoreCode{{Code: "json", Count: 2}}}}})
	}
	if err = errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	says(exitGood, "sources", "2026-11-14 to 2026-11-20: 1 source\n")
	says(exitGood, "sources", "\nrefused of urn:acme:erp (erp): json 2\n")
	says(exitGood, "sources --until 2026-11-19", "2026-11-13 to 2026-11-19: 0 sources\n")
	says(exitGood, "sources --output json", `{"from":"2026-11-14","until":"2026-11-20","sources":[{"source":"urn:acme:erp","name":"erp","records":9,"accepted":7,`)
	says(exitUsage, "sources --from 2026-11-21", "--from: 2026-11-21 comes after 2026-11-20")
	says(exitUsage, "sources --from yesterday", "--from")
}

func TestAScoreIsALine(t *testing.T) {
	var out strings.Builder
	err := writeScores(&out, state.DateOf(2026, 11, 14), state.DateOf(2026, 11, 20), []state.Score{
		{Source: "", Refused: 1, Codes: []state.ScoreCode{{Code: "json", Count: 1}}, Last: 1e18},
		{Source: "urn:acme:erp", Accepted: 4, Duplicate: 1, Stale: 2, Refused: 3, Parked: 5, Conflicts: 6, Late: 1, UnknownFields: 5, UnknownValues: 4, Misrouted: 7, Misplaced: 8,
			Delay: 4*60_000 + 2, Longest: 3 * time.Minute, Last: 1e18, Codes: []state.ScoreCode{{Code: "encoding", Count: 1}, {Code: "money_scale", Count: 2}}},
		{Source: "urn:bank\x1b", Accepted: 1, Delay: 2, Longest: 1500 * time.Microsecond, Last: 1e18},
	}, map[string]string{"urn:acme:erp": "erp"})
	want := `2026-11-14 to 2026-11-20: 3 sources
source              records  accepted  duplicate  stale  refused  parked  conflicts  late  unknown  wrong key  wrong partition  mean delay  longest  last known
other               1        0         0          0      1        0       0          0     0        0          0                none        none     2001-09-09T01:46:40Z
urn:acme:erp (erp)  15       4         1          2      3        5       6          1     9        7          8                1m0s        3m0s     2001-09-09T01:46:40Z
urn:bank· (other)   1        1         0          0      0        0       0          0     0        0          0                2ms         2ms      2001-09-09T01:46:40Z
refused of other: json 1
refused of urn:acme:erp (erp): encoding 1, money_scale 2
`
	if err != nil || out.String() != want {
		t.Errorf("got %v\n%swant\n%s", err, out.String(), want)
	}
}

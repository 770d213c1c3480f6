package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
	"tocsin/state/sqlite"
)

// What is withheld as systemic is listed, let go once by somebody, and kept in the audit.
func TestWhatIsSystemicIsListedAndLetGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	store, err := sqlite.Open(t.Context(), "sqlite:"+path, ownStore)
	if err != nil {
		t.Fatal(err)
	}
	day := state.Day{Date: state.DateOf(2026, 11, 20), Config: "c"}
	if err := store.OpenStore(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	found := alerts.Systemic(day.Date, []state.Risen{{Signal: "limit_breach", Customers: 9}, {Signal: "overdue", Customers: 7}, {Signal: "composite", Customers: 6}}, 20)
	if err := store.CloseDay(t.Context(), &state.DayClose{From: day, Next: day.Date + 1, Systemic: found}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	says := func(want int, line string, texts ...string) {
		t.Helper()
		var out bytes.Buffer
		args := strings.Fields(line)
		code := run(&process{t.Context(), []string{"TOCSIN_STORE_URL=sqlite:" + path}, nil, &out, &out}, args)
		for _, text := range texts {
			if !strings.Contains(out.String(), text) || code != want {
				t.Errorf("tocsin %s: got %d\n%s\nwant %d, and to be told %q", line, code, out.String(), want, text)
			}
		}
	}
	says(exitFinding, "systemic ls", "2026-11-20  limit_breach  9 of 20 customers rose; messages are withheld\n2026-11-20  overdue  7 of 20 customers rose; messages are withheld\n")
	says(exitFinding, "systemic ls --output json", `{"day":"2026-11-20","signal":"limit_breach","risen":9,"active":20,"withheld":true}`)
	says(exitGood, "systemic release 2026-11-20 overdue --by ana --reason mended", "messages of overdue on 2026-11-20 go out")
	says(exitFinding, "systemic release 2026-11-20 overdue --by ana --reason mended", "nothing is withheld for overdue on 2026-11-20; tocsin systemic ls --all")
	says(exitUsage, "systemic release yesterday overdue --reason mended", "yesterday")
	says(exitFinding, "systemic", "limit_breach")
	says(exitGood, "systemic release 2026-11-20 limit_breach --by bo --reason mended", "go out")
	says(exitGood, "systemic ls --all", "overdue  7 of 20 customers rose; let go by ana at ")
	says(exitGood, "audit show", "systemic_release", "because: mended; systemic on 2026-11-20 limit_breach")
}

package alerts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tocsin/state"
)

const goldenWord = `{"kind":"word","version":1,"word_id":"word/tocsin-1/2026-11-20","seq":1,"customer_id":"C-7","case_id":"k","owner":"bo","via":"api","at_ns":1795166043271000000,` +
	`"action":"ask_limit","by":"ana","day":"","until":"2026-12-20","amount":"20.5","currency":"EUR","channel":"","outcome":"","inbound":false,"sign":"","text":"peak","gone":false}`

func TestAWordIsReadAsItWasWritten(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	w := Word{WordID: WordID("tocsin-1", state.DateOf(2026, 11, 20)), Seq: 1, Customer: "C-7", CaseID: "k", Owner: "bo", Via: state.ViaAPI, At: 1795166043271000000, Entry: Entry{
		Action: AskLimit, By: "ana", Until: state.DateOf(2026, 12, 20), Amount: "20.5", Currency: euro, Text: "peak",
	}}
	if got := string(w.AppendJSON(nil)); got != goldenWord {
		t.Errorf("got %s, want %s", got, goldenWord)
	}
	w.Entry.TaskID = ""
	answered := w.Answered("cfo", ApproveLimit)
	want := strings.Replace(strings.Replace(goldenWord, `"version":1`, `"version":2`, 1), `"seq":1`, `"seq":2`, 1)
	want = want[:len(want)-1] + `,"answer":"approve_limit","answered_by":"cfo","ask":"","asker":""}`
	if got := string(answered.AppendJSON(nil)); got != want || !w.Open() || answered.Open() || w.Document() != "tocsin-1" {
		t.Errorf("got %s, want %s", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return rapid.String().Draw(t, name) }
		day := func(name string) state.Date { return state.Date(rapid.IntRange(0, 40_000).Draw(t, name)) }
		w := &Word{
			WordID: WordID(text("id"), day("told")), Seq: rapid.Int64Range(1, 9).Draw(t, "seq"), Customer: state.CustomerID(text("customer")), CaseID: text("case"), Owner: text("owner"), Segment: text("segment"),
			Via: text("via"), At: state.Instant(rapid.Int64().Draw(t, "at")), Gone: rapid.Bool().Draw(t, "gone"), Entry: Entry{
				Action: rapid.SampledFrom(append(Entries(), Answers()...)).Draw(t, "action"), By: text("by"), Day: day("day"), Until: day("until"), Amount: text("amount"), Currency: euro,
				Channel: text("channel"), Outcome: text("outcome"), Inbound: rapid.Bool().Draw(t, "inbound"), Sign: text("sign"), Text: text("text"),
			},
		}
		if rapid.Bool().Draw(t, "answers") {
			w.Entry.Ask, w.Asker = "x"+text("ask"), text("asker")
		}
		if rapid.Bool().Draw(t, "answered") {
			w = w.Answered(text("answered by"), rapid.SampledFrom(Answers()).Draw(t, "answer"))
		}
		got, err := ParseMessage(w.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Message(w), got); diff != "" {
			t.Errorf("want -, got +: %s", diff)
		}
	})
	for _, bad := range []string{`{"kind":"word","version":3,"word_id":"w","seq":1,"action":"note"}`, `{"kind":"word","version":1,"word_id":"w","seq":1,"action":"wake"}`, `{"kind":"word","version":1,"seq":1,"action":"note"}`} {
		if _, err := ParseMessage([]byte(bad)); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

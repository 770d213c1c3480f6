package alerts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// What holds the ledger comes back as it was kept, and is told the longest first and up to a number, in both languages.
func TestALateDigestSaysWhatItWaitsFor(t *testing.T) {
	d := &Behind{Day: state.DateOf(2026, 11, 30), Stands: state.DateOf(2026, 11, 27), Since: 1795824000000000000, MadeAt: 1796027400000000000}
	head, parts := English.Digest(d, func(s string) string { return s })
	if got := fmt.Sprint(head, parts); !strings.Contains(got, "stands at 2026-11-27") || !strings.Contains(got, "No source is known to hold it") {
		t.Errorf("without sources: got %s", got)
	}
	var held []HeldSource
	for i := range 12 {
		held = append(held, HeldSource{"credit.payments.v1", int32(i), d.Since - state.Instant(i)})
	}
	d.Hold(held)
	if len(d.Sources) != 10 || d.More != 2 || d.Sources[0].Partition != 11 {
		t.Errorf("got %+v and %d more, want the ten that hold it longest", d.Sources, d.More)
	}
	first := &Behind{Day: d.Day, Stands: d.Stands, Since: d.Since, MadeAt: d.MadeAt, Sources: d.Sources[:1]}
	if got, want := string(first.AppendJSON(nil)), `{"kind":"behind","version":1,"day":"2026-11-30","stands":"2026-11-27","since":"2026-11-28T00:00:00Z",`+
		`"made_at":"2026-11-30T08:30:00Z","sources":[{"topic":"credit.payments.v1","partition":11,"since":"2026-11-27T23:59:59.999999989Z"}],"more_sources":0}`; got != want {
		t.Errorf("got %s, want %s: what is kept must stay readable", got, want)
	}
	again, err := ParseMessage(d.AppendJSON(nil))
	if err != nil || !cmp.Equal(again, Message(d)) {
		t.Errorf("got %+v, %v back", again, err)
	}
	if d.Key() != (state.MessageKey{Case: "behind/2026-11-30", Seq: 1}) {
		t.Errorf("got key %v", d.Key())
	}
	for _, l := range []*Language{English, Chinese} {
		head, parts := l.Digest(d, func(s string) string { return "<" + s + ">" })
		got := fmt.Sprint(head, parts)
		for _, want := range []string{l.Date(d.Stands), "<credit.payments.v1/11>"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %s, want %q in it", l.Tag(), got, want)
			}
		}
		if lines := parts[0].Lines; len(lines) != 11 || !strings.Contains(lines[10], "2") {
			t.Errorf("%s: got %q, want ten and that there are two more", l.Tag(), lines)
		}
	}
	for _, body := range []string{`{"kind":"behind","version":2,"day":"2026-11-30"}`, `{"kind":"behind","version":1}`, `{"kind":"behind","version":1,"day":7}`} {
		if _, err := ParseMessage([]byte(body)); err == nil {
			t.Errorf("%s: was read", body)
		}
	}
}

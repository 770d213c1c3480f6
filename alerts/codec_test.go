package alerts

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"testing"

	"tocsin/detectors"
	"tocsin/state"

	"pgregory.net/rapid"
)

func drawDate(t *rapid.T, name string, from state.Date) state.Date {
	return from + state.Date(rapid.IntRange(0, 1000).Draw(t, name))
}

func drawEpisode(t *rapid.T) episode {
	e := episode{baseline: rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(t, "baseline")}
	if len(e.baseline) == 0 {
		e.baseline = nil
	}
	if rapid.Bool().Draw(t, "keeps?") {
		e.kept = rapid.SliceOfN(rapid.Byte(), 1, 3).Draw(t, "kept")
	}
	e.set = detectors.Rungs(rapid.IntRange(0, 7).Draw(t, "set") << 1)
	if !e.stands() {
		if len(e.kept) > 0 && rapid.Bool().Draw(t, "kept alone?") {
			e.baseline = nil
			return e
		}
		e.cleared = drawDate(t, "cleared", 1)
		return e
	}
	e.raised = drawDate(t, "raised", 1)
	e.levelSince = drawDate(t, "level since", e.raised)
	e.reason = rapid.StringN(0, 4, -1).Draw(t, "reason")
	if e.baseline != nil && rapid.Bool().Draw(t, "inherited?") {
		e.cleared = drawDate(t, "cleared before", 1)
	}
	for l := detectors.Info; l <= detectors.Critical; l++ {
		if e.set.Has(l) || rapid.Bool().Draw(t, "reached?") {
			e.reached[l] = drawDate(t, "reached", e.raised)
		}
		if e.set.Has(l) && rapid.Bool().Draw(t, "clear?") {
			e.clearFrom[l] = drawDate(t, "clear", e.raised)
		}
	}
	return e
}

func drawMemory(t *rapid.T) memory {
	var m memory
	for range rapid.IntRange(0, 4).Draw(t, "entries") {
		set, signal := rapid.SampledFrom([]string{Live, Shadow}).Draw(t, "set"), rapid.StringN(1, 3, -1).Draw(t, "signal")
		at, known := m.find(set, signal)
		if known {
			continue
		}
		e := entry{set: set, signal: signal}
		switch rapid.IntRange(0, 3).Draw(t, "form") {
		case 0:
			e.closed = drawEpisode(t)
		case 1:
			e.now = drawEpisode(t)
		case 2:
			e.closed = drawEpisode(t)
			e.now = e.closed
		default:
			e.closed, e.now = drawEpisode(t), drawEpisode(t)
		}
		e.was = e.now
		m.entries = append(m.entries[:at:at], append([]entry{e}, m.entries[at:]...)...)
	}
	if rapid.Bool().Draw(t, "case") {
		m.file = drawFile(t)
	}
	for _, signal := range []string{"A", "B", "C"} {
		if rapid.IntRange(0, 3).Draw(t, "muted?") == 0 {
			m.file.mutes = append(m.file.mutes, drawMute(t, signal))
		}
	}
	return m
}

func drawMute(t *rapid.T, signal string) mute {
	o := mute{signal: signal, raised: drawDate(t, "raised", 1), level: detectors.Warning, worse: rapid.Bool().Draw(t, "worse")}
	o.until, o.figure = drawDate(t, "until", o.raised+1), rapid.StringN(0, 3, -1).Draw(t, "figure")
	return o
}

func drawFile(t *rapid.T) caseFile {
	f := caseFile{opened: drawDate(t, "opened", 1)}
	text := func(name string) string { return rapid.StringN(0, 3, -1).Draw(t, name) }
	if rapid.Bool().Draw(t, "handed on?") {
		f.owner = text("owner")
		f.snooze = drawSnooze(t)
		for range rapid.IntRange(0, 2).Draw(t, "feedback") {
			f.feedback = append(f.feedback, feedback{text("of"), drawDate(t, "raised", 1), text("says")})
		}
		f.reminded = rapid.Bool().Draw(t, "reminded?")
		if rapid.Bool().Draw(t, "late?") {
			flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
			f.escalation = Escalation{uint8(rapid.IntRange(1, 2).Draw(t, "level")), text("to"), flag("decision"), flag("among")}
		}
	}
	if f.stage = stage(rapid.IntRange(0, int(stageClosed)).Draw(t, "stage")); f.stage == stageOpen {
		if f.isHandedOn() {
			f.by = text("by")
		}
		return f
	}
	f.by, f.code = rapid.StringN(0, 3, -1).Draw(t, "by"), rapid.StringN(0, 3, -1).Draw(t, "code")
	f.reason = rapid.StringN(0, 3, -1).Draw(t, "reason code")
	f.review = drawDate(t, "review", 0)
	for range rapid.IntRange(0, 2).Draw(t, "seen") {
		f.seen = append(f.seen, standing{signal: rapid.StringN(0, 3, -1).Draw(t, "signal"), raised: drawDate(t, "raised", 1), level: detectors.Critical})
	}
	return f
}

func drawSnooze(t *rapid.T) snooze {
	if rapid.Bool().Draw(t, "awake?") {
		return snooze{}
	}
	s := snooze{until: drawDate(t, "until", 1), on: drawDate(t, "on", 1), reason: rapid.StringN(0, 3, -1).Draw(t, "why"), severity: detectors.Warning}
	s.grave, s.percent = rapid.IntRange(0, 2).Draw(t, "grave"), rapid.UintMax(mostPercent).Draw(t, "percent")
	if s.percent > 0 {
		s.atRisk, s.worse = eur(rapid.Int64Range(1, 1<<40).Draw(t, "at risk")), rapid.Bool().Draw(t, "worse")
	}
	return s
}

func TestAMemoryIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawMemory(t)
		encoded := want.append(nil)
		if (len(encoded) == 0) != want.nothing() {
			t.Fatalf("got %d bytes for %+v", len(encoded), want)
		}
		var got memory
		if err := got.decode(encoded); err != nil {
			t.Fatalf("%x: %v", encoded, err)
		}
		if len(got.entries) != len(want.entries) || !reflect.DeepEqual(got.file, want.file) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		for i := range want.entries {
			if !reflect.DeepEqual(got.entries[i], want.entries[i]) {
				t.Fatalf("entry %d: got %+v, want %+v", i, got.entries[i], want.entries[i])
			}
		}
	})
}

func TestCountersAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := told{caseSeq: rapid.Uint64Max(1<<63-1).Draw(t, "case"), taskSeq: rapid.Uint64Max(3).Draw(t, "task")}
		if want.taskSeq > 0 { // or there is nothing that could be due
			want.due, want.back = drawSecond(t, "due"), drawSecond(t, "back")
		}
		for range rapid.IntRange(0, 3).Draw(t, "alerts") {
			want.alerts = append(want.alerts, counter{
				rapid.String().Draw(t, "set"), rapid.String().Draw(t, "signal"), rapid.Uint64Max(1<<63-1).Draw(t, "seq"), drawSecond(t, "warning"), drawSecond(t, "critical"),
			})
		}
		var got told
		if err := got.decode(want.append(nil)); err != nil {
			t.Fatal(err)
		}
		want.read = true
		if len(want.alerts) == 0 {
			want.alerts = got.alerts
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

// drawSecond is an instant in full seconds, often none.
func drawSecond(t *rapid.T, name string) state.Instant {
	return state.Instant(rapid.SampledFrom([]int64{0, 0, 1, 1_795_438_800, 9_223_372_036}).Draw(t, name)) * second
}

func TestADecisionIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return rapid.String().Draw(t, name) }
		want := Decision{
			TaskID: text("task"), Action: Action(rapid.Byte().Draw(t, "action")), By: text("by"), Code: text("code"),
			ReasonCode: text("reason"), NextReview: drawDate(t, "review", 0), At: state.Instant(rapid.Int64().Draw(t, "at")),
		}
		if rapid.Bool().Draw(t, "of version 2") {
			want.Until, want.Worse, want.To, want.Alert = drawDate(t, "until", 0), rapid.UintMax(1<<32-1).Draw(t, "worse"), text("to"), text("alert")
		}
		got, err := DecodeDecision(EncodeDecision(want))
		if err != nil || got != want {
			t.Fatalf("got %+v, %v, want %+v", got, err, want)
		}
	})
}

// seeds are encodings of what a story leaves.
func seeds(f *testing.F) (episodes, counters [][]byte) {
	r := newRig(f, 3, false)
	r.scripts["A"].baselines = true
	for _, line := range []string{"1 A=c(ORDER) B=w", "1 snooze:3d:10%", "1 give:ana", "1 say:A=known", "2 ack", "3 accept", "4 A=w/c B=-", "5 A=-", "9 A=-", "10 A=w"} {
		r.play(line)
		episodes, counters = append(episodes, r.rec.Episodes), append(counters, r.rec.Told)
	}
	return episodes, counters
}

func FuzzEpisodes(f *testing.F) {
	episodes, _ := seeds(f)
	for _, b := range append(episodes, nil, unhex(f, goldenEpisodes1)) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var m memory
		if m.decode(b) != nil {
			return
		}
		again := m.append(nil)
		if len(b) > 0 && again[0] > b[0] { // an earlier program's task in hand
			var same memory
			if err := same.decode(again); err != nil || !reflect.DeepEqual(same, m) {
				t.Errorf("got %+v, %v, want %+v", same, err, m)
			}
		} else if !bytes.Equal(again, b) {
			t.Errorf("got %x, want %x: there is one encoding of a memory", again, b)
		}
	})
}

func FuzzTold(f *testing.F) {
	_, counters := seeds(f)
	for _, b := range append(counters, unhex(f, goldenTold1)) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var c told
		if c.decode(b) != nil {
			return
		}
		if again := c.append(nil); !bytes.Equal(again, b) {
			t.Errorf("got %x, want %x", again, b)
		}
	})
}

func FuzzDecision(f *testing.F) {
	f.Add(EncodeDecision(Decision{TaskID: "T", Action: Decide, By: "li.wei", Code: "call", NextReview: start, At: 1}))
	f.Add(EncodeDecision(Decision{TaskID: "T", Action: Snooze, By: "li.wei", ReasonCode: "timing", Until: start, Worse: 10, At: 1}))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := DecodeDecision(b)
		if err != nil {
			return
		}
		if again := EncodeDecision(d); !bytes.Equal(again, b) {
			t.Errorf("got %x, want %x", again, b)
		}
	})
}

func TestAForeignRecordIsNotStepped(t *testing.T) {
	r := newRig(t, 0, false)
	r.rec.Episodes = []byte{0xff}
	defer func() {
		if recover() == nil {
			t.Error("got a step, want a panic")
		}
	}()
	r.judge.Step(Input{Record: r.rec, Ledger: testLedger, Day: start})
}

// What a story leaves, now and as version 1 had it. Whoever changes these bytes changes what stores hold: that needs a new version,
// and a reader of the old one.
const (
	goldenEpisodes = "03f99c0103066c692e7765690463616c6c00999d01020141f99c01030142f99c010202046c6976650141030ef99c0100054f524445520e00000001010ef99c0100054f524445524e000000030101046c69766501420306f99c0100000600000006f99c010000360003000300"
	goldenTold     = "02030390a6f9bc0602046c69766501410190e5cebb0690e5cebb06046c69766501420190e5cebb0600"

	goldenEpisodes1 = "01f99c0103066c692e7765690463616c6c00999d01fa9c01020141f99c01030142f99c010202046c6976650141030ef99c0100054f524445520e00000001010ef99c0100054f524445524e000000030101046c69766501420306f99c0100000600000006f99c010000360003000300"
	goldenTold1     = "01030302046c697665014101046c697665014201"
)

func TestWhatVersion1WroteIsRead(t *testing.T) {
	r := storyOfGoldens(t)
	var got, want memory
	want.mustDecode(r.rec.Episodes)
	if err := got.decode(unhex(t, goldenEpisodes1)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("episodes: got %+v, %v, want %+v", got, err, want)
	}
	var now, then told
	now.mustDecode(r.rec.Told)
	now.due = 0
	for i := range now.alerts {
		now.alerts[i].warning, now.alerts[i].critical = 0, 0
	}
	if err := then.decode(unhex(t, goldenTold1)); err != nil || !reflect.DeepEqual(then, now) {
		t.Errorf("counters: got %+v, %v, want %+v", then, err, now)
	}
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func storyOfGoldens(t *testing.T) *rig {
	r := newRig(t, 3, false)
	r.scripts["A"].baselines = true
	r.play("1 A=c(ORDER) B=w\n2 ack\n3 decide\n4 A=w/c B=-")
	return r
}

func TestTheEncodingOfTheVersionInForce(t *testing.T) {
	r := storyOfGoldens(t)
	if got := hex.EncodeToString(r.rec.Episodes); got != goldenEpisodes {
		t.Errorf("episodes: got %s, want %s", got, goldenEpisodes)
	}
	if got := hex.EncodeToString(r.rec.Told); got != goldenTold {
		t.Errorf("counters: got %s, want %s", got, goldenTold)
	}
}

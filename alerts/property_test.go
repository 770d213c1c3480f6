package alerts

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tocsin/detectors"
	"tocsin/state"
)

// edit is one fact that becomes known: a signal's verdict is another one from a day on.
type edit struct {
	signal  string
	from    state.Date
	verdict detectors.Verdict
	risk    int64 // at risk from now on; 0: by the level
}

// course is what becomes known on each day.
type course struct {
	hold    int
	lasting bool
	days    [][]edit
	acts    [][]string // what people do at the opening of each day
}

// drawVerdict makes sane verdicts: the raise condition of a level and its clear condition exclude each other.
func drawVerdict(t *rapid.T) detectors.Verdict {
	v := detectors.Verdict{Raise: detectors.Level(rapid.IntRange(0, 3).Draw(t, "raise"))}
	v.Clear = detectors.Rungs(rapid.IntRange(0, 15).Draw(t, "clear")) & (detectors.AllRungs &^ (detectors.Rung(v.Raise+1) - 1))
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		v.Raise, v.NotEvaluable = detectors.None, true
	case 1:
		v.AtOnce = true
	}
	if v.Raise > detectors.None {
		v.Reason = rapid.SampledFrom([]string{"", "X", "Y"}).Draw(t, "reason")
	}
	return v
}

// people are what people do, as the stories write it.
var people = []string{"ack", "review", "decide", "accept", "close", "snooze:1d", "snooze:3d", "snooze:20%", "snooze:2d:45%", "wake", "give:ana", "give:bo", "say:A=known", "say:B=useful"}

func drawCourse(t *rapid.T) course {
	c := course{hold: rapid.IntRange(0, 3).Draw(t, "hold"), lasting: rapid.IntRange(0, 4).Draw(t, "lasting") == 0}
	for day := range rapid.IntRange(1, 8).Draw(t, "days") {
		var edits []edit
		for range rapid.IntRange(0, 3).Draw(t, "edits") {
			edits = append(edits, edit{
				signal:  rapid.SampledFrom([]string{"A", "B"}).Draw(t, "signal"),
				from:    start + state.Date(day) + state.Date(rapid.IntRange(-4, 2).Draw(t, "from")),
				verdict: drawVerdict(t),
				risk:    rapid.SampledFrom([]int64{0, 0, 200, 290}).Draw(t, "risk"),
			})
		}
		c.days = append(c.days, edits)
		acts := rapid.SliceOfN(rapid.SampledFrom(people), 0, 2).Draw(t, "acts")
		c.acts = append(c.acts, acts)
	}
	return c
}

// conduct is how a course is brought to the judge: how each day's facts are batched, and which alarms come besides.
type conduct struct {
	all    bool // judge everything in each step
	tell   Telling
	batch  func(left int) int // size of the next batch
	alarms func() (before, after bool)
}

// plain is one batch a day and no alarm but those that are due.
func plain() conduct {
	return conduct{batch: func(left int) int { return left }, alarms: func() (bool, bool) { return false, false }}
}

// disturbed is any batching, with extra alarms.
func disturbed(t *rapid.T) conduct {
	return conduct{
		batch:  func(left int) int { return rapid.IntRange(1, left).Draw(t, "batch") },
		alarms: func() (bool, bool) { return rapid.Bool().Draw(t, "before"), rapid.Bool().Draw(t, "after") },
	}
}

// run plays a course and returns the episodes at each close after promotion, and the rig.
func (c course) run(t failer, how conduct) ([]string, *rig) {
	r := newRig(t, c.hold, c.lasting)
	r.echo()
	r.all, r.tell = how.all, how.tell
	r.scripts["A"].baselines, r.scripts["B"].keeps = true, true
	var closes []string
	for i, edits := range c.days {
		day := start + state.Date(i)
		r.open(day)
		before, after := how.alarms()
		if before {
			r.step(day, 0, true, nil)
		}
		for _, act := range c.acts[i] {
			r.act(day, act)
		}
		r.learn(day, edits, how.batch)
		if after {
			r.step(day, 0, true, nil)
		}
		r.promote(day + 1)
		closes = append(closes, string(r.rec.Episodes))
	}
	return closes, r
}

// learn steps through a day's edits in batches.
func (r *rig) learn(day state.Date, edits []edit, batch func(left int) int) {
	for len(edits) > 0 {
		n := batch(len(edits))
		changed := state.Inputs(0)
		for _, e := range edits[:n] {
			r.scripts[e.signal].learn(e.from, e.verdict)
			r.scripts[e.signal].risk = e.risk
			changed |= inputOf(e.signal)
		}
		r.step(day, changed, false, nil)
		edits = edits[n:]
	}
}

func TestBatchingInsideADayLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCourse(t)
		want, _ := c.run(t, plain())
		got, r := c.run(t, disturbed(t))
		if !slices.Equal(got, want) {
			t.Fatalf("closes: got %x, want %x", got, want)
		}
		checkChains(t, r)
	})
}

func TestExtraAlarmsAreInvisible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCourse(t)
		how := disturbed(t)
		how.batch = plain().batch
		_, want := c.run(t, plain())
		_, got := c.run(t, how)
		if heard(got) != heard(want) || string(got.rec.Episodes) != string(want.rec.Episodes) || string(got.rec.Told) != string(want.rec.Told) {
			t.Fatalf("got %s, want %s", heard(got), heard(want))
		}
	})
}

// What nobody reads is not put into words. All else is as if it were.
func TestWhatIsNotToldIsCountedAllTheSame(t *testing.T) {
	wordless := func(log []Transition) []Transition {
		log = slices.Clone(log)
		for i := range log {
			log[i].Detail, log[i].Graded = detectors.Detail{}, Graded{}
		}
		return log
	}
	rapid.Check(t, func(t *rapid.T) {
		c, how := drawCourse(t), plain()
		_, want := c.run(t, how)
		for how.tell = TellTransitions; how.tell <= TellChanges; how.tell++ {
			_, got := c.run(t, how)
			if string(got.rec.Episodes) != string(want.rec.Episodes) || string(got.rec.Told) != string(want.rec.Told) || got.alarm != want.alarm {
				t.Fatalf("of telling %d another record is left", how.tell)
			}
			log := want.log
			if how.tell == TellChanges {
				log = wordless(log)
			}
			if diff := cmp.Diff(log, got.log); diff != "" {
				t.Fatalf("of telling %d (-all +got):\n%s", how.tell, diff)
			}
			if len(got.tasks)+len(got.cases) > 0 {
				t.Fatalf("of telling %d there are tasks %v and messages %v", how.tell, got.tasks, got.cases)
			}
		}
	})
}

func TestAMaskHidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCourse(t)
		var sizes []int
		draw := conduct{
			batch:  func(left int) int { n := rapid.IntRange(1, left).Draw(t, "batch"); sizes = append(sizes, n); return n },
			alarms: plain().alarms,
		}
		wantCloses, want := c.run(t, draw)
		again := plain()
		again.all = true
		again.batch = func(int) int { n := sizes[0]; sizes = sizes[1:]; return n }
		gotCloses, got := c.run(t, again)
		if !slices.Equal(gotCloses, wantCloses) || heard(got) != heard(want) {
			t.Fatalf("judging all: got %s, want %s", heard(got), heard(want))
		}
	})
}

// heard is everything that a rig was told, comparable.
func heard(r *rig) string {
	return fmt.Sprintf("%+v\n%+v\n%+v", clockless(r.log), len(r.tasks), r.owed())
}

// clockless are transitions without the instants at which the steps happened to be.
func clockless(log []Transition) []Transition {
	log = slices.Clone(log)
	for i := range log {
		log[i].KnownAt = 0
	}
	return log
}

// checkChains: each alert's transitions are a chain without gap or repeat that begins at none and ends where the record
// says that the alert stands.
func checkChains(t *rapid.T, r *rig) {
	last := map[string]Transition{}
	for _, tr := range r.log {
		before := last[tr.AlertID]
		if tr.Seq != before.Seq+1 || tr.From != before.To || tr.From == tr.To {
			t.Fatalf("alert %s: %d %s>%s follows %d %s>%s", tr.AlertID, tr.Seq, tr.From, tr.To, before.Seq, before.From, before.To)
		}
		last[tr.AlertID] = tr
	}
	stands := map[string]detectors.Level{}
	for _, s := range r.judge.Signals(r.rec.Episodes) {
		stands[alertID(Live, "C-1", s.Name, s.Since)] = s.Level
	}
	for id, tr := range last {
		if tr.To != stands[id] {
			t.Fatalf("alert %s: told %s, stands at %s", id, tr.To, stands[id])
		}
		delete(stands, id)
	}
	if len(stands) > 0 {
		t.Fatalf("nobody was told of %v", stands)
	}
}

// oracle is DOMAIN's text on levels, word for word and without any economy: it keeps the clear conditions of every close
// and looks at every day.
type oracle struct {
	hold    int
	lasting bool
	set     [levels]bool
	reached [levels]state.Date
	clear   map[state.Date][levels]bool // at the close of each day
	raised  state.Date
}

// close judges a day by the facts known at its end. on gives the verdict as of a day.
func (o *oracle) close(day state.Date, applied bool, on func(state.Date) detectors.Verdict) {
	v := on(day)
	var clear, now [levels]bool
	for l := detectors.Info; l <= detectors.Critical; l++ {
		raises := !v.NotEvaluable && v.Raise >= l
		clear[l] = !raises && v.Clear.Has(l)
		now[l] = raises || o.set[l] && !o.leaves(day, l, clear[l], v) && !o.never(day, l, applied, v, on)
	}
	o.clear[day] = clear
	stood := o.set != [levels]bool{}
	for l, set := range now {
		if set && o.reached[l] == 0 {
			o.reached[l] = day
		}
	}
	switch o.set = now; {
	case now == [levels]bool{}:
		o.reached, o.raised = [levels]state.Date{}, 0
	case !stood:
		o.raised = day
	}
}

func (o *oracle) leaves(day state.Date, l detectors.Level, clear bool, v detectors.Verdict) bool {
	if !clear || v.AtOnce {
		return clear
	}
	for d := day - state.Date(o.hold); d < day; d++ {
		if !o.clear[d][l] {
			return false
		}
	}
	return true
}

func (o *oracle) never(day state.Date, l detectors.Level, applied bool, v detectors.Verdict, on func(state.Date) detectors.Verdict) bool {
	if !applied || o.lasting || v.NotEvaluable && !v.Clear.Has(l) {
		return false
	}
	for d := o.reached[l]; d < day; d++ {
		if past := on(d); !past.NotEvaluable && past.Raise >= l {
			return false
		}
	}
	return true
}

func TestTheLifeOfASignalIsThatOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCourse(t)
		how := disturbed(t)
		r := newRig(t, c.hold, c.lasting)
		o := &oracle{hold: c.hold, lasting: c.lasting, clear: map[state.Date][levels]bool{}}
		on := func(day state.Date) detectors.Verdict {
			view := r.rec.Customer.View(testLedger, day)
			return r.scripts["A"].Evaluate(&detectors.Input{View: view})
		}
		for i, edits := range append(c.days, make([][]edit, c.hold+2)...) {
			day, applied := start+state.Date(i), len(edits) > 0
			r.open(day)
			r.learn(day, edits, how.batch)
			o.close(day, applied, on)
			got, want := Signal{}, detectors.None
			for _, s := range r.judge.Signals(r.rec.Episodes) {
				if s.Name == "A" {
					got = s
				}
			}
			for l, set := range o.set {
				if set {
					want = detectors.Level(l)
				}
			}
			if got.Level != want || got.Since != o.raised {
				t.Fatalf("day %d: got %s since %d, want %s since %d", i, got.Level, got.Since-start, want, o.raised-start)
			}
		}
	})
}

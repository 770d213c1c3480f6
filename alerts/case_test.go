package alerts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

// owed are the case messages as the stories write them: day, case, its severity before and now, its alerts, its task.
func (r *rig) owed() string {
	var b strings.Builder
	for i := range r.cases {
		m := &r.cases[i]
		fmt.Fprintf(&b, "%d %s %s>%s", m.At-start, m.State, m.Before, m.Severity)
		for _, a := range m.Alerts {
			fmt.Fprintf(&b, " %s=%s", a.Signal, a.Level)
			if a.Feedback != "" {
				fmt.Fprintf(&b, "/%s", a.Feedback)
			}
		}
		fmt.Fprintf(&b, " task %s", m.Task.State)
		if m.Task.SnoozedUntil != 0 {
			fmt.Fprintf(&b, " until %d", m.Task.SnoozedUntil-start)
		}
		if m.Task.Owner != "" {
			fmt.Fprintf(&b, " of %s", m.Task.Owner)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestLifeOfACase(t *testing.T) {
	stories := []story{
		{
			name:   "info alone opens no case",
			events: "1 A=i\n2 A=-",
		},
		{
			name: "a case opens at warning, joins what rises, and closes with the last alert",
			events: `1 A=w B=i
				2 B=c
				3 A=-
				4 B=-`,
			want: `1 open none>warning A=warning task open
				2 open warning>critical B=critical A=warning task open
				3 open critical>critical B=critical task open
				4 closed critical>none task closed`,
		},
		{
			name: "an alert that falls to info leaves the case",
			events: `1 A=w
				2 A=i`,
			want: `1 open none>warning A=warning task open
				2 closed warning>none task closed`,
		},
		{
			name: "what no one acknowledged closes with its signals; what was acknowledged stays until a person closes it",
			events: `1 A=w
				2 ack
				3 A=-
				4 close
				5 end`,
			want: `1 open none>warning A=warning task open
				2 open warning>warning A=warning task acknowledged
				3 closed warning>none task acknowledged
				4 closed none>none task closed`,
		},
		{
			name: "a task is acknowledged, reviewed, decided and closed",
			events: `1 A=c
				1 ack
				2 review
				3 decide
				4 close
				5 A=-`,
			want: `1 open none>critical A=critical task open
				1 open critical>critical A=critical task acknowledged
				2 open critical>critical A=critical task in_review
				3 open critical>critical A=critical task decided
				4 open critical>critical A=critical task closed
				5 closed critical>none task closed`,
		},
		{
			name: "a new signal on a task in hand updates it",
			events: `1 A=w
				2 ack
				3 B=w
				4 A=-
				5 A=w`,
			want: `1 open none>warning A=warning task open
				2 open warning>warning A=warning task acknowledged
				3 open warning>warning A=warning B=warning task acknowledged
				4 open warning>warning B=warning task acknowledged
				5 open warning>warning A=warning B=warning task acknowledged`,
		},
		{
			name: "what rises while an acknowledged task waits with its signals cleared joins the same case",
			events: `1 A=w
				2 ack
				3 A=-
				9 B=c`,
			want: `1 open none>warning A=warning task open
				2 open warning>warning A=warning task acknowledged
				3 closed warning>none task acknowledged
				9 open none>critical B=critical task acknowledged`,
		},
		{
			name: "a closed task opens again when more stands than was seen, and closes again when that has gone",
			events: `1 A=w
				2 ack
				2 decide
				2 close
				3 A=c
				4 A=w
				5 B=w
				6 B=-
				7 A=-`,
			want: `1 open none>warning A=warning task open
				2 open warning>warning A=warning task acknowledged
				2 open warning>warning A=warning task decided
				2 open warning>warning A=warning task closed
				3 open warning>critical A=critical task open
				4 open critical>warning A=warning task closed
				5 open warning>warning A=warning B=warning task open
				6 open warning>warning A=warning task closed
				7 closed warning>none task closed`,
		},
		{
			name: "a decision is in review again when more stands than was seen",
			events: `1 A=w
				2 ack
				2 decide
				3 B=c
				4 decide
				5 A=-`,
			want: `1 open none>warning A=warning task open
				2 open warning>warning A=warning task acknowledged
				2 open warning>warning A=warning task decided
				3 open warning>critical B=critical A=warning task in_review
				4 open critical>critical B=critical A=warning task decided
				5 open critical>critical B=critical task decided`,
		},
		{
			name: "a case whose alerts fall and rise on one day goes on",
			events: `1 A=w
				5 A=-
				5 A=w`,
			want: `1 open none>warning A=warning task open
				5 closed warning>none task closed
				5 open none>warning A=warning task open`,
		},
	}
	tell(t, stories, 1)
}

// story is what happens to a customer, and what people are told of it.
type story struct{ name, events, want string }

// tell plays stories, each on a customer of its own. Cases and tasks must be told under their numbers, without a gap.
func tell(t *testing.T, stories []story, mostCases int) {
	t.Helper()
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.play(s.events)
			if got, want := r.owed(), unindent(s.want); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			ids := map[string]int64{}
			for i := range r.cases {
				if m := &r.cases[i]; m.Seq != ids[m.CaseID]+1 || r.tasks[i].Seq != m.Seq || r.tasks[i].TaskID != m.Task.TaskID {
					t.Errorf("message %d: case seq %d, task seq %d, want %d for both", i, m.Seq, r.tasks[i].Seq, ids[m.CaseID]+1)
				}
				ids[r.cases[i].CaseID]++
			}
			if len(ids) > mostCases {
				t.Errorf("got %d cases, want at most %d", len(ids), mostCases)
			}
		})
	}
}

func TestACaseOfALaterDayIsAnother(t *testing.T) {
	r := newRig(t, 0, false)
	r.play(`1 A=w
		2 A=-
		3 A=w`)
	if first, last := r.cases[0], r.cases[2]; first.CaseID == last.CaseID || last.Seq != 1 || first.Task.TaskID == last.Task.TaskID {
		t.Errorf("got cases %s and %s seq %d, want another one with seq 1", first.CaseID, last.CaseID, last.Seq)
	}
}

func TestAFlickerLeavesTheRecordOfAnUndisturbedDay(t *testing.T) {
	stories := []struct{ name, disturbed, quiet string }{
		{"rose and went", "1 A=c\n1 A=-", "1 A=-"},
		{"fell and rose again", "1 A=w\n3 A=-\n3 A=w", "1 A=w\n3 A=w"},
		{"escalated and fell back", "1 A=w\n3 A=c\n3 A=w", "1 A=w\n3 A=w"},
		{"another signal came and went", "1 A=w\n2 ack\n3 B=c\n3 B=-", "1 A=w\n2 ack\n3 B=-"},
		{"escalated before it cleared with its task in hand", "1 A=w\n2 ack\n3 A=c\n3 A=-", "1 A=w\n2 ack\n3 A=-"},
		{"a closed task opened and closed", "1 A=w\n2 ack\n2 decide\n2 close\n3 A=c\n3 A=w", "1 A=w\n2 ack\n2 decide\n2 close\n3 A=w"},
		{"one alert took over from another", "1 A=w\n3 B=w\n3 A=-", "1 A=w\n3 A=- B=w"},
		{"escalated and fell back while its task was put off", "1 A=w\n1 snooze:9d\n3 A=c\n3 A=w", "1 A=w\n1 snooze:9d\n3 A=w"},
		{"came and went on the day on which its task was put off", "1 A=w\n1 snooze:9d\n1 A=-\n1 A=w", "1 A=w\n1 snooze:9d\n1 A=w"},
		{"a register told something grave and took it back", "1 A=c\n1 snooze:9d\n3 A=c(B1)\n3 A=c", "1 A=c\n1 snooze:9d\n3 A=c"},
		{"more was at risk and less again", "1 A=c\n1 snooze:20%\n3 risk:A=900\n3 risk:A=300", "1 A=c\n1 snooze:20%\n3 risk:A=300"},
		{"one alert of which somebody spoke went before the other came", "1 A=w\n1 say:A=known\n3 A=-\n3 B=w", "1 A=w\n1 say:A=known\n3 A=- B=w"},
		{"one alert went before the other came", "1 A=w\n3 A=-\n3 B=w", "1 A=w\n3 A=- B=w"},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			closed := func(events string) string {
				r := newRig(t, 0, false)
				r.play(events)
				r.promote(r.day + 1)
				return string(r.rec.Episodes)
			}
			if got, want := closed(s.disturbed), closed(s.quiet); got != want {
				t.Errorf("got %x, want %x", got, want)
			}
		})
	}
}

func TestDecisionsThatDoNotFitChangeNothing(t *testing.T) {
	whole := Decision{Action: Decide, By: "li.wei", Code: "call", NextReview: start + 40, At: 1}
	with := func(change func(*Decision)) Decision {
		d := whole
		change(&d)
		return d
	}
	act := func(a Action) Decision { return with(func(d *Decision) { d.Action = a }) }
	tests := []struct {
		name, events string
		decision     Decision
		refused      string
		hint         string
	}{
		{"no task", "1 A=i", act(Acknowledge), RefusedNoTask, "nothing to acknowledge"},
		{"another task", "1 A=w", with(func(d *Decision) { d.TaskID = "T" }), RefusedOtherTask, "that is "},
		{"nobody", "1 A=w", with(func(d *Decision) { d.By = " " }), RefusedNobody, "say who acts"},
		{"acknowledged twice", "1 A=w\n2 ack", act(Acknowledge), RefusedState, "acknowledged by li.wei"},
		{"review before acknowledging", "1 A=w", act(Review), RefusedState, "acknowledge it first"},
		{"decide before acknowledging", "1 A=w", act(Decide), RefusedState, "acknowledge it first"},
		{"decide twice", "1 A=w\n2 ack\n2 decide", act(Decide), RefusedState, "decide it once"},
		{"close before deciding", "1 A=w\n2 ack", act(Close), RefusedOpenSignals, "decide it first"},
		{"close an open one", "1 A=w", act(Close), RefusedOpenSignals, "decide it first"},
		{"act on a closed one", "1 A=w\n2 ack\n2 decide\n2 close", act(Acknowledge), RefusedState, "is closed"},
		{"act on one that closed by itself today", "1 A=w\n2 A=-", act(Acknowledge), RefusedState, "is closed"},
		{"no such decision", "1 A=w\n2 ack", with(func(d *Decision) { d.Code = "pray" }), RefusedCode, "hold_orders"},
		{"no action without reason", "1 A=w\n2 ack", with(func(d *Decision) { d.Code = "no_action" }), RefusedReason, "seasonal"},
		{"no such reason", "1 A=w\n2 ack", with(func(d *Decision) { d.ReasonCode = "weather" }), RefusedReason, "seasonal"},
		{"no next review", "1 A=w\n2 ack", with(func(d *Decision) { d.NextReview = 0 }), RefusedReview, "after"},
		{"a next review of today", "1 A=w\n3 ack", with(func(d *Decision) { d.NextReview = start + 3 }), RefusedReview, "after"},
		{"snooze without end", "1 A=w", with(func(d *Decision) { d.Action, d.ReasonCode = Snooze, "timing" }), RefusedUntil, "needs an end"},
		{"snooze until today", "3 A=w", with(func(d *Decision) { d.Action, d.ReasonCode, d.Until = Snooze, "timing", start+3 }), RefusedUntil, "a day after 2025-01-02 and at the latest 2025-01-16, 14 days ahead"},
		{"snooze for 15 days", "3 A=w", with(func(d *Decision) { d.Action, d.ReasonCode, d.Until = Snooze, "timing", start+18 }), RefusedUntil, "at the latest 2025-01-16"},
		{"snooze without reason", "1 A=w", with(func(d *Decision) { d.Action, d.Until = Snooze, start+3 }), RefusedReason, "snooze needs a reason: one of seasonal"},
		{"snooze for no such reason", "1 A=w", with(func(d *Decision) { d.Action, d.Until, d.ReasonCode = Snooze, start+3, "tired" }), RefusedReason, `"tired" is not one of seasonal`},
		{"snooze until more is at risk than anybody has", "1 A=w", with(func(d *Decision) { d.Action, d.Worse, d.ReasonCode = Snooze, 1001, "timing" }), RefusedWorse, "at most 1000 %"},
		{"snooze until more than nothing is at risk", "1 A=w\n2 ack\n3 A=-", with(func(d *Decision) { d.Action, d.Worse, d.ReasonCode = Snooze, 10, "timing" }), RefusedWorse, "name a day alone"},
		{"snooze what is decided", "1 A=w\n2 ack\n2 decide", with(func(d *Decision) { d.Action, d.Until, d.ReasonCode = Snooze, start+3, "timing" }), RefusedState, "it is decided by li.wei: it is back on the day of its next review"},
		{"wake what is awake", "1 A=w", act(Wake), RefusedAwake, "is not snoozed"},
		{"wake what has woken", "1 A=w\n1 snooze:1d\n2 end", act(Wake), RefusedAwake, "is not snoozed"},
		{"reassign to nobody", "1 A=w", with(func(d *Decision) { d.Action, d.To = Reassign, " " }), RefusedOwner, "say whose it is to be"},
		{"reassign what is closed", "1 A=w\n2 ack\n2 decide\n2 close", with(func(d *Decision) { d.Action, d.To = Reassign, "ana" }), RefusedState, "is closed"},
		{"feedback on no alert", "1 A=w", with(func(d *Decision) { d.Action, d.Code, d.Alert = Feedback, "useful", "A" }), RefusedAlert, `no such alert stands`},
		{"feedback on an alert that is no part of the case", "1 A=w B=i", with(func(d *Decision) {
			d.Action, d.Code, d.Alert = Feedback, "useful", alertID(Live, "C-1", "B", start+1)
		}), RefusedAlert, `no such alert stands`},
		{"no such feedback", "1 A=w", with(func(d *Decision) {
			d.Action, d.Code, d.Alert = Feedback, "great", alertID(Live, "C-1", "A", start+1)
		}), RefusedFeedback, `"great" is not one of useful, data_wrong, known, rule_wrong`},
		{"no such action", "1 A=w", act(99), RefusedUnknownAction, "acknowledge, review, decide, close"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.play(tt.events)
			if tt.decision.TaskID == "" {
				tt.decision.TaskID = r.newestTask()
			}
			before, told, tasks := string(r.rec.Episodes), string(r.rec.Told), len(r.tasks)
			r.step(r.day, 0, false, EncodeDecision(tt.decision))
			var refusal *Refusal
			if !errors.As(r.refused, &refusal) || refusal.Name != tt.refused || !strings.Contains(refusal.Error(), tt.hint) {
				t.Errorf("got %v, want %s with %q", r.refused, tt.refused, tt.hint)
			}
			if string(r.rec.Episodes) != before || string(r.rec.Told) != told || len(r.tasks) != tasks {
				t.Error("the record changed")
			}
		})
	}
}

func TestADecisionThatCannotBeReadIsRefused(t *testing.T) {
	r := newRig(t, 0, false)
	r.play("1 A=w")
	r.step(start+1, 0, false, []byte{9, 9})
	var refusal *Refusal
	if !errors.As(r.refused, &refusal) || refusal.Name != RefusedUnreadable {
		t.Errorf("got %v, want %s", r.refused, RefusedUnreadable)
	}
}

func TestATaskTellsWhoDecidedWhatAndWhen(t *testing.T) {
	r := newRig(t, 0, false)
	r.play("1 A=w B=c\n2 ack")
	d := Decision{
		TaskID: r.newestTask(), Action: Decide, By: "li.wei", Code: "no_action", ReasonCode: "timing", NextReview: start + 40, At: 77,
	}
	r.step(start+2, 0, false, EncodeDecision(d))
	if r.refused != nil {
		t.Fatal(r.refused)
	}
	got := r.tasks[len(r.tasks)-1]
	want := TaskChange{
		TaskID: d.TaskID, Seq: 3, Customer: "C-1", State: TaskDecided, Severity: detectors.Critical, Due: (start + 40).Start(time.UTC) + state.Instant(17*time.Hour),
		Alerts: got.Alerts, Recommended: []string{"call_customer"}, MoneyAtRisk: state.Money{Minor: 300, Currency: euro},
		Decision: "no_action", ReasonCode: "timing", NextReview: start + 40, By: "li.wei", ChangedAt: 77,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if ids := []string{r.log[1].AlertID, r.log[0].AlertID}; !slices.Equal(got.Alerts, ids) {
		t.Errorf("alerts: got %v, want the critical one first: %v", got.Alerts, ids)
	}
}

func TestAMessageTellsWhatChangedAndWhatStands(t *testing.T) {
	r := newRig(t, 0, false)
	r.play("1 A=w(X)\n2 B=c(Y) C=i")
	m := r.cases[1]
	if len(m.Changes) != 1 || m.Changes[0] != (Change{r.log[1].AlertID, "B", "Y", detectors.None, detectors.Critical, Raised}) {
		t.Errorf("changes: got %v, want that B was raised, and nothing of C, which is info", m.Changes)
	}
	if len(m.Alerts) != 2 || m.Alerts[0].Signal != "B" || m.Alerts[1].Signal != "A" || m.Alerts[1].Facts[0].Value != "warning" {
		t.Errorf("alerts: got %v, want B and A with its grounds though nothing of it changed", m.Alerts)
	}
	if want := (state.Money{Minor: 300, Currency: euro}); m.MoneyAtRisk != want {
		t.Errorf("money at risk: got %v, want %v", m.MoneyAtRisk, want)
	}
}

func TestWhatSumsUpTheOthersComesAfterThoseOfItsLevel(t *testing.T) {
	for _, tt := range []struct{ events, want string }{
		{"1 A=w B=w C=w", "B=warning C=warning A=warning"},
		{"1 A=w B=c C=w", "B=critical C=warning A=warning"},
		{"1 A=c B=w C=w", "A=critical B=warning C=warning"},
		{"1 A=c B=c C=w", "B=critical A=critical C=warning"},
	} {
		r := newRig(t, 0, false)
		r.scripts["A"].sign.ReadsAll = true
		r.play(tt.events)
		var got []string
		for _, a := range r.cases[len(r.cases)-1].Alerts {
			got = append(got, a.Signal+"="+a.Level.String())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %v, want %s", tt.events, got, tt.want)
		}
	}
}

func TestAMessageTellsWhatALevelStandsOn(t *testing.T) {
	tests := []struct{ name, today, want string }{
		{"what raised it holds", "A=w", ""},
		{"it is higher", "A=c/", ""},
		{"its clear condition holds", "A=-", "hold 2025-01-07"},
		{"only that of a higher level holds", "A=-/c", "hold"},
		{"it is below, and not clear", "A=i/", "hold"},
		{"it cannot be judged", "A=n", "unjudged"},
		{"it cannot be judged, and that is its end", "A=n/iwc", "unjudged 2025-01-07"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, 5, false)
			r.play("1 A=w\n3 " + tt.today + " B=w")
			m := r.cases[len(r.cases)-1]
			for _, a := range m.Alerts {
				switch got := strings.TrimSpace(string(a.Footing) + " " + a.Ends.String()); {
				case a.HoldDays != 5:
					t.Errorf("%s: got a hold of %d days, want 5", a.Signal, a.HoldDays)
				case a.Signal == "A" && got != tt.want:
					t.Errorf("A: got %q, want %q", got, tt.want)
				case a.Signal == "B" && got != "":
					t.Errorf("B, which rose today: got %q, want nothing", got)
				}
			}
		})
	}
}

func TestADigestTellsStatesOfACaseApart(t *testing.T) {
	r := newRig(t, 0, false)
	r.play(`1 A=w
		2 B=w
		2 B=-
		3 ack
		4 A=c
		5 snooze:3d
		6 snooze:9d
		6 wake
		6 give:ana
		6 say:A=known
		6 say:A=useful`)
	digests := make([]string, len(r.cases))
	for i := range r.cases {
		digests[i] = r.cases[i].Digest()
	}
	if digests[0] != digests[2] {
		t.Errorf("back where it was: got %q, want %q", digests[2], digests[0])
	}
	if digests[4] != digests[7] {
		t.Errorf("put off and woken: got %q, want %q", digests[7], digests[4])
	}
	for i, pair := range [][2]int{{0, 1}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 7}, {7, 8}, {8, 9}, {9, 10}} {
		if digests[pair[0]] == digests[pair[1]] {
			t.Errorf("pair %d: got %q twice, want two", i, digests[pair[0]])
		}
	}
}

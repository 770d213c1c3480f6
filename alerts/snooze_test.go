package alerts

import (
	"testing"

	"tocsin/detectors"
	"tocsin/state"
)

func TestLifeOfASnooze(t *testing.T) {
	stories := []story{
		{
			name: "it ends on its day, though nothing happens on that",
			events: `1 A=w
				1 snooze:3d
				9 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task open until 4
				4 open warning>warning A=warning task open`,
		},
		{
			name: "it ends on its day before anything else of that",
			events: `1 A=w
				2 ack
				2 snooze:3d
				5 B=w
				9 end`,
			want: `1 open none>warning A=warning task open
				2 open warning>warning A=warning task acknowledged
				2 open warning>warning A=warning task acknowledged until 5
				5 open warning>warning A=warning task acknowledged
				5 open warning>warning A=warning B=warning task acknowledged`,
		},
		{
			name: "a higher level of the case breaks it, and what falls back on the same day leaves it as it was",
			events: `1 A=w
				1 snooze:5d
				2 A=c
				2 A=w
				3 B=c
				4 B=-
				9 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task open until 6
				2 open warning>critical A=critical task open
				2 open critical>warning A=warning task open until 6
				3 open warning>critical B=critical A=warning task open
				4 open critical>warning A=warning task open`,
		},
		{
			name: "what is no worse than the person saw it leaves it as it is",
			events: `1 A=c
				1 snooze:5d
				2 A=w
				3 B=w
				4 A=c
				5 end`,
			want: `1 open none>critical A=critical task open
				1 open critical>critical A=critical task open until 6
				2 open critical>warning A=warning task open until 6
				3 open warning>warning A=warning B=warning task open until 6
				4 open warning>critical A=critical B=warning task open until 6`,
		},
		{
			name: "news of a register of class B1 break it, and graver ones of class A, though no level changes",
			events: `1 A=c(B2)
				1 snooze:5d
				2 A=c(B1)
				2 snooze:9d
				3 A=c(B1)
				4 A=c(CLASS_A)
				5 A=c(B1)`,
			want: `1 open none>critical A=critical task open
				1 open critical>critical A=critical task open until 6
				2 open critical>critical A=critical task open
				2 open critical>critical A=critical task open until 11
				4 open critical>critical A=critical task open`,
		},
		{
			name: "news of the class that the person knew break it where they are others",
			events: `1 A=c(B1)
				1 snooze:9d
				2 A=- B=w
				3 A=c(B1)`,
			want: `1 open none>critical A=critical task open
				1 open critical>critical A=critical task open until 10
				2 open critical>warning B=warning task open until 10
				3 open warning>critical A=critical B=warning task open`,
		},
		{
			name: "more at risk by so much breaks it, and a cent less does not",
			events: `1 risk:A=1000
				1 A=w
				1 snooze:50%
				2 risk:A=1499
				3 risk:A=1500
				4 risk:A=1000
				4 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task open until 15
				3 open warning>warning A=warning task open`,
		},
		{
			name: "without such a word however much may be at risk",
			events: `1 A=w
				1 snooze:5d
				2 risk:A=90000
				5 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task open until 6`,
		},
		{
			name: "whoever works on a task wakes it, and so does a person who says so",
			events: `1 A=w
				1 snooze:5d
				2 ack
				2 snooze:5d
				3 review
				3 snooze:5d
				4 wake
				4 snooze:5d
				5 decide
				9 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task open until 6
				2 open warning>warning A=warning task acknowledged
				2 open warning>warning A=warning task acknowledged until 7
				3 open warning>warning A=warning task in_review
				3 open warning>warning A=warning task in_review until 8
				4 open warning>warning A=warning task in_review
				4 open warning>warning A=warning task in_review until 9
				5 open warning>warning A=warning task decided`,
		},
		{
			name: "what nobody acknowledged closes with its signals though it is put off; what somebody did stays, and stays put off",
			events: `1 A=w
				1 snooze:5d
				2 A=-
				3 B=w
				3 ack
				3 snooze:3d
				4 B=-
				9 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task open until 6
				2 closed warning>none task closed
				3 open none>warning B=warning task open
				3 open warning>warning B=warning task acknowledged
				3 open warning>warning B=warning task acknowledged until 6
				4 closed warning>none task acknowledged until 6
				6 closed none>none task acknowledged`,
		},
		{
			name: "a task is put off for longer, and for shorter",
			events: `1 A=w
				1 snooze:2d
				2 snooze:9d
				2 snooze:2d
				9 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task open until 3
				2 open warning>warning A=warning task open until 11
				2 open warning>warning A=warning task open until 4
				4 open warning>warning A=warning task open`,
		},
		{
			name: "a task that is handed on stays that person's until its case is over",
			events: `1 A=w
				1 give:ana
				2 snooze:2d
				3 give:bo
				5 ack
				5 decide
				6 A=c
				7 decide
				7 close
				8 A=-
				9 A=w`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task open of ana
				2 open warning>warning A=warning task open until 4 of ana
				3 open warning>warning A=warning task open until 4 of bo
				4 open warning>warning A=warning task open of bo
				5 open warning>warning A=warning task acknowledged of bo
				5 open warning>warning A=warning task decided of bo
				6 open warning>critical A=critical task in_review of bo
				7 open critical>critical A=critical task decided of bo
				7 open critical>critical A=critical task closed of bo
				8 closed critical>none task closed of bo
				9 open none>warning A=warning task open`,
		},
		{
			name: "the last that was said of an alert counts while it stands, whatever becomes of its task",
			events: `1 A=w B=w
				1 say:A=known
				1 say:B=data_wrong
				2 say:A=rule_wrong
				3 B=-
				4 B=w
				4 ack
				4 decide
				4 close
				4 say:B=useful`,
			want: `1 open none>warning A=warning B=warning task open
				1 open warning>warning A=warning/known B=warning task open
				1 open warning>warning A=warning/known B=warning/data_wrong task open
				2 open warning>warning A=warning/rule_wrong B=warning/data_wrong task open
				3 open warning>warning A=warning/rule_wrong task open
				4 open warning>warning A=warning/rule_wrong B=warning task open
				4 open warning>warning A=warning/rule_wrong B=warning task acknowledged
				4 open warning>warning A=warning/rule_wrong B=warning task decided
				4 open warning>warning A=warning/rule_wrong B=warning task closed
				4 open warning>warning A=warning/rule_wrong B=warning/useful task closed`,
		},
	}
	tell(t, stories, 2)
}

// How much is at risk may change by time alone: then nothing but the days themselves can break a snooze.
func TestASnoozeBreaksThoughNobodySaysAnything(t *testing.T) {
	r := newRig(t, 0, false)
	r.scripts["A"].grows = 10
	r.play(`1 A=w
		1 snooze:15%
		20 end`)
	want := unindent(`1 open none>warning A=warning task open
		1 open warning>warning A=warning task open until 15
		5 open warning>warning A=warning task open`) // 210, and 250 is more than 15 % of that above it
	if got := r.owed(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAmountsThatCannotBeComparedBreakASnooze(t *testing.T) {
	s := snooze{percent: 10, atRisk: eur(100)}
	for _, tt := range []struct {
		now  state.Money
		want bool
	}{
		{eur(109), false}, {eur(110), true}, {eur(-500), false}, {state.Money{Minor: 1, Currency: yen}, true}, {state.Money{}, true}, {eur(1<<63 - 1), true},
	} {
		if got := s.exceeds(tt.now); got != tt.want {
			t.Errorf("%v: got %v, want %v", tt.now, got, tt.want)
		}
	}
}

func TestATaskTellsWhoPutItOffAndWhy(t *testing.T) {
	r := newRig(t, 0, false)
	r.play("1 A=w")
	d := Decision{TaskID: r.newestTask(), Action: Snooze, By: "ana", ReasonCode: "seasonal", Until: start + 5, Worse: 30, At: 77}
	r.step(start+1, 0, false, EncodeDecision(d))
	got := r.tasks[len(r.tasks)-1]
	if got.State != TaskOpen || got.SnoozedUntil != d.Until || got.Worse != 30 || got.ReasonCode != "seasonal" || got.By != "ana" || got.ChangedAt != 77 || got.Seq != 2 {
		t.Errorf("got %+v", got)
	}
	if got.Due == 0 || got.Due != r.tasks[0].Due || got.Acknowledge != r.tasks[0].Acknowledge {
		t.Errorf("due %s, acknowledge by %s: want %s and %s: nobody has decided anything", got.Due, got.Acknowledge, r.tasks[0].Due, r.tasks[0].Acknowledge)
	}
	r.play("6 end")
	if last := r.tasks[len(r.tasks)-1]; last.ReasonCode != "" || last.SnoozedUntil != 0 || last.By != "ana" {
		t.Errorf("back: got %+v, want no reason, and who acted last", last)
	}
}

// The day's alarm wakes a task whoever looks at the customer besides, and a replay of the same steps comes to the same.
func TestExtraAlarmsNeitherWakeNorTell(t *testing.T) {
	events := []string{"1 A=w", "1 snooze:4d:50%", "2 risk:A=250", "3 B=w", "4 say:B=known", "9 end"}
	plain, disturbed := newRig(t, 0, false), newRig(t, 0, false)
	for _, line := range events {
		plain.play(line)
		disturbed.play(line)
		disturbed.step(disturbed.day, 0, true, nil)
		if string(plain.rec.Episodes) != string(disturbed.rec.Episodes) || string(plain.rec.Told) != string(disturbed.rec.Told) {
			t.Fatalf("%s: another record is left", line)
		}
	}
	if got, want := disturbed.owed(), plain.owed(); got != want || plain.tasks[len(plain.tasks)-1].SnoozedUntil != 0 {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestACaseOfACustomerWhoIsGoneIsNotPutOff(t *testing.T) {
	r := newRig(t, 0, false)
	r.play("1 A=w\n1 snooze:9d\n1 give:ana")
	result := r.judge.Step(Input{Record: r.rec, Ledger: r.ledger, Day: start + 1, KnownAt: r.clock + 1, Gone: GoneMerged})
	if len(result.Tasks) != 1 || result.Tasks[0].State != TaskClosed || result.Tasks[0].SnoozedUntil != 0 || result.Tasks[0].Severity != detectors.None {
		t.Errorf("got %+v, want it closed", result.Tasks)
	}
}

package alerts

import (
	"testing"

	"tocsin/detectors"
)

// C reads A and B, and stands where one of them does.
func TestASignalThatReadsTheLevelsOfOthers(t *testing.T) {
	for _, s := range []struct {
		name         string
		hold         int
		events, want string
	}{
		{
			name: "it rises and falls with them, though nothing that it sees itself has changed",
			events: `1 A=w
				2 B=c
				4 B=-
				5 A=-`,
			want: `1 A raised none>warning
				1 C raised none>warning
				2 B raised none>critical
				2 C escalated warning>critical
				4 B cleared critical>none
				4 C deescalated critical>warning
				5 A cleared warning>none
				5 C cleared warning>none`,
		},
		{
			name: "what rises and falls within a day leaves nothing behind",
			events: `1 A=w
				1 A=-`,
			want: `1 A raised none>warning
				1 C raised none>warning
				1 A cleared warning>none
				1 C cleared warning>none`,
		},
		{
			name: "it reads what a hold keeps, and the end of a hold ends it",
			hold: 3,
			events: `1 A=w
				5 A=-
				20 end`,
			want: `1 A raised none>warning
				1 C raised none>warning
				8 A cleared warning>none
				11 C cleared warning>none`,
		},
		{
			name: "what takes the other's ground takes its own",
			events: `1 A=w
				5 A@1=-`,
			want: `1 A raised none>warning
				1 C raised none>warning
				5 A retracted warning>none
				5 C retracted warning>none`,
		},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, s.hold, false)
			r.echo()
			r.play(s.events)
			if got, want := r.told(), unindent(s.want); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// C stands by A's hold alone from the first day on: judged anew, no day gives A ground, and yet C was right.
func TestALevelThatAHoldKeepsIsGroundForOthers(t *testing.T) {
	r := newRig(t, 0, false)
	r.rules[0].HoldDays = 4
	r.play(`1 A=w
		2 A=-`)
	r.echo()
	r.play(`4 C=-`)
	r.alarm = 0 // an event comes before the alarm of the day on which A's hold ends
	r.step(start+6, inputOf("A"), false, nil)
	want := unindent(`1 A raised none>warning
		4 C raised none>warning
		6 A cleared warning>none
		6 C cleared warning>none`)
	if got := r.told(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A rule that is off, or in shadow mode, is read by nobody.
func TestOnlyLiveRulesAreRead(t *testing.T) {
	for _, mode := range []detectors.Mode{detectors.Live, detectors.Shadow, detectors.Off} {
		r := newRig(t, 0, false)
		r.echo()
		r.rules[0].Mode = mode
		r.play(`1 A=w`)
		got := len(r.judge.Signals(r.rec.Episodes))
		if want := map[detectors.Mode]int{detectors.Live: 2, detectors.Shadow: 0, detectors.Off: 0}[mode]; got != want {
			t.Errorf("%s: got %d live signals, want %d", mode, got, want)
		}
	}
}

// A signal that loses its rule does not stand for those that read it, in the very step in which it ends.
func TestARuleThatIsGoneIsNotRead(t *testing.T) {
	r := newRig(t, 0, false)
	r.echo()
	r.play(`1 A=w`)
	r.rules[0].Mode = detectors.Off
	r.play(`2 alarm`)
	want := unindent(`1 A raised none>warning
		1 C raised none>warning
		2 A cleared warning>none
		2 C cleared warning>none`)
	if got := r.told(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

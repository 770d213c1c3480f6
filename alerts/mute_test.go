package alerts

import "testing"

func TestLifeOfAMute(t *testing.T) {
	accepted := `1 open none>warning A=warning task open
				1 open warning>warning A=warning task acknowledged
				1 open warning>warning A=warning task decided
				2 closed warning>none task decided
				2 closed none>none task closed
				`
	const accept = `1 A=w
				1 ack
				1 accept
				2 A=-
				2 close
				`
	stories := []story{
		{
			name: "what rises again within thirty days bothers nobody, and then it does",
			events: accept + `5 A=w
				6 A=-
				7 A=w
				40 end`,
			want: accepted + `32 open none>warning A=warning task open`,
		},
		{
			name: "nothing that is muted joins another case",
			events: accept + `5 A=w
				6 B=w
				7 A=-
				8 end`,
			want: accepted + `6 open none>warning B=warning task open`,
		},
		{
			name: "a higher level breaks it for good, and what falls back on the same day leaves it as it was",
			events: accept + `5 A=c
				5 A=w
				6 A=c
				7 A=-
				9 A=w
				9 end`,
			want: accepted + `5 open none>critical A=critical task open
				5 closed critical>none task closed
				6 open none>critical A=critical task open
				7 closed critical>none task closed
				9 open none>warning A=warning task open`,
		},
		{
			name: "the gravest news of a register are not muted, whatever was decided about lesser or earlier ones",
			events: `1 A=c(B1) B=c(B2)
				1 ack
				1 accept
				2 A=- B=-
				2 close
				5 A=c(B1)
				6 A=-
				7 B=c(B1)
				7 end`,
			want: `1 open none>critical A=critical B=critical task open
				1 open critical>critical A=critical B=critical task acknowledged
				1 open critical>critical A=critical B=critical task decided
				2 closed critical>none task decided
				2 closed none>none task closed
				5 open none>critical A=critical task open
				6 closed critical>none task closed
				7 open none>critical B=critical task open`,
		},
		{
			name: "a figure that is worse by a quarter of the threshold breaks it, a better one or one a little worse does not",
			events: `1 figure:A=110
				` + accept + `4 A=w
				5 figure:A=134
				6 figure:A=90
				7 figure:A=135
				8 A=-
				9 A=w
				9 end`,
			want: accepted + `7 open none>warning A=warning task open
				8 closed warning>none task closed
				9 open none>warning A=warning task open`,
		},
		{
			name: "the other way down",
			events: `1 figure:A=90
				` + accept + `4 figure:A=66 A=w
				5 figure:A=65
				6 end`,
			want: accepted + `5 open none>warning A=warning task open`,
		},
		{
			name: "the alert that the person saw stays in its case",
			events: `1 A=w
				1 ack
				1 accept
				3 A=c
				9 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task acknowledged
				1 open warning>warning A=warning task decided
				3 open warning>critical A=critical task in_review`,
		},
		{
			name: "what rises again while the decision stands does not question it",
			events: `1 A=w
				1 ack
				1 accept
				3 A=-
				5 A=w
				9 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task acknowledged
				1 open warning>warning A=warning task decided
				3 closed warning>none task decided`,
		},
		{
			name: "its days count from the closing",
			events: `1 A=w
				1 ack
				1 accept
				3 A=-
				21 close
				50 A=w
				51 end`,
			want: `1 open none>warning A=warning task open
				1 open warning>warning A=warning task acknowledged
				1 open warning>warning A=warning task decided
				3 closed warning>none task decided
				21 closed none>none task closed
				51 open none>warning A=warning task open`,
		},
		{
			name: "another decision mutes nothing",
			events: `1 A=w
				1 ack
				1 decide
				2 A=-
				2 close
				5 A=w
				5 end`,
			want: accepted + `5 open none>warning A=warning task open`,
		},
	}
	tell(t, stories, 4)
}

// What is muted is told all the same where every alert is, and nothing of the mute outlives its days.
func TestAMuteHidesNoTransitionAndIsForgotten(t *testing.T) {
	r := newRig(t, 0, false)
	r.play("1 A=w\n1 ack\n1 accept\n2 A=-\n2 close\n5 A=w\n6 A=-")
	if last := r.log[len(r.log)-1]; len(r.log) != 4 || last.Kind != Cleared {
		t.Errorf("got %d transitions, the last %+v: want one raised and cleared, twice", len(r.log), last)
	}
	if got := r.judge.Explain(Input{Record: r.rec, Ledger: testLedger, Day: start + 6}).Signals[0].MutedUntil; got != start+32 {
		t.Errorf("explained as muted until %v, want %v", got, start+32)
	}
	if r.rec.Episodes[0] != 5 {
		t.Fatalf("the mute is kept in version %d", r.rec.Episodes[0])
	}
	r.open(start + 33)
	if len(r.rec.Episodes) > 0 {
		t.Errorf("got %x, want nothing to be left", r.rec.Episodes)
	}
}

// Who looks once more finds what stands, and a replay of the same steps comes to the same.
func TestExtraAlarmsLeaveAMuteAlone(t *testing.T) {
	events := []string{"1 figure:A=110", "1 A=w", "1 ack", "1 accept", "2 A=-", "2 close", "4 A=w", "5 figure:A=140", "6 B=w", "7 figure:A=100", "40 end"}
	plain, disturbed := newRig(t, 0, false), newRig(t, 0, false)
	for _, line := range events {
		plain.play(line)
		disturbed.play(line)
		disturbed.step(disturbed.day, 0, true, nil)
		if string(plain.rec.Episodes) != string(disturbed.rec.Episodes) || string(plain.rec.Told) != string(disturbed.rec.Told) {
			t.Fatalf("%s: another record is left", line)
		}
	}
	if got, want := disturbed.owed(), plain.owed(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

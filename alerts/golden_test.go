package alerts

import (
	"encoding/hex"
	"testing"
)

// What was written is read for ever: a change of these is a new version beside the old one.
const (
	goldenPutOff = "04f99c0100066c692e7765690000000003616e61829d01f99c010674696d696e6703011403455552ac0200010141f99c01056b6e6f776e02046c69766501410206f99c01000006000000046c6976650142020ef99c01000242310e00000000"

	goldenLate = "06f99c0100000000000000000001000004626f73730001046c6976650141050ef99c0100000e00000000"

	goldenReminded     = "07f99c01000000000000000000000001046c69766501410506f99c01000006000000"
	goldenRemindedLate = "07f99c0100000000000000000001000004626f73730001046c69766501410506f99c01000006000000"

	goldenDecision1 = "010303542d31066c692e7765690463616c6c0674696d696e67969d01c0df8b9095c0edf418"
	goldenDecision2 = "020603542d31066c692e776569000674696d696e6700c0df8b9095c0edf418819d011403616e6103412d31"
	goldenDecision3 = "030a03542d3106746f6373696e0e686561645f6f665f6372656469740a616d6f6e675f6d616e7900c0df8b9095c0edf4180000046865616400"
	goldenDecision5 = "051403542d3106746f6373696e08756e706f737465640000809cef8e94c0edf41800000000"
	goldenDecision4 = "041003542d3106746f6373696e000000c0df8b9095c0edf41800000000"
)

func TestEncodingsOfWhatPeopleDoWithATask(t *testing.T) {
	r := newRig(t, 0, false)
	r.play("1 A=w B=c(B1)\n1 snooze:9d:20%\n1 give:ana\n1 say:A=known")
	if got := hex.EncodeToString(r.rec.Episodes); got != goldenPutOff {
		t.Errorf("episodes: got %s, want %s", got, goldenPutOff)
	}
	r = newRig(t, 0, false)
	r.play("1 A=c\n3 alarm\n3 late:1")
	if got := hex.EncodeToString(r.rec.Episodes); got != goldenLate {
		t.Errorf("episodes of a task that is late: got %s, want %s", got, goldenLate)
	}
	for golden, story := range map[string]string{goldenReminded: "1 10:00 A=w\n3 16:30 remind", goldenRemindedLate: "1 10:00 A=w\n2 10:30 late:1\n3 16:30 remind"} {
		r = newRig(t, 0, false)
		r.ledger = onWeekdays(t)
		r.playAt(t, story)
		if got := hex.EncodeToString(r.rec.Episodes); got != golden {
			t.Errorf("episodes of a task of which somebody was reminded: got %s, want %s", got, golden)
		}
	}
	for _, tt := range []struct {
		golden   string
		decision Decision
	}{
		{goldenDecision1, Decision{TaskID: "T-1", Action: Decide, By: "li.wei", Code: "call", ReasonCode: "timing", NextReview: start + 30, At: 1795166043271000000}},
		{goldenDecision2, Decision{
			TaskID: "T-1", Action: Snooze, By: "li.wei", ReasonCode: "timing", At: 1795166043271000000, Until: start + 9, Worse: 20, To: "ana", Alert: "A-1",
		}},
		{goldenDecision5, RecountOf("T-1", 0, 1795166043271000000, true, "tocsin")},
		{goldenDecision4, ReminderOf("T-1", "tocsin", 1795166043271000000)},
		{goldenDecision3, EscalationOf("T-1", 2, "head", "tocsin", true, 1795166043271000000)},
	} {
		if got := hex.EncodeToString(EncodeDecision(tt.decision)); got != tt.golden {
			t.Errorf("%s: got %s, want %s", tt.decision.Action, got, tt.golden)
		}
		if got, err := DecodeDecision(unhex(t, tt.golden)); err != nil || got != tt.decision {
			t.Errorf("%s: got %+v, %v, want %+v", tt.golden, got, err, tt.decision)
		}
	}
}

package detectors

import (
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// Each way out alone brings the signal exactly to its level, and one cent less does not.
func TestWhatClearsIsTrueToTheCent(t *testing.T) {
	rules := Defaults()
	rapid.Check(t, func(t *rapid.T) {
		b := drawBooks(t)
		r := &rules[rapid.IntRange(0, len(rules)-1).Draw(t, "rule")]
		in := drawInput(t, b, r)
		v := r.Detector.Evaluate(in)
		level := v.Level(in.Standing)
		if level == None || v.NotEvaluable {
			return
		}
		for _, remedy := range r.Detector.Describe(in, v).ClearsIf {
			if got := levelAfter(in, b, r, level, remedy); got != remedy.To {
				t.Fatalf("%s at %v: %+v leaves it at %v", r.Sign.Signal, level, remedy, got)
			}
			if !remedy.Amount.Told() {
				continue
			}
			remedy.Amount.Minor--
			if got := levelAfter(in, b, r, level, remedy); got <= remedy.To {
				t.Fatalf("%s at %v: %+v, a cent less, leaves it at %v", r.Sign.Signal, level, remedy, got)
			}
		}
	})
}

// levelAfter is where a remedy, done today, leaves an episode that stood at a level when the last day closed.
func levelAfter(in *Input, b *books, r *Rule, level Level, remedy Remedy) Level {
	reason := in.Reason
	if remedy.Amount.Minor > 0 || !remedy.Amount.Told() {
		b = b.add(done(in, remedy))
	}
	after := in.on(b, in.View.Day)
	return r.Detector.Evaluate(after.stood(level, reason)).Level(level)
}

func done(in *Input, remedy Remedy) state.Body {
	day := in.View.Day
	switch remedy.Do {
	case pay:
		return &state.Payment{PaymentID: "P-remedy", ValueDate: day, Amount: remedy.Amount}
	case raiseLimit:
		now := in.View.Limit()
		l := &state.LimitRevision{LimitID: now.ID, Type: state.LimitBase, Amount: remedy.Amount, ValidFrom: day, ReviewDate: now.Review}
		if !now.Hard {
			l.Hard = state.FlagFalse
		}
		return l
	default:
		return &state.LimitRevision{LimitID: "L-remedy", Type: state.LimitBase, Amount: eur("0"), ValidFrom: day}
	}
}

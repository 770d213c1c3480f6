package alerts

import (
	"testing"

	"tocsin/detectors"
	"tocsin/state"
)

// still is a detector that costs nothing, so that what is measured is the judge.
type still struct {
	sign    detectors.Sign
	verdict detectors.Verdict
}

func (s *still) Sign() *detectors.Sign                                             { return &s.sign }
func (s *still) Params() []detectors.Param                                         { return nil }
func (s *still) Evaluate(*detectors.Input) detectors.Verdict                       { return s.verdict }
func (s *still) Describe(*detectors.Input, detectors.Verdict) (d detectors.Detail) { return d }

// seven are as many rules as there are signals, the first few of which raise.
func seven(raising int, level detectors.Level) fixed {
	var rules fixed
	for i, signal := range []string{"adverse_registry", "limit_breach", "limit_missing", "limit_review_due", "limit_temporary_expiry", "overdue", "overdue_ratio"} {
		s := &still{sign: detectors.Sign{Signal: signal, Inputs: state.InputReceivables}, verdict: detectors.Verdict{Clear: detectors.AllRungs}}
		if i < raising {
			s.verdict = detectors.Verdict{Raise: level, Reason: "ORDER"}
		}
		rules = append(rules, detectors.Rule{Sign: &s.sign, Detector: s, Mode: detectors.Live})
	}
	return rules
}

func stepper(t failer, rules fixed) (*Judge, Input) {
	judge, err := NewJudge("bench", DefaultSLA(), RuleSet{Name: Live, Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	rec := &state.Record{Customer: state.NewCustomer("C-1"), Day: start}
	in := Input{
		Record: rec, View: rec.Customer.View(testLedger, start), Ledger: testLedger, Day: start,
		Changed: state.InputReceivables, Applied: true,
	}
	judge.Step(in)
	rec.Episodes, rec.Told = judge.Promote(rec.Episodes, rec.Told, start)
	return judge, in
}

func TestAQuietStepAllocatesNothing(t *testing.T) {
	judge, in := stepper(t, seven(0, detectors.None))
	if got := testing.AllocsPerRun(100, func() { judge.Step(in) }); got > 0 {
		t.Errorf("got %v allocations, want none", got)
	}
}

func benchmarkStep(b *testing.B, rules fixed) {
	judge, in := stepper(b, rules)
	b.ReportAllocs()
	for b.Loop() {
		judge.Step(in)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/step")
}

func BenchmarkQuietStep(b *testing.B) { benchmarkStep(b, seven(0, detectors.None)) }

func BenchmarkStepWithThreeOpenEpisodes(b *testing.B) { benchmarkStep(b, seven(3, detectors.Critical)) }

func BenchmarkTransition(b *testing.B) {
	judge, in := stepper(b, seven(1, detectors.Critical))
	b.ReportAllocs()
	for b.Loop() {
		in.Record.Episodes, in.Record.Told = nil, nil
		judge.Step(in)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/transition")
}

func BenchmarkAlertRecord(b *testing.B) {
	tr := contractTransition()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = tr.AppendJSON(buf[:0])
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/record")
}

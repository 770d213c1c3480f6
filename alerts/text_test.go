package alerts

import (
	"testing"

	"tocsin/detectors"
	"tocsin/state"
)

func alertOf(signal, reason string, facts ...detectors.Fact) CaseAlert {
	return CaseAlert{Signal: signal, Reason: reason, Detail: detectors.Detail{Facts: facts, MoneyAtRisk: eur(1)}}
}

func TestAnAlertInASentence(t *testing.T) {
	tests := []struct {
		alert CaseAlert
		want  string
	}{
		{alertOf("overdue", "", detectors.Fact{Name: "days_past_due", Value: "12", Threshold: "5"}), "12 days past due (more than 5)"},
		{
			alertOf("overdue", "", detectors.Fact{Name: "days_past_due", Value: "95", Threshold: "60"}, detectors.Fact{Name: "default_90", Value: "95", Threshold: "90"}),
			"95 days past due and in default (more than 90)",
		},
		{alertOf("overdue", ""), "Invoice past due"},
		{alertOf("payment_slowdown", "", detectors.Fact{Name: "days_slower", Value: "12.5", Threshold: "10"}), "Pays 12.5 days later than its own norm (from 10)"},
		{alertOf("payment_slowdown", "", detectors.Fact{Name: "days_slower", Value: "0.0", Threshold: "10"}), "Pays 0 days later than its own norm (from 10)"},
		{alertOf("payment_slowdown", "", detectors.Fact{Name: "days_slower", Value: "-1.0", Threshold: "10"}), "Pays 1 day earlier than its own norm"},
		{alertOf("payment_slowdown", "", detectors.Fact{Name: "days_slower", Value: "-24.5", Threshold: "10"}), "Pays 24.5 days earlier than its own norm"},
		{
			alertOf("turnover_swing", "FALL", detectors.Fact{Name: "turnover_fall", Value: "-0.317", Threshold: "0.250"},
				detectors.Fact{Name: "turnover", Value: "20.35"}, detectors.Fact{Name: "turnover_base", Value: "15.45"}),
			"Turnover of receivables is 31.7 % above the usual: 20.35 times a year, usually 15.45",
		},
		{alertOf("payment_slowdown", ""), "Pays later than its own norm"},
		{
			alertOf("payment_slowdown", "COLD_START", detectors.Fact{Name: "recent_median_days", Value: "30.0", Threshold: "30"}),
			"Pays 30 days late (from 30); too few payments before to know its norm",
		},
		{
			alertOf("limit_breach", "ORDER", detectors.Fact{Name: "utilisation", Value: "1.140", Threshold: "1.010"}),
			"Over the credit limit by new orders: 114.0 % of it used (more than 101.0 %)",
		},
		{
			alertOf("limit_breach", "OTHER", detectors.Fact{Name: "exposure", Value: "1234567.50", Threshold: "0.00"}),
			"Over the credit limit: exposure EUR 1,234,567.50, limit EUR 0.00",
		},
		{alertOf("limit_breach", "NEAR", detectors.Fact{Name: "utilisation", Value: "0.800", Threshold: "0.800"}), "Nearing the credit limit: 80.0 % of it used (from 80.0 %)"},
		{alertOf("limit_missing", "", detectors.Fact{Name: "exposure", Value: "999.00"}), "No credit limit on file for an exposure of EUR 999.00"},
		{
			alertOf("adverse_registry", "CLASS_A", detectors.Fact{Name: "effective_date", Value: "2026-11-01"}),
			"The customer is insolvent or dissolved, says a public register, since 2026-11-01",
		},
		{alertOf("adverse_registry", "B1", detectors.Fact{Name: "effective_date", Value: "<@everyone>"}), "Severe news in a public register"},
		{alertOf("money_lost", "NEW_ACCOUNTS"), "Money lost"},
		{alertOf("<@here>", ""), "Unknown"},
	}
	for _, tt := range tests {
		if got := English.Alert(tt.alert); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.alert.Signal, tt.alert.Reason, got, tt.want)
		}
	}
}

func TestAnAlertThatItsFiguresWouldNotRaiseSaysWhyItStands(t *testing.T) {
	low := detectors.Fact{Name: "overdue_ratio", Value: "0.138", Threshold: "0.250"}
	nothing := []detectors.Fact{{Name: "overdue_ratio", Threshold: "0.250"}, {Name: "overdue", Value: "0.00", Threshold: "500.00"}, {Name: "receivables", Value: "0.00"}}
	day := state.DateOf(2026, 11, 24)
	tests := []struct {
		footing Footing
		ends    state.Date
		facts   []detectors.Fact
		want    string
	}{
		{OnFacts, 0, []detectors.Fact{low}, "13.8 % of the receivables are past due (from 25.0 %)"},
		{OnHold, day, []detectors.Fact{low}, "13.8 % of the receivables are past due (from 25.0 %); no longer enough, so critical ends on 2026-11-24 unless it comes back"},
		{OnHold, 0, []detectors.Fact{low}, "13.8 % of the receivables are past due (from 25.0 %); no longer enough, but critical stands until it clears"},
		{Unjudged, 0, []detectors.Fact{low}, "13.8 % of the receivables are past due (from 25.0 %); today it cannot be judged, so critical stays"},
		{Unjudged, day, nothing, "Past due are EUR 0.00 of receivables of EUR 0.00; today it cannot be judged, so critical ends on 2026-11-24 unless it comes back"},
		{"of tomorrow", day, []detectors.Fact{low}, "13.8 % of the receivables are past due (from 25.0 %)"},
	}
	for _, tt := range tests {
		a := alertOf("overdue_ratio", "", tt.facts...)
		a.Level, a.Footing, a.Ends = detectors.Critical, tt.footing, tt.ends
		if got := English.Alert(a); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.footing, got, tt.want)
		}
	}
	a := customAlert("Keeps away")
	a.Level, a.Footing = detectors.Warning, OnHold
	if got, want := English.Alert(a), "Keeps away; no longer enough, but warning stands until it clears"; got != want {
		t.Errorf("a custom sign: got %q, want %q", got, want)
	}
}

func TestWhatClearsAnAlertHasToStay(t *testing.T) {
	ways := func(hold int, do ...string) string {
		a := CaseAlert{HoldDays: hold}
		for _, d := range do {
			a.ClearsIf = append(a.ClearsIf, detectors.Remedy{Do: d})
		}
		return English.Hold(a)
	}
	for _, tt := range []struct{ got, want string }{
		{ways(14, "pay"), ", and it stays so for 14 days"},
		{ways(1, "pay"), ", and it stays so for 1 day"},
		{ways(0, "pay"), ""},
		{ways(14, "set_limit"), ""},
		{ways(14), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestTheScoreIsTakenApartInOneLine(t *testing.T) {
	a := alertOf("composite", "WATCH", detectors.Fact{Name: "score", Value: "45", Threshold: "45"},
		detectors.Fact{Name: "points_overdue_ratio", Value: "12"}, detectors.Fact{Name: "points_floor_critical", Value: "33"})
	if got, want := English.Points(&a), "Points: Share overdue 12, at least watch beside a critical signal 33"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := English.Fact(a.Facts[1], euro), "Points: Share overdue 12"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	a.Facts = a.Facts[:1]
	if got := English.Points(&a); got != "" {
		t.Errorf("no parts: got %q, want nothing", got)
	}
}

func customAlert(wording string, facts ...detectors.Fact) CaseAlert {
	a := alertOf("growing_debt", "", facts...)
	a.Wording = wording
	return a
}

func TestACustomSignSpeaksInItsOwnWords(t *testing.T) {
	owes := detectors.Fact{Name: "receivables", Value: "1234567.50", Threshold: "1000000.00"}
	tests := []struct {
		alert CaseAlert
		want  string
	}{
		{customAlert("Keeps away", owes), "Keeps away"},
		{customAlert("Owes {receivables}", owes), "Owes EUR 1,234,567.50"},
		{customAlert("{receivables} owed, {receivables}!", owes), "EUR 1,234,567.50 owed, EUR 1,234,567.50!"},
		{customAlert("Limit used by {utilisation}", detectors.Fact{Name: "utilisation", Value: "0.915"}), "Limit used by 91.5 %"},
		{customAlert("{max_days_past_due} days past due", detectors.Fact{Name: "max_days_past_due", Value: "12"}), "12 days past due"},
		{customAlert("{max_days_past_due} days past due", detectors.Fact{Name: "max_days_past_due", Value: "1"}), "1 day past due"},
		{customAlert("Owes {receivables}, limit {limit}", owes), "Owes EUR 1,234,567.50, limit (not known)"},
		{customAlert("Is {segment}", detectors.Fact{Name: "segment", Value: "<@here>"}), "Is (not known)"},
	}
	for _, tt := range tests {
		if got := English.Alert(tt.alert); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.alert.Wording, got, tt.want)
		}
	}
	for _, tt := range []struct{ got, want string }{
		{English.Signal("growing_debt"), "Growing debt"},
		{English.Signal("<@here>"), "Unknown"},
		{English.Change(Change{Signal: "growing_debt", From: detectors.Warning, Kind: Cleared}), "Growing debt: cleared"},
		{English.Ground(&tests[0].alert, owes), "Receivables EUR 1,234,567.50 (against EUR 1,000,000.00)"},
		{English.Ground(&tests[0].alert, detectors.Fact{Name: "exposure", Value: "5.00", Threshold: "3.00"}), "Exposure EUR 5.00 (against EUR 3.00)"},
		{English.Ground(&tests[0].alert, detectors.Fact{Name: "limit_on_file", Value: "yes"}), "Limit on file yes"},
		{English.Ground(&tests[0].alert, detectors.Fact{Name: "country", Value: "DE", Threshold: "AT"}), "Country DE (against AT)"},
		{English.Ground(&tests[0].alert, detectors.Fact{Name: "of_tomorrow", Value: "1", Threshold: "2"}), "of tomorrow 1 (against 2)"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	for _, tt := range []struct {
		condition detectors.Condition
		want      string
	}{
		{detectors.Condition{What: "max_days_past_due", Unit: detectors.UnitDays, Value: 3, Is: detectors.MoreThan, Threshold: 10}, "Days past due 3 (needs more than 10)"},
		{detectors.Condition{What: "insured", Unit: detectors.UnitFlag, Threshold: 1}, "Insured: no"},
		{detectors.Condition{What: "insured", Unit: detectors.UnitFlag, Value: 1, Threshold: 1}, "Insured: yes"},
		{detectors.Condition{What: "utilisation_known", Unit: detectors.UnitFlag, Threshold: 1}, "utilisation known: no"},
	} {
		if got := English.Condition(tt.condition, euro); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	plain := alertOf("limit_missing", "", owes)
	if got, want := English.Ground(&plain, owes), English.Fact(owes, plain.MoneyAtRisk.Currency); got != want {
		t.Errorf("a sign of Tocsin's own: got %q, want %q", got, want)
	}
}

func TestWhatElseIsSaid(t *testing.T) {
	change := func(kind, reason string, from, to detectors.Level) string {
		return English.Change(Change{Signal: "limit_breach", Reason: reason, From: from, To: to, Kind: kind})
	}
	tests := []struct{ got, want string }{
		{change(Raised, "ORDER", detectors.None, detectors.Critical), "Credit limit: raised at critical: new orders"},
		{change(Escalated, "HIGH", detectors.Info, detectors.Warning), "Credit limit: up from info to warning: close to the limit"},
		{change(Deescalated, "HIGH", detectors.Critical, detectors.Warning), "Credit limit: down from critical to warning"},
		{change(Cleared, "ORDER", detectors.Critical, detectors.None), "Credit limit: cleared"},
		{change(Retracted, "ORDER", detectors.Critical, detectors.None), "Credit limit: taken back, for it was never right"},
		{English.Closed(detectors.Critical), "No signal at warning or above stands any more; it was critical"},
		{English.Fact(detectors.Fact{Name: "days_past_due", Value: "38", Threshold: "30"}, euro), "Days past due 38 (more than 30)"},
		{English.Fact(detectors.Fact{Name: "exposure", Value: "285120.50", Threshold: "250000.00"}, euro), "Exposure EUR 285,120.50 (limit EUR 250,000.00)"},
		{English.Fact(detectors.Fact{Name: "receivables", Value: "-1000", Threshold: "1"}, yen), "Receivables JPY -1,000"},
		{English.Fact(detectors.Fact{Name: "registry_event", Value: "winding_up_petition"}, 0), "Register says winding up petition"},
		{English.Fact(detectors.Fact{Name: "overdue_ratio", Threshold: "0.250"}, euro), "Share past due none (from 25.0 %)"},
		{English.Fact(detectors.Fact{Name: "days_slower", Value: "20.0", Threshold: "20"}, 0), "Days later than its norm 20 (from 20)"},
		{English.Fact(detectors.Fact{Name: "days_slower", Value: "-0.5", Threshold: "20"}, 0), "Days later than its norm -0.5 (from 20)"},
		{English.Fact(detectors.Fact{Name: "sigmas", Value: "20.00", Threshold: "2.00"}, 0), "Times its usual spread 20.00 (from 2.00)"},
		{English.Fact(detectors.Fact{Name: "new_fact", Value: "1", Threshold: "2"}, 0), "new fact 1 (threshold 2)"},
		{English.Remedy(detectors.Remedy{Do: "pay", Amount: eur(4762050), To: detectors.Warning}), "EUR 47,620.50 is paid (down to warning)"},
		{English.Remedy(detectors.Remedy{Do: "set_limit"}), "a credit limit is set"},
		{English.Action("hold_orders"), "Hold orders"},
		{English.Action("some_new_action"), "some new action"},
		{English.Decision("write_off_proposal"), "propose a write-off"},
		{English.ReasonCode("dispute_ours"), "a dispute of our making"},
		{English.Task(TaskInReview), "in review"},
		{English.Signal("overdue"), "Invoice overdue"},
		{English.Percent("0.000"), "0.0 %"},
		{English.Percent("0.0125"), "0.0125"},
		{English.Amount(state.Money{}), ""},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestAmountsAreReadableAtAGlance(t *testing.T) {
	for in, want := range map[string]string{
		"0.00": "0.00", "999.99": "999.99", "1000.00": "1,000.00", "285120.50": "285,120.50",
		"-1234567": "-1,234,567", "-12.5": "-12.5", "92233720368547758.07": "92,233,720,368,547,758.07",
	} {
		if got := thousands(in); got != want {
			t.Errorf("thousands(%q): got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"1.140": "114.0 %", "0.007": "0.7 %", "0.000": "0.0 %", "0.050": "5.0 %", "12.345": "1234.5 %", "-0.709": "-70.9 %", "-1.500": "-150.0 %", "": ""} {
		if got := English.Percent(in); got != want {
			t.Errorf("English.Percent(%q): got %q, want %q", in, got, want)
		}
	}
}

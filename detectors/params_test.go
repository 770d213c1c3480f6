package detectors

import (
	"errors"
	"strings"
	"testing"
)

func rule(t testing.TB, signal string) *Rule {
	t.Helper()
	found := find(Defaults(), signal)
	if found == nil {
		t.Fatalf("no signal %q", signal)
	}
	return found
}

func TestSetTakesValuesWithinBoundsAndSaysWhatWouldBeRight(t *testing.T) {
	for _, c := range []struct {
		signal, key, value string
		want               string // the value afterwards, or the error
	}{
		{"overdue", "warning_days", "45", "45"},
		{"overdue", "warning_days", "0", "0"},
		{"overdue", "warning_days", "180", "180"},
		{"overdue", "warning_days", "400", "400 is not between 0 and 180"},
		{"overdue", "warning_days", "181", "181 is not between 0 and 180"},
		{"overdue", "warning_days", "-1", "-1 is not between 0 and 180"},
		{"overdue", "warning_days", "99999999999999999999", "99999999999999999999 is not between 0 and 180"},
		{"overdue", "warning_days", "30.5", "30.5 is not a whole number"},
		{"overdue", "warning_days", "thirty", `"thirty" is not a whole number`},
		{"overdue", "warning_days", "", `"" is not a whole number`},
		{"limit_breach", "near_ratio", "0.8", "0.80"},
		{"limit_breach", "near_ratio", "0.7525", "0.7525"},
		{"limit_breach", "near_ratio", "1", "1.00"},
		{"limit_breach", "near_ratio", "2.0001", "2.0001 is not between 0 and 2"},
		{"limit_breach", "near_ratio", "0.80001", "0.80001 has more than 4 decimals"},
		{"limit_breach", "near_ratio", ".8", `".8" is not a decimal number`},
		{"limit_breach", "near_ratio", "8e-1", `"8e-1" is not a decimal number`},
		{"limit_breach", "near_ratio", "NaN", `"NaN" is not a decimal number`},
		{"limit_breach", "tolerance_amount", "1000", "1000"},
		{"overdue_ratio", "hold_days", "0", "0"},
		{"overdue_ratio", "hold_days", "91", "91 is not between 0 and 90"},
		{"limit_review_due", "policy", "zero", "zero"},
		{"limit_review_due", "policy", "warn", "warn"},
		{"limit_review_due", "policy", "0", `"0" is not one of warn, zero`},
		{"payer_change", "allow", `["7f3a", "Factor & Söhne AG"]`, `["7f3a","Factor \u0026 Söhne AG"]`},
		{"payer_change", "allow", `[]`, `[]`},
		{"payer_change", "allow", `["a","a"]`, `"a" comes twice`},
		{"payer_change", "allow", `["a",""]`, `entry 2 is empty`},
		{"payer_change", "allow", `a`, `"a" is not a list of texts`},
		{"payer_change", "allow", `null`, `"null" is not a list of texts`},
		{"overdue", "mode", "shadow", "shadow"},
		{"overdue", "mode", "on", `"on" is not one of live, shadow, off`},
		{"overdue", "grace_days", "1", ErrUnknownKey.Error()},
	} {
		r := rule(t, c.signal)
		got := ""
		if err := r.Set(c.key, c.value); err != nil {
			got = err.Error()
		} else if got = r.Mode.String(); c.key != "mode" {
			got = param(t, r, c.key).String()
		}
		if got != c.want {
			t.Errorf("%s.%s: %s: got %s, want %s", c.signal, c.key, c.value, got, c.want)
		}
	}
}

func param(t testing.TB, r *Rule, name string) Param {
	t.Helper()
	for _, p := range r.Params() {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("%s has no parameter %s", r.Sign.Signal, name)
	return Param{}
}

func TestEveryParameterReadsBackWhatItWrites(t *testing.T) {
	for _, r := range Defaults() {
		for _, p := range r.Params() {
			values := p.Words
			switch {
			case p.List != nil:
				values = []string{`["Acme & Co., Ltd","7f3a"]`, p.Default}
			case values == nil:
				values = []string{p.Min, p.Max, p.Default}
			}
			for _, value := range values {
				if err := p.Set(value); err != nil {
					t.Errorf("%s.%s: %s: %v", r.Sign.Signal, p.Name, value, err)
				}
				written := p.String()
				if err := p.Set(written); err != nil || p.String() != written {
					t.Errorf("%s.%s: wrote %s, read back %s, %v", r.Sign.Signal, p.Name, written, p, err)
				}
			}
		}
	}
}

func TestParameterNamesEndInTheirUnit(t *testing.T) {
	for _, r := range Defaults() {
		for _, p := range r.Params() {
			if p.List != nil {
				continue // named after what its words are
			}
			unit := p.Name[strings.LastIndexByte(p.Name, '_')+1:]
			if !strings.Contains(" days ratio amount count points policy ", " "+unit+" ") {
				t.Errorf("%s.%s does not end in its unit", r.Sign.Signal, p.Name)
			}
			if policy := unit == "policy"; policy != (p.Words != nil) {
				t.Errorf("%s.%s: words %q", r.Sign.Signal, p.Name, p.Words)
			}
			if ratio := unit == "ratio"; ratio != (p.decimals == ratioDecimals) {
				t.Errorf("%s.%s: %d decimals", r.Sign.Signal, p.Name, p.decimals)
			}
		}
	}
}

func TestCheckRefusesLaddersOutOfOrder(t *testing.T) {
	for _, c := range []struct{ signal, key, value, want string }{
		{"overdue", "warning_days", "4", "warning_days: 4 is below info_days, which is 5"},
		{"overdue", "warning_days", "5", ""},
		{"overdue", "critical_days", "29", "critical_days: 29 is below warning_days, which is 30"},
		{"overdue", "default_days", "59", "default_days: 59 is below critical_days, which is 60"},
		{"overdue_ratio", "critical_ratio", "0.2", "critical_ratio: 0.20 is below warning_ratio, which is 0.25"},
		{"limit_breach", "near_clear_ratio", "0.81", "near_ratio: 0.80 is below near_clear_ratio, which is 0.81"},
		{"limit_breach", "high_clear_ratio", "0.91", "high_ratio: 0.90 is below high_clear_ratio, which is 0.91"},
		{"limit_breach", "near_ratio", "0.95", "high_ratio: 0.90 is below near_ratio, which is 0.95"},
	} {
		r := rule(t, c.signal)
		if err := r.Set(c.key, c.value); err != nil {
			t.Fatal(err)
		}
		err, got := r.Check(), ""
		if err != nil {
			got = err.Error()
			var at *ParamError
			if !errors.As(err, &at) {
				t.Errorf("%s: %T is no *ParamError", c.key, err)
			}
		}
		if got != c.want {
			t.Errorf("%s.%s: %s: got %q, want %q", c.signal, c.key, c.value, got, c.want)
		}
	}
}

func TestDefaultsAreThoseOfTheContract(t *testing.T) {
	for _, c := range []struct{ signal, key, want string }{
		{"overdue", "info_days", "5"},
		{"overdue", "warning_days", "30"},
		{"overdue", "critical_days", "60"},
		{"limit_breach", "near_ratio", "0.80"},
		{"limit_breach", "near_clear_ratio", "0.75"},
		{"limit_breach", "high_ratio", "0.90"},
		{"limit_breach", "high_clear_ratio", "0.85"},
		{"limit_breach", "clear_ratio", "0.95"},
		{"limit_breach", "tolerance_ratio", "0.01"},
		{"limit_breach", "tolerance_amount", "500"},
		{"limit_breach", "tolerance_max_ratio", "0.05"},
		{"limit_breach", "soft_critical_ratio", "1.10"},
		{"limit_missing", "hold_days", "14"},
		{"overdue_ratio", "hold_days", "14"},
		{"limit_breach", "hold_days", "0"},
	} {
		if got := param(t, rule(t, c.signal), c.key).String(); got != c.want {
			t.Errorf("%s.%s: got %s, want %s", c.signal, c.key, got, c.want)
		}
	}
	m := DefaultMateriality()
	if m.Amount != 500 || m.Ratio != 100 {
		t.Errorf("materiality: got %d and %v, want 500 and 0.01", m.Amount, m.Ratio)
	}
}

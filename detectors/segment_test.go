package detectors

import (
	"errors"
	"strings"
	"testing"
)

func TestConditionsThatAreRefusedSayWhere(t *testing.T) {
	for _, c := range []struct{ when, want string }{
		{`segment = "key"`, `1:9: `},
		{`segmnt == "key"`, `1:1: unknown name segmnt`},
		{`country == "DE" and segmnt == "key"`, `1:21: unknown name segmnt`},
		{`segment == 3`, `1:9: invalid operation`},
		{`customer_since_days < "x"`, `1:21: invalid operation`},
		{`segment`, `1:1: expected bool`},
		{`""`, `1:1: expected bool`},
		{``, `1:1: `},
		{`all(1..1000000000, # > 0)`, `is not allowed`},
		{`1..1000000000 == segment`, `operator .. is not allowed`},
		{`len(segment) > 3`, `1:1: builtin is not allowed`},
		{`repeat("a", 1000000000) == segment`, `1:1: builtin is not allowed`},
		{`let a = segment; a == "x"`, `is not allowed`},
		{`segment matches "(a+)+$"`, `1:9: operator matches is not allowed`},
		{`segment + segment == "aa"`, `operator + is not allowed`},
		{`segment[0:1] == "a"`, `slice is not allowed`},
		{`(segment == "a" ? 1 : 2) == 1`, `conditional is not allowed`},
		{`{"a": 1}.a == 1`, `is not allowed`},
		{`segment == "a" | upper()`, `is not allowed`},
		{`$env.Segment == "a"`, `is not allowed`},
		{`segment in [` + strings.Repeat(`"a",`, 200) + `"b"]`, `exceeds maximum`},
		{`segment == "` + strings.Repeat("x", 3000) + `"`, `is longer than 2000 bytes`},
		{strings.Repeat("(", 1500) + "true", `1:`},
		{"country == \"DE\" and\n  owner == \"x\"", `2:3: unknown name owner`},
	} {
		got, err := compileCondition(c.when)
		var at *ConditionError
		if got != nil || !errors.As(err, &at) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s: got %v, want an error with %q", c.when, err, c.want)
		}
	}
}

func TestNewSetTellsAllFaultsAtOnce(t *testing.T) {
	set, faults := NewSet(Config{
		Overrides: []Override{
			{"overdue", "warning_days", "400"},
			{"overdeu", "warning_days", "40"},
			{"overdue_ratio", "critical_ratio", "0.10"},
		},
		Segments: []Segment{
			{When: `segment == "a"`, Overrides: []Override{{"overdue", "mode", "off"}, {"overdue", "critical_days", "20"}}},
			{When: `segment ==`, Overrides: []Override{{"overdue", "warn_days", "20"}}},
		},
	})
	if set != nil {
		t.Error("a set in spite of faults")
	}
	want := []struct {
		segment, override int
		text              string
	}{
		{-1, 0, "400 is not between 0 and 180"},
		{-1, 1, "unknown signal"},
		{-1, 2, "critical_ratio: 0.10 is below warning_ratio, which is 0.25"},
		{0, 1, "critical_days: 20 is below warning_days, which is 30"},
		{1, 0, "unknown key"},
		{1, -1, "unexpected token"},
	}
	if len(faults) != len(want) {
		t.Fatalf("got %v, want %d faults", faults, len(want))
	}
	for i, w := range want {
		if f := faults[i]; f.Segment != w.segment || f.Override != w.override || !strings.Contains(f.Err.Error(), w.text) {
			t.Errorf("fault %d: got %d/%d %v, want %d/%d %s", i, f.Segment, f.Override, f.Err, w.segment, w.override, w.text)
		}
	}
}

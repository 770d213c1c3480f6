package detectors

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

func TestFormulasThatAreRefusedSayWhere(t *testing.T) {
	for _, c := range []struct{ formula, want string }{
		{`recievables > 5`, `1:1: unknown feature recievables`},
		{`receivables > 5 and max_days > 3`, `1:21: unknown feature max_days`},
		{`receivables`, `1:1: is money and no condition`},
		{`true`, `1:1: reads no feature`},
		{`1 < 2`, `1:3: reads no feature`},
		{`receivables > max_days_past_due`, `1:13: money > days: these do not go together`},
		{`receivables + open_invoices > 5`, `1:13: money + count: these do not go together`},
		{`receivables * exposure > 5`, `1:13: money * money: these do not go together`},
		{`5 / receivables > 1`, `1:3: a number / money: these do not go together`},
		{`max_days_past_due / open_invoices > 1`, `1:19: days / count: these do not go together`},
		{`receivables / 0 > 1`, `1:13: divides by zero`},
		{`receivables / (2 - 2) > 1`, `1:13: divides by zero`},
		{`receivables > "5"`, `1:13: money > word: these do not go together`},
		{`segment > "a"`, `1:9: word > word: these do not go together`},
		{`limit_on_file > 0`, `1:15: yes or no > a number: these do not go together`},
		{`limit_on_file == 1`, `1:15: yes or no == a number: these do not go together`},
		{`not receivables`, `1:1: money is no condition to deny`},
		{`-segment == "a"`, `1:1: word has no sign`},
		{`receivables in [1, 2]`, `1:13: in stands between a word and a list of words`},
		{`segment in country`, `1:9: in stands between a word and a list of words`},
		{`segment in ["a", 2]`, `1:18: in stands between a word and a list of words`},
		{`segment == ["a"]`, `a list stands only after in`},
		{`receivables > 1e3`, `1:15: 1e3 is not a decimal number`},
		{`receivables > 0x10`, `1:15: 0x10 is not a decimal number`},
		{`receivables > 1234567890123456`, `1:15: 1234567890123456 is not a decimal number`},
		{`receivables > 0.1234567891`, `1:15: 0.1234567891 is not a decimal number`},
		{`receivables % 2 == 0`, `1:13: operator % is not allowed in a sign`},
		{`receivables ** 2 > 1`, `1:13: operator ** is not allowed in a sign`},
		{`abs(receivables) > 5`, `1:1: builtin is not allowed in a sign`},
		{`all([1], # > 0)`, `is not allowed in a sign`},
		{`limit_on_file ? true : false`, `conditional is not allowed in a sign`},
		{`(receivables ?? 0) > 1`, `is not allowed in a sign`},
		{`segment matches "(a+)+$"`, `1:9: operator matches is not allowed in a sign`},
		{`let a = receivables; a > 1`, `is not allowed in a sign`},
		{`$env["receivables"] > 1`, `is not allowed in a sign`},
		{`receivables > nil`, `nil is not allowed in a sign`},
		{`receivables >`, `1:13: unexpected token EOF`},
		{``, `1:1: unexpected token EOF`},
		{strings.Repeat("receivables > 1 or ", 60) + "true", `exceeds maximum`},
		{`segment == "` + strings.Repeat("x", 3000) + `"`, `is longer than 2000 bytes`},
		{"receivables > 1 and\n  recivables < 2", `2:3: unknown feature recivables`},
	} {
		got, err := compileFormula(c.formula)
		var at *ConditionError
		if got != nil || !errors.As(err, &at) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s: got %v, want an error with %q", c.formula, err, c.want)
		}
	}
}

// formulaOf compiles a formula that is right.
func formulaOf(t testing.TB, text string) *formula {
	t.Helper()
	f, err := compileFormula(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

func TestFormulasAreExactToTheCent(t *testing.T) {
	in := newBooks(
		invoice("INV-1", "100.10", "2026-01-05", "2026-02-02"),
		invoice("INV-2", "200.20", "2026-01-05", "2026-03-02"),
		limit("1000.00", "2026-01-01"),
		&state.Profile{Segment: "key", Country: "DE", CustomerSince: date("2025-12-31")},
	).at(date("2026-02-12"))
	for _, c := range []struct {
		formula string
		want    bool
	}{
		{`receivables == 300.30`, true},
		{`receivables > 300.29 and receivables < 300.31`, true},
		{`receivables > 300.30`, false},
		{`receivables >= 300.30000`, true},
		{`0.1 + 0.2 == 0.3 and receivables > 0`, true}, // which floats deny
		{`receivables * 0.1 == 30.03`, true},
		{`receivables / 3 == 100.1`, true},
		{`overdue * 3 == receivables - 0`, true},
		{`overdue / receivables == 1 / 3`, true},
		{`overdue / receivables > 0.333333333`, true},
		{`overdue / receivables < 0.333333334`, true},
		{`utilisation == 0.3003`, true},
		{`limit - exposure == 699.70`, true},
		{`limit * utilisation == exposure`, true},
		{`-overdue < -100 and -overdue >= -100.1`, true},
		{`max_days_past_due == 10`, true},
		{`10 == max_days_past_due`, true},
		{`max_days_past_due > 9.5 and max_days_past_due < 10.5`, true},
		{`customer_since_days == 43`, true},
		{`open_invoices == 2 and overdue_invoices == 1`, true},
		{`limit_on_file`, true},
		{`not limit_on_file`, false},
		{`limit_on_file == not insured`, true},
		{`insured != false`, false},
		{`segment == "key" && country in ["AT", "DE"]`, true},
		{`country not in ["AT", "DE"]`, false},
		{`country != "DE" || segment startsWith "k" and segment endsWith "y" and segment contains "e"`, true},
		{`currency == "EUR"`, true},
		{`receivables > 1_000 or receivables > 300`, true},
		{`!(receivables <= 300.30)`, false},
		{`undisputed_overdue <= +100.1`, true},
	} {
		yes, known := formulaOf(t, c.formula).holds(in)
		if !known || yes != c.want {
			t.Errorf("%s: got %v (known: %v), want %v", c.formula, yes, known, c.want)
		}
	}
}

func TestWhatIsNotKnownDecidesOnlyWhereItMatters(t *testing.T) {
	in := newBooks(invoice("INV-1", "100", "2026-01-05", "2026-02-02")).at(date("2026-02-12")) // without a limit
	for _, c := range []struct {
		formula    string
		yes, known bool
	}{
		{`utilisation > 0.8`, false, false},
		{`not (utilisation > 0.8)`, false, false},
		{`utilisation > 0.8 and overdue > 50`, false, false},
		{`overdue > 50 and utilisation > 0.8`, false, false},
		{`utilisation > 0.8 and overdue > 500`, false, true},
		{`overdue > 500 and utilisation > 0.8`, false, true},
		{`utilisation > 0.8 or overdue > 50`, true, true},
		{`overdue > 50 or utilisation > 0.8`, true, true},
		{`utilisation > 0.8 or overdue > 500`, false, false},
		{`utilisation > 0.8 or true`, true, true},
		{`limit_on_file and utilisation > 0.8`, false, true},
		{`limit + 1 > 0`, false, false},
		{`-limit < 0`, false, false},
		{`overdue / unapplied > 1`, false, false}, // by zero
		{`days_since_order > 5`, false, false},
		{`segment == ""`, true, true}, // what no profile says
	} {
		yes, known := formulaOf(t, c.formula).holds(in)
		if yes != c.yes || known != c.known {
			t.Errorf("%s: got %v, %v, want %v, %v", c.formula, yes, known, c.yes, c.known)
		}
	}
}

func TestFormulasTellWhatTheyHoldAgainstWhat(t *testing.T) {
	in := newBooks(
		invoice("INV-1", "100.10", "2026-01-05", "2026-02-02"), limit("1000", "2026-01-01"),
		&state.Profile{Segment: "key", CustomerSince: date("2025-12-31")},
	).at(date("2026-02-12"))
	got := formulaOf(t, `receivables > 2 * overdue or 5 < max_days_past_due and utilisation < 0.5 and segment == "key" and
		receivables < 7 and not insured and receivables / 3 > 1 and exposure > 0.001`).facts(in)
	want := []Fact{
		{"receivables", "100.10", "200.20"}, {"overdue", "100.10", ""}, {"max_days_past_due", "10", "5"}, {"utilisation", "0.100", "0.500"},
		{"segment", "key", "key"}, {"insured", "no", ""}, {"exposure", "100.10", "0.001"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("fact %d: got %v, want %v", i, got[i], want[i])
		}
	}
}

// What a formula computes is what exact fractions give, however large the amounts.
func TestNumbersAreExact(t *testing.T) {
	some := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1000, 1000), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, math.MinInt64 + 1}))
	draw := func(t *rapid.T, name string) number {
		n := number{num: some.Draw(t, name), den: rapid.OneOf(rapid.Int64Range(1, 1000), rapid.Int64Range(1, math.MaxInt64)).Draw(t, name+" over")}
		if rapid.Bool().Draw(t, name+" is wide") {
			n = n.times(number{num: some.Draw(t, name+" times"), den: 7})
		}
		return n
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		x, y := a.rat(), b.rat()
		check := func(what string, got number, want *big.Rat) {
			if got.rat().Cmp(want) != 0 {
				t.Fatalf("%v %s %v: got %v, want %v", x, what, y, got.rat(), want)
			}
		}
		check("+", a.plus(b), new(big.Rat).Add(x, y))
		check("-", a.minus(b), new(big.Rat).Sub(x, y))
		check("*", a.times(b), new(big.Rat).Mul(x, y))
		if quotient, defined := a.over(b); defined {
			check("/", quotient, new(big.Rat).Quo(x, y))
		} else if y.Sign() != 0 {
			t.Fatalf("%v / %v is not defined", x, y)
		}
		if got, want := a.compare(b), x.Cmp(y); got != want {
			t.Fatalf("%v to %v: got %d, want %d", x, y, got, want)
		}
		if got, want := a.text(2), x.FloatString(2); got != want && want != "-0.00" {
			t.Fatalf("%v: got %s, want %s", x, got, want)
		}
		floor, _ := new(big.Float).SetRat(x).Float64()
		if whole := math.Floor(floor); math.Abs(whole) < 100_000 {
			low := new(big.Rat).SetInt64(a.floor())
			if low.Cmp(x) > 0 || new(big.Rat).Add(low, big.NewRat(1, 1)).Cmp(x) <= 0 {
				t.Fatalf("%v: got floor %d", x, a.floor())
			}
		}
	})
}

func FuzzFormula(f *testing.F) {
	for _, text := range []string{
		`receivables > 50000 and max_days_past_due > 10`, `not (limit_on_file and utilisation >= 0.9)`, `segment in ["a", "b"]`,
		`overdue / receivables > 1 / 3`, `-1.5 * limit < 0`, `receivables > 1e3`, `((receivables))`, "\"\\u00e9\" == segment", `5 .. 6`,
	} {
		f.Add(text)
	}
	in := newBooks(invoice("INV-1", "100", "2026-01-05", "2026-02-02"), limit("1000", "2026-01-01")).at(date("2026-02-12"))
	f.Fuzz(func(t *testing.T, text string) {
		formula, err := compileFormula(text)
		if err != nil {
			var at *ConditionError
			if !errors.As(err, &at) || at.Line < 1 || at.Column < 1 {
				t.Errorf("%q: got %v, want a place", text, err)
			}
			return
		}
		yes, known := formula.holds(in)
		if again, also := formula.holds(in); again != yes || also != known || yes && !known {
			t.Errorf("%q: got %v, %v and then %v, %v", text, yes, known, again, also)
		}
		if next := formula.next(in); next != 0 && next <= in.View.Day {
			t.Errorf("%q: next is %v", text, next)
		}
		formula.facts(in)
	})
}

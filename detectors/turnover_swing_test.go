package detectors

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// The day of the tests. A window is named by how many windows ago it ended: 0 is the one that is judged.
var turnoverDay = date("2025-12-01")

// traded is a customer with given sales in each window, oldest first, of which some are owed when it ends: an invoice on the first
// day of the window, paid on the second but for what stays, and what stayed of the window before paid with it. What stays of the last
// one is past due.
func traded(windows ...[2]int64) *books {
	b := newBooks(invoice("FIRST", "1", "2024-01-02", "2024-02-01"), payment("P-FIRST", "1", "2024-01-02", "FIRST 1"))
	for i, w := range windows {
		begin := turnoverDay - state.Date(90*(len(windows)-i))
		id, euro := fmt.Sprint("I-", i), eur("0").Currency
		amount := func(major int64) state.Money { return state.Money{Minor: 100 * major, Currency: euro} }
		if w[0] > 0 {
			b = b.add(&state.Invoice{InvoiceID: id, IssueDate: begin + 1, DueDate: begin + 30, Total: amount(w[0])})
		}
		if paid := w[0] - w[1]; paid > 0 {
			b = b.add(&state.Payment{PaymentID: "P-" + id, ValueDate: begin + 2, Amount: amount(paid), Allocations: []state.Allocation{{InvoiceID: id, Amount: amount(paid)}}})
		}
		if i > 0 && windows[i-1][1] > 0 {
			before, rest := fmt.Sprint("I-", i-1), amount(windows[i-1][1])
			b = b.add(&state.Payment{PaymentID: "R-" + id, ValueDate: begin + 2, Amount: rest, Allocations: []state.Allocation{{InvoiceID: before, Amount: rest}}})
		}
	}
	return b
}

func swung(b *books) string {
	v := NewTurnoverSwing().Evaluate(b.at(turnoverDay))
	if v.NotEvaluable {
		return "unknown"
	}
	return v.Raise.String() + " " + v.Reason
}

// Yearly turnovers of the vector are of 4.055 times the sales of 90 days over what is owed.
func TestTTurn1(t *testing.T) {
	base := turnoverBase{turnover{600 * 90, 2 * 365 * 100}, turnover{610 * 90, 2 * 365 * 100}, 2 * 900}
	for _, c := range []struct {
		owed  int64 // 700 → 900, 700 → 1000
		swing string
		raise Level
	}{{1600, "-0.2459", None}, {1700, "-0.2902", Warning}} {
		d, s := NewTurnoverSwing(), turnoverSwing{turnover: turnover{900, c.owed}, base: base}
		if got := s.swing(1).FloatString(4); got != c.swing || d.level(&s) != c.raise {
			t.Errorf("T-TURN-1, %d owed: got %s, %v, want %s, %v", c.owed, got, d.level(&s), c.swing, c.raise)
		}
		if base, now := d.yearly(base.rat()).FloatString(2), d.yearly(s.rat()).FloatString(4); base != "6.05" || now != map[int64]string{1600: "4.5625", 1700: "4.2941"}[c.owed] {
			t.Errorf("T-TURN-1: base %s, turnover %s", base, now)
		}
	}
	b, known := turnoverBaseOf([]turnover{{610, 8}, {590, 8}, {600, 8}, {630, 8}})
	if want := (turnoverBase{turnover{600, 8}, turnover{610, 8}, 1210}); b != want || known != turnoverKnown {
		t.Errorf("T-TURN-1: the base of 6.1, 5.9, 6.0 and 6.3 is %+v, want %+v", b, want)
	}
}

// What is compared in 256 bits is what fractions of any size say.
func TestTurnoverIsComparedExactly(t *testing.T) {
	number := rapid.OneOf(rapid.Int64Range(-6, 6), rapid.Int64(), rapid.Int64Range(1<<62, 1<<63-1))
	positive := rapid.OneOf(rapid.Int64Range(1, 6), rapid.Int64Range(1, 1<<63-1))
	rapid.Check(t, func(t *rapid.T) {
		some := func(name string) turnover { return turnover{number.Draw(t, name), positive.Draw(t, "owed")} }
		s := turnoverSwing{turnover: some("now"), base: turnoverBase{low: some("low"), high: some("high")}}
		if rapid.Bool().Draw(t, "equal") {
			s.turnover, s.base.high = s.base.low, s.base.low
		}
		num, den := number.Draw(t, "num"), positive.Draw(t, "den")
		base := s.base.rat()
		if got, want := s.compareTo(num, den), s.rat().Cmp(base.Mul(base, big.NewRat(num, den))); got != want {
			t.Fatalf("%+v against %d/%d of the base: got %d, want %d", s, num, den, got, want)
		}
	})
}

func steady(last [2]int64) *books {
	same := [2]int64{1000, 500}
	return traded(same, same, same, same, same, last)
}

func TestTurnoverSwingsToTheCent(t *testing.T) {
	for _, c := range []struct {
		name string
		last [2]int64 // of 1000 sold and 500 owed before: a base of 1 over 500 + 500
		want string
	}{
		{"as ever", [2]int64{1000, 500}, "none "},
		{"owes 833: -24.98 %", [2]int64{1000, 833}, "none "},
		{"owes 834: -25.04 %", [2]int64{1000, 834}, "warning FALL"},
		{"sells 1125 and owes 1000: exactly -25 %", [2]int64{1125, 1000}, "warning FALL"},
		{"sells 1126", [2]int64{1126, 1000}, "none "},
		{"sells 750 and owes it: exactly -40 %", [2]int64{750, 750}, "critical FALL"},
		{"sells 751", [2]int64{751, 750}, "warning FALL"},
		{"sells 1500 and owes 500: exactly +50 %", [2]int64{1500, 500}, "info RISE"},
		{"sells 1499", [2]int64{1499, 500}, "none "},
	} {
		if got := swung(steady(c.last)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAFallIsSilentWhileNothingMaterialIsOverdue(t *testing.T) {
	for left, want := range map[string]string{"500": "critical FALL", "499.99": "none "} {
		late := func(id string, due string) *books {
			return steady([2]int64{0, 0}).add(invoice(id, left, "2025-09-03", due))
		}
		if got := swung(late("LATE", "2025-11-28")); got != want {
			t.Errorf("%s past due: got %q, want %q", left, got, want)
		}
		if got := swung(late("IN-TIME", "2025-12-01")); got != "none " {
			t.Errorf("%s due today: got %q, want none", left, got)
		}
	}
	d, in := NewTurnoverSwing(), steady([2]int64{1000, 1000}).add(payment("P-LATE", "600", "2025-12-01")).at(turnoverDay)
	if v := d.Evaluate(in.stood(Critical, turnoverFall)); v.Clear != Rung(Critical) || v.Raise != None {
		t.Errorf("400 past due: got raise %v, clear %b, want critical alone to clear", v.Raise, v.Clear)
	}
}

func TestTurnoverNeedsFiveWholeWindows(t *testing.T) {
	same := [2]int64{1000, 500}
	known := traded(same, same, same, same, same, [2]int64{750, 750})
	first := known.events[0].Body.(*state.Invoice)
	for _, c := range []struct {
		name  string
		books *books
		want  string
	}{
		{"since long", known, "critical FALL"},
		{"nothing owed for two closes", traded(same, [2]int64{1000, 0}, [2]int64{1000, 0}, same, same, same), "unknown"},
		{"nothing sold in three windows", traded(same, same, [2]int64{0, 0}, [2]int64{0, 0}, same, same), "unknown"},
		{"an amount without a rate", known.add(&state.Invoice{InvoiceID: "USD", IssueDate: turnoverDay - 100, DueDate: turnoverDay, Total: state.Money{Minor: 1, Currency: mustCurrency("USD")}}), "unknown"},
	} {
		if got := swung(c.books); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	for begin, want := range map[state.Date]string{turnoverDay - 451: "warning FALL", turnoverDay - 450: "unknown"} {
		earliest := *first
		earliest.IssueDate = begin
		b := newBooks(&earliest).add(traded([2]int64{1000, 500}, same, same, same, [2]int64{750, 750}).bodies()[2:]...)
		if got := swung(b); got != want {
			t.Errorf("first invoice on %v: got %q, want %q", begin, got, want)
		}
	}
	d := NewTurnoverSwing()
	nothing := traded(same, same, same, same, [2]int64{1000, 0}, [2]int64{1000, 0}).at(turnoverDay).stood(Warning, turnoverFall)
	if v := d.Evaluate(nothing); !v.NotEvaluable || v.Clear != AllRungs {
		t.Errorf("nothing owed: got %+v, want not evaluable and clear", v)
	}
}

func (b *books) bodies() (list []state.Body) {
	for _, ev := range b.events {
		list = append(list, ev.Body)
	}
	return list
}

func mustCurrency(code string) state.Currency {
	c, ok := state.ParseCurrency(code)
	if !ok {
		panic(code)
	}
	return c
}

func TestTheFrozenBaseGoesOnJudging(t *testing.T) {
	d, in := NewTurnoverSwing(), steady([2]int64{1000, 1000}).at(turnoverDay)
	v := d.Evaluate(in)
	if v.Raise != Warning || v.Baseline == nil || v.Next != turnoverDay+1 {
		t.Fatalf("got %+v", v)
	}
	worse := [2]int64{1000, 1000}
	later := traded(worse, worse, worse, worse, worse, worse).at(turnoverDay)
	if got := d.Evaluate(later).Raise; got != None {
		t.Errorf("against itself: got %v, want none", got)
	}
	later.Baseline = v.Baseline
	if got := d.Evaluate(later.stood(Warning, turnoverFall)); got.Raise != Critical || got.Clear.Has(Warning) || got.Baseline != nil {
		t.Errorf("against the frozen base: got %+v, want critical", got)
	}
}

// drawTrade draws two years of a customer whose trade changes.
func drawTrade(t *rapid.T) *books {
	b := newBooks()
	gap := rapid.SampledFrom([]int{10, 20, 45}).Draw(t, "gap")
	from := rapid.IntRange(200, 640).Draw(t, "from")
	slower, size := rapid.SampledFrom([]int{0, 15, 60}).Draw(t, "slower"), rapid.SampledFrom([]int64{1, 3, 8}).Draw(t, "size")
	for day, n := 0, 0; day < 620; day, n = day+rapid.IntRange(1, 2*gap).Draw(t, "next"), n+1 {
		id, issued := fmt.Sprintf("I-%d", n), firstDay+state.Date(day)
		amount, after := eur("0"), rapid.IntRange(1, 40).Draw(t, "after")
		amount.Minor = 40_000 * rapid.Int64Range(3, 5).Draw(t, "amount")
		if day > from {
			after, amount.Minor = after+slower, amount.Minor*size/3
		}
		b = b.add(&state.Invoice{InvoiceID: id, IssueDate: issued, DueDate: issued + 30, Total: amount})
		switch rapid.IntRange(0, 12).Draw(t, "how") {
		case 0:
			b = b.add(&state.CreditNote{CreditNoteID: "N-" + id, CreditDate: issued + 3, Amount: amount, Allocations: []state.Allocation{{InvoiceID: id, Amount: amount}}})
		case 1:
			b = b.add(&state.InvoiceCancelled{InvoiceID: id, CancelDate: issued + state.Date(after)})
		case 2:
		default:
			b = b.add(&state.Payment{PaymentID: "P-" + id, ValueDate: issued + state.Date(after), Amount: amount, Allocations: []state.Allocation{{InvoiceID: id, Amount: amount}}})
		}
	}
	return b
}

// drawSwing is a question about a trade: on a day up to which all that is known has happened.
func drawSwing(t *rapid.T, b *books) *Input {
	day := firstDay + state.Date(rapid.IntRange(400, 800).Draw(t, "day"))
	in := b.traded(day).at(day).drawStanding(t, find(Defaults(), turnoverSwingSign.Signal))
	if rapid.Bool().Draw(t, "frozen") {
		base := turnoverBase{turnover{rapid.Int64Range(1, 400).Draw(t, "low"), 1000}, turnover{400, 1000}, 400_000}
		in.Baseline = base.encode()
	}
	return in
}

// traded is the books as far as they have been written up to a day.
func (b *books) traded(day state.Date) *books {
	out := newBooks()
	for _, body := range b.bodies() {
		switch told := body.(type) {
		case *state.CreditNote:
			if told.CreditDate <= day {
				out = out.add(told)
			}
		case *state.InvoiceCancelled:
			if told.CancelDate <= day {
				out = out.add(told)
			}
		default:
			out = out.add(newBooks(told).until(day).bodies()...)
		}
	}
	return out
}

func TestSwingsNextIsNeverLaterThanTheFirstChange(t *testing.T) {
	d := NewTurnoverSwing()
	rapid.Check(t, func(t *rapid.T) {
		b := drawTrade(t)
		in := drawSwing(t, b)
		checkNextOverDays(t, d, b, in, b.traded(in.View.Day).customer())
	})
}

func TestWhatClearsASwingIsTrueToTheCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawTrade(t)
		in := drawSwing(t, b)
		r := find(Defaults(), turnoverSwingSign.Signal)
		checkVerdict(t, r, in)
		checkRemedies(t, r, b.traded(in.View.Day), in)
	})
}

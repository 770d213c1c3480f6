package alerts

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tocsin/detectors"
	"tocsin/state"
)

// portfolio is a month whose books end with DOMAIN.md's own numbers: T-DSO-1 (June), T-CON-1, 2.7.
func portfolio() []MonthlyAccount {
	euro, _ := state.ParseCurrency("EUR")
	dollar, _ := state.ParseCurrency("USD")
	account := func(customer, segment string, exposure int64, now, before [5]int64) MonthlyAccount {
		return MonthlyAccount{Customer: state.CustomerID(customer), Segment: segment, Currency: euro,
			Now: Account{Exposure: exposure * 100, Ageing: hundreds(now)}, Before: Account{Exposure: exposure * 90, Ageing: hundreds(before)}}
	}
	all := []MonthlyAccount{
		account("C-1", "retail", 440, [5]int64{400, 0, 0, 0, 0}, [5]int64{350, 50, 0, 0, 0}),
		account("C-2", "retail", 220, [5]int64{20, 100, 0, 0, 0}, [5]int64{50, 50, 0, 0, 0}),
		account("C-3", "", 180, [5]int64{0, 0, 50, 0, 0}, [5]int64{50, 0, 0, 0, 0}),
		account("C-4", "", 100, [5]int64{0, 0, 0, 20, 0}, [5]int64{}),
		account("C-5", "export", 60, [5]int64{0, 0, 0, 0, 10}, [5]int64{}),
		account("C-6", "gone", 0, [5]int64{}, [5]int64{}),
		{Customer: "C-7", Currency: dollar, Now: Account{Exposure: 5, Ageing: [5]int64{5}}},
	}
	all[0].Now.Sales, all[0].Before.Sales = hundreds3(400, 300, 350), hundreds3(0, 400, 300)
	all[1].Now.Undisputed, all[1].Before.Undisputed, all[1].Oldest, all[4].Oldest = 6000, 5000, 30, 120
	return all
}

func hundreds(of [5]int64) [5]int64 {
	for i := range of {
		of[i] *= 100
	}
	return of
}

func hundreds3(a, b, c int64) [3]int64 { return [3]int64{a * 100, b * 100, c * 100} }

func aMonth() *MonthlyDigest {
	const none, info, warning, critical = detectors.None, detectors.Info, detectors.Warning, detectors.Critical
	rows := []state.AlertRow{
		alertRow("A", "overdue", -60, none, warning, ""), alertRow("B", "overdue", -50, none, critical, ""), alertRow("B", "limit_breach", 2, none, warning, ""),
		alertRow("A", "overdue", 3, warning, none, ""), alertRow("A", "overdue", 10, none, warning, ""), alertRow("D", "overdue", 12, none, info, ""),
		alertRow("E", "overdue", 13, none, critical, ""), alertRow("E", "overdue", 13, critical, none, ""), alertRow("E", "overdue", 14, none, critical, ""),
		alertRow("E", "overdue", 20, critical, info, ""), alertRow("F", "overdue", 31, none, critical, ""),
	}
	for i := range rows {
		rows[i].Seq = int64(i)
	}
	return NewMonthlyDigest(state.DateOf(2026, 4, 17), portfolio(), rows)
}

func TestAMonthTellsTheWholePortfolio(t *testing.T) {
	m := aMonth()
	m.Unknown = 2
	m.Decided.Decide(WeeklyDecision{Customer: "C-1", Code: "call", By: "ana", At: state.DateOf(2026, 4, 7).Start(time.UTC)})
	var got strings.Builder
	head, parts := English.Digest(m, func(s string) string { return "[" + s + "]" })
	fmt.Fprintln(&got, head)
	for _, p := range parts {
		fmt.Fprintln(&got, p.Title+"\n "+strings.Join(p.Lines, "\n "))
	}
	if diff := cmp.Diff(monthly, got.String()); diff != "" {
		t.Errorf("another text (-want +got):\n%s", diff)
	}
}

const monthly = `MONTHLY DIGEST of 2026-04-01 to 2026-04-30
Owed: EUR 600.00 (up EUR 50.00 on the month before)
 not due: EUR 420.00 · 70.0 % · down EUR 30.00
 1 to 30 days past due: EUR 100.00 · 16.7 % · unchanged
 31 to 60 days: EUR 50.00 · 8.3 % · up EUR 50.00
 61 to 90 days: EUR 20.00 · 3.3 % · up EUR 20.00
 91 days and more: EUR 10.00 · 1.7 % · up EUR 10.00
 Past due: EUR 180.00; undisputed 10.0 % of what is owed, the month before 9.1 %
 Days sales outstanding: 50.9, the month before 70.7; past due of these 15.3, the month before 12.9
 Collection effectiveness: 62.5 %; sales of the month EUR 350.00
 Exposure: EUR 1,000.00 (up EUR 100.00), customers: 5; the largest 44.0 % of it, the five largest 100.0 %, HHI 0.288
Largest exposures in EUR
 [C-1]: EUR 440.00 · 44.0 % of all · past due EUR 0.00
 [C-2]: EUR 220.00 · 22.0 % of all · past due EUR 100.00
 [C-3]: EUR 180.00 · 18.0 % of all · past due EUR 50.00
 [C-4]: EUR 100.00 · 10.0 % of all · past due EUR 20.00
 [C-5]: EUR 60.00 · 6.0 % of all · past due EUR 10.00
Most past due in EUR
 [C-2]: EUR 100.00 past due, for up to 30 days · exposure EUR 220.00
 [C-3]: EUR 50.00 past due, for up to 0 days · exposure EUR 180.00
 [C-4]: EUR 20.00 past due, for up to 0 days · exposure EUR 100.00
 [C-5]: EUR 10.00 past due, for up to 120 days · exposure EUR 60.00
By segment in EUR
 [retail]: customers: 2; owed EUR 520.00 (up EUR 20.00); past due EUR 100.00, 19.2 %
 no segment: customers: 2; owed EUR 70.00 (up EUR 20.00); past due EUR 70.00, 100.0 %
 [export]: customers: 1; owed EUR 10.00 (up EUR 10.00); past due EUR 10.00, 100.0 %
Owed: USD 0.05 (up USD 0.05 on the month before)
 not due: USD 0.05 · 100.0 % · up USD 0.05
 1 to 30 days past due: USD 0.00 · 0.0 % · unchanged
 31 to 60 days: USD 0.00 · 0.0 % · unchanged
 61 to 90 days: USD 0.00 · 0.0 % · unchanged
 91 days and more: USD 0.00 · 0.0 % · unchanged
 Past due: USD 0.00; undisputed 0.0 % of what is owed, the month before none
 Days sales outstanding: none, the month before none; past due of these none, the month before none
 Collection effectiveness: none; sales of the month USD 0.00
 Exposure: USD 0.05 (up USD 0.05), customers: 1; the largest 100.0 % of it, the five largest 100.0 %, HHI 1.000
Largest exposures in USD
 [C-7]: USD 0.05 · 100.0 % of all · past due USD 0.00
Cases
 Open: 2, a month before 2; opened: 2; closed: 2
Decided: 1
 call: 1
 [C-1]: call, by [ana] at 2026-04-07 00:00 UTC
Tocsin itself
 Customers who are in no sum, for they cannot be read, or an exchange rate is missing: 2
`

// Figures are DOMAIN.md's own: T-DSO-1 and best possible DSO, CEI, T-OD-3, T-CON-1.
func TestFiguresOfAMonth(t *testing.T) {
	b := MonthlyBook{}
	b.Before.Ageing[0], b.Now.Ageing, b.Now.Sales, b.Now.Days = 550, [5]int64{420, 100, 50, 20, 10}, [3]int64{400, 300, 350}, 91
	dso, late := b.Now.DSO()
	for name, tt := range map[string]struct {
		got  *big.Rat
		want string
	}{"DSO": {dso, "52.00"}, "ADD": {late, "15.60"}} {
		if got := tt.got.FloatString(2); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
	b.Before.Ageing[0], b.Now.Sales[2] = 550, 1050
	if got := b.Collected(); got.FloatString(4) != "0.8475" {
		t.Errorf("CEI: got %s, want 84.75 %%", got.FloatString(4))
	}
	ratio := MonthlySums{Account: Account{Ageing: [5]int64{270, 180}, Undisputed: 180}}
	if got := ratio.OverdueRatio(); got.Cmp(big.NewRat(2, 5)) != 0 {
		t.Errorf("overdue ratio: got %s, want 40 %%", got)
	}
	var none MonthlyBook
	if d, l := none.Now.DSO(); d != nil || l != nil || none.Collected() != nil || none.Now.OverdueRatio() != nil {
		t.Error("of nothing there are figures")
	}
	m := aMonth()
	if s := m.Books[0].Spread; s != (Spread{44000, 100000, 2880}) {
		t.Errorf("T-CON-1: got %+v, want 44 %% and an HHI of 0.288", s)
	}
}

// Whatever changes when, cases that were open and opened less those closed are open, as a count of each day's end has them.
func TestCasesOfAMonthAddUp(t *testing.T) {
	first, last := state.DateOf(2026, 4, 1), state.DateOf(2026, 4, 30)
	rapid.Check(t, func(t *rapid.T) {
		var rows []state.AlertRow
		level := map[string]uint8{}
		day := first - 10
		for seq := range rapid.IntRange(0, 40).Draw(t, "changes") {
			day += state.Date(rapid.IntRange(0, 3).Draw(t, "days"))
			customer, signal := rapid.SampledFrom([]string{"A", "B"}).Draw(t, "customer"), rapid.SampledFrom([]string{"x", "y"}).Draw(t, "signal")
			to := uint8(rapid.IntRange(0, 3).Draw(t, "to"))
			rows = append(rows, state.AlertRow{ID: customer + signal, Seq: int64(seq), Customer: state.CustomerID(customer), RuleSet: Live, Signal: signal, Day: day,
				From: level[customer+signal], To: to})
			level[customer+signal] = to
		}
		open := func(customer string, at state.Date) bool {
			stands := map[string]uint8{}
			for _, r := range rows {
				if string(r.Customer) == customer && r.Day <= at {
					stands[r.Signal] = r.To
				}
			}
			return max(stands["x"], stands["y"]) >= uint8(detectors.Warning)
		}
		var want MonthlyCases
		for _, customer := range []string{"A", "B"} {
			was := open(customer, first-1)
			if was {
				want.Before++
			}
			for d := first; d <= last; d++ {
				is := open(customer, d)
				switch {
				case is && !was:
					want.Opened++
				case was && !is:
					want.Closed++
				}
				was = is
			}
			if was {
				want.Open++
			}
		}
		if got := NewMonthlyDigest(first, nil, rows).Cases; got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

func TestAMonthIsReadAsItWasWritten(t *testing.T) {
	month := aMonth()
	month.MadeAt, month.More, month.Books[0].More, month.Books[0].Largest[0].Name = state.DateOf(2026, 5, 4).Start(time.UTC), 2, 3, "Ann"
	month.Decided.Decide(WeeklyDecision{Customer: "C-1", Code: "call", By: "ana", At: state.DateOf(2026, 4, 7).Start(time.UTC)})
	body := month.AppendJSON(nil)
	got, err := ParseMessage(body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Message(month), got); diff != "" {
		t.Errorf("got another one (-want +got):\n%s", diff)
	}
	for _, strange := range []string{strings.Replace(string(body), `"version":1`, `"version":2`, 1), strings.Replace(string(body), `"seq":1`, `"seq":0`, 1),
		strings.Replace(string(body), `"currency":"EUR"`, `"currency":"EURO"`, 1)} {
		if _, err := ParseMessage([]byte(strange)); err == nil {
			t.Errorf("%s is taken", strange)
		}
	}
}

// Whoever is erased is taken out wherever he is named; sums stay.
func TestAMonthForgets(t *testing.T) {
	month := aMonth()
	month.Named(func(_ state.CustomerID, name *string) { *name = "Jane" })
	month.Decided.Decide(WeeklyDecision{Customer: "C-1", Name: "Jane", Code: "call", By: "ana"})
	gone := func(id state.CustomerID) (state.CustomerID, bool) { return "erased-1", true }
	if !month.Unname(gone) || month.Unname(gone) || month.Seq != 2 {
		t.Errorf("got wording %d, want one more, once", month.Seq)
	}
	text := string(month.AppendJSON(nil))
	for _, l := range []*Language{English, Chinese} {
		head, parts := l.Digest(month, func(s string) string { return s })
		text += head + fmt.Sprint(parts)
	}
	if strings.Contains(text, "Jane") || strings.Contains(text, "C-") || !strings.Contains(text, "EUR 600.00") {
		t.Errorf("got %s, want nobody in it, and the sums", text)
	}
}

// Of many customers, segments and currencies the largest are told, and how many there are besides.
func TestALargeMonthIsCut(t *testing.T) {
	var accounts []MonthlyAccount
	for i, code := range []string{"EUR", "USD", "GBP", "CHF", "SEK", "CNY"} {
		currency, _ := state.ParseCurrency(code)
		for j := range int64(15) {
			amount := 1000*int64(6-i) + j
			accounts = append(accounts, MonthlyAccount{Customer: state.CustomerID(fmt.Sprint(code, j)), Segment: fmt.Sprint("s", j), Currency: currency,
				Now: Account{Exposure: amount * 100, Ageing: [5]int64{0, amount * 100}}})
		}
	}
	m := NewMonthlyDigest(state.DateOf(2026, 4, 30), accounts, nil)
	if len(m.Books) != monthlyBooks || m.More != 2 || m.Books[0].Currency.String() != "EUR" {
		t.Fatalf("got %d books, %d more, want the largest", len(m.Books), m.More)
	}
	b := &m.Books[1]
	if len(b.Largest) != monthlyDebtors || b.Largest[0].Customer != "USD14" || len(b.Overdue) != monthlyDebtors || len(b.Segments) != monthlySegments || b.More != 5 ||
		b.Segments[0].Segment != "s14" || b.Now.Customers != 15 {
		t.Errorf("got %+v, want the ten largest of each", b)
	}
}

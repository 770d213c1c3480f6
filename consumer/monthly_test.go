package consumer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/alerts"
	"tocsin/state"
)

// The portfolio of a month is the sum of the records of its end, whatever is told afterwards of later days, and is owed once.
func TestAMonthIsTheSumOfItsRecords(t *testing.T) {
	g := newRig(t, peopleTopic)
	g.learn("C-1", "customer.profile", `"name":"One plc","country":"GB","segment":"retail"`)
	g.learn("C-2", "customer.profile", `"name":"Two plc","country":"GB","segment":"export"`)
	for i, inv := range []struct{ customer, issued, due, amount string }{
		{"C-1", "2025-11-03", "2025-12-01", "20000.00"}, {"C-1", "2026-01-05", "2026-02-10", "700.00"}, {"C-1", "2026-02-05", "2026-04-10", "400.00"},
		{"C-2", "2026-01-15", "2026-02-28", "900.00"}, {"C-2", "2026-02-15", "2026-05-01", "1100.00"}, {"C-2", "2025-12-15", "2026-01-15", "300.00"},
	} {
		id := fmt.Sprint("INV-", i)
		g.told(inv.customer, "invoice.issued", id, 1,
			fmt.Sprintf(`"invoice_id":%q,"issue_date":%q,"due_date":%q,"total":{"amount":%q,"currency":"EUR"}`, id, inv.issued, inv.due, inv.amount))
	}
	g.turns(60)
	month := func(day state.Date) *alerts.MonthlyDigest {
		t.Helper()
		told, err := g.desk().Periodical(t.Context(), g.engine.Ledger, Monthly, day)
		if err != nil {
			t.Fatal(err)
		}
		return told.(*alerts.MonthlyDigest)
	}
	february := month(0)
	if text := string(february.AppendJSON(nil)); !strings.Contains(text, `"last":"2026-02-28"`) || !strings.Contains(text, `"name":"One plc"`) {
		t.Fatalf("in March: got %s, want February", text)
	}
	if _, err := g.desk().Periodical(t.Context(), g.engine.Ledger, Monthly, firstDay); !errors.As(err, new(*NoMonthError)) {
		t.Errorf("of March, in March: got %v, want that it is not over", err)
	}
	var old *NoMonthError
	if _, err := g.desk().Periodical(t.Context(), g.engine.Ledger, Monthly, state.DateOf(2024, 8, 15)); !errors.As(err, &old) || old.First != state.DateOf(2024, 9, 30) {
		t.Fatalf("of a month 19 months ago: got %v, want that too little is known of it", err)
	}
	month(old.First)
	for g.open() < state.DateOf(2026, 4, 1) {
		g.now += state.Instant(24 * time.Hour)
		g.turns(20)
	}
	if _, err := g.desk().OweDigest(t.Context(), g.engine.Ledger, Monthly); err != nil {
		t.Fatal(err)
	}
	march := month(0)
	minor := func(s *string) int64 {
		n, err := strconv.ParseInt(strings.Replace(*s, ".", "", 1), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	want := alerts.Account{}
	for _, id := range []state.CustomerID{"C-1", "C-2"} {
		rec, day, err := RecordAt(t.Context(), g.store, g.engines, id, state.DateOf(2026, 3, 31))
		if err != nil {
			t.Fatal(err)
		}
		r := g.engine.CustomerRecord(rec, day)
		want.Exposure += minor(r.Exposure)
		for i, s := range []*string{r.Ageing.Current, r.Ageing.Days1to30, r.Ageing.Days31to60, r.Ageing.Days61to90, r.Ageing.Days91plus} {
			want.Ageing[i] += minor(s)
		}
	}
	if got := march.Books[0].Now; got.Exposure != want.Exposure || got.Ageing != want.Ageing || want.Overdue() == 0 {
		t.Errorf("got %+v, want %+v", got.Account, want)
	}
	if got := march.Books[0].Now.Sales; got != [3]int64{160000, 150000, 0} {
		t.Errorf("got sales of %v, want those of January to March", got)
	}
	if diff := cmp.Diff(february.Books, month(state.DateOf(2026, 2, 10)).Books); diff != "" {
		t.Errorf("February, a month later (-want +got):\n%s", diff)
	}
	if march.Books[0].Before != february.Books[0].Now {
		t.Error("the month before is not what it was as its own")
	}
	if got := march.Books[0].Segments; len(got) != 2 || got[0].Segment != "retail" {
		t.Errorf("got segments %+v, want retail first", got)
	}
	for range 2 {
		if owed, err := g.desk().OweDigest(t.Context(), g.engine.Ledger, Monthly); err != nil || !owed {
			t.Errorf("got %v, %v, want it owed", owed, err)
		}
	}
	g.learn("C-1", "invoice.issued", `"invoice_id":"INV-9","issue_date":"2026-03-20","due_date":"2026-04-20","total":{"amount":"5000.00","currency":"EUR"}`)
	g.turns(40) // what is booked late is not in what people were told
	told, err := g.desk().LastDigest(t.Context(), g.engine.Ledger, Monthly)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(march.Books, told.(*alerts.MonthlyDigest).Books); diff != "" || month(0).Books[0].Now.Receivables() != march.Books[0].Now.Receivables()+500_000 {
		t.Errorf("got another one than was told (-want +got):\n%s", diff)
	}
	all, err := g.store.Summaries(t.Context())
	if err != nil || len(all) != 1 || all[0].Case != "digest/month/2026-03-31" {
		t.Errorf("got %+v, %v, want one month", all, err)
	}
}

package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
)

// row is a commit of a customer's next journal row.
func row(day state.Day, customer state.CustomerID, seq uint64) *state.Commit {
	return &state.Commit{Day: day, Entries: []state.Entry{{Customer: customer, Seq: seq, Day: day.Date, Config: day.Config, Applied: []byte("applied")}}}
}

const yenRecord = `{"customer_id":"C-1","as_of":"2024-10-04","currency":"JPY","open_orders":"12","delivered_not_invoiced":"0","receivables":"-7",
	"bills":"0","uncleared":"0","unapplied":"7","exposure":"12","net_exposure":"12","limit":null,"utilisation":null,
	"ageing":{"current":"1","1_30":"2","31_60":"3","61_90":"4","91_plus":"5"},"overdue":"14","max_days_past_due":100,"open_count":3,"default_90":true,
	"weighted_days_late":"33.10","dbt":"-1.5","dso":{"average":"1.00","count_back":null,"ageing":"3.00"},"add":"4.00","ecl":"9","score":null,"grade":null,
	"customer_class":"new","signals":[{"signal":"overdue","level":"critical","reason":"","since":"2024-09-01","level_since":"2024-09-02"}],"not_evaluable":["turnover_swing"]}`

const nothingKnown = `{"customer_id":"C-2","as_of":"2024-10-04","currency":null,"open_orders":null,"delivered_not_invoiced":null,"receivables":null,"bills":null,
	"uncleared":null,"unapplied":null,"exposure":null,"net_exposure":null,"limit":null,"utilisation":null,
	"ageing":{"current":null,"1_30":null,"31_60":null,"61_90":null,"91_plus":null},"overdue":null,"max_days_past_due":0,"open_count":0,"default_90":null,
	"weighted_days_late":null,"dbt":null,"dso":{"average":null,"count_back":null,"ageing":null},"add":null,"ecl":null,"score":null,"grade":null,
	"customer_class":"new","signals":[],"not_evaluable":[]}`

func TestACloseWritesTheFiguresOfWhomTheDayHasTouched(t *testing.T) {
	ctx := t.Context()
	s, location := opened(t, postgres.Options{})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(errors.Join(s.Commit(ctx, row(today, "C-1", 1)), s.Commit(ctx, row(today, "C-2", 1)), s.Commit(ctx, row(today, "C-1", 2))))
	touched, err := s.Touched(ctx, today.Date)
	if want := []state.TouchedCustomer{{Customer: "C-1", Seq: 2}, {Customer: "C-2", Seq: 1}}; err != nil || !slices.Equal(touched.Customers, want) || touched.Rows != 3 {
		t.Fatalf("got %+v, %v, want %v of three rows", touched, err, want)
	}
	closing := &state.DayClose{From: today, Next: today.Date + 1, Figures: &state.Figures{
		Rows: 3, Listed: []state.FigureRow{{Customer: "C-1", Body: []byte(yenRecord)}, {Customer: "C-2", Body: []byte(nothingKnown)}},
	}}
	must(s.Commit(ctx, row(today, "C-2", 2)))
	if err := s.CloseDay(ctx, closing); !errors.Is(err, state.ErrNotIdle) {
		t.Fatalf("a row came in after they were computed: got %v, want %v", err, state.ErrNotIdle)
	}
	closing.Figures.Rows = 4
	must(s.CloseDay(ctx, closing))
	got := pgtest.Texts(t, location, `SELECT f::text FROM figures AS f ORDER BY customer`)
	want := []string{
		`(C-1,2024-10-04,JPY,0,12,0,-7,0,0,7,12,12,,,1,2,3,4,5,14,100,3,t,33.10,-1.5,1.00,,3.00,4.00,9,,,new,"[{""level"": ""critical"", ""since"": ""2024-09-01"", ` +
			`""reason"": """", ""signal"": ""overdue"", ""level_since"": ""2024-09-02""}]","[""turnover_swing""]")`,
		`(C-2,2024-10-04,,0,,,,,,,,,,,,,,,,,0,0,,,,,,,,,,,new,[],[])`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	// The next close tells of whom that day has touched, and drops who is gone; one without figures leaves them for a later one.
	next := today
	next.Date++
	must(s.Commit(ctx, row(next, "C-2", 3)))
	must(s.CloseDay(ctx, &state.DayClose{From: next, Next: next.Date + 1}))
	later := next
	later.Date++
	must(s.Commit(ctx, row(later, "C-3", 1)))
	touched, err = s.Touched(ctx, later.Date)
	if want := []state.TouchedCustomer{{Customer: "C-2", Seq: 3}, {Customer: "C-3", Seq: 1}}; err != nil || !slices.Equal(touched.Customers, want) || touched.Rows != 1 {
		t.Fatalf("got %+v, %v, want %v of one row", touched, err, want)
	}
	must(s.CloseDay(ctx, &state.DayClose{From: later, Next: later.Date + 1, Figures: &state.Figures{
		Rows: 1, Listed: []state.FigureRow{{Customer: "C-3", Digits: 2, Body: []byte(strings.ReplaceAll(yenRecord, `"12"`, `"12.34"`))}}, Gone: []state.CustomerID{"C-2"},
	}}))
	got = pgtest.Texts(t, location, `SELECT concat_ws(' ', customer, open_orders, minor_digits) FROM figures ORDER BY customer`)
	if want := []string{"C-1 12 0", "C-3 1234 2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Of who is erased no figures stay under the name, nor until the next close.
func TestFiguresGoWithAnErasure(t *testing.T) {
	ctx := t.Context()
	s, location := opened(t, postgres.Options{})
	day := today
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Commit(ctx, row(day, "C-1", 1)))
	must(s.CloseDay(ctx, &state.DayClose{From: day, Next: day.Date + 1, Figures: &state.Figures{Rows: 1, Listed: []state.FigureRow{{Customer: "C-1", Body: []byte(yenRecord)}}}}))
	day.Date++
	erased := row(today, "P-1", 1).Entries
	must(s.Commit(ctx, &state.Commit{Day: day, Request: "erase", Rewrites: []state.Rewrite{{Customer: "C-1", As: "P-1", Last: 1, Entries: erased}}}))
	if got := pgtest.Texts(t, location, `SELECT customer FROM figures`); len(got) > 0 {
		t.Errorf("got figures of %q, want none", got)
	}
}

// Closes that come together, and an erasure amid them, wait for each other and never block each other. One of the closes counts; of who
// was erased nothing stays.
func TestClosesAndAnErasureThatComeTogether(t *testing.T) {
	ctx := t.Context()
	s, location := opened(t, postgres.Options{})
	other := open(t, location)
	defer other.Close()
	day := today
	const customers = 400
	for round := range 12 {
		c := &state.Commit{Day: day}
		figures := &state.Figures{Rows: customers}
		for n := range customers {
			id := state.CustomerID(fmt.Sprintf("C-%d-%03d", round, n))
			c.Entries = append(c.Entries, row(day, id, 1).Entries...)
			figures.Listed = append(figures.Listed, state.FigureRow{Customer: id, Body: []byte(yenRecord)})
		}
		if err := s.Commit(ctx, c); err != nil {
			t.Fatal(err)
		}
		victim := figures.Listed[customers/2].Customer
		as := "P-" + victim
		erasure := &state.Commit{Day: day, Request: string(victim), Rewrites: []state.Rewrite{{Customer: victim, As: as, Last: 1, Entries: row(day, as, 1).Entries}}}
		closing := &state.DayClose{From: day, Next: day.Date + 1, Figures: figures}
		answers := make([]error, 3)
		var running sync.WaitGroup
		running.Go(func() { answers[0] = s.CloseDay(ctx, closing) })
		running.Go(func() { answers[1] = other.CloseDay(ctx, closing) })
		running.Go(func() { answers[2] = other.Commit(ctx, erasure) })
		running.Wait()
		landed := 0
		for i, err := range answers {
			if err == nil {
				landed++
			} else if !errors.Is(err, state.ErrDayClosed) {
				t.Fatalf("round %d: %d answers %v", round, i, err)
			}
		}
		if landed != 1 {
			t.Fatalf("round %d: got %v, want one of them to land: the others are of a day that has moved on, or of who is erased now", round, answers)
		}
		erased := answers[2] == nil
		stands := pgtest.Texts(t, location, `SELECT customer FROM figures WHERE customer = '`+string(victim)+`'`)
		if erased == (len(stands) > 0) {
			t.Errorf("round %d: erased %t, and the figures of %q stand", round, erased, stands)
		}
		now, _, err := s.Day(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if day = now; erased { // the next round wants a new day
			if err := s.CloseDay(ctx, &state.DayClose{From: day, Next: day.Date + 1}); err != nil {
				t.Fatal(err)
			}
			day.Date++
		}
	}
}

// Who opens the table in a tool is told there what each column is.
func TestEveryFigureIsExplainedInTheDatabase(t *testing.T) {
	location := newStore(t)
	for _, column := range pgtest.Texts(t, location, `SELECT attname::text FROM pg_attribute WHERE attrelid = 'figures'::regclass AND attnum > 0
			AND col_description(attrelid, attnum) IS NULL`) {
		t.Errorf("figures.%s has no comment", column)
	}
	if len(pgtest.Texts(t, location, `SELECT obj_description('figures'::regclass)`)[0]) == 0 {
		t.Error("the table has no comment")
	}
}

// The figures of a day are found by the pages that hold its rows, however long the journal is.
func TestWhomADayHasTouchedIsFoundWithoutAWalkThroughTheJournal(t *testing.T) {
	s, location := opened(t, postgres.Options{})
	pgtest.Exec(t, location, fmt.Sprintf(`INSERT INTO journal SELECT 'D-' || n, 1, %d - 1000 + n / 200, 1, '\x00' FROM generate_series(1, 200000) AS n;
		SELECT brin_summarize_new_values('journal_day'); UPDATE day SET figures = %d; ANALYZE journal`, today.Date, today.Date-1))
	err := s.Commit(t.Context(), row(today, "C-1", 1))
	touched, touchedErr := s.Touched(t.Context(), today.Date)
	if err = errors.Join(err, touchedErr); err != nil || len(touched.Customers) != 2 || touched.Rows != 2 {
		t.Fatalf("got %d customers of %d rows, %v, want those of the day", len(touched.Customers), touched.Rows, err)
	}
	plan := strings.Join(pgtest.Texts(t, location, fmt.Sprintf(`EXPLAIN (ANALYZE, COSTS off, TIMING off)
		SELECT customer, max(seq) FROM journal WHERE day > (SELECT figures FROM day) AND day <= %d GROUP BY customer`, today.Date)), "\n")
	if !strings.Contains(plan, "Bitmap Index Scan on journal_day") {
		t.Errorf("got\n%s\nwant the index to be asked", plan)
	}
}

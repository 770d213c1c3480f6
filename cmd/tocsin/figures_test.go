package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/consumer/kafka"
	"tocsin/consumer/replay"
	"tocsin/consumer/simulator"
	"tocsin/state"
	"tocsin/state/postgres/pgtest"
)

// queriedFigures is a customer record with the names and units of the columns that people query.
const queriedFigures = `SELECT json_build_object('customer_id', customer, 'as_of', as_of, 'currency', currency, 'open_orders', open_orders,
	'delivered_not_invoiced', delivered_not_invoiced, 'receivables', receivables, 'bills', bills, 'uncleared', uncleared, 'unapplied', unapplied,
	'exposure', exposure, 'net_exposure', net_exposure, 'limit', credit_limit, 'utilisation', utilisation::text,
	'ageing', json_build_object('current', ageing_current, '1_30', ageing_1_30, '31_60', ageing_31_60, '61_90', ageing_61_90, '91_plus', ageing_91_plus),
	'overdue', overdue, 'max_days_past_due', max_days_past_due, 'open_count', open_count, 'default_90', default_90,
	'weighted_days_late', weighted_days_late::text, 'dbt', dbt::text,
	'dso', json_build_object('average', dso_average::text, 'count_back', dso_count_back::text, 'ageing', dso_ageing::text),
	'add', average_days_delinquent::text, 'ecl', ecl, 'score', score, 'grade', grade, 'customer_class', customer_class,
	'signals', signals, 'not_evaluable', not_evaluable)::text FROM figures`

// inMoney are the members of a customer record that are amounts.
var inMoney = []string{
	"open_orders", "delivered_not_invoiced", "receivables", "bills", "uncleared", "unapplied", "exposure", "net_exposure", "limit",
	"overdue", "ecl", "current", "1_30", "31_60", "61_90", "91_plus",
}

// minorUnits turns the amounts of a record into numbers of minor units.
func minorUnits(t *testing.T, record map[string]any) map[string]any {
	t.Helper()
	for key, value := range record {
		switch v := value.(type) {
		case map[string]any:
			record[key] = minorUnits(t, v)
		case string:
			if slices.Contains(inMoney, key) {
				minor, err := strconv.ParseInt(strings.Replace(v, ".", "", 1), 10, 64)
				if err != nil {
					t.Fatalf("%s: %v", key, err)
				}
				record[key] = float64(minor) // as JSON numbers are decoded
			}
		}
	}
	return record
}

func decodeRecord(t *testing.T, text string) map[string]any {
	t.Helper()
	record := make(map[string]any)
	if err := json.Unmarshal([]byte(text), &record); err != nil {
		t.Fatal(err)
	}
	return record
}

// recordsAt are the customer records that a backtest of all that was sent finds as of a day.
func (l *pipeline) recordsAt(t *testing.T, day state.Date) map[string]map[string]any {
	t.Helper()
	file := filepath.Join(t.TempDir(), "events.ndjson")
	if err := os.WriteFile(file, l.lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	test := replay.Backtest{Engine: l.engine, Inputs: []string{file}, Until: day, State: &out}
	if _, err := test.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	records := make(map[string]map[string]any)
	for line := range strings.Lines(out.String()) {
		record := minorUnits(t, decodeRecord(t, line))
		records[record["customer_id"].(string)] = record
	}
	return records
}

// The figures that people query are those of a backtest as of the close that wrote them: the close that caught up wrote those of all, a
// later one those of whom its day has touched, and of who was merged there are none any more.
func TestTheFiguresInTheDatabaseAreThoseOfABacktest(t *testing.T) {
	l := newPipeline(t)
	l.config.StoreURL = newDatabase(t)
	var days atomic.Int64 // that the clock has been moved on
	noon := l.now
	l.now = func() state.Instant { return noon() + state.Instant(days.Load()*int64(24*time.Hour)) }
	portfolio := simulator.New(simulator.Config{Seed: 3, First: l.today - 50, Customers: 25, Zone: time.UTC})
	euro, _ := state.ParseCurrency("EUR")
	for day := l.today - 50; day < l.today; day++ {
		if day == l.today-3 {
			l.told(t, l.today-3, state.KindInvoice, &state.Invoice{InvoiceID: "INV-1", IssueDate: l.today - 40, DueDate: l.today - 3, Total: state.Money{Minor: 123_45, Currency: euro}})
		}
		var messages []kafka.Message
		for _, ev := range portfolio.Day(day) {
			messages = append(messages, l.message(&ev))
		}
		l.send(t, messages...)
	}
	stop := l.start(t)
	defer stop()
	wrote := func(when string) map[string]map[string]any {
		await(t, when, func() bool { return l.caughtUp(t) })
		rows := make(map[string]map[string]any)
		for _, text := range pgtest.Texts(t, l.config.StoreURL, queriedFigures) {
			record := decodeRecord(t, text)
			rows[record["customer_id"].(string)] = record
		}
		return rows
	}
	first := wrote("catch up")
	want := l.recordsAt(t, l.today-1)
	if diff := cmp.Diff(want, first); diff != "" || len(first) < 25 {
		t.Fatalf("after the catch-up: %d customers, %s", len(first), diff)
	}

	survivor := slices.Sorted(maps.Keys(first))[1]
	l.told(t, l.today, state.KindMerged, &state.Merged{Into: state.CustomerID(survivor), MergeDate: l.today})
	await(t, "the merge", func() bool { return l.caughtUp(t) })
	days.Add(1)
	l.today++
	second := wrote("the next day")
	want = l.recordsAt(t, l.today-1)
	touched := 0
	for id, record := range second {
		expected := want[id]
		if record["as_of"] != (l.today - 1).String() {
			expected = first[id]
		} else {
			touched++
		}
		if diff := cmp.Diff(expected, record); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	if second["C-1"] != nil || len(second) != len(first)-1 || touched == 0 || touched == len(second) {
		t.Errorf("got %d customers, %d of them touched, the merged one %v; want %d without him, and some as they were", len(second), touched, second["C-1"], len(first)-1)
	}
	t.Logf("%d of %d customers were touched by the day", touched, len(second))
}

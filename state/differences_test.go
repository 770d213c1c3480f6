package state_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

// Records of one customer are encoded alike exactly where nothing is told of them.
func TestDifferencesAreToldExactlyWhereRecordsDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := statetest.Start
		events := statetest.Events("C-1", 12).Draw(t, "events")
		record := func(name string) *state.Record {
			rec := &state.Record{Customer: state.NewCustomer("C-1"), Day: day, Seq: 1}
			n := rapid.IntRange(max(0, len(events)-2), len(events)).Draw(t, name)
			rec.Customer.Apply(day, events[:n], make([]state.Outcome, n))
			switch rapid.IntRange(0, 5).Draw(t, name+" part") {
			case 0:
				rec.Seq++
			case 1:
				rec.Day++
			case 2:
				rec.Told = []byte(name)
			case 3:
				rec.Episodes = []byte(name)
			}
			return rec
		}
		a, b := record("a"), record("b")
		told := state.Differences(a, b)
		if same := bytes.Equal(state.AppendSnapshot(nil, a), state.AppendSnapshot(nil, b)); same != (len(told) == 0) {
			t.Errorf("encoded alike: %t, and told: %q", same, told)
		}
	})
}

func TestDifferencesNameWhatDiffers(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	record := func(orders ...int) *state.Record {
		rec := &state.Record{Customer: state.NewCustomer("C-1"), Day: statetest.Start, Seq: 3}
		for _, n := range orders {
			ev := state.Event{Kind: state.KindOrder, Customer: "C-1", Stamp: state.Stamp{Revision: 1, Source: "urn:a"}, Body: &state.Order{
				OrderID: fmt.Sprint("SO-", n), OrderDate: statetest.Start, Gross: state.Money{Minor: 100, Currency: euro},
			}}
			rec.Customer.Apply(statetest.Start, []state.Event{ev}, make([]state.Outcome, 1))
		}
		return rec
	}
	later := record(1)
	later.Seq, later.Day, later.Now.OpenOrders, later.Told = 4, statetest.Start+1, 5, []byte("x")
	for _, row := range []struct {
		got  *state.Record
		want []string
	}{
		{record(1), nil},
		{record(1, 2), []string{`fact "SO-2"`}},
		{record(2, 3, 4, 5), []string{`fact "SO-1"`, `fact "SO-2"`, `fact "SO-3"`, "2 more facts"}},
		{later, []string{"row 4, not 3", fmt.Sprintf("day %v, not %v", statetest.Start+1, statetest.Start), "the sums that stand", "what was told"}},
	} {
		if got := state.Differences(record(1), row.got); !slices.Equal(got, row.want) {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

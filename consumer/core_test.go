package consumer

import (
	"slices"
	"testing"

	"tocsin/state"
)

func TestWhoIsCore(t *testing.T) { // DOMAIN.md 0.6
	euro, _ := state.ParseCurrency("EUR")
	dollar, _ := state.ParseCurrency("USD")
	part := func(id string, currency state.Currency, sales, receivables int64) Part {
		return Part{state.CustomerID(id), currency, state.Share{Sales: sales, Receivables: receivables, Known: true}}
	}
	unknown := part("X", euro, 1, 1)
	unknown.Known = false
	for _, row := range []struct {
		name  string
		parts []Part
		want  []state.CustomerID
	}{
		{"nobody at all", nil, nil},
		{"5 % of the sales, and a cent less", []Part{part("C", euro, 500, 0), part("B", euro, 499, 0), part("A", euro, 9001, 0)}, []state.CustomerID{"A", "C"}},
		{"5 % of the receivables", []Part{part("B", euro, 0, 5), part("A", euro, 0, 95)}, []state.CustomerID{"A", "B"}},
		{"more credited than sold", []Part{part("B", euro, -50, 0), part("A", euro, 100, 0)}, []state.CustomerID{"A"}},
		{"more credited than sold in all", []Part{part("B", euro, -50, 0), part("A", euro, 10, 0)}, nil},
		{"several currencies and no base", []Part{part("B", dollar, 50, 0), part("A", euro, 100, 0)}, nil},
		{"a customer of no currency is no other currency", []Part{{Customer: "B"}, part("A", euro, 100, 0)}, []state.CustomerID{"A"}},
		{"an amount without rate", []Part{unknown, part("A", euro, 100, 0)}, nil},
	} {
		if got := Core(row.parts); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}

// A year that slides on makes somebody core and lets him be it no more, with no event of his own; each time he is judged anew.
func TestACoreCustomerIsJudgedWhenTheDayTurns(t *testing.T) {
	day := state.DayClose{From: state.Day{Core: []state.CustomerID{"A", "B"}}, Core: []state.CustomerID{"B", "C"}}
	if got, want := day.Reclassed(), []state.CustomerID{"A", "C"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

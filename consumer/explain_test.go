package consumer

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

// recordFigure is a member of a customer record by its path; "null" for null.
func recordFigure(t *rapid.T, record CustomerRecord, path string) string {
	text, err := record.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(path, ".") {
		member, known := value.(map[string]any)[name]
		if !known {
			t.Fatalf("the record has no %s", path)
		}
		value = member
	}
	if text, ok := value.(string); ok {
		return text
	}
	text, err = json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func number(t *rapid.T, text string) *big.Rat {
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return n
}

// partOf is what a row says that its part is, by its factors where it tells them. What is rounded for reading is held against
// them.
func partOf(t *rapid.T, r Row) *big.Rat {
	said := number(t, r.Part)
	if r.Times == "" && r.Over == "" {
		return said
	}
	part := number(t, r.Amount)
	if r.Times != "" {
		part.Mul(part, number(t, r.Times))
	}
	if r.Over != "" {
		part.Quo(part, number(t, r.Over))
	}
	if _, decimals, _ := strings.Cut(r.Part, "."); part.FloatString(len(decimals)) != said.FloatString(len(decimals)) {
		t.Fatalf("%+v: the factors make %s", r, part.FloatString(len(decimals)))
	}
	return part
}

// valueOf adds an explanation up by itself.
func valueOf(t *rapid.T, e Explanation, decimals int) string {
	total := new(big.Rat)
	for _, r := range e.Rows {
		if r.Part == "" {
			continue
		}
		if part := partOf(t, r); !e.Largest {
			total.Add(total, part)
		} else if part.Cmp(total) > 0 {
			total = part
		}
	}
	if e.Times != "" {
		total.Mul(total, number(t, e.Times))
	}
	if e.Over != "" {
		total.Quo(total, number(t, e.Over))
	}
	return total.FloatString(decimals)
}

// someRates are a rate between the two currencies of random customers, or none.
func someRates(t *rapid.T) *state.Rates {
	value := rapid.SampledFrom([]string{"", "", "0.9231", "1.1", "0.00731"}).Draw(t, "rate")
	if value == "" {
		return nil
	}
	euro, _ := state.ParseCurrency("EUR")
	dollar, _ := state.ParseCurrency("USD")
	body := &state.Rate{Base: dollar, Quote: euro, Value: value, RateDate: statetest.Start - 300}
	return (*state.Rates)(nil).With([]state.RateRow{{Seq: 1, Known: statetest.Start - 200, Event: state.Event{Kind: state.KindRate, Body: body}}})
}

// Whatever is known of a customer: the rows of every explanation of a figure of its record add up to the value, which is the
// record's, to the last digit.
func TestExplanationsAddUpToTheRecord(t *testing.T) {
	e := defaultEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		rec := state.Record{Customer: state.NewCustomer("C-1")}
		events := statetest.Events("C-1", 40).Draw(t, "events")
		rec.Customer.Apply(statetest.Start, events, make([]state.Outcome, len(events)))
		day := state.Day{Date: statetest.Start + state.Date(rapid.IntRange(-30, 120).Draw(t, "day")), Rates: someRates(t)}
		record := e.CustomerRecord(&rec, day)
		for _, name := range Figures() {
			got, err := e.Explain(&rec, day, name)
			if err != nil {
				t.Fatal(err)
			}
			value := "null"
			if got.Value != nil {
				value = *got.Value
			}
			if got.Value != nil && name != "tocsin_pay" { // whose indices are rounded for reading
				_, decimals, _ := strings.Cut(value, ".")
				if sum := valueOf(t, got, len(decimals)); sum != value {
					t.Fatalf("%s: the rows add up to %s, the value is %s\n%+v", name, sum, value, got)
				}
			}
			if (value == "null") != (got.Why != "") {
				t.Fatalf("%s is %s because %q", name, value, got.Why)
			}
			if name == "tocsin_pay" {
				continue
			}
			if want := recordFigure(t, record, name); value != want {
				t.Fatalf("%s: explained %s (%s), in the record %s\n%+v", name, value, got.Why, want, got.Rows)
			}
		}
	})
}

package erp_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/contract"
	"tocsin/consumer/erp"
	"tocsin/state"
)

// fuzzMapping is a mapping that reads as much as there is, with what the fuzzer decides.
func fuzzMapping(encoding, delimiter, thousands uint8, quotes, ledger bool) *erp.Mapping {
	m := simple(erp.Open, erp.Terms, erp.CustomerName, erp.CreditLimit, erp.AppliesTo, erp.PaidDate)
	m.Constants[erp.Country] = "DE"
	m.Format.Encoding = erp.Encodings()[int(encoding)%len(erp.Encodings())]
	m.Format.Delimiter = []rune{';', ',', '\t', '|', '·'}[delimiter%5]
	m.Format.Thousands = []rune{0, ',', ' ', '\''}[thousands%4]
	m.Format.Quotes = quotes
	m.Format.Dates = []string{"02.01.2006", "20060102"}
	if ledger {
		m.Layout = erp.Ledger
	}
	return m
}

// Whatever a file holds, each of its lines is accounted for, what is made of it satisfies the contract, and each document is
// in the summary once.
func FuzzImport(f *testing.F) {
	const columns = heading + ";open;terms;customer_name;credit_limit;applies_to;paid_date\n"
	f.Add([]byte(columns+"C;1;RV;01.10.2026;31.10.2026;1,000.50;500;;Name;100;;02.11.2026\n"), uint8(0), uint8(0), uint8(1), true, false)
	f.Add([]byte(columns+"C;1;DZ;20261001;;-1;-1;30;\"N\n;\"\"x\";;7;\nC;1;DZ;20261001;;-2;-2;30;;;8;\n"), uint8(0), uint8(0), uint8(0), true, true)
	f.Add([]byte("\xFF\xFEc\x00;\x00\n\x00"), uint8(10), uint8(0), uint8(0), true, true)
	f.Add([]byte(columns+"C;1;XX;;;;;;;;;\n\"\n"+columns+";;;;;;;;;;;\n"), uint8(6), uint8(0), uint8(3), true, true)
	f.Fuzz(func(t *testing.T, text []byte, encoding, delimiter, thousands uint8, quotes, ledger bool) {
		i := &erp.Import{Mapping: fuzzMapping(encoding, delimiter, thousands, quotes, ledger), Zone: time.UTC, AsOf: exported, Revision: 7}
		if err := i.Read("f.csv", bytes.NewReader(text)); err != nil && !strings.HasPrefix(err.Error(), "f.csv: ") {
			t.Errorf("the error %v names no file", err)
		}
		events := i.Events()
		s := i.Summary()
		if s.Lines != s.Converted+s.Skipped+s.Zero+s.Faulty || s.Faulty > 0 && len(s.Faults) == 0 || s.Events != len(events) {
			t.Errorf("the lines do not add up: %+v with %d faults", s.Counts, len(s.Faults))
		}
		d, err := contract.NewDecoder(contract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		documents := 0
		for n := range events {
			var ev state.Event
			if reject := d.Decode(contract.Encode(&events[n]), 0, &ev); reject != nil {
				t.Errorf("%s: %v", contract.Encode(&events[n]), reject)
			}
			if ev.Kind != state.KindProfile && ev.Kind != state.KindLimit && !strings.HasSuffix(ev.Body.Key(), "/paid") {
				documents++
			}
		}
		counted := 0
		for _, k := range s.Kinds {
			counted += k.Count
		}
		if counted < documents {
			t.Errorf("%d documents are in the summary, %d among the events", counted, documents)
		}
	})
}

// What encoding/csv takes, the reader takes the same way: the rows of an export that has every row of one width. A text
// of more lines than a record may have is left out: encoding/csv has no such bound.
func FuzzRecords(f *testing.F) {
	f.Add("customer;document\na;b\n")
	f.Add("\"x\"\"y\";\"z\nw\"\n;\n")
	f.Add("a;\"b\" c\n")
	f.Fuzz(func(t *testing.T, text string) {
		want, err := csvRows(text)
		if err != nil || strings.ContainsRune(text, '\uFEFF') || strings.Contains(text, "\r") || strings.Count(text, "\n") > erp.MostQuoted {
			return
		}
		got, err := erp.Rows(strings.NewReader(text), ';')
		if err != nil {
			t.Fatal(err)
		}
		got = slices.DeleteFunc(got, func(row []string) bool { return len(row) == 1 && row[0] == "" })
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// csvRows are the rows that encoding/csv reads, without white space around fields and without blank ones.
func csvRows(text string) (rows [][]string, err error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = ';', -1
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		for n := range row {
			row[n] = strings.TrimSpace(row[n])
		}
		if len(row) > 1 || row[0] != "" {
			rows = append(rows, row)
		}
	}
}

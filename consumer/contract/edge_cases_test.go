package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/state"

	"pgregory.net/rapid"
)

// The tests with a number are the rows of DOMAIN.md 6 as far as the decoder decides them.

func TestEdgeCase02SameRevisionWithOtherContentIsToldApart(t *testing.T) {
	first := decoded(t, exampleInvoice)
	for _, c := range []struct {
		old, new string
		repeats  bool
	}{
		{`"id":"INV-2026-184213/1"`, `"id":"again"`, true},
		{`:"`, `: "`, true},
		{`"18420.50"`, `"18420.51"`, false},
		{`"18420.50"`, `"18420.5"`, false}, // content is data as JSON values
		{`"revision":1`, `"revision":1,"ext":{"a":1}`, false},
		{`"revision":1`, `"revision":1,"terms":null`, false},
	} {
		later := strings.Replace(strings.ReplaceAll(exampleInvoice, "09:14:03.271Z", "10:14:03.271Z"), c.old, c.new, 1)
		ev := decoded(t, later)
		if got := ev.Repeats(&first); got != c.repeats {
			t.Errorf("%s for %s: got repeats %v, want %v", c.new, c.old, got, c.repeats)
		}
		if !ev.Outranks(&first) || first.Outranks(&ev) {
			t.Errorf("%s for %s: the later time does not win", c.new, c.old)
		}
	}
}

func TestEdgeCase12TimeFarAheadIsRefused(t *testing.T) {
	at := decoded(t, exampleInvoice).Time
	headers, data := exampleRecord(t)
	for _, c := range []struct {
		known state.Instant
		ahead time.Duration // configured; 0: not
		want  Code
	}{
		{at - day, 0, ""},
		{at - day - 1, 0, TimeFuture},
		{at + 1000*day, 0, ""},
		{at - hour, time.Hour, ""},
		{at - hour - 1, time.Hour, TimeFuture},
	} {
		d := newDecoder(t, Options{Ahead: c.ahead})
		var ev state.Event
		for form, r := range map[string]*Reject{
			"structured": d.DecodeRecord(nil, []byte(exampleInvoice), c.known, &ev), "binary": d.DecodeRecord(headers, data, c.known, &ev),
		} {
			if code, pointer := codeOf(r); code != c.want || code != "" && pointer != "/time" {
				t.Errorf("%s, known %s before, %s allowed: got %q at %q, want %q at /time", form, time.Duration(at-c.known), c.ahead, code, pointer, c.want)
			}
		}
	}
}

func codeOf(r *Reject) (Code, string) {
	if r == nil {
		return "", ""
	}
	return r.Code, r.Pointer
}

func TestEdgeCase20DueDateBeforeIssueDateIsTakenAsWritten(t *testing.T) {
	ev := decoded(t, strings.Replace(exampleInvoice, `"due_date":"2026-12-20"`, `"due_date":"2026-01-01"`, 1))
	if v := invoiceOf(&ev); v.DueDate != state.DateOf(2026, 1, 1) || v.IssueDate != state.DateOf(2026, 11, 20) || ev.Canonical != "" {
		t.Errorf("got due %s, issued %s, canonical %q", v.DueDate, v.IssueDate, ev.Canonical)
	}
}

func TestEdgeCase25CurrenciesWithoutDecimals(t *testing.T) {
	for _, c := range []moneyCase{
		{"1000", "JPY", 1000, ""}, {"10.00", "JPY", 0, MoneyScale}, {"1000.0", "JPY", 0, MoneyScale}, {"1", "KRW", 1, ""},
		{"1", "EUR", 100, ""}, {"9223372036854775807", "JPY", 1<<63 - 1, ""}, {"9223372036854775808", "JPY", 0, MoneyRange},
	} {
		c.check(t)
	}
}

func TestEdgeCase26CurrenciesWithThreeDecimals(t *testing.T) {
	for _, c := range []moneyCase{
		{"1.234", "KWD", 1234, ""}, {"1.234", "BHD", 1234, ""}, {"1", "KWD", 1000, ""}, {"1.2", "BHD", 1200, ""},
		{"1.2345", "KWD", 0, MoneyScale}, {"1.2340", "BHD", 0, MoneyScale}, {"1.234", "EUR", 0, MoneyScale}, {"0.001", "OMR", 1, ""},
	} {
		c.check(t)
	}
}

// moneyCase is an amount and what becomes of it.
type moneyCase struct {
	amount, currency string
	minor            int64
	refused          Code
}

func (c moneyCase) check(t *testing.T) {
	t.Helper()
	doc := strings.NewReplacer("18420.50", c.amount, `"EUR"`, strconv.Quote(c.currency)).Replace(exampleInvoice)
	var ev state.Event
	code, _ := codeOf(newDecoder(t, Options{}).Decode([]byte(doc), 0, &ev))
	if code != c.refused {
		t.Errorf("%s %s: got %q, want %q", c.amount, c.currency, code, c.refused)
	} else if code == "" && (invoiceOf(&ev).Total.Minor != c.minor || invoiceOf(&ev).Total.Currency.String() != c.currency) {
		t.Errorf("%s %s: got %v, want %d minor units", c.amount, c.currency, invoiceOf(&ev).Total, c.minor)
	}
}

func TestEdgeCase33NegativeLimitIsRefused(t *testing.T) {
	d := newDecoder(t, Options{})
	const told = `{"amount":"250000.00","currency":"EUR"}`
	for amount, want := range map[string]Code{
		`{"amount":"-1.00","currency":"EUR"}`: MoneyNegative, `{"amount":"-0","currency":"EUR"}`: MoneyNegative,
		`{"amount":"0.00","currency":"EUR"}`: "", `null`: "", `{"amount":null,"currency":"EUR"}`: Missing,
	} {
		var ev state.Event
		code, _ := codeOf(d.Decode([]byte(edit{"limit.set", told, amount}.apply(t)), 0, &ev))
		if code != want {
			t.Errorf("%s: got %q, want %q", amount, code, want)
		} else if code == "" && ev.Body.(*state.LimitRevision).Withdrawn != (amount == "null") {
			t.Errorf("%s: got %+v; null alone withdraws, zero is prepayment only", amount, ev.Body)
		}
	}
}

// Every date and every amount of every type: none of them may be absurd.
func TestEdgeCase78AbsurdDatesAndAmountsAreRefused(t *testing.T) {
	d := newDecoder(t, Options{})
	for _, s := range samples {
		tree := treeOf([]byte(s.document())).(map[string]any)
		walkText(tree["data"], "/data", func(pointer, value string, set func(string)) {
			name := pointer[strings.LastIndexByte(pointer, '/')+1:]
			absurd := map[string]Code{"-1": MoneyNegative, "1e9": MoneyFormat, "99999999999999999999": MoneyRange}
			switch {
			case strings.HasSuffix(name, "_date"):
				absurd = map[string]Code{"1900-01-01": Range, "9999-12-31": Range, "0000-00-00": Format}
			case name != "amount":
				return
			}
			for _, wrong := range slices.Sorted(maps.Keys(absurd)) {
				set(wrong)
				doc, err := json.Marshal(tree)
				if err != nil {
					t.Fatal(err)
				}
				var ev state.Event
				if code, at := codeOf(d.Decode(doc, 0, &ev)); code != absurd[wrong] || at != pointer {
					t.Errorf("%s: %s at %s: got %q at %q, want %s", s.typ, wrong, pointer, code, at, absurd[wrong])
				}
			}
			set(value)
		})
	}
}

// walkText calls visit for every string of a tree, with what sets it to another.
func walkText(tree any, pointer string, visit func(pointer, value string, set func(string))) {
	switch tree := tree.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(tree)) {
			if s, ok := tree[name].(string); ok {
				visit(pointer+"/"+name, s, func(other string) { tree[name] = other })
				continue
			}
			walkText(tree[name], pointer+"/"+name, visit)
		}
	case []any:
		for i, element := range tree {
			walkText(element, fmt.Sprintf("%s/%d", pointer, i), visit)
		}
	}
}

// Unknown fields and unknown values of open enums never refuse, wherever they stand and whatever they are.
func TestUnknownNeverRefuses(t *testing.T) {
	d := newDecoder(t, Options{})
	rapid.Check(t, func(rt *rapid.T) {
		s := samples[rapid.IntRange(0, len(samples)-1).Draw(rt, "type")]
		tree := treeOf([]byte(s.document())).(map[string]any)
		var want TypeCount
		for _, f := range typeNamed(prefix + s.typ + version).data.fields {
			data := tree["data"].(map[string]any)
			if _, told := data[f.name]; told && (f.kind == kindEnum || f.kind == kindWord) && !f.closed && rapid.Bool().Draw(rt, f.name) {
				data[f.name] = "no " + rapid.StringMatching(`[a-zA-Zé漢😀 "\\/<>_-]{0,40}`).Draw(rt, "value")
				want.UnknownValues++
			}
		}
		addUnknown(rt, tree, &want)
		doc, err := json.Marshal(tree)
		if err != nil {
			rt.Fatal(err)
		}
		before := countOf(d, prefix+s.typ+version)
		var ev state.Event
		if r := d.Decode(doc, 0, &ev); r != nil {
			rt.Fatalf("%s: got %v, want an event", doc, r)
		}
		got := countOf(d, prefix+s.typ+version)
		if got.UnknownFields-before.UnknownFields != want.UnknownFields || got.UnknownValues-before.UnknownValues != want.UnknownValues {
			rt.Fatalf("%s: got %+v after %+v, want %+v more", doc, got, before, want)
		}
	})
}

// addUnknown gives objects of a tree members that the contract does not have, and counts them.
func addUnknown(rt *rapid.T, tree any, count *TypeCount) {
	switch tree := tree.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(tree)) {
			addUnknown(rt, tree[name], count)
		}
		if rapid.Bool().Draw(rt, "unknown") {
			tree["new_"+rapid.StringMatching(`[a-zé/~]{0,9}`).Draw(rt, "name")] = rapid.SampledFrom([]any{
				nil, true, "x", json.Number("1e400"), []any{}, map[string]any{"": []any{map[string]any{}}},
			}).Draw(rt, "member")
			count.UnknownFields++
		}
	case []any:
		for _, element := range tree {
			addUnknown(rt, element, count)
		}
	}
}

func countOf(d *Decoder, name string) TypeCount {
	all := d.Counts()
	return all[slices.IndexFunc(all, func(c TypeCount) bool { return c.Type == name })]
}

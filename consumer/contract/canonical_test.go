package contract

import (
	"math"
	"slices"
	"strconv"
	"testing"
	"unicode/utf16"

	"tocsin/state"

	"pgregory.net/rapid"
)

// The examples are those of RFC 8785, sections 3.2.2 and 3.2.3 and appendix B.
func TestCanonicalIsRFC8785(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{
			`{ "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
			"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }`,
			`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		},
		{
			`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}",
		},
		{`[ ]`, `[]`},
		{`{ }`, `{}`},
		{"\t[1 , [ ] ,{\"b\" : 1, \"a\":2}]", `[1,[],{"a":2,"b":1}]`},
		{`"\u0001\b\f\t\u007f\u2028/"`, "\"\\u0001\\b\\f\\t\u007f\u2028/\""},
		{`-0`, `0`},
		{`-0.0`, `0`},
		{`9007199254740993`, `9007199254740993`},
		{`1e400`, `1e400`},
		{`1e-400`, `0`},
	} {
		if got := string(Canonical([]byte(c.value))); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.value, got, c.want)
		}
	}
}

func TestCanonicalNumbers(t *testing.T) {
	for _, c := range []struct {
		bits uint64
		want string
	}{
		{0x0000000000000001, "5e-324"},
		{0x8000000000000001, "-5e-324"},
		{0x7fefffffffffffff, "1.7976931348623157e+308"},
		{0xffefffffffffffff, "-1.7976931348623157e+308"},
		{0x4340000000000000, "9007199254740992"},
		{0x4430000000000000, "295147905179352830000"},
		{0x44b52d02c7e14af5, "9.999999999999997e+22"},
		{0x44b52d02c7e14af6, "1e+23"},
		{0x444b1ae4d6e2ef4e, "999999999999999700000"},
		{0x444b1ae4d6e2ef50, "1e+21"},
		{0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
		{0x3eb0c6f7a0b5ed8d, "0.000001"},
		{0x41b3de4355555553, "333333333.3333332"},
		{0xbecbf647612f3696, "-0.0000033333333333333333"},
		{0x43143ff3c1cb0959, "1424953923781206.2"},
	} {
		literal := strconv.AppendFloat(nil, math.Float64frombits(c.bits), 'e', 20, 64)
		if got := string(Canonical(literal)); got != c.want {
			t.Errorf("%s: got %s, want %s", literal, got, c.want)
		}
	}
}

// Documents that differ in writing alone have one canonical form, so that they are one content.
func TestWritingDoesNotChangeTheContent(t *testing.T) {
	d := newDecoder(t, Options{})
	rapid.Check(t, func(rt *rapid.T) {
		var ev, again state.Event
		if r := d.Decode([]byte(draw{rt}.document()), 0, &ev); r != nil {
			rt.Fatal(r)
		}
		data := Canonical(AppendData(nil, &ev))
		if ev.Canonical != "" && string(data) != ev.Canonical {
			rt.Fatalf("canonical twice: got %s, want %s", data, ev.Canonical)
		}
		canonical := ev
		canonical.Canonical = string(data)
		if r := d.Decode(Encode(&canonical), 0, &again); r != nil || again.Canonical != ev.Canonical {
			rt.Fatalf("%s written canonically: got %q and %v, want %q", data, again.Canonical, r, ev.Canonical)
		}
	})
}

// BenchmarkCanonical writes the data of an invoice with members of its publisher's own, which is what events cost that have some.
func BenchmarkCanonical(b *testing.B) {
	data := []byte(`{"customer_id":"C-1000042","revision":1,"entity_id":"ACME-DE","invoice_id":"INV-42-0","kind":"invoice","issue_date":"2026-06-10",` +
		`"due_date":"2026-07-10","delivery_date":"2026-06-10","terms":"NET30","total":{"amount":"1234.42","currency":"EUR"},"order_ids":["SO-42-0"],` +
		`"ext":{"company_code":"1000","sales_rep":"u48213","channel":"edi"}}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if len(Canonical(data)) != len(data) {
			b.Fatal("another length")
		}
	}
}

func TestNamesAreInTheOrderOfUTF16(t *testing.T) {
	letters := []rune("a~é€\uD7FF\uE000\uFB33\uFFFD\U00010000\U0001F600\U0010FFFF")
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(letters), 0, 4), func(r []rune) string { return string(r) })
		a, b := word.Draw(rt, "a"), word.Draw(rt, "b")
		want := slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		if got := compareNames([]byte(a), []byte(b)); got != want {
			rt.Fatalf("%q and %q: got %d, want %d", a, b, got, want)
		}
	})
}

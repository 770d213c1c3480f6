package contract

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"testing"
	"time"

	"tocsin/state"

	"github.com/google/go-cmp/cmp"
)

// floor is what a decoder of one document would be at its best: written by hand for its type, it knows which members come
// and in which order, that there is no white space and no escape, and that all is right. It goes over the bytes once, makes
// of them the same event as the decoder, and checks nothing but that the names are those that it expects: without that it
// would not know what it reads. Texts that recur are found among known ones and the others are copied to blocks, as the
// decoder does it; bodies and lists are used again.
type floor struct {
	doc   []byte
	p     int
	wrong bool // a name is not the expected one

	known       intern
	ids         []string
	dues        []state.DueAmount
	allocations []state.Allocation
	identifiers []state.Identifier

	order            state.Order
	orderCancelled   state.OrderCancelled
	invoice          state.Invoice
	creditNote       state.CreditNote
	invoiceCancelled state.InvoiceCancelled
	writeOff         state.WriteOff
	dispute          state.Dispute
	disputeClosed    state.DisputeClosed
	payment          state.Payment
	application      state.Application
	paymentReturn    state.Return
	promise          state.Promise
	contact          state.Contact
	termsRequest     state.TermsRequest
	payerVerified    state.PayerVerified
	profile          state.Profile
	merged           state.Merged
	erased           state.Erased
	gradeOverride    state.GradeOverride
	note             state.Note
	limit            state.LimitRevision
	cover            state.Cover
	registry         state.RegistryFact
	rate             state.Rate
}

// over goes over a text that is expected.
func (f *floor) over(text string) {
	end := f.p + len(text)
	f.wrong = f.wrong || string(f.doc[f.p:end]) != text
	f.p = end
}

// quoted goes over the rest of a string, eight bytes at a time.
func (f *floor) quoted(lead string) []byte {
	f.over(lead)
	b, from := f.doc, f.p
	i := from
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:]) ^ ones*'"'
		if m := (w - ones) &^ w & highs; m != 0 {
			i += bits.TrailingZeros64(m) >> 3
			f.p = i
			return b[from:i]
		}
	}
	for b[i] != '"' {
		i++
	}
	f.p = i
	return b[from:i]
}

// recurring is a text that may have been seen before, unique one that is not expected to come again.
func (f *floor) recurring(lead string) string { return f.known.text(f.quoted(lead)) }

func (f *floor) unique(lead string) string { return f.known.unique(f.quoted(lead)) }

func (f *floor) enum(lead string, values []string) uint8 {
	return uint8(position(values, f.quoted(lead)))
}

func (f *floor) word(lead string, values []string) string {
	return values[position(values, f.quoted(lead))-1]
}

func (f *floor) date(lead string) state.Date {
	f.over(lead)
	s := f.doc[f.p : f.p+10]
	f.p += 10
	return days(s)
}

// days is the date that ten bytes tell.
func days(s []byte) state.Date {
	s = s[:10]
	y := int(s[0])*1000 + int(s[1])*100 + int(s[2])*10 + int(s[3]) - '0'*1111
	m := int(s[5])*10 + int(s[6]) - '0'*11
	d := int(s[8])*10 + int(s[9]) - '0'*11
	if m <= 2 {
		y, m = y-1, m+12
	}
	return state.Date(365*y + y/4 - y/100 + y/400 + (153*m-457)/5 + d - 719468)
}

// instant reads an instant in UTC.
func (f *floor) instant(lead string) state.Instant {
	f.over(lead)
	s := f.doc[f.p : f.p+20]
	sec := (int(s[11])*10+int(s[12])-'0'*11)*3600 + (int(s[14])*10+int(s[15])-'0'*11)*60 + int(s[17])*10 + int(s[18]) - '0'*11
	at := state.Instant(days(s)-1)*day + state.Instant(sec)*second
	f.p += 19
	if f.doc[f.p] == '.' {
		unit := second
		for f.p++; f.doc[f.p] != 'Z'; f.p++ {
			unit /= 10
			at += state.Instant(f.doc[f.p]-'0') * unit
		}
	}
	f.p++
	return at
}

// money reads an amount that has all decimals of its currency.
func (f *floor) money(lead string) state.Money {
	f.over(lead)
	b, p := f.doc, f.p+len(moneyHead)
	minor := int64(0)
	for ; b[p] != '"'; p++ {
		if b[p] != '.' {
			minor = minor*10 + int64(b[p]-'0')
		}
	}
	p += len(moneyMiddle)
	currency, _ := state.ParseCurrency(b[p : p+3])
	f.p = p + 3 + len(moneyTail)
	return state.Money{Minor: minor, Currency: currency}
}

func (f *floor) currency(lead string) state.Currency {
	currency, _ := state.ParseCurrency(f.quoted(lead))
	return currency
}

func (f *floor) integer(lead string) int64 {
	f.over(lead)
	n, sign := int64(0), int64(1)
	if f.doc[f.p] == '-' {
		f.p++
		sign = -1
	}
	for ; f.doc[f.p]-'0' <= 9; f.p++ {
		n = n*10 + int64(f.doc[f.p]-'0')
	}
	return sign * n
}

func (f *floor) flag(lead string) state.Flag {
	f.over(lead)
	if f.doc[f.p] == 't' {
		f.p += len("true")
		return state.FlagTrue
	}
	f.p += len("false")
	return state.FlagFalse
}

// next tells whether another element of a list comes.
func (f *floor) next() bool {
	c := f.doc[f.p]
	f.p++
	return c == ','
}

// idList reads a list of ids, which ends with the bracket.
func (f *floor) idList(lead string) []string {
	f.over(lead)
	f.ids = f.ids[:0]
	for more := true; more; more = f.next() {
		f.ids = append(f.ids, f.unique(`"`))
		f.p++
	}
	return f.ids
}

func (f *floor) dueList(lead string) []state.DueAmount {
	f.over(lead)
	f.dues = f.dues[:0]
	for more := true; more; more = f.next() {
		f.dues = append(f.dues, f.due(`{"due_date":"`))
	}
	return f.dues
}

// due reads an object to its end.
func (f *floor) due(lead string) state.DueAmount {
	due := state.DueAmount{DueDate: f.date(lead), Amount: f.money(`","amount":`)}
	f.p++
	return due
}

// allocationList reads a list of allocations, each by the function.
func (f *floor) allocationList(lead string, read func(*floor) state.Allocation) []state.Allocation {
	f.over(lead)
	f.allocations = f.allocations[:0]
	for more := true; more; more = f.next() {
		f.allocations = append(f.allocations, read(f))
		f.p++
	}
	return f.allocations
}

// allocation reads an allocation up to its brace, received and applied one with what those types add.
func (f *floor) allocation() state.Allocation {
	return state.Allocation{InvoiceID: f.unique(`{"invoice_id":"`), Amount: f.money(`","amount":`)}
}

func (f *floor) received() state.Allocation {
	a := f.allocation()
	a.By = state.AllocatedBy(f.enum(`,"by":"`, allocators))
	f.p++
	return a
}

func (f *floor) applied() state.Allocation {
	a := f.allocation()
	a.Residual = state.ResidualReason(f.enum(`,"residual_reason":"`, residualReasons))
	f.p++
	return a
}

func (f *floor) identifierList(lead string) []state.Identifier {
	f.over(lead)
	f.identifiers = f.identifiers[:0]
	for more := true; more; more = f.next() {
		f.identifiers = append(f.identifiers, f.identifier(`{"scheme":"`))
	}
	return f.identifiers
}

// identifier reads an object to its end; it may have no country.
func (f *floor) identifier(lead string) state.Identifier {
	i := state.Identifier{Scheme: f.word(lead, schemes), Value: f.recurring(`","value":"`)}
	if f.doc[f.p+1] == ',' {
		i.Country = f.recurring(`","country":"`)
	}
	f.p += len(`"}`)
	return i
}

// compare reports the decoder's time for a document against that of its floor, and that of encoding/json, which makes a tree
// and checks nothing, against the decoder's.
func compare(b *testing.B, d *Decoder, c *floorCase) {
	var ev state.Event
	var f floor
	doc := []byte(c.document)
	ns := quickest(
		func() { d.Decode(doc, 0, &ev) },
		func() { f.read(c, doc, &ev) },
		func() {
			var tree map[string]any
			if err := json.Unmarshal(doc, &tree); err != nil {
				b.Fatal(err)
			}
		},
	)
	b.ReportMetric(ns[0]/ns[1], "x-floor")
	b.ReportMetric(ns[2]/ns[0], "json/decode")
	b.ReportMetric(ns[0], "least-ns/event")
	b.ReportMetric(ns[1], "floor-ns/event")
}

// quickest is the least time that a call of each function took, in nanoseconds, over rounds in which they take turns: so a
// machine that is busy with other things slows none of them alone.
func quickest(functions ...func()) []float64 {
	const rounds, calls = 60, 200
	least := make([]float64, len(functions))
	for round := range rounds {
		for i, f := range functions {
			start := time.Now()
			for range calls {
				f()
			}
			if ns := float64(time.Since(start).Nanoseconds()) / calls; round == 0 || ns < least[i] {
				least[i] = ns
			}
		}
	}
	return least
}

// A floor that did less than the decoder would be none.
func TestFloorsReadWhatTheDecoderReads(t *testing.T) {
	d := newDecoder(t, Options{})
	var f floor
	for _, c := range floorCases() {
		var want, got state.Event
		if r := d.Decode([]byte(c.document), 0, &want); r != nil {
			t.Fatal(r)
		}
		for range 2 {
			f.read(&c, []byte(c.document), &got)
			if diff := cmp.Diff(want, got); diff != "" || f.wrong || f.p != len(c.document) {
				t.Errorf("%s: read up to %d of %d, wrong: %v (-decoder +floor):\n%s", c.name, f.p, len(c.document), f.wrong, diff)
			}
		}
	}
}

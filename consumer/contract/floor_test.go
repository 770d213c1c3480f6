package contract

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"tocsin/state"
)

// The floors are what a decoder of one document would be that knows in which order its members come, that there is no white
// space and that all is right. They go over the bytes once and check nothing. Decoding should cost at most half as much
// again as the faster of them.

// scanFloor looks at each byte and finds where each string is.
func scanFloor(doc []byte, values [][]byte) [][]byte {
	values = values[:0]
	for i := 0; i < len(doc); i++ {
		if doc[i] != '"' {
			continue
		}
		from := i + 1
		for i++; doc[i] != '"'; i++ {
		}
		values = append(values, doc[from:i])
	}
	return values
}

// floorStep is one value of a document of known shape: what stands before it, and how it is read.
type floorStep struct {
	lead []byte
	read byte // s: a string to be kept; d: a date; m: an amount up to its currency; n: an integer; i: an instant; x: nothing to be kept
}

// floorValues are what the shape floor reads. Strings lie in one block.
type floorValues struct {
	text    []byte
	strings [][2]int
	numbers []int64
}

// shapeFloor steps over what it expects and reads the values.
func shapeFloor(doc []byte, steps []floorStep, v *floorValues) bool {
	v.text, v.strings, v.numbers = v.text[:0], v.strings[:0], v.numbers[:0]
	p := 0
	for i := range steps {
		s := &steps[i]
		if !bytes.HasPrefix(doc[p:], s.lead) {
			return false
		}
		p += len(s.lead)
		switch s.read {
		case 's':
			n := bytes.IndexByte(doc[p:], '"')
			v.strings = append(v.strings, [2]int{len(v.text), n})
			v.text = append(v.text, doc[p:p+n]...)
			p += n
		case 'd':
			v.numbers = append(v.numbers, days(doc[p:p+10]))
			p += 10
		case 'i':
			t := doc[p : p+19]
			v.numbers = append(v.numbers, days(t)*86400+int64(t[11]-'0')*36000+int64(t[12]-'0')*3600+int64(t[14]-'0')*600+int64(t[15]-'0')*60+int64(t[17]-'0')*10+int64(t[18]-'0'))
			p += 19 + bytes.IndexByte(doc[p+19:], '"')
		case 'm', 'n':
			n := int64(0)
			for ; doc[p] >= '.' && doc[p] <= '9'; p++ {
				if doc[p] != '.' {
					n = n*10 + int64(doc[p]-'0')
				}
			}
			v.numbers = append(v.numbers, n)
		}
	}
	return p == len(doc)
}

// days is a day as a number, of a date that is right.
func days(s []byte) int64 {
	y := int64(s[0]-'0')*1000 + int64(s[1]-'0')*100 + int64(s[2]-'0')*10 + int64(s[3]-'0')
	m := int64(s[5]-'0')*10 + int64(s[6]-'0')
	d := int64(s[8]-'0')*10 + int64(s[9]-'0')
	if m <= 2 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*m-457)/5 + d - 719469
}

// stepsOf finds the steps of a document: what its strings are by what they look like, as whoever writes the floor by hand
// would.
func stepsOf(doc []byte) []floorStep {
	var steps []floorStep
	from := 0
	value := func(at, end int, read byte) {
		steps = append(steps, floorStep{doc[from:at], read})
		from = end
	}
	for i := 0; i < len(doc); i++ {
		switch {
		case doc[i] == '"':
			end := i + 1 + bytes.IndexByte(doc[i+1:], '"')
			if isName := doc[end+1] == ':'; !isName {
				value(i+1, end, looksLike(doc[from:i+1], doc[i+1:end]))
			}
			i = end
		case doc[i] >= '0' && doc[i] <= '9':
			end := digits(doc, i)
			value(i, end, 'n')
			i = end - 1
		}
	}
	return append(steps, floorStep{doc[from:], 'x'})
}

// looksLike is how a string is read.
func looksLike(lead, value []byte) byte {
	switch {
	case bytes.HasSuffix(lead, []byte(`"amount":"`)):
		return 'm'
	case len(value) == 10 && value[4] == '-' && value[7] == '-':
		return 'd'
	case len(value) >= 20 && value[10] == 'T':
		return 'i'
	}
	return 's'
}

func TestFloorsReadTheSamples(t *testing.T) {
	for _, s := range samples {
		doc := []byte(s.document())
		var v floorValues
		if !shapeFloor(doc, stepsOf(doc), &v) || len(v.strings) == 0 || len(v.numbers) == 0 {
			t.Errorf("%s: the shape floor does not read it", s.typ)
		}
		if got := scanFloor(doc, nil); string(got[0]) != "specversion" || len(got) < 20 {
			t.Errorf("%s: the scan floor got %q", s.typ, got)
		}
	}
	if got := days([]byte("2026-11-20")); got != int64(invoiceDay) {
		t.Errorf("got day %d, want %d", got, invoiceDay)
	}
}

var invoiceDay = 20777

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

// compare reports the decoder's time for a document against the faster floor, and that of encoding/json, which makes a tree
// and checks nothing, against the decoder's.
func compare(b *testing.B, d *Decoder, doc []byte) {
	var ev state.Event
	var values [][]byte
	var v floorValues
	steps := stepsOf(doc)
	ns := quickest(
		func() { d.Decode(doc, 0, &ev) },
		func() { values = scanFloor(doc, values) },
		func() { shapeFloor(doc, steps, &v) },
		func() {
			var tree map[string]any
			if err := json.Unmarshal(doc, &tree); err != nil {
				b.Fatal(err)
			}
		},
	)
	b.ReportMetric(ns[0]/min(ns[1], ns[2]), "floors")
	b.ReportMetric(ns[3]/ns[0], "json/decode")
	b.ReportMetric(ns[0], "least-ns/event")
}

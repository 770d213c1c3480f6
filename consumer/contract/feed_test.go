package contract

import (
	"path/filepath"
	"strings"
	"testing"

	"tocsin/state"
)

// feedLine is in the form of a line of the Companies House stream, with more than the contract would allow in an event.
var feedLine = `{"resource_kind":"company-insolvency","resource_uri":"/company/00000000/insolvency","resource_id":"00000000","data":{"cases":[{"note":"` +
	strings.Repeat("x", MaxString+1) + `","deep":` + deep(MaxDepth) + `}],"type":"x","type":"x"},"event":{"timepoint":1,"published_at":"2021-01-24T21:26:01","type":"changed"}}`

func TestALineOfAFeedSaysWhichDecoderItNeeds(t *testing.T) {
	d := newDecoder(t, Options{})
	for name, refused := range map[string]func(*state.Event) *Reject{
		"as a line":   func(ev *state.Event) *Reject { return d.Decode([]byte(feedLine), 0, ev) },
		"as a record": func(ev *state.Event) *Reject { return d.DecodeRecord(nil, []byte(feedLine), second, ev) },
	} {
		var ev state.Event
		r := refused(&ev)
		if r == nil || r.Code != RawFeed || r.Pointer != "" || !strings.Contains(r.Message, "decoders: companies_house") {
			t.Errorf("%s: got %v, want %s and the decoder", name, r, RawFeed)
		}
		if all := d.Faults(); len(all) != 1 || all[0].Code != RawFeed {
			t.Errorf("%s: got %v, want one fault", name, all)
		}
	}
}

// What merely looks a little like a feed is judged as an event.
func TestWhatIsNoFeedIsJudgedAsAnEvent(t *testing.T) {
	d := newDecoder(t, Options{})
	for _, c := range []struct {
		doc  string
		code Code
	}{
		{`{"resource_kind":"company-profile"}`, Missing},
		{`{"data":{"resource_kind":"a","resource_uri":"b"}}`, Missing},
		{`{"specversion":"1.0","resource_kind":"a","resource_uri":"b"}`, Missing},
		{`{"type":"x","resource_kind":"a","resource_uri":"b"}`, TypeUnknown},
		{`{"resource_kind":"a","resource_uri":"b"`, JSON},
		{"{\"resource_kind\":\"a\xff\",\"resource_uri\":\"b\"}", UTF8},
		{`{"resource_kind":"a","resource_uri":"b","x":[` + strings.Repeat(" ", MaxValue) + `]}`, TooLarge},
		{strings.Replace(exampleInvoice, `"revision":1`, `"revision":0,"resource_kind":"a","resource_uri":"b"`, 1), Range},
	} {
		var ev state.Event
		if r := d.Decode([]byte(c.doc), 0, &ev); r == nil || r.Code != c.code {
			t.Errorf("%.80s: got %v, want %s", c.doc, r, c.code)
		}
	}
	var ev state.Event
	headers, _ := exampleRecord(t)
	if r := d.DecodeRecord(headers, []byte(feedLine), 0, &ev); r == nil || r.Code == RawFeed {
		t.Errorf("with the attributes in headers: got %v, want the faults of an invoice", r)
	}
}

func TestRealFeedIsExplained(t *testing.T) {
	folder, found := sharedData(t)
	if !found {
		t.Log("the folder of real data is not beside this repository: nothing to read")
		return
	}
	got := readLedger(t, filepath.Join(folder, "companies_house", "stream.ndjson"))
	if got.lines == 0 || got.refused["raw_feed "] != got.lines {
		t.Errorf("got %d lines and %v, want each refused as %s", got.lines, got.refused, RawFeed)
	}
	f, err := Open(filepath.Join(folder, "companies_house", "stream.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	faults, err := Check("stream.ndjson", f, Options{}, func(line int, r Reject) {
		if r.Code != RawFeed || !strings.Contains(r.Message, "companies_house:FILE") {
			t.Errorf("line %d: got %v, want what to configure", line, &r)
		}
	})
	if err != nil || faults != got.lines {
		t.Errorf("got %d faults and %v, want %d", faults, err, got.lines)
	}
}

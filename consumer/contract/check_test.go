package contract

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"tocsin/state"
)

func TestCheckPrintsEveryFaultOfEveryLine(t *testing.T) {
	bad := strings.NewReplacer(`"issue_date":"2026-11-20",`, ``, `"18420.50"`, `"-1"`, `"EUR"`, `"ZZZ"`, `"SO-991822"`, `1,"",2`,
		`"1.0"`, `"2.0"`).Replace(exampleInvoice)
	file := "\xEF\xBB\xBF" + exampleInvoice + "\r\n\n" + bad + "\n[]\n" + strings.Repeat("x", MaxValue+1) + "\n{\"a\":1,\"a\":1}"
	want := []string{
		`events.ndjson:3: /specversion: specversion is "2.0"; only "1.0" is understood (specversion)`,
		`events.ndjson:3: /data/issue_date: the member is required; give a date such as "2026-11-20" (missing)`,
		`events.ndjson:3: /data/total/amount: -1 is negative; amounts carry no sign, the type tells the direction (money_negative)`,
		`events.ndjson:3: /data/total/currency: "ZZZ" is no currency of ISO 4217; give a code such as "EUR" (currency_unknown)`,
		`events.ndjson:3: /data/order_ids/0: the value is a number; give an id, a string of 1 to 128 characters (wrong_type)`,
		`events.ndjson:3: /data/order_ids/1: the id has 0 characters; give 1 to 128 (id_length)`,
		`events.ndjson:3: /data/order_ids/2: the value is a number; give an id, a string of 1 to 128 characters (wrong_type)`,
		`events.ndjson:4: : the value is an array; give an object (wrong_type)`,
		`events.ndjson:5: : the document has 65537 bytes; at most 65536 are allowed (too_large)`,
	}
	for _, member := range []string{"specversion", "id", "source", "type", "time", "data"} {
		want = append(want, "events.ndjson:6: /"+member+": the member is required")
	}
	want = append(want, `events.ndjson:6: /a: the object has a member "a" before; a name may come once (duplicate_key)`)
	var got []string
	faults, err := Check("events.ndjson", strings.NewReader(file), Options{}, func(line int, r Reject) {
		got = append(got, fmt.Sprintf("events.ndjson:%d: %v", line, &r))
	})
	if err != nil || faults != len(want) {
		t.Errorf("got %d faults and %v, want %d", faults, err, len(want))
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("line %d: got %v, want %v", i, got[i:], want[i:])
		}
	}
}

func TestDataBeforeItsTypeHasEachFaultOnce(t *testing.T) {
	doc := strings.Replace(dataFirst(), `"revision":1`, `"revision":0,"x":{"a":1,"a":2},"y":"\u0000"`, 1)
	d := newDecoder(t, Options{})
	var ev state.Event
	d.Decode([]byte(doc), 0, &ev)
	var got []Code
	for _, f := range d.Faults() {
		got = append(got, f.Code)
	}
	if want := []Code{Range, DuplicateKey, JSON}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCheckOfAGoodFileSaysNothing(t *testing.T) {
	faults, err := Check("-", strings.NewReader(exampleInvoice+"\n"+heartbeat+"\n"), Options{}, func(line int, r Reject) {
		t.Errorf("got %v in line %d, want nothing", &r, line)
	})
	if faults != 0 || err != nil {
		t.Errorf("got %d faults and %v, want nothing", faults, err)
	}
}

func TestCheckTellsWhatItCannotRead(t *testing.T) {
	gone := errors.New("gone")
	if _, err := Check("f", iotest.ErrReader(gone), Options{}, nil); !errors.Is(err, gone) {
		t.Errorf("got %v, want %v", err, gone)
	}
	if _, err := Check("f", strings.NewReader(""), Options{Types: map[string]string{"a": "b"}}, nil); err == nil {
		t.Error("options that are wrong: got no error")
	}
}

func TestRejectRecordsHoldTheLine(t *testing.T) {
	d := newDecoder(t, Options{})
	for _, line := range []string{"{\"a\":\"\x01é\u2028<\"}", "{\"\xff\"}", "nope", strings.Repeat("y", MaxValue+1)} {
		var ev state.Event
		r := d.Decode([]byte(line), 0, &ev)
		record := AppendReject(nil, "a\"b.ndjson", 17, []byte(line), r)
		var got struct {
			File, Code, Pointer, Message string
			Line                         int
			Value                        *string
			Base64                       *string `json:"value_base64"`
		}
		if err := json.Unmarshal(record, &got); err != nil {
			t.Fatalf("%s: %v", record, err)
		}
		value := ""
		switch {
		case got.Value != nil && got.Base64 == nil:
			value = *got.Value
		case got.Base64 != nil && got.Value == nil:
			bytes, _ := base64.StdEncoding.DecodeString(*got.Base64)
			value = string(bytes)
		}
		if value != line || got.File != `a"b.ndjson` || got.Line != 17 || got.Code != string(r.Code) || got.Message != r.Message {
			t.Errorf("got %.200s for %.80q and %v", record, line, r)
		}
	}
}

package alerts

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

func someRefusals() *Refusals {
	r := &Refusals{Source: "erp", Channel: "#erp-team", From: 1_790_000_100 * 1_000_000_000, MadeAt: 1_790_000_160 * 1_000_000_000}
	for _, d := range []state.DeadLetter{
		{Topic: "orders", Partition: 2, Offset: 7, Code: "money_scale", Detail: "/data/Jane Doe is wrong"}, {Topic: "orders", Offset: 8, Code: "missing"}, {Topic: "orders", Offset: 9, Code: "missing"},
	} {
		r.Add(&d)
	}
	r.Sort()
	return r
}

func TestRefusalsAreReadAsTheyWereWritten(t *testing.T) {
	was := someRefusals()
	body := was.AppendJSON(nil)
	want := `{"kind":"refusals","version":1,"seq":3,"made_at_ns":1790000160000000000,"source":"erp","channel":"#erp-team","from_ns":1790000100000000000,"codes":[` +
		`{"code":"missing","topic":"orders","count":2,"partition":0,"offset":8},{"code":"money_scale","topic":"orders","count":1,"partition":2,"offset":7}]}`
	if string(body) != want {
		t.Errorf("got %s, want %s: what is kept must stay readable", body, want)
	}
	msg, err := ParseMessage(body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(was, msg); diff != "" {
		t.Error(diff)
	}
	if _, err := ParseMessage([]byte(strings.Replace(want, `"version":1`, `"version":2`, 1))); !errors.Is(err, errEncoding) {
		t.Errorf("a later version: got %v, want it refused", err)
	}
}

func TestRefusalsAreToldByCodeAndSayNothingOfWhatStoodInThem(t *testing.T) {
	for _, l := range []*Language{English, Chinese} {
		head, parts := l.Digest(someRefusals(), func(s string) string { return "`" + s + "`" })
		if !strings.Contains(head, "erp") || !strings.Contains(head, "3") || len(parts) != 1 || len(parts[0].Lines) != 2 {
			t.Fatalf("got %q, %v", head, parts)
		}
		first, second := parts[0].Lines[0], parts[0].Lines[1]
		if !strings.Contains(first, "2") || !strings.Contains(first, "`missing`") || !strings.Contains(first, "`orders/0/8`") || !strings.Contains(second, "`orders/2/7`") {
			t.Errorf("got %q, %q", first, second)
		}
		if strings.Contains(head+first+second+parts[0].Title, "Jane") {
			t.Error("it tells what stood in a record")
		}
	}
	if RefusalTerm != 15*time.Minute {
		t.Errorf("got %v: owners are promised a quarter of an hour", RefusalTerm)
	}
}

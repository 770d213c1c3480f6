package alerts

import (
	"errors"
	"testing"
)

func TestACanaryIsReadAsItWasWritten(t *testing.T) {
	was := Canary{Seq: 7, Published: 1_790_000_000_000_000_001}
	body := was.AppendJSON(nil)
	if want := `{"kind":"canary","version":1,"seq":7,"published_ns":1790000000000000001}`; string(body) != want {
		t.Errorf("got %s, want %s: what is kept must stay readable", body, want)
	}
	msg, err := ParseMessage(body)
	if err != nil {
		t.Fatal(err)
	}
	if got, is := msg.(*Canary); !is || *got != was {
		t.Errorf("got %v, want %v", msg, was)
	}
	for _, bad := range []string{`{"kind":"canary","version":2,"seq":7}`, `{"kind":"canary","version":1}`} {
		if _, err := ParseMessage([]byte(bad)); !errors.Is(err, errEncoding) {
			t.Errorf("%s: got %v, want it refused", bad, err)
		}
	}
}

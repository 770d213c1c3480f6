package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tocsin/consumer"
	"tocsin/state"
)

// A rate is in force from the day after it is known; what comes late changes no earlier day; repeats, older revisions and
// conflicts are counted as those of documents are.
func TestRatesInABacktest(t *testing.T) {
	line := func(day, id, subject, kind, data string) []byte {
		return fmt.Appendf(nil, `{"specversion":"1.0","id":"%s","source":"urn:test","type":"tocsin.%s.v1","time":"2026-03-02T09:00:00Z","recordedtime":"%sT09:00:00Z"%s,"data":{%s}}`,
			id, kind, day, subject, data)
	}
	rate := func(day, id string, revision int, value string) []byte {
		return line(day, id, "", "fx.rate", fmt.Sprintf(`"revision":%d,"base":"EUR","quote":"USD","rate":"%s","rate_date":"2026-03-02"`, revision, value))
	}
	invoice := func(day, id, currency string) []byte {
		return line(day, id, `,"subject":"C-1"`, "invoice.issued", fmt.Sprintf(
			`"customer_id":"C-1","revision":1,"invoice_id":"%s","issue_date":"%s","due_date":"2026-06-30","total":{"amount":"110.00","currency":"%s"}`, id, day, currency))
	}
	path := writeLedger(t, [][]byte{
		invoice("2026-03-02", "INV-1", "EUR"), invoice("2026-03-02", "INV-2", "USD"), rate("2026-03-02", "R/1", 1, "1.10"),
		rate("2026-03-03", "R/1", 1, "1.10"), rate("2026-03-03", "R/0", 1, "1.20"),
		rate("2026-03-04", "R/2", 2, "1.00"), rate("2026-03-05", "R/1", 1, "1.10"),
	})
	for _, row := range []struct {
		until string
		want  string
	}{{"2026-03-02", "null"}, {"2026-03-03", "210.00"}, {"2026-03-04", "210.00"}, {"2026-03-05", "220.00"}, {"2026-04-30", "220.00"}} {
		for _, chapter := range []int{1, 0} {
			until, _ := state.ParseDate(row.until)
			var out, rejects bytes.Buffer
			counts, err := (&Backtest{
				Engine: engine(t), Inputs: []string{path}, Workers: 2, chapter: chapter, Until: until, State: &out, Rejects: &rejects,
			}).Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			var record consumer.CustomerRecord
			if err := json.Unmarshal(out.Bytes(), &record); err != nil {
				t.Fatal(err)
			}
			got := "null"
			if record.Receivables != nil {
				got = *record.Receivables
			}
			if got != row.want {
				t.Errorf("until %s: got receivables %s, want %s", row.until, got, row.want)
			}
			if row.until != "2026-04-30" {
				continue
			}
			if want := (Counts{Lines: 7, Accepted: 4, Duplicates: 1, Stale: 1, Refused: 1, Customers: 1}); !reflect.DeepEqual(counts, want) {
				t.Errorf("got %+v, want %+v", counts, want)
			}
			if text := rejects.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, `"line":5,"code":"revision_conflict"`) {
				t.Errorf("got rejects %s, want the conflict of line 5", text)
			}
		}
	}
}

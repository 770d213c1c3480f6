package erp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/consumer/erp"
)

// compared is what a list tells beside the one before it.
func compared(t *testing.T, m *erp.Mapping, previous, list string) *erp.Import {
	t.Helper()
	i := &erp.Import{Mapping: m, Zone: time.UTC, AsOf: exported, Revision: 7}
	if err := i.Previous("old.csv", strings.NewReader(previous)); err != nil {
		t.Fatal(err)
	}
	if err := i.Read("new.csv", strings.NewReader(list)); err != nil {
		t.Fatal(err)
	}
	return i
}

const openHeading = heading + ";open"

func TestWhatHasGoneFromAListWasSettled(t *testing.T) {
	i := compared(t, simple(erp.Open), openHeading+`
C;1;RV;01.10.2026;31.10.2026;100;100
C;2;RV;02.10.2026;01.11.2026;100;40
C;3;DG;03.10.2026;;-30;-30
C;4;DZ;04.10.2026;;-50;-20
C;5;RV;05.10.2026;01.11.2026;100;40
C;6;RV;05.10.2026;01.11.2026;100;40
`, openHeading+`
C;5;RV;05.10.2026;01.11.2026;100;100
C;6;RV;05.10.2026;01.11.2026;100;30
C;7;RV;06.11.2026;06.12.2026;10;10
`)
	want(t, said(i.Events()), []string{
		`2026-11-20 5/7 C {"invoice_id":"5","kind":"invoice","issue_date":"2026-10-05","due_date":"2026-11-01","total":{"amount":"100.00","currency":"EUR"}}`,
		`2026-11-20 6/7 C {"invoice_id":"6","kind":"invoice","issue_date":"2026-10-05","due_date":"2026-11-01","total":{"amount":"100.00","currency":"EUR"}}`,
		`2026-11-20 6/paid/7 C {"payment_id":"6/paid","value_date":"2026-11-20","amount":{"amount":"70.00","currency":"EUR"},"allocations":[{"invoice_id":"6","amount":{"amount":"70.00","currency":"EUR"}}]}`,
		`2026-11-20 7/7 C {"invoice_id":"7","kind":"invoice","issue_date":"2026-11-06","due_date":"2026-12-06","total":{"amount":"10.00","currency":"EUR"}}`,
		`2026-11-20 1/paid/7 C {"payment_id":"1/paid","value_date":"2026-11-20","amount":{"amount":"100.00","currency":"EUR"},"allocations":[{"invoice_id":"1","amount":{"amount":"100.00","currency":"EUR"}}]}`,
		`2026-11-20 2/paid/7 C {"payment_id":"2/paid","value_date":"2026-11-20","amount":{"amount":"100.00","currency":"EUR"},"allocations":[{"invoice_id":"2","amount":{"amount":"100.00","currency":"EUR"}}]}`,
		`2026-11-20 3/7 C {"credit_note_id":"3","credit_date":"2026-10-03","amount":{"amount":"0.00","currency":"EUR"}}`,
		`2026-11-20 4/7 C {"payment_id":"4","value_date":"2026-10-04","amount":{"amount":"0.00","currency":"EUR"}}`,
		`2026-11-20 5/paid/7 C {"payment_id":"5/paid","value_date":"2026-11-20","amount":{"amount":"0.00","currency":"EUR"}}`,
	})
	if diff := cmp.Diff(&erp.Cleared{Documents: 4, Reopened: 1}, i.Summary().Cleared); diff != "" {
		t.Error(diff)
	}
}

// A document of which a line is faulty has not gone; and where a faulty line does not tell whose it is, none has.
func TestAFaultyLineIsNotTakenForGone(t *testing.T) {
	previous := heading + "\nC;1;RV;01.10.2026;31.10.2026;100\nC;2;RV;01.10.2026;31.10.2026;100\n"
	i := compared(t, simple(), previous, heading+"\nC;1;RV;01.10.2026;31.10.2026;1oo\n")
	if got := said(i.Events()); len(got) != 1 || !strings.Contains(got[0], "2/paid") {
		t.Errorf("got %q, want that 2 is paid", got)
	}
	i = compared(t, simple(), previous, heading+"\n;1;RV;01.10.2026;31.10.2026;1\n")
	if got := said(i.Events()); len(got) > 0 {
		t.Errorf("got %q, want nothing", got)
	}
	if diff := cmp.Diff(&erp.Cleared{Withheld: true}, i.Summary().Cleared); diff != "" {
		t.Error(diff)
	}
	i = compared(t, simple(), previous, "not;this;list\n")
	if got := said(i.Events()); len(got) > 0 {
		t.Errorf("got %q of another file, want nothing", got)
	}
}

func TestAPreviousListThatIsAnotherFileIsAnError(t *testing.T) {
	i := &erp.Import{Mapping: simple(), Zone: time.UTC, AsOf: exported, Revision: 7}
	if err := i.Previous("old.csv", strings.NewReader("not;this;list\n")); err == nil || !strings.HasPrefix(err.Error(), "old.csv: no line names any") {
		t.Errorf("got %v, want that it is not such a list", err)
	}
}

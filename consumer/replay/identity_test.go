package replay

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"tocsin/state"
)

// What a live store forgets of parties that nobody names, a replay forgets on the same day.
func TestARegistryEventWaitsThirtyDaysForItsCustomer(t *testing.T) {
	first := state.DateOf(2026, 3, 2)
	for after, want := range map[state.Date]bool{0: true, 30: true, 31: false} {
		path := writeLedger(t, [][]byte{
			fmt.Appendf(nil, `{"specversion":"1.0","id":"n","source":"urn:gazette","type":"tocsin.registry.event.v1","time":"%sT00:00:00Z","data":{"revision":1,"registry":"gb-gazette","identifier":{"scheme":"lei","value":"5299"},"kind":"liquidation","effective_date":"%s"}}`, first, first),
			fmt.Appendf(nil, `{"specversion":"1.0","id":"p","source":"urn:crm","type":"tocsin.customer.profile.v1","subject":"C-1","time":"%sT01:00:00Z","data":{"customer_id":"C-1","revision":1,"name":"Acme","country":"GB","identifiers":[{"scheme":"lei","value":"5299"}]}}`, first+after),
		})
		var out bytes.Buffer
		if _, err := (&Backtest{Engine: engine(t), Inputs: []string{path}, State: &out}).Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out.String(), `"signal":"adverse_registry","level":"critical"`); got != want {
			t.Errorf("named %d days after: in liquidation is %v, want %v\n%s", after, got, want, out.String())
		}
	}
}

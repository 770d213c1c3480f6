package consumer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// TestSoManyRiseInOneRuleThatItIsSystemic has some of 22 customers place orders beyond their limits on one day.
func TestSoManyRiseInOneRuleThatItIsSystemic(t *testing.T) {
	for _, test := range []struct {
		name                  string
		active, dormant, rise int
		want                  bool
	}{
		{"7 of 22 rise", 22, 0, 7, true},
		{"6 of 22 rise, which is less than 30 %", 22, 0, 6, false},
		{"who is dormant does not count", 22, 3, 7, true},
		{"6 of 20 rise, which is 30 % and no more", 20, 0, 6, false},
		{"there are 19", 19, 0, 10, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newRig(t, peopleTopic)
			order := func(i int, id, amount string) {
				g.told(fmt.Sprint("C-", i), "order.placed", id, 1, fmt.Sprintf(`"order_id":"%s","order_date":"%s","gross":{"amount":"%s","currency":"EUR"}`,
					id, g.now.Date(time.UTC), amount))
			}
			for i := range test.active + test.dormant {
				g.base(fmt.Sprint("C-", i), "1000.00")
				order(i, fmt.Sprint("SO-", i), "10.00")
				if i >= test.active {
					g.told(fmt.Sprint("C-", i), "customer.profile", fmt.Sprint("P-", i), 1, `"name":"Acme","country":"GB","status":"dormant"`)
				}
			}
			g.turns(40)
			g.nextDay() // on which nobody has risen
			for i := range test.rise {
				order(i, fmt.Sprint("SO-big-", i), "5000.00")
			}
			g.turns(40)
			on := g.now.Date(time.UTC)
			all, err := g.store.Systemic(t.Context())
			if err != nil || len(all) != 0 {
				t.Errorf("before the day closes: got %v, %v", all, err)
			}
			g.nextDay()
			all, err = g.store.Systemic(t.Context())
			told, err2 := g.store.Alerts(t.Context(), alerts.Everybody)
			if err = errors.Join(err, err2); err != nil || (len(all) > 0) != test.want || (len(told) > 0) != test.want {
				t.Fatalf("got %v and %v, %v, want it %t", all, told, err, test.want)
			}
			if !test.want {
				return
			}
			if want := (state.Systemic{Day: on, Signal: "limit_breach", Risen: 7, Active: 22}); len(all) != 1 || all[0] != want {
				t.Errorf("got %v, want %v", all, want)
			}
			if body := string(told[0].Body); !strings.Contains(body, `"customer_id":"*","signal":"systemic","reason":"","from":"none","to":"warning","transition":"raised"`) ||
				!strings.Contains(body, `{"name":"limit_breach","value":"0.318","threshold":"0.300"}`) {
				t.Errorf("got the alert %s", body)
			}
			if d, err := g.desk().Digest(t.Context(), g.engine.Ledger, 0); err != nil || d.New.Count != test.rise || len(d.Systemic) != 1 || d.Systemic[0] != all[0] {
				t.Errorf("got a digest of %d new cases, %v, %v, want those of customers, and what is withheld", d.New.Count, d.Systemic, err)
			}
			if err := g.desk().ReleaseSystemic(t.Context(), on, "overdue", "ana", "checked", ""); !errors.Is(err, state.ErrNotWithheld) {
				t.Errorf("release of another rule: got %v", err)
			}
			if err := g.desk().ReleaseSystemic(t.Context(), on, "limit_breach", "ana", "checked", "request"); err != nil {
				t.Fatal(err)
			}
			if d, err := g.desk().Digest(t.Context(), g.engine.Ledger, 0); err != nil || len(d.Systemic) > 0 {
				t.Errorf("got %v, %v in the digest after the release, want nothing withheld", d.Systemic, err)
			}
			told, err = g.store.Alerts(t.Context(), alerts.Everybody)
			if err != nil || len(told) != 2 || told[1].ID != told[0].ID || told[1].Seq != 2 || told[1].To != 0 {
				t.Errorf("after the release: got %v, %v, want the alert cleared", told, err)
			}
			if audit := strings.Join(g.audited(), "\n"); !strings.Contains(audit, `systemic_release by ana via command, "request" of "": {"why":{"reason":"checked"}`) ||
				!strings.Contains(audit, fmt.Sprintf(`"systemic":"%v limit_breach"`, on)) {
				t.Errorf("got the audit %s", audit)
			}
		})
	}
}

// Whoever comes on the day itself has not risen: a history that is loaded is no fault of a process.
func TestAFirstDayIsNotSystemic(t *testing.T) {
	g := newRig(t, peopleTopic)
	for i := range 25 {
		g.base(fmt.Sprint("C-", i), "1.00")
		g.debt(fmt.Sprint("C-", i), fmt.Sprint("INV-", i), "900.00")
	}
	g.turns(40)
	g.nextDay()
	if all, err := g.store.Systemic(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("got %v, %v, want nothing", all, err)
	}
}

// pagesRead is a store that counts how often customers are listed.
type pagesRead struct {
	state.Store
	pages int
}

func (s *pagesRead) CustomersAfter(ctx context.Context, after state.CustomerID, limit int) ([]state.CustomerID, error) {
	s.pages++
	return s.Store.CustomersAfter(ctx, after, limit)
}

// Where few of many rose, a close looks at no more customers than it takes to know that they are few.
func TestWhoIsActiveIsCountedNoFurtherThanIsOfUse(t *testing.T) {
	g := newRig(t, peopleTopic)
	order := func(i int, amount string) {
		id := fmt.Sprintf("SO-%d-%s", i, amount)
		g.told(fmt.Sprintf("C-%05d", i), "order.placed", id, 1, fmt.Sprintf(`"order_id":"%s","order_date":"%s","gross":{"amount":"%s","currency":"EUR"}`,
			id, g.now.Date(time.UTC), amount))
	}
	for i := range surveyed + 50 {
		g.base(fmt.Sprintf("C-%05d", i), "1000.00")
		order(i, "10.00")
	}
	g.turns(90)
	g.now += state.Instant(24 * time.Hour)
	g.play()
	counted := &pagesRead{Store: g.store}
	look := func(want int) {
		t.Helper()
		counted.pages = 0
		g.runner.Store = counted
		all, told, err := g.runner.systemic(t.Context())
		g.runner.Store = g.store
		if err != nil || len(all)+len(told) > 0 || counted.pages != want {
			t.Errorf("got %v, %d alerts, %v after %d pages of customers, want nothing after %d", all, len(told), err, counted.pages, want)
		}
	}
	for i := range 7 {
		order(i, "5000.00")
	}
	g.turns(60)
	look(1)
	for i := 7; i < surveyed*3/10+10; i++ { // more than 30 % of the first page, and not of all
		order(i, "5000.00")
	}
	g.turns(300)
	look(2)
}

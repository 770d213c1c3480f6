package consumer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/consumer/replay"
	"tocsin/state"
)

// crowd is what becomes known of about 20 customers on a few days. Often many of them do the same.
type crowd struct {
	t     *rapid.T
	lines []consumer.LiveLine
	facts []crowdFact
	day   state.Date
	at    state.Instant
	ids   int
}

// crowdFact is what of an event decides on who is active.
type crowdFact struct {
	customer, register string
	revision           int
	known, time        state.Date
	status, into       string
}

// tell adds an event that is true since some days.
func (c *crowd) tell(f crowdFact, kind, data string, ago state.Date) {
	f.known, f.time = c.day, c.day-ago
	c.at += state.Instant(time.Second)
	c.facts = append(c.facts, f)
	c.lines = append(c.lines, consumer.LiveLine{At: c.at, Stop: rapid.IntRange(0, 19).Draw(c.t, "stop") == 0, Text: fmt.Appendf(nil,
		`{"specversion":"1.0","id":"%s/%d","source":"urn:erp","type":"tocsin.%s.v1","subject":"%s","time":"%s","recordedtime":"%s","data":{"customer_id":"%s","revision":%d,%s}}`,
		f.register, f.revision, kind, f.customer, c.at-state.Instant(ago)*state.Instant(24*time.Hour), c.at, f.customer, f.revision, data)})
}

func (c *crowd) order(customer, id string, revision int, amount string, ago state.Date) {
	c.tell(crowdFact{customer: customer, register: id, revision: revision}, "order.placed",
		fmt.Sprintf(`"order_id":"%s","order_date":"%s","gross":{"amount":"%s","currency":"EUR"}`, id, c.day-ago, amount), ago)
}

// act has a customer do something. Orders of 5000 are beyond any limit.
func (c *crowd) act(customer, what string) {
	c.ids++
	id := fmt.Sprint(customer, "-", c.ids)
	switch what {
	case "order":
		c.order(customer, id, 1, "10.00", 0)
	case "order that comes late":
		c.order(customer, id, 1, "10.00", state.Date(rapid.SampledFrom([]int{1, 200, 363, 364, 365, 500}).Draw(c.t, "ago")))
	case "breach":
		c.order(customer, customer+"-breach", c.ids, "5000.00", 0)
	case "breach is none":
		c.order(customer, customer+"-breach", c.ids, "0.10", state.Date(rapid.SampledFrom([]int{0, 0, 400}).Draw(c.t, "ago")))
	case "breach for an hour":
		c.order(customer, id, 1, "5000.00", 0)
		c.order(customer, id, 2, "0.10", 0)
	case "overdue soon", "overdue":
		due := c.day - 29
		if what == "overdue" {
			due = c.day - 31
		}
		c.tell(crowdFact{customer: customer, register: id, revision: 1}, "invoice.issued",
			fmt.Sprintf(`"invoice_id":"%s","issue_date":"%s","due_date":"%s","total":{"amount":"900.00","currency":"EUR"}`, id, due-30, due), 0)
	case "dormant", "active", "blocked":
		c.tell(crowdFact{customer: customer, register: customer + "-profile", revision: c.ids, status: what}, "customer.profile",
			fmt.Sprintf(`"name":"Acme","country":"GB","status":"%s"`, what), 0)
	case "merged":
		if customer != "C-0" {
			c.tell(crowdFact{customer: customer, register: customer + "-merged", revision: c.ids, into: "C-0"}, "customer.merged",
				fmt.Sprintf(`"into":"C-0","merge_date":"%s"`, c.day), 0)
		}
	}
}

func drawCrowd(t *rapid.T) *crowd {
	c := &crowd{t: t, day: consumer.FirstDay}
	c.at = c.day.Start(time.UTC) + state.Instant(12*time.Hour)
	customers := rapid.IntRange(19, 24).Draw(t, "customers")
	come := make([]bool, customers)
	names := make([]string, customers)
	enter := func(i int) {
		come[i], names[i] = true, fmt.Sprint("C-", i)
		c.tell(crowdFact{customer: names[i], register: "L-" + names[i], revision: 1}, "limit.set",
			fmt.Sprintf(`"limit_id":"L-%s","kind":"base","amount":{"amount":"1000.00","currency":"EUR"},"valid_from_date":"2026-01-01"`, names[i]), 0)
	}
	for i := range customers {
		if rapid.IntRange(0, 19).Draw(t, "comes later") > 0 {
			enter(i)
		}
	}
	for range rapid.IntRange(1, 5).Draw(t, "days") {
		if gap := state.Date(rapid.SampledFrom([]int{1, 1, 1, 2, 3, 60, 364, 365}).Draw(t, "gap")); gap > 0 {
			c.day += gap
			c.at = c.day.Start(time.UTC) + state.Instant(12*time.Hour)
		}
		most := rapid.SampledFrom([]string{"breach", "breach", "breach is none", "breach for an hour", "overdue", "overdue soon", "order", "order that comes late", "dormant"}).Draw(t, "what most do")
		percent := rapid.SampledFrom([]int{0, 20, 30, 40, 100}).Draw(t, "percent")
		for i := range customers {
			if !come[i] {
				enter(i)
			}
			switch chance := rapid.IntRange(0, 99).Draw(t, "chance"); {
			case chance < percent:
				c.act(names[i], most)
			case chance >= 92:
				c.act(names[i], rapid.SampledFrom([]string{"order", "breach", "breach is none", "overdue", "dormant", "active", "blocked", "merged"}).Draw(t, "what"))
			}
		}
	}
	return c
}

// active are the customers at work on a day: each register has its last revision's fact, and what is known of somebody who was merged into
// another one is known of that one.
func (c *crowd) active(day state.Date) (n int) {
	registers := make(map[string]crowdFact)
	for _, f := range c.facts {
		if f.known <= day && f.revision > registers[f.register].revision {
			registers[f.register] = f
		}
	}
	at, gone, heir := make(map[string]bool), make(map[string]bool), make(map[string]string)
	for _, f := range registers {
		gone[f.customer] = gone[f.customer] || f.into != "" || f.status == "dormant" || f.status == "blocked"
		heir[f.customer] += f.into
	}
	for _, f := range registers {
		at[f.customer] = at[f.customer] || day-f.time < 365
		if f.into == "" { // that he was merged is no fact of his heir's
			at[heir[f.customer]] = at[heir[f.customer]] || day-f.time < 365
		}
	}
	delete(at, "")
	for customer, is := range at {
		if is && !gone[customer] {
			n++
		}
	}
	return n
}

// systemic reads the rule as it is written: where at least 20 customers are active and more than 30 % of them rise to warning or above in one
// rule on one day, as it closes. Who has risen is what alert records say of each customer.
func (c *crowd) systemic(t *rapid.T, records []byte, until state.Date) (all []state.Systemic) {
	since := make(map[string]state.Date)
	for _, f := range c.facts {
		if since[f.customer] == 0 {
			since[f.customer] = f.known
		}
	}
	type rule struct{ customer, signal string }
	stood, stands := make(map[rule]bool), make(map[rule]bool)
	decoder := json.NewDecoder(bytes.NewReader(records))
	var next struct {
		At, Signal, To string
		Customer       string `json:"customer_id"`
	}
	more := decoder.More()
	read := func() {
		if next.Customer = ""; more {
			if err := decoder.Decode(&next); err != nil {
				t.Fatal(err)
			}
		}
		more = decoder.More()
	}
	for read(); next.Customer == string(alerts.Everybody); read() {
	}
	for day := consumer.FirstDay; day <= until; day++ {
		for next.Customer != "" && next.At == day.String() {
			if next.Customer != string(alerts.Everybody) {
				stands[rule{next.Customer, next.Signal}] = next.To == "warning" || next.To == "critical"
			}
			read()
		}
		for next.Customer == string(alerts.Everybody) { // of the day before, known as the next one begins
			read()
		}
		risen := make(map[string]int)
		for r := range stands {
			if stands[r] && !stood[r] && since[r.customer] < day {
				risen[r.signal]++
			}
		}
		stood = maps.Clone(stands)
		active := c.active(day)
		for _, signal := range slices.Sorted(maps.Keys(risen)) {
			if active >= 20 && 10*risen[signal] > 3*active {
				all = append(all, state.Systemic{Day: day, Signal: signal, Risen: risen[signal], Active: active})
			}
		}
	}
	return all
}

// TestABacktestFindsSystemicWhatARunDoes has both play drawn histories, and reads the rule plainly beside.
func TestABacktestFindsSystemicWhatARunDoes(t *testing.T) {
	found, none := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		c := drawCrowd(r)
		until := c.day + state.Date(rapid.IntRange(0, 3).Draw(r, "days after the last"))
		live, told, engine := consumer.PlayLive(t, c.lines, until)
		var file, records bytes.Buffer
		for _, l := range c.lines {
			file.Write(append(l.Text, '\n'))
		}
		path := filepath.Join(t.TempDir(), "events.ndjson")
		if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
			r.Fatal(err)
		}
		counts, err := (&replay.Backtest{Engine: engine, Inputs: []string{path}, Until: until, Workers: rapid.IntRange(1, 3).Draw(r, "workers"), Alerts: &records}).Run(t.Context())
		if err != nil {
			r.Fatal(err)
		}
		var replayed string
		for line := range bytes.Lines(records.Bytes()) {
			if bytes.Contains(line, []byte(`"customer_id":"*"`)) {
				replayed += string(line)
			}
		}
		if replayed != told {
			r.Errorf("alert records:\na backtest has\n%s\na run\n%s", replayed, told)
		}
		var rules, want []replay.SystemicRule
		for _, y := range live {
			rules = append(rules, replay.SystemicRule{Day: y.Day.String(), Signal: y.Signal, Risen: y.Risen, Active: y.Active})
		}
		if !slices.Equal(counts.Systemic, rules) {
			r.Errorf("systemic:\na backtest has %v\na run %v", counts.Systemic, rules)
		}
		for _, y := range c.systemic(r, records.Bytes(), until) {
			want = append(want, replay.SystemicRule{Day: y.Day.String(), Signal: y.Signal, Risen: y.Risen, Active: y.Active})
		}
		if !slices.Equal(rules, want) {
			r.Errorf("systemic:\na run has %v\nthe rule, read plainly, gives %v", rules, want)
		}
		if found += len(rules); len(rules) == 0 {
			none++
		}
	})
	t.Logf("%d rules were systemic; in %d histories none was", found, none)
	if found == 0 || none == 0 {
		t.Errorf("got %d systemic rules, and %d histories without any, want some of both", found, none)
	}
}

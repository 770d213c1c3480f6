package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/consumer/contract"
	"tocsin/consumer/replay"
	"tocsin/consumer/simulator"
)

// heard is a change to warning or above in a record that a backtest wrote.
type heard struct {
	At       string `json:"at"`
	Customer string `json:"customer_id"`
	Signal   string `json:"signal"`
	From     string `json:"from"`
	To       string `json:"to"`
}

// playYear plays a simulated year and returns what was heard and what was planted.
func playYear(t *testing.T, seed uint64) (changes []heard, labels []simulator.Label) {
	t.Helper()
	c := accepted(t, "ledger: {time_zone: Europe/Berlin}")
	engine, err := c.engine()
	if err != nil {
		t.Fatal(err)
	}
	first := date(t, "2026-01-05")
	p := simulator.New(simulator.Config{Seed: seed, First: first, Customers: 40, Zone: engine.Ledger.Zone})
	var events bytes.Buffer
	for d := first; d < first+365; d++ {
		for _, e := range p.Day(d) {
			events.Write(contract.Encode(&e))
			events.WriteByte('\n')
		}
	}
	file := filepath.Join(t.TempDir(), "year.ndjson")
	if err := os.WriteFile(file, events.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var records, rejects bytes.Buffer
	test := replay.Backtest{Engine: engine, Inputs: []string{file}, Until: first + 364, Alerts: &records, Rejects: &rejects}
	if _, err := test.Run(t.Context()); err != nil || rejects.Len() > 0 {
		t.Fatalf("got error %v and rejects %.500s, want none", err, rejects.String())
	}
	for line := range strings.Lines(records.String()) {
		var h heard
		if err := json.Unmarshal([]byte(line), &h); err != nil {
			t.Fatal(err)
		}
		if h.To == "warning" || h.To == "critical" {
			changes = append(changes, h)
		}
	}
	return changes, p.Labels()
}

func TestEverythingPlantedIsHeardInTime(t *testing.T) {
	for seed := uint64(1); seed <= 5; seed++ {
		changes, labels := playYear(t, seed)
		for _, l := range labels {
			if l.By >= date(t, "2027-01-04") {
				continue // the year ends before it is due
			}
			if !wasHeard(changes, l) {
				t.Errorf("seed %d: %s of %s: %s was not heard from %s to %s", seed, l.Story, l.Customer, l.Signal, l.From, l.By)
			}
		}
	}
}

func wasHeard(changes []heard, l simulator.Label) bool {
	for _, h := range changes {
		if h.Customer == string(l.Customer) && h.Signal == l.Signal && h.At >= l.From.String() && h.At <= l.By.String() {
			return true
		}
	}
	return false
}

func TestASimulatedYearIsLivelyAndNoStorm(t *testing.T) {
	changes, labels := playYear(t, 1)
	planted := map[string]bool{}
	for _, l := range labels {
		planted[string(l.Customer)] = true
	}
	begun, elsewhere := 0, map[string]bool{}
	for _, h := range changes {
		if (h.From == "none" || h.From == "info") && h.Signal != "composite" { // which sums the others up
			begun++
		}
		if !planted[h.Customer] {
			elsewhere[h.Customer] = true
		}
	}
	if begun < 25 || begun > 80 {
		t.Errorf("got %d alerts at warning or above in a year of 40 customers, want 25 to 80", begun)
	}
	// The habitually late and the tight ones are heard of now and then, and who happens to order much at once.
	if len(elsewhere) > 5 {
		t.Errorf("got warnings of %d customers with whom nothing was planted, want at most 5", len(elsewhere))
	}
	if changes[0].At > "2026-01-07" {
		t.Errorf("got the first warning on %s, want one within days of the first day", changes[0].At)
	}
}

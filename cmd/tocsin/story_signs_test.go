package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// signFacts are the facts of a customer without which a sign has nothing to judge. The composite reads what other signals raise.
var signFacts = map[string]func(state.Body) bool{
	"payment_slowdown":    isPayment,
	"partial_payment":     isPayment,
	"payer_change":        isPayment,
	"turnover_swing":      isInvoice,
	"terms_request":       func(b state.Body) bool { _, is := b.(*state.TermsRequest); return is || isInvoice(b) },
	"broken_promise":      func(b state.Body) bool { _, is := b.(*state.Promise); return is },
	"contact_lost":        func(b state.Body) bool { _, is := b.(*state.Contact); return is },
	"payment_returned":    func(b state.Body) bool { _, is := b.(*state.Return); return is },
	"order_pattern_break": func(b state.Body) bool { _, is := b.(*state.Order); return is },
	"dispute_stall":       func(b state.Body) bool { _, is := b.(*state.Dispute); return is },
	"adverse_registry":    func(b state.Body) bool { _, is := b.(*state.RegistryFact); return is },
	"composite":           func(b state.Body) bool { _, is := b.(*state.GradeOverride); return is },
}

func isPayment(b state.Body) bool { _, is := b.(*state.Payment); return is }

func isInvoice(b state.Body) bool { _, is := b.(*state.Invoice); return is }

// Each sign has two stories at least that are loud: in which it rises for one customer and clears again, beside another whose facts are
// a unit short and of whom nothing is said; and two that are quiet of it, as they say themselves in a line "Quiet of ...": its traps.
func TestEachSignHasLoudAndQuietStories(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(storyDir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	loud, quiet := map[string][]string{}, map[string][]string{}
	for _, name := range names {
		p := playTale(t, name)
		of := p.quietOf()
		for signal := range signFacts {
			switch {
			case slices.Contains(of, signal):
				quiet[signal] = append(quiet[signal], p.title())
				if judged := p.judged(signal); !judged[storyCustomer] || p.rises(signal)[storyCustomer] {
					t.Errorf("%s: says that it is quiet of %s, which C-1 gives no ground to judge or hears of", p.name, signal)
				}
			case p.isLoud(signal):
				loud[signal] = append(loud[signal], p.title())
			}
		}
		for _, signal := range of {
			if signFacts[signal] == nil {
				t.Errorf("%s: quiet of %q, which is none of the signs", p.name, signal)
			}
		}
	}
	for signal := range signFacts {
		if len(loud[signal]) < 2 || len(quiet[signal]) < 2 {
			t.Errorf("%s: got the loud stories %v and the quiet ones %v, want two of each at least", signal, loud[signal], quiet[signal])
		}
	}
}

// quietOf are the signs of whose traps a story tells, by a line of its comment.
func (s *tale) quietOf() []string {
	for _, line := range storyLines(s.sections[0].text) {
		if signs, says := strings.CutPrefix(line, "Quiet of "); says {
			return strings.Split(strings.TrimSuffix(signs, "."), ", ")
		}
	}
	return nil
}

// isLoud tells whether a sign rises for a customer and clears, while another one who has the facts for it is silent.
func (p *playedTale) isLoud(signal string) bool {
	rises, clears := p.rises(signal), false
	for i := range p.told {
		a := &p.told[i]
		clears = clears || a.Signal == signal && a.To == detectors.None.String() && a.Transition == alerts.Cleared
	}
	silent := false
	for customer := range p.judged(signal) {
		silent = silent || !rises[customer]
	}
	return clears && silent
}

// rises are the customers of whom a sign tells anything.
func (p *playedTale) rises(signal string) map[string]bool {
	customers := map[string]bool{}
	for i := range p.told {
		if p.told[i].Signal == signal {
			customers[p.told[i].Customer] = true
		}
	}
	return customers
}

// judged are the customers with facts that a sign reads.
func (p *playedTale) judged(signal string) map[string]bool {
	customers, numbers := map[string]bool{}, map[string]string{}
	for i := range p.script.events {
		ev := &p.script.events[i]
		if profile, is := ev.Body.(*state.Profile); is {
			numbers[profile.Identifiers[0].Value] = string(ev.Customer)
		}
	}
	for i := range p.script.events {
		ev := &p.script.events[i]
		if !signFacts[signal](ev.Body) {
			continue
		}
		customer := string(ev.Customer)
		if news, is := ev.Body.(*state.RegistryFact); is {
			customer = numbers[news.Identifier.Value]
		}
		if customer != "" {
			customers[customer] = true
		}
	}
	if signal == "composite" {
		for i := range p.told {
			if p.told[i].Signal != signal {
				customers[p.told[i].Customer] = true
			}
		}
	}
	return customers
}

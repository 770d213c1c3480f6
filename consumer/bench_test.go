package consumer

import (
	"testing"
	"time"

	"tocsin/consumer/simulator"
	"tocsin/state"
)

// BenchmarkStep plays a year of the simulator's portfolio: each day's events of a customer are one step, in memory that is
// as warm as that of a small portfolio.
func BenchmarkStep(b *testing.B) {
	e := defaultEngine(b)
	steps, events := portfolioSteps(40, 365)
	outcomes := make([]state.Outcome, events)
	passes := 0
	b.ReportAllocs()
	for b.Loop() {
		passes++
		records := make(map[state.CustomerID]*state.Record)
		for _, s := range steps {
			id := s.Events[0].Customer
			if records[id] == nil {
				records[id] = &state.Record{Customer: state.NewCustomer(id)}
			}
			e.Step(records[id], s, outcomes)
		}
	}
	elapsed := float64(b.Elapsed().Nanoseconds())
	b.ReportMetric(elapsed/float64(passes*events), "ns/event")
	b.ReportMetric(elapsed/float64(passes*len(steps)), "ns/step")
	b.ReportMetric(float64(passes*events)/b.Elapsed().Seconds(), "events/s")
}

// portfolioSteps are the steps of a portfolio's first days, and how many events they have. Registry events, which concern
// whoever bears an identifier, are left out.
func portfolioSteps(customers, days int) (steps []Step, events int) {
	first := state.DateOf(2026, 1, 5)
	portfolio := simulator.New(simulator.Config{Seed: 1, First: first, Customers: customers, Zone: time.UTC})
	for d := range state.Date(days) {
		day := state.Day{Date: first + d, FirstLimit: first}
		at := make(map[state.CustomerID]int)
		for _, ev := range portfolio.Day(day.Date) {
			if ev.Kind == state.KindRegistry {
				continue
			}
			if at[ev.Customer] == 0 {
				steps = append(steps, Step{Day: day})
				at[ev.Customer] = len(steps)
			}
			s := &steps[at[ev.Customer]-1]
			s.Events, s.KnownAt = append(s.Events, ev), ev.KnownAt
			events++
		}
	}
	return steps, events
}

// BenchmarkFigureRow makes the figures that a close writes of a customer, of the simulator's portfolio after a year.
func BenchmarkFigureRow(b *testing.B) {
	e := defaultEngine(b)
	steps, events := portfolioSteps(40, 365)
	outcomes := make([]state.Outcome, events)
	records := make(map[state.CustomerID]*state.Record)
	var day state.Day
	for _, s := range steps {
		id := s.Events[0].Customer
		if records[id] == nil {
			records[id] = &state.Record{Customer: state.NewCustomer(id)}
		}
		e.Step(records[id], s, outcomes)
		day = s.Day
	}
	passes := 0
	b.ReportAllocs()
	for b.Loop() {
		passes++
		day.Date++ // what was computed for a day is not asked again
		for _, rec := range records {
			if _, err := e.figureRow(rec, day); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(passes*len(records)), "ns/customer")
}

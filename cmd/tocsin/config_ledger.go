package main

import (
	"fmt"
	"time"

	"tocsin/state"
)

// horizonDays is how far ahead an open order counts into the exposure.
const horizonDays = 60

// ledger is what the core counts days and money by.
func (c *config) ledger() (*state.Ledger, error) {
	zone, err := time.LoadLocation(c.Ledger.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("ledger.time_zone: %w", err)
	}
	days, err := c.Ledger.calendar()
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	base, _ := state.ParseCurrency(c.Ledger.BaseCurrency) // empty: none
	return &state.Ledger{
		Calendar: days, Zone: zone, Base: base, Horizon: horizonDays, DisputeShield: c.DisputeShieldDays,
	}, nil
}

// calendar is the ledger's business days. The values have passed their checks.
func (l ledgerConfig) calendar() (state.Calendar, error) {
	weekend := make([]time.Weekday, len(l.Weekend))
	for i, name := range l.Weekend {
		weekend[i] = weekdays[name]
	}
	c, err := state.NewCalendar(weekend, datesOf(l.Holidays))
	if err != nil {
		return c, err
	}
	return c.WithMakeUp(datesOf(l.MakeUpDays))
}

// datesOf are dates that have passed their check.
func datesOf(texts []string) []state.Date {
	dates := make([]state.Date, len(texts))
	for i, text := range texts {
		dates[i], _ = state.ParseDate(text)
	}
	return dates
}

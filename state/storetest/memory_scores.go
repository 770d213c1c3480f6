package storetest

import (
	"context"
	"slices"

	"tocsin/state"
)

func byDay(s *state.Score) (state.Date, string) { return s.Day, s.Source }

// Scores are what came of sources' records on some days.
func (m *Memory) Scores(_ context.Context, from, until state.Date) ([]state.Score, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return state.SumScores(slices.DeleteFunc(slices.Clone(m.scores), func(s state.Score) bool { return s.Day < from || s.Day > until }), byDay), nil
}

func (m *Memory) addScores(c *state.Commit) {
	for _, s := range c.Scores {
		s.Day = c.Day.Date
		m.scores = append(m.scores, s)
	}
	m.scores = state.SumScores(m.scores, byDay)
}

func (m *Memory) dropScores(before state.Date) {
	m.scores = slices.DeleteFunc(m.scores, func(s state.Score) bool { return s.Day < before })
}

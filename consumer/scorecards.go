package consumer

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// published is what came of sources' records from one day to another, by their names, the sources that have none as one.
func (d *Desk) published(ctx context.Context, first, last state.Date) ([]state.Score, error) {
	scores, err := d.Store.Scores(ctx, first, last)
	if err != nil {
		return nil, fmt.Errorf("scores of sources: %w", err)
	}
	sums := state.SumScores(scores, func(s *state.Score) (state.Date, string) { return 0, alerts.SourceName(s.Source, d.Sources) })
	return slices.DeleteFunc(sums, func(s state.Score) bool { return s.Records() == 0 }), nil
}

// OweScorecards owes the owners of sources what became of their records in the week that a weekly digest is of, each once, and tells whether
// that is done. Channels are those of names; *: of all others. As of a digest, that it is not to be yet is no error.
func (d *Desk) OweScorecards(ctx context.Context, ledger *state.Ledger, channels map[string]string) (owed bool, err error) {
	open, found, err := openDay(ctx, d.Store)
	if err != nil || !found || open.Date < d.Now().Date(ledger.Zone) || !ledger.Calendar.IsBusiness(open.Date) {
		return false, err
	}
	last := ledger.Calendar.AddBusinessDays(alerts.DigestDay(ledger.Calendar, open.Date), 1) - 1
	scores, err := d.published(ctx, last-6, last)
	if err != nil {
		return false, err
	}
	for _, score := range scores {
		channel := cmp.Or(channels[score.Source], channels["*"])
		if channel == "" {
			continue
		}
		card := &alerts.Scorecard{Channel: channel, First: last - 6, Last: last, MadeAt: d.Now(), Score: score}
		if _, err := d.Store.Owe(ctx, card.MadeAt, *rowOf(card), open.Erased); err != nil {
			return false, fmt.Errorf("scorecard of %s: %w", score.Source, err)
		}
	}
	return true, nil
}

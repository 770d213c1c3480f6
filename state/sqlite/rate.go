package sqlite

import (
	"context"

	"tocsin/state"
)

// Rates lists the rows of exchange rates known on an open day or later, by register and seq.
func (s *Store) Rates(ctx context.Context, since state.Date) ([]state.RateRow, error) {
	return collect(ctx, s.readers, scanRate, `SELECT seq, known, event FROM rate WHERE known >= ?
		ORDER BY base, quote, rate_date, seq`, since)
}

func scanRate(row func(dest ...any) error) (r state.RateRow, err error) {
	var event []byte
	if err := row(&r.Seq, &r.Known, &event); err != nil {
		return r, err
	}
	if r.Event, event, err = state.DecodeEvent(event); err == nil && (len(event) > 0 || r.Event.Kind != state.KindRate) {
		err = state.ErrCorrupt
	}
	return r, err
}

// appendRate adds a row. Of two that displace the same one, one finds its key taken.
func appendRate(tx *tx, r *state.RateRow) error {
	body := r.Event.Body.(*state.Rate)
	n, err := tx.exec(`INSERT INTO rate (base, quote, rate_date, seq, known, event) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		body.Base.String(), body.Quote.String(), body.RateDate, r.Seq, r.Known, state.AppendEvent(nil, &r.Event))
	return unlessOne(n, err, state.ErrStale, "exchange rate %s, row %d", body.Key(), r.Seq)
}

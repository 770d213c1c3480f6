package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Rates lists the rows of exchange rates known on an open day or later, by register and seq.
func (s *Store) Rates(ctx context.Context, since state.Date) ([]state.RateRow, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (r state.RateRow, err error) {
		var event []byte
		if err := row.Scan(&r.Seq, &r.Known, &event); err != nil {
			return r, err
		}
		if r.Event, event, err = state.DecodeEvent(event); err == nil && (len(event) > 0 || r.Event.Kind != state.KindRate) {
			err = state.ErrCorrupt
		}
		return r, err
	}, `SELECT seq, known, event FROM rate WHERE known >= $1 ORDER BY base, quote, rate_date, seq`, since)
}

// appendRates adds rows. Of two that displace the same one, one finds its key taken.
func appendRates(b *batch, rows []state.RateRow) {
	if len(rows) == 0 {
		return
	}
	body := func(r *state.RateRow) *state.Rate { return r.Event.Body.(*state.Rate) }
	b.add(all(len(rows), state.ErrStale, "exchange rates from %s on", body(&rows[0]).Key()),
		`INSERT INTO rate (base, quote, rate_date, seq, known, event)
		SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $5::integer[], $6::bytea[]) ON CONFLICT DO NOTHING`,
		column(rows, func(r *state.RateRow) string { return body(r).Base.String() }),
		column(rows, func(r *state.RateRow) string { return body(r).Quote.String() }),
		column(rows, func(r *state.RateRow) state.Date { return body(r).RateDate }),
		column(rows, func(r *state.RateRow) int64 { return r.Seq }),
		column(rows, func(r *state.RateRow) state.Date { return r.Known }),
		column(rows, func(r *state.RateRow) []byte { return state.AppendEvent(nil, &r.Event) }))
}

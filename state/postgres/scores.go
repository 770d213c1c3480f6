package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Scores are what came of sources' records on some days.
func (s *Store) Scores(ctx context.Context, from, until state.Date) ([]state.Score, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (c state.Score, err error) {
		var codes []string
		var counts []int64
		err = row.Scan(&c.Day, &c.Source, &c.Accepted, &c.Duplicate, &c.Stale, &c.Refused, &c.Parked, &c.Conflicts, &c.Late,
			&c.UnknownFields, &c.UnknownValues, &c.Misrouted, &c.Misplaced, &c.Delay, &c.Longest, &c.Last, &codes, &counts)
		for i := range codes {
			c.Codes = append(c.Codes, state.ScoreCode{Code: codes[i], Count: counts[i]})
		}
		return c, err
	}, `SELECT s.*, c.codes, c.counts FROM (
			SELECT day, source, sum(accepted)::bigint, sum(duplicate)::bigint, sum(stale)::bigint, sum(refused)::bigint, sum(parked)::bigint,
				sum(conflicts)::bigint, sum(late)::bigint, sum(unknown_fields)::bigint, sum(unknown_values)::bigint,
				sum(misrouted)::bigint, sum(misplaced)::bigint, sum(delay)::bigint, max(longest), max(last)
			FROM score WHERE day BETWEEN $1 AND $2 GROUP BY day, source) AS s
		LEFT JOIN (SELECT day, source, array_agg(code ORDER BY code) AS codes, array_agg(count ORDER BY code) AS counts
			FROM (SELECT day, source, code, sum(count)::bigint AS count FROM score_code WHERE day BETWEEN $1 AND $2 GROUP BY day, source, code) AS o
			GROUP BY day, source) AS c USING (day, source)
		ORDER BY day, source`, from, until)
}

// addScores adds a commit's scores to those of the first partition that it moves. It holds that partition's position, so it waits for
// nobody here.
func addScores(b *batch, c *state.Commit) {
	rows := c.Scores
	if len(rows) == 0 {
		return
	}
	b.add(nil, `INSERT INTO score AS s (day, source, part, accepted, duplicate, stale, refused, parked, conflicts, late,
			unknown_fields, unknown_values, misrouted, misplaced, delay, longest, last)
		SELECT $1, w.source, $2, w.accepted, w.duplicate, w.stale, w.refused, w.parked, w.conflicts, w.late,
			w.unknown_fields, w.unknown_values, w.misrouted, w.misplaced, w.delay, w.longest, w.last
		FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
			$9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
			$13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[])
			AS w (source, accepted, duplicate, stale, refused, parked, conflicts, late,
				unknown_fields, unknown_values, misrouted, misplaced, delay, longest, last)
		ON CONFLICT (day, source, part) DO UPDATE SET accepted = s.accepted + excluded.accepted, duplicate = s.duplicate + excluded.duplicate,
			stale = s.stale + excluded.stale, refused = s.refused + excluded.refused, parked = s.parked + excluded.parked,
			conflicts = s.conflicts + excluded.conflicts, late = s.late + excluded.late,
			unknown_fields = s.unknown_fields + excluded.unknown_fields, unknown_values = s.unknown_values + excluded.unknown_values,
			misrouted = s.misrouted + excluded.misrouted, misplaced = s.misplaced + excluded.misplaced,
			delay = s.delay + excluded.delay, longest = greatest(s.longest, excluded.longest),
			last = greatest(s.last, excluded.last)`,
		c.Day.Date, c.ScorePart(),
		column(rows, func(s *state.Score) string { return s.Source }),
		column(rows, func(s *state.Score) int64 { return s.Accepted }),
		column(rows, func(s *state.Score) int64 { return s.Duplicate }),
		column(rows, func(s *state.Score) int64 { return s.Stale }),
		column(rows, func(s *state.Score) int64 { return s.Refused }),
		column(rows, func(s *state.Score) int64 { return s.Parked }),
		column(rows, func(s *state.Score) int64 { return s.Conflicts }),
		column(rows, func(s *state.Score) int64 { return s.Late }),
		column(rows, func(s *state.Score) int64 { return s.UnknownFields }),
		column(rows, func(s *state.Score) int64 { return s.UnknownValues }),
		column(rows, func(s *state.Score) int64 { return s.Misrouted }),
		column(rows, func(s *state.Score) int64 { return s.Misplaced }),
		column(rows, func(s *state.Score) int64 { return s.Delay }),
		column(rows, func(s *state.Score) int64 { return int64(s.Longest) }),
		column(rows, func(s *state.Score) int64 { return int64(s.Last) }))
	addScoreCodes(b, c)
}

func addScoreCodes(b *batch, c *state.Commit) {
	var sources, codes []string
	var counts []int64
	for i := range c.Scores {
		for _, code := range c.Scores[i].Codes {
			sources, codes, counts = append(sources, c.Scores[i].Source), append(codes, code.Code), append(counts, code.Count)
		}
	}
	if len(codes) > 0 {
		b.add(nil, `INSERT INTO score_code AS s (day, source, part, code, count)
			SELECT $1, w.source, $2, w.code, w.count FROM unnest($3::text[], $4::text[], $5::bigint[]) AS w (source, code, count)
			ON CONFLICT (day, source, part, code) DO UPDATE SET count = s.count + excluded.count`, c.Day.Date, c.ScorePart(), sources, codes, counts)
	}
}

// dropScores drops those of days before one.
func dropScores(b *batch, before state.Date) {
	b.add(nil, `DELETE FROM score WHERE day < $1`, before)
	b.add(nil, `DELETE FROM score_code WHERE day < $1`, before)
}

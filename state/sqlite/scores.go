package sqlite

import (
	"context"
	"fmt"

	"tocsin/state"
)

// Scores are what came of sources' records on some days.
func (s *Store) Scores(ctx context.Context, from, until state.Date) ([]state.Score, error) {
	tx, err := s.readers.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() //nolint:errcheck // it has only read
	scores, err := collect(ctx, tx, func(row func(...any) error) (c state.Score, err error) {
		err = row(&c.Day, &c.Source, &c.Accepted, &c.Duplicate, &c.Stale, &c.Refused, &c.Parked, &c.Conflicts, &c.Late, &c.UnknownFields, &c.UnknownValues,
			&c.Misrouted, &c.Misplaced, &c.Delay, &c.Longest, &c.Last)
		return c, err
	}, `SELECT day, source, sum(accepted), sum(duplicate), sum(stale), sum(refused), sum(parked), sum(conflicts), sum(late),
			sum(unknown_fields), sum(unknown_values),
			sum(misrouted), sum(misplaced), sum(delay), max(longest), max(last)
		FROM score WHERE day BETWEEN ? AND ? GROUP BY day, source ORDER BY day, source`, from, until)
	if err != nil {
		return nil, err
	}
	type of struct {
		day    state.Date
		source string
	}
	at := make(map[of]*state.Score, len(scores))
	for i := range scores {
		at[of{scores[i].Day, scores[i].Source}] = &scores[i]
	}
	_, err = collect(ctx, tx, func(row func(...any) error) (code state.ScoreCode, err error) {
		var key of
		if err = row(&key.day, &key.source, &code.Code, &code.Count); err == nil {
			at[key].Codes = append(at[key].Codes, code)
		}
		return code, err
	}, `SELECT day, source, code, sum(count) FROM score_code WHERE day BETWEEN ? AND ? GROUP BY day, source, code ORDER BY day, source, code`, from, until)
	return scores, err
}

// addScores adds a commit's scores to those of the first partition that it moves.
func addScores(tx *tx, c *state.Commit) error {
	for i := range c.Scores {
		if err := addScore(tx, c.Day.Date, c.ScorePart(), &c.Scores[i]); err != nil {
			return fmt.Errorf("score of source %q: %w", c.Scores[i].Source, err)
		}
	}
	return nil
}

func addScore(tx *tx, day state.Date, part string, s *state.Score) error {
	_, err := tx.exec(`INSERT INTO score (day, source, part, accepted, duplicate, stale, refused, parked, conflicts, late,
			unknown_fields, unknown_values, misrouted, misplaced, delay, longest, last)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET accepted = accepted + excluded.accepted, duplicate = duplicate + excluded.duplicate, stale = stale + excluded.stale,
			refused = refused + excluded.refused, parked = parked + excluded.parked, conflicts = conflicts + excluded.conflicts, late = late + excluded.late,
			unknown_fields = unknown_fields + excluded.unknown_fields, unknown_values = unknown_values + excluded.unknown_values,
			misrouted = misrouted + excluded.misrouted, misplaced = misplaced + excluded.misplaced,
			delay = delay + excluded.delay, longest = max(longest, excluded.longest), last = max(last, excluded.last)`,
		day, s.Source, part, s.Accepted, s.Duplicate, s.Stale, s.Refused, s.Parked, s.Conflicts, s.Late,
		s.UnknownFields, s.UnknownValues, s.Misrouted, s.Misplaced,
		s.Delay, int64(s.Longest), s.Last)
	for i := 0; err == nil && i < len(s.Codes); i++ {
		_, err = tx.exec(`INSERT INTO score_code (day, source, part, code, count) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET count = count + excluded.count`,
			day, s.Source, part, s.Codes[i].Code, s.Codes[i].Count)
	}
	return err
}

// dropScores drops those of days before one.
func dropScores(tx *tx, before state.Date) error {
	for _, table := range []string{"score", "score_code"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE day < ?`, before); err != nil {
			return fmt.Errorf("drop old scores: %w", err)
		}
	}
	return nil
}

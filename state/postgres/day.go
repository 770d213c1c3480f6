package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// server is which life of which server answers: when it was started, in microseconds. One that only replaced a session that was
// killed has lost nothing and is the same.
const server = `extract(epoch FROM pg_postmaster_start_time())::text`

// selectDay reads the open day, with the date zero in a new store, and the number of its configuration.
const selectDay = `SELECT d.day, coalesce(l.day, 0), d.config, coalesce(c.version, ''), ` + server + `, d.erased, d.quarantined, d.least,
		ARRAY(SELECT customer FROM core WHERE core.day = d.day ORDER BY customer)
	FROM day AS d LEFT JOIN first_limit AS l ON true LEFT JOIN configuration AS c ON c.id = d.config`

// openDay is the open day. An earlier program than the store allows any more is told so.
func (s *Store) openDay(ctx context.Context, db querier, query string) (day state.Day, config int32, err error) {
	var core []string
	schema := state.Schema{Known: s.known()}
	err = db.QueryRow(ctx, query).Scan(&day.Date, &day.FirstLimit, &config, &day.Config, &day.Server, &day.Erased, &day.Quarantined, &schema.Least, &core)
	if err == nil {
		s.lists.Store(schema.Least >= listSchema)
		err = schema.Newer()
	}
	for _, id := range core {
		day.Core = append(day.Core, state.CustomerID(id))
	}
	return day, config, err
}

// Day is the open day; found is false in a new store.
func (s *Store) Day(ctx context.Context) (day state.Day, found bool, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		if day, _, err = s.openDay(ctx, db, selectDay); err != nil {
			return err
		}
		if err := readStale(ctx, db, &day); err != nil {
			return err
		}
		return readCauses(ctx, db, &day)
	})
	return day, day.Date != 0, err
}

// Core are the core customers of a day, sorted.
func (s *Store) Core(ctx context.Context, day state.Date) ([]state.CustomerID, error) {
	return list(ctx, s, pgx.RowTo[state.CustomerID], `SELECT customer FROM core WHERE day = $1 ORDER BY customer`, day)
}

// Configuration is the text kept for version.
func (s *Store) Configuration(ctx context.Context, version string) (text []byte, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		return db.QueryRow(ctx, `SELECT text FROM configuration WHERE version = $1`, version).Scan(&text)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("configuration %q is not in the store", version)
	}
	return text, err
}

// holdAlone takes the day's row alone until COMMIT, so that every step of the day has committed or will find it moved, and reads
// it. It first waits in the table's queue: see the package comment.
func (s *Store) holdAlone(ctx context.Context, tx pgx.Tx) (day state.Day, config int32, err error) {
	if !holdsDay {
		return s.openDay(ctx, tx, selectDay)
	}
	if _, err := tx.Exec(ctx, `LOCK TABLE day IN EXCLUSIVE MODE`); err != nil {
		return day, 0, err
	}
	return s.openDay(ctx, tx, selectDay+` FOR UPDATE OF d`)
}

// OpenStore opens the first day of a new store; a second call is ErrConflict.
func (s *Store) OpenStore(ctx context.Context, first state.Day, audit ...state.AuditRow) error {
	if first.Date == 0 {
		return errors.New("open store: the first day has no date")
	}
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		day, _, err := s.holdAlone(ctx, tx)
		if err != nil {
			return err
		}
		if day.Date != 0 {
			return fmt.Errorf("open store on %v: %w", first.Date, state.ErrConflict)
		}
		config, err := keepConfiguration(ctx, tx, first.Config)
		if err != nil {
			return err
		}
		if first.FirstLimit != 0 {
			if _, err := tx.Exec(ctx, `INSERT INTO first_limit (day) VALUES ($1)`, first.FirstLimit); err != nil {
				return err
			}
		}
		if _, err = tx.Exec(ctx, `UPDATE day SET day = $1, config = $2`, first.Date, config); err != nil {
			return err
		}
		return chain(ctx, tx, audit)
	})
}

// CloseDay moves the open day on. It first holds the day's row alone, and only then looks. Figures are written before that: nobody
// waits for them but who closes, too.
func (s *Store) CloseDay(ctx context.Context, c *state.DayClose) error {
	if c.Next <= c.From.Date {
		return fmt.Errorf("close day %v: the next day %v is not a later one", c.From.Date, c.Next)
	}
	return s.writeWithin(ctx, bulky, func(ctx context.Context, tx pgx.Tx) error {
		if err := s.writeFigures(ctx, tx, c); err != nil {
			return err
		}
		day, _, err := s.holdAlone(ctx, tx)
		if err != nil {
			return err
		}
		if day.Date == 0 || day.Date != c.From.Date || day.Config != c.From.Config || day.Erased != c.From.Erased ||
			day.Quarantined != c.From.Quarantined ||
			c.From.Server != "" && day.Server != c.From.Server {
			return fmt.Errorf("close day %v, configuration %q: %w", c.From.Date, c.From.Config, state.ErrDayClosed)
		}
		if err = mayClose(ctx, tx, c); err == nil {
			err = figuresHold(ctx, tx, c)
		}
		if err != nil {
			return fmt.Errorf("close day %v: %w", c.From.Date, err)
		}
		b := new(batch)
		b.add(nil, `DELETE FROM request WHERE day < $1`, c.Next-state.RequestDays)
		dropWords(b, state.WordsUntil(c.Next))
		dropScores(b, c.Next-state.ScoreDays)
		dropPassing(b, c.Passing)
		b.add(nil, `UPDATE day SET day = $1`, c.Next)
		keepCore(b, c)
		keepStale(b, c)
		keepCauses(b, c)
		keepSystemic(b, c)
		if err := b.send(ctx, tx); err != nil {
			return err
		}
		// The first limit may be younger than the lock that the day's row was read behind.
		if day, _, err = s.openDay(ctx, tx, selectDay); err != nil || day.FirstLimit != c.From.Date && c.Freed() == 0 {
			return err
		}
		return alarmEverybody(ctx, tx, c.Next)
	})
}

// mayClose refuses while an alarm is due or a position is elsewhere than the caller saw it. A partition that the store
// does not know stands at -1.
func mayClose(ctx context.Context, tx pgx.Tx, c *state.DayClose) error {
	var waiting state.CustomerID
	err := tx.QueryRow(ctx, `(SELECT customer FROM alarm WHERE day <= $1 LIMIT 1)
		UNION ALL (SELECT customers[1] FROM alarm_list WHERE day <= $1 AND size > 0 LIMIT 1) LIMIT 1`, c.From.Date).Scan(&waiting)
	if err == nil {
		return fmt.Errorf("alarm of customer %s: %w", waiting, state.ErrNotIdle)
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	var topic string
	var partition int32
	var next int64
	err = tx.QueryRow(ctx, `SELECT w.topic, w.partition, coalesce(p.next, -1)
		FROM unnest($1::text[], $2::integer[], $3::bigint[]) AS w (topic, partition, next)
		LEFT JOIN position AS p ON p.topic = w.topic AND p.partition = w.partition
		WHERE coalesce(p.next, -1) <> w.next LIMIT 1`,
		column(c.Positions, func(p *state.Advance) string { return p.Topic }), column(c.Positions, func(p *state.Advance) int32 { return p.Partition }),
		column(c.Positions, func(p *state.Advance) int64 { return p.From })).Scan(&topic, &partition, &next)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("position %s/%d is %d: %w", topic, partition, next, state.ErrFenced)
}

// keepCore keeps who is core on the next day, and has those judged for whom that is news.
func keepCore(b *batch, c *state.DayClose) {
	b.add(nil, `INSERT INTO core (day, customer) SELECT $1, id FROM unnest($2::text[]) AS w (id)`, c.Next, texts(c.Core))
	b.add(nil, `INSERT INTO alarm (day, customer) SELECT $1, id FROM unnest($2::text[]) AS w (id) ON CONFLICT DO NOTHING`, c.Next, texts(c.Reclassed()))
}

// Reconfigure makes version the configuration of the open day and has every customer judged by it.
func (s *Store) Reconfigure(ctx context.Context, version string, text []byte, audit ...state.AuditRow) error {
	return s.writeWithin(ctx, bulky, func(ctx context.Context, tx pgx.Tx) error {
		day, config, err := s.holdAlone(ctx, tx)
		if err != nil {
			return err
		}
		if day.Date == 0 {
			return fmt.Errorf("configuration %q: no day is open", version)
		}
		next, err := keepConfiguration(ctx, tx, version)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE configuration SET text = $1 WHERE id = $2`, text, next); err != nil {
			return err
		}
		if next == config {
			return nil
		}
		if _, err := tx.Exec(ctx, `UPDATE day SET config = $1`, next); err != nil {
			return err
		}
		if err := alarmEverybody(ctx, tx, day.Date); err != nil {
			return err
		}
		return chain(ctx, tx, audit)
	})
}

// keepConfiguration is the number of a version, a new one when it is seen for the first time.
func keepConfiguration(ctx context.Context, tx pgx.Tx, version string) (id int32, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO configuration (version) VALUES ($1) ON CONFLICT DO NOTHING`, version); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT id FROM configuration WHERE version = $1`, version).Scan(&id)
	return id, err
}

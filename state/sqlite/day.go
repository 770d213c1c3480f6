package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tocsin/state"
)

// selectDay reads the open day and the number of its configuration.
const selectDay = `SELECT s.day, s.first_limit, s.config, coalesce(c.version, ''), (SELECT count(*) FROM erased), s.quarantined, s.least
	FROM store AS s LEFT JOIN configuration AS c ON c.id = s.config`

// openDay is the open day, with the date zero in a new store, and the number of its configuration. An earlier program than the store
// allows any more is told so, at each commit too: a later one may have finished the schema since the store was opened.
func openDay(tx *tx) (day state.Day, config int64, err error) {
	schema := state.Schema{Known: tx.known}
	if _, err = tx.get(selectDay, nil, &day.Date, &day.FirstLimit, &config, &day.Config, &day.Erased, &day.Quarantined, &schema.Least); err == nil {
		err = schema.Newer()
	}
	return day, config, err
}

// Day is the open day; found is false in a new store.
func (s *Store) Day(ctx context.Context) (day state.Day, found bool, err error) {
	var config int64
	schema := state.Schema{Known: len(s.changes)}
	err = s.readers.QueryRowContext(ctx, selectDay).Scan(&day.Date, &day.FirstLimit, &config, &day.Config, &day.Erased, &day.Quarantined, &schema.Least)
	if err == nil {
		err = schema.Newer()
	}
	if err != nil {
		return day, false, err
	}
	if day.Core, err = s.Core(ctx, day.Date); err == nil {
		err = s.readStale(ctx, &day)
	}
	if err == nil {
		err = s.readCauses(ctx, &day)
	}
	return day, day.Date != 0, err
}

// Core are the core customers of a day, sorted.
func (s *Store) Core(ctx context.Context, day state.Date) ([]state.CustomerID, error) {
	return collect(ctx, s.readers, scanCustomer, `SELECT customer FROM core WHERE day = ? ORDER BY customer`, day)
}

// OpenStore opens the first day of a new store; a second call is ErrConflict.
func (s *Store) OpenStore(ctx context.Context, day state.Day, audit ...state.AuditRow) error {
	if day.Date == 0 {
		return errors.New("open store: the first day has no date")
	}
	return s.write(ctx, func(tx *tx) error {
		config, err := keepConfiguration(tx, day.Config)
		if err != nil {
			return err
		}
		n, err := tx.exec(`UPDATE store SET day = ?, config = ?, first_limit = ? WHERE day = 0`, day.Date, config, day.FirstLimit)
		if err := unlessOne(n, err, state.ErrConflict, "open store on %v", day.Date); err != nil {
			return err
		}
		return chain(tx, audit)
	})
}

// CloseDay moves the open day on. Whoever closes has the writing connection, so every step of the day has committed by
// now or will find the day moved.
func (s *Store) CloseDay(ctx context.Context, c *state.DayClose) error {
	if c.Next <= c.From.Date {
		return fmt.Errorf("close day %v: the next day %v is not a later one", c.From.Date, c.Next)
	}
	return s.write(ctx, func(tx *tx) error {
		if _, err := holdDay(tx, c.From); err != nil {
			return err
		}
		var waiting state.CustomerID
		due, err := tx.get(`SELECT customer FROM alarm WHERE day <= ? LIMIT 1`, []any{c.From.Date}, &waiting)
		if err != nil {
			return err
		}
		if due {
			return fmt.Errorf("close day %v: alarm of customer %s: %w", c.From.Date, waiting, state.ErrNotIdle)
		}
		for _, p := range c.Positions {
			if err := standsAt(tx, p); err != nil {
				return fmt.Errorf("close day %v: %w", c.From.Date, err)
			}
		}
		if _, err := tx.exec(`DELETE FROM request WHERE day < ?`, c.Next-state.RequestDays); err != nil {
			return err
		}
		if err := dropWords(tx, state.WordsUntil(c.Next)); err != nil {
			return err
		}
		if err := dropScores(tx, c.Next-state.ScoreDays); err != nil {
			return err
		}
		if err := dropPassing(tx, c.Passing); err != nil {
			return err
		}
		if _, err := tx.exec(`UPDATE store SET day = ?`, c.Next); err != nil {
			return err
		}
		if err := keepCore(tx, c); err != nil {
			return err
		}
		if err := keepStale(tx, c); err != nil {
			return err
		}
		if err := keepSystemic(tx, c); err != nil {
			return err
		}
		if err := keepCauses(tx, c); err != nil {
			return err
		}
		var firstLimit state.Date
		if _, err := tx.get(`SELECT first_limit FROM store`, nil, &firstLimit); err != nil || firstLimit != c.From.Date && c.Freed() == 0 {
			return err
		}
		return alarmEverybody(tx, c.Next)
	})
}

// keepCore keeps who is core on the next day, and has those judged for whom that is news.
func keepCore(tx *tx, c *state.DayClose) error {
	for _, id := range c.Core {
		if _, err := tx.exec(`INSERT INTO core (day, customer) VALUES (?, ?)`, c.Next, id); err != nil {
			return err
		}
	}
	for _, id := range c.Reclassed() {
		if _, err := tx.exec(`INSERT INTO alarm (day, customer) VALUES (?, ?) ON CONFLICT DO NOTHING`, c.Next, id); err != nil {
			return err
		}
	}
	return nil
}

// alarmEverybody has every customer judged on a day.
func alarmEverybody(tx *tx, day state.Date) error {
	_, err := tx.exec(`INSERT INTO alarm (day, customer) SELECT ?, id FROM customer WHERE true ON CONFLICT DO NOTHING`, day)
	return err
}

// Reconfigure makes version the configuration of the open day and has every customer judged by it.
func (s *Store) Reconfigure(ctx context.Context, version string, text []byte, audit ...state.AuditRow) error {
	return s.write(ctx, func(tx *tx) error {
		day, config, err := openDay(tx)
		if err != nil {
			return err
		}
		if day.Date == 0 {
			return fmt.Errorf("configuration %q: no day is open", version)
		}
		next, err := keepConfiguration(tx, version)
		if err != nil {
			return err
		}
		if _, err := tx.exec(`UPDATE configuration SET text = ? WHERE id = ?`, text, next); err != nil {
			return err
		}
		if next == config {
			return nil
		}
		if _, err := tx.exec(`UPDATE store SET config = ?`, next); err != nil {
			return err
		}
		if err := alarmEverybody(tx, day.Date); err != nil {
			return err
		}
		return chain(tx, audit)
	})
}

// Configuration is the text kept for version.
func (s *Store) Configuration(ctx context.Context, version string) (text []byte, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT text FROM configuration WHERE version = ?`, version).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("configuration %q is not in the store", version)
	}
	return text, err
}

// keepConfiguration is the number of a version, a new one when it is seen for the first time.
func keepConfiguration(tx *tx, version string) (id int64, err error) {
	if _, err := tx.exec(`INSERT INTO configuration (version) VALUES (?) ON CONFLICT DO NOTHING`, version); err != nil {
		return 0, err
	}
	_, err = tx.get(`SELECT id FROM configuration WHERE version = ?`, []any{version}, &id)
	return id, err
}

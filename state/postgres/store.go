package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"tocsin/state"
)

// Store is a store in one schema of a database. Its methods may be called from any number of goroutines.
type Store struct {
	pool     *pgxpool.Pool
	patience time.Duration
}

var _ state.Store = (*Store)(nil)

// Open connects to the store at a URL. A schema that this program does not know is refused; with Options.Migrate an older one is
// brought up to date first, where the user may do that.
func Open(ctx context.Context, location string, o Options) (*Store, error) {
	config, err := parse(location)
	if err != nil {
		return nil, err
	}
	o.apply(config)
	s := &Store{patience: o.patience()}
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("store %s: %w", name(config.ConnConfig), err)
	}
	if err := s.prepare(ctx, o.Migrate); err != nil {
		s.pool.Close()
		return nil, fmt.Errorf("store %s: %w", name(config.ConnConfig), err)
	}
	return s, nil
}

// prepare checks the schema, after it has brought an older one up to date.
func (s *Store) prepare(ctx context.Context, mayMigrate bool) error {
	ctx, cancel := context.WithTimeout(ctx, bulky)
	defer cancel()
	have, known, err := versions(ctx, s.pool)
	if err != nil {
		return err
	}
	if mayMigrate && have < known {
		switch err := migrate(ctx, s.pool.Config().ConnConfig); {
		case refuses(err, insufficientPrivilege):
			return fmt.Errorf("%w: let the schema's owner run `tocsin migrate up`: %w", older(have, known), err)
		case err != nil:
			return err
		}
		if have, known, err = versions(ctx, s.pool); err != nil {
			return err
		}
	}
	return fits(have, known)
}

// Close waits for what is under way. Later calls of other methods fail.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"tocsin/state"
)

// Store is a store in one schema of a database. Its methods may be called from any number of goroutines.
type Store struct {
	pool     *pgxpool.Pool
	patience time.Duration
	changes  []state.SchemaChange // that this program knows
	locks    *lockWaits
	lists    atomic.Bool // whether alarms may be written as lists, as far as the day's row has told
}

var _ state.Store = (*Store)(nil)

// Open connects to the store at a URL. A schema that a later program has finished is refused; with Options.Migrate an older one is
// brought up to date first, where the user may do that.
func Open(ctx context.Context, location string, o Options) (*Store, error) {
	changes, err := Changes()
	if err != nil {
		return nil, err
	}
	return open(ctx, location, o, changes)
}

func open(ctx context.Context, location string, o Options, changes []state.SchemaChange) (*Store, error) {
	config, err := parse(location)
	if err != nil {
		return nil, err
	}
	locks := newLockWaits()
	o.apply(config)
	locks.of(config)
	s := &Store{patience: o.patience(), changes: changes, locks: locks}
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
	schema, err := readSchema(ctx, s.pool, s.known())
	if err != nil {
		return err
	}
	if older := schema.Older(); mayMigrate && older != nil {
		if err := s.migrate(ctx); refuses(err, insufficientPrivilege) {
			return fmt.Errorf("%w: let the schema's owner run `tocsin migrate up`: %w", older, err)
		} else if err != nil {
			return err
		}
		if schema, err = readSchema(ctx, s.pool, s.known()); err != nil {
			return err
		}
	}
	s.lists.Store(schema.Least >= listSchema)
	return schema.Fits()
}

// known is the number of the schema that this program works with.
func (s *Store) known() int { return len(s.changes) }

// migrate brings the schema up to date, on a session of its own.
func (s *Store) migrate(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	return errors.Join(alone(ctx, conn, s.changes, migrate), conn.Close(context.WithoutCancel(ctx)))
}

// Close waits for what is under way. Later calls of other methods fail.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}

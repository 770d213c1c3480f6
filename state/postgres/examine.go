package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Examination is what a server says of itself and of our schema in it, as far as this user may see it.
type Examination struct {
	Name    string // of the store, without a password
	Version int    // as the server numbers it: 150004 is 15.4
	Release string // as people know it

	User      string
	Superuser bool
	Schema    string // in which tables are made and found; empty: none that exists
	Creates   bool   // the user may make tables in it
	Writes    bool   // he may change rows of a store that is there
	Rewrites  bool   // he may change what is told of migrations, as its owner may
	Unsealed  bool   // he may change or drop rows of the audit

	Settings map[string]string // fsync, full_page_writes, synchronous_commit, synchronous_standby_names, max_connections
	Sessions int               // that are open, of everybody
	TLS      bool              // the connection is encrypted
	Local    bool              // it goes over a socket or to this machine
	Ahead    time.Duration     // of the server's clock before this machine's, give or take half of RoundTrip

	RoundTrip time.Duration
	Store     state.Schema // of the schema's tables; Have is 0 where there are none
}

// Examine looks at a server and changes nothing. The error says why there is nothing to look at; it holds no password.
func Examine(ctx context.Context, location string) (*Examination, error) {
	e := &Examination{Settings: map[string]string{}}
	err := connected(ctx, location, func(conn *pgx.Conn) error {
		config := conn.Config()
		e.Name, e.TLS = name(config), config.TLSConfig != nil
		e.Local = config.Host == "" || config.Host[0] == '/' || config.Host == "localhost" || config.Host == "127.0.0.1" || config.Host == "::1"
		for _, look := range []func(context.Context, *pgx.Conn) error{e.server, e.settings, e.rights, e.clock} {
			if err := look(ctx, conn); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	e.Store, err = Schema(ctx, location)
	return e, err
}

func (e *Examination) server(ctx context.Context, conn *pgx.Conn) error {
	return conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('server_version'), current_user::text,
		(SELECT rolsuper FROM pg_roles WHERE rolname = current_user), coalesce(current_schema(), '')::text,
		coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
		(SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend')`).
		Scan(&e.Version, &e.Release, &e.User, &e.Superuser, &e.Schema, &e.Creates, &e.Sessions)
}

func (e *Examination) settings(ctx context.Context, conn *pgx.Conn) error {
	// A session of ours has synchronous_commit turned on, so what the server has is asked of its source.
	rows, err := conn.Query(ctx, `SELECT name, CASE WHEN name = 'synchronous_commit' THEN reset_val ELSE setting END FROM pg_settings
		WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names', 'max_connections')`)
	if err != nil {
		return err
	}
	var name, value string
	_, err = pgx.ForEachRow(rows, []any{&name, &value}, func() error {
		e.Settings[name] = value
		return nil
	})
	return err
}

// rights are of tables that are there; of those that are not there are none.
func (e *Examination) rights(ctx context.Context, conn *pgx.Conn) error {
	return conn.QueryRow(ctx, `SELECT coalesce(has_table_privilege(to_regclass('journal'), 'INSERT') AND has_table_privilege(to_regclass('position'), 'UPDATE'), false),
		coalesce(has_table_privilege(to_regclass('tocsin_migration'), 'INSERT'), false),
		coalesce(has_table_privilege(to_regclass('audit'), 'DELETE'), false)`).Scan(&e.Writes, &e.Rewrites, &e.Unsealed)
}

// clock compares clocks by the middle of a round trip.
func (e *Examination) clock(ctx context.Context, conn *pgx.Conn) error {
	var theirs time.Time
	asked := time.Now()
	if err := conn.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&theirs); err != nil {
		return fmt.Errorf("clock: %w", err)
	}
	e.RoundTrip = time.Since(asked)
	e.Ahead = theirs.Sub(asked.Add(e.RoundTrip / 2)).Round(time.Millisecond)
	return nil
}

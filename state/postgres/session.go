package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Options say how sessions behave. The zero value is good.
type Options struct {
	Migrate     bool          // make or update the schema where this user may
	LockTimeout time.Duration // how long a statement waits for a row that another process holds; 0: 10 s
	IdleTimeout time.Duration // how long a session may stand still inside a transaction before the server ends it; 0: 15 s
	Patience    time.Duration // how long a call waits for its answer, but for those that touch every customer; 0: 20 s
	Connections int32         // at most; 0: 8
}

// bulky is how long a call may take that touches every customer.
const bulky = 10 * time.Minute

// settings hold for every session. Whatever the server or the user has as defaults, the protocol rests on the first; the
// others keep plans good for tables of any size.
var settings = map[string]string{
	"default_transaction_isolation":    "read committed",
	"client_connection_check_interval": "2000", // a dead client's long statement ends with it
	"application_name":                 "tocsin",
	"enable_seqscan":                   "off",
	"enable_hashjoin":                  "off",
	"enable_mergejoin":                 "off",
	"jit":                              "off",
}

var errNoURL = errors.New("store.url is no connection URL: is every special character of its password percent-encoded?")

// parse reads a location. The error does not hold it, for it may hold a password.
func parse(location string) (*pgxpool.Config, error) {
	if _, err := url.Parse(location); err != nil {
		return nil, errNoURL
	}
	config, err := pgxpool.ParseConfig(location)
	if err != nil {
		return nil, fmt.Errorf("store.url: %w", err)
	}
	if strings.Contains(config.ConnConfig.Host, "@") {
		return nil, errNoURL
	}
	if config.ConnConfig.ValidateConnect == nil {
		config.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite // a standby is not our server
	}
	return config, nil
}

func (o Options) apply(config *pgxpool.Config) {
	params := config.ConnConfig.RuntimeParams
	for name, value := range settings {
		params[name] = value
	}
	params["lock_timeout"] = milliseconds(o.LockTimeout, 10*time.Second)
	params["idle_in_transaction_session_timeout"] = milliseconds(o.IdleTimeout, 15*time.Second)
	if config.MaxConns = o.Connections; config.MaxConns <= 0 {
		config.MaxConns = 8
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		takeColumns(conn.TypeMap())
		return durable(ctx, conn)
	}
}

// durable has commits survive a crash even where the server or the user has it otherwise. Every other value is at least as
// durable, and stays.
func durable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
	return err
}

func (o Options) patience() time.Duration {
	if o.Patience > 0 {
		return o.Patience
	}
	return 20 * time.Second
}

func milliseconds(d, otherwise time.Duration) string {
	if d <= 0 {
		d = otherwise
	}
	return fmt.Sprint(d.Milliseconds())
}

// name tells a store without its password.
func name(c *pgx.ConnConfig) string {
	return fmt.Sprintf("postgres://%s:%d/%s", c.Host, c.Port, c.Database)
}

package postgres

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tocsin/state/postgres/pgtest"
)

func TestThePasswordComesFromItsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pgpass")
	if err := os.WriteFile(file, []byte("db:5432:credit:tocsin:s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGPASSFILE", file)
	config, err := parse("postgres://tocsin@db/credit?search_path=tocsin")
	if err != nil || config.ConnConfig.Password != "s3cret" {
		t.Errorf("got password %q, %v, want the file's", config.ConnConfig.Password, err)
	}
}

// Whatever is the default of the server or its user, a session is as the protocol needs it.
func TestASessionIsAsTheProtocolNeedsIt(t *testing.T) {
	server, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}()
	config, err := parse(server.NewSchema(t))
	if err != nil {
		t.Fatal(err)
	}
	config.ConnConfig.RuntimeParams["default_transaction_isolation"] = "serializable"
	config.ConnConfig.RuntimeParams["synchronous_commit"] = "off"
	Options{LockTimeout: 567 * time.Millisecond, IdleTimeout: 1234 * time.Millisecond}.apply(config)
	conn, err := pgx.ConnectConfig(t.Context(), config.ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // it has only read
	if err := config.AfterConnect(t.Context(), conn); err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]string{
		"lock_timeout": "567ms", "idle_in_transaction_session_timeout": "1234ms", "client_connection_check_interval": "2s",
		"transaction_isolation": "read committed", "synchronous_commit": "on",
	} {
		var got string
		if err := conn.QueryRow(t.Context(), `SELECT current_setting($1)`, setting).Scan(&got); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", setting, got, err, want)
		}
	}
}

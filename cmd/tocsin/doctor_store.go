package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/sqlite"
)

// Bounds of what is taken for sound.
const (
	leastPostgres = 150000 // as the server numbers its versions
	leastFree     = 1 << 30
	mostSkew      = 2 * time.Second // of clocks
	ownSessions   = 10              // that an instance opens, with its leases
)

// migrateUp is the command that makes and upgrades a store.
func migrateUp(location string) string {
	return "TOCSIN_STORE_URL=" + strconv.Quote(withoutSecret(location)) + " tocsin migrate up   # as the schema's owner"
}

func (c *config) examineStore(ctx context.Context) (f remarks) {
	if c.inFile() {
		return c.examineFile(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	e, err := postgres.Examine(ctx, c.StoreURL)
	if err != nil {
		f.add(wrong, "store", "psql "+strconv.Quote(withoutSecret(c.StoreURL))+" -c 'SELECT 1'   # until this answers; a password belongs in the file that PGPASSFILE names", "%v", err)
		return f
	}
	f.server(e)
	f.durability(e.Settings)
	f.rights(c, e)
	f.schema(c, e.Store)
	return f
}

func (f *remarks) server(e *postgres.Examination) {
	if e.Version < leastPostgres {
		f.add(wrong, "store", "upgrade the server: pg_upgrade", "PostgreSQL %s is older than 15", e.Release)
	} else {
		f.ok("store", "%s is PostgreSQL %s, and we are %s", e.Name, e.Release, e.User)
	}
	if !e.TLS && !e.Local {
		f.add(noted, "store tls", "add sslmode=verify-full to store.url", "what is said to the database is not encrypted")
	}
	if most, err := strconv.Atoi(e.Settings["max_connections"]); err == nil && most-e.Sessions < ownSessions {
		f.add(wrong, "store sessions", "ALTER SYSTEM SET max_connections = "+strconv.Itoa(most+100)+";   -- and restart PostgreSQL",
			"%d of %d sessions are open, and an instance takes up to %d", e.Sessions, most, ownSessions)
	} else {
		f.ok("store sessions", "%d of %d are open, and an instance takes up to %d", e.Sessions, most, ownSessions)
	}
	if skew := e.Ahead.Abs(); skew > mostSkew+e.RoundTrip {
		f.add(wrong, "store clock", "timedatectl set-ntp true   # on this machine and on the database's", "it is %v from this machine's: what has no timestamp of its own is dated by it", e.Ahead)
	} else {
		f.ok("store clock", "it is %v from this machine's", e.Ahead)
	}
}

// durability: what is committed is still there after a crash, or alerts come twice and promises are broken.
func (f *remarks) durability(settings map[string]string) {
	for _, name := range []string{"fsync", "full_page_writes"} {
		if settings[name] == "off" {
			f.add(wrong, "store "+name, "ALTER SYSTEM SET "+name+" = on; SELECT pg_reload_conf();", "it is off: a crash of the server loses the store")
		}
	}
	if settings["synchronous_commit"] == "off" {
		f.add(noted, "store synchronous_commit", "ALTER SYSTEM SET synchronous_commit = on; SELECT pg_reload_conf();",
			"it is off here; Tocsin turns it on for its own sessions")
	}
	if settings["fsync"] != "off" && settings["full_page_writes"] != "off" {
		f.ok("store durability", "fsync and full_page_writes are on, synchronous_commit is %s", settings["synchronous_commit"])
	}
	if settings["synchronous_standby_names"] == "" {
		f.add(noted, "store standby", "", "no standby is synchronous: a failover may lose the last commits, which are then read anew from Kafka, and messages may come twice")
	}
}

func (f *remarks) rights(c *config, e *postgres.Examination) {
	const roles = "psql -d DATABASE -v ON_ERROR_STOP=1 -f deploy/postgres/roles.sql   # as a superuser, again after each migrate up"
	switch {
	case e.Schema == "":
		f.add(wrong, "store schema", roles, "no schema of the search path exists: store.url names one with search_path=")
	case e.Store.Have > 0 && !e.Writes:
		f.add(wrong, "store rights", roles, "%s may not write the tables of schema %s", e.User, e.Schema)
	case e.Store.Have == 0 && !e.Creates:
		f.add(wrong, "store rights", migrateUp(c.StoreURL), "%s may make no table in schema %s, and there is none", e.User, e.Schema)
	case e.Superuser || e.Rewrites || e.Unsealed:
		f.add(noted, "store rights", roles, "%s may do more than a run needs: as tocsin_app it could change no table and drop nothing of the audit", e.User)
	default:
		f.ok("store rights", "%s reads and writes rows in schema %s, and no more", e.User, e.Schema)
	}
}

func (f *remarks) schema(c *config, s state.Schema) {
	if s.Fits() != nil || s.Have == 0 {
		f.add(wrong, "store schema", migrateUp(c.StoreURL), "it has schema %d, this tocsin works with %d: %s", s.Have, s.Known, verdict(s))
		return
	}
	f.ok("store schema", "it has schema %d, this tocsin works with %d: %s", s.Have, s.Known, verdict(s))
}

// examineFile looks at a store in a file, and at the disk that it grows on.
func (c *config) examineFile(ctx context.Context) (f remarks) {
	path := strings.TrimPrefix(c.StoreURL, "sqlite:")
	dir := filepath.Dir(path)
	switch free, all, err := freeSpace(dir); {
	case os.IsNotExist(err):
		f.add(wrong, "disk", "mkdir -p "+dir, "%s does not exist, and store.url names a file in it", dir)
		return f
	case err != nil:
		f.add(noted, "disk", "", "%s: %v", dir, err)
	case free < leastFree:
		f.add(wrong, "disk", "df -h "+dir+"   # make room, or let store.url name a file on a larger disk", "%s has %s free of %s: a full disk stops everything", dir, bytesOf(free), bytesOf(all))
	default:
		f.ok("disk", "%s has %s free of %s", dir, bytesOf(free), bytesOf(all))
	}
	if err := writable(dir); err != nil {
		f.add(wrong, "disk", "chown \"$(id -u)\" "+dir, "nothing can be written into %s: %v", dir, err)
		return f
	}
	switch s, err := sqlite.Schema(ctx, c.StoreURL); {
	case err != nil:
		f.add(wrong, "store", "tocsin migrate status", "%v", err)
	case s.Have == 0:
		f.ok("store", "%s is not there yet; the first run makes it", path)
	default:
		f.schema(c, s)
	}
	return f
}

// writable makes a file in a folder and takes it away again.
func writable(dir string) error {
	file, err := os.CreateTemp(dir, ".tocsin-doctor-*")
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Remove(file.Name())
}

func bytesOf(n uint64) string {
	const gib = 1 << 30
	return fmt.Sprintf("%.1f GiB", float64(n)/gib)
}

package main

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/sqlite"
)

// How a command opens the store. A store in a file has one owner, and others beside it; one in PostgreSQL may have any number,
// and its owner's part is to bring the schema up to date.
var (
	ownStore    = sqlite.Options{}
	besideStore = sqlite.Options{Beside: true}   // to take decisions while another process consumes
	readStore   = sqlite.Options{ReadOnly: true} // beside the process that owns it
)

// openStore opens the store of the configuration.
func (c *config) openStore(ctx context.Context, how sqlite.Options) (state.Store, error) {
	if c.inFile() {
		return sqlite.Open(ctx, c.StoreURL, how)
	}
	return postgres.Open(ctx, c.StoreURL, postgres.Options{Migrate: how == ownStore})
}

// open reads the configuration and opens its store, for a command that needs nothing else of it.
func (f configFlag) open(p *process, how sqlite.Options) (state.Store, error) {
	loaded, err := f.load(p)
	if err != nil {
		return nil, err
	}
	return loaded.openStore(p.ctx, how)
}

// inFile tells whether the store is one in a file.
func (c *config) inFile() bool { return strings.HasPrefix(c.StoreURL, "sqlite:") }

// checkStoreURL does not quote the value: it may hold a password.
func checkStoreURL(s string) error {
	scheme, rest, _ := strings.Cut(s, ":")
	switch {
	case scheme == "sqlite" && rest != "":
		return nil
	case (scheme != "postgres" && scheme != "postgresql") || !strings.HasPrefix(rest, "//"):
		return errors.New("is neither sqlite:FILE nor postgres://…")
	}
	if _, err := url.Parse(s); err != nil {
		return errors.New("is no URL: is every special character of its password percent-encoded?")
	}
	return nil
}

// withoutSecret masks what may be a password.
func withoutSecret(store string) string {
	u, err := url.Parse(store)
	if err != nil {
		scheme, _, _ := strings.Cut(store, ":")
		return scheme + ":…"
	}
	query := u.Query()
	for name := range query {
		if strings.Contains(name, "password") {
			query.Set(name, "xxxxx")
			u.RawQuery = query.Encode()
		}
	}
	return u.Redacted()
}

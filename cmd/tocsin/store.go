package main

import (
	"context"
	"errors"
	"strings"

	"tocsin/state"
	"tocsin/state/sqlite"
)

// openStore opens the store of the configuration. A read-only one may stand beside the process that owns it.
func (c *config) openStore(ctx context.Context, readOnly bool) (state.Store, error) {
	if !strings.HasPrefix(c.StoreURL, "sqlite:") {
		return nil, errors.New("store.url: this build keeps its store in a file: use sqlite:FILE")
	}
	return sqlite.Open(ctx, c.StoreURL, sqlite.Options{ReadOnly: readOnly})
}

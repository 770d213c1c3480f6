package main

import (
	"context"
	"errors"
	"strings"

	"tocsin/state"
	"tocsin/state/sqlite"
)

// How a command opens the store.
var (
	ownStore    = sqlite.Options{}
	besideStore = sqlite.Options{Beside: true}   // to take decisions while another process consumes
	readStore   = sqlite.Options{ReadOnly: true} // beside the process that owns it
)

// openStore opens the store of the configuration.
func (c *config) openStore(ctx context.Context, how sqlite.Options) (state.Store, error) {
	if !strings.HasPrefix(c.StoreURL, "sqlite:") {
		return nil, errors.New("store.url: this build keeps its store in a file: use sqlite:FILE")
	}
	return sqlite.Open(ctx, c.StoreURL, how)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"tocsin/alerts/slack"
)

// health tells whether the process may be sent work.
type health interface {
	// Ready is nil once the open day is known and the source assigned; its error says what is awaited.
	Ready() error
}

// serveHTTP answers /metrics, /-/healthy, /-/ready, the API and, unless acts is nil, what people do in Slack on listen until ctx ends.
// It returns when the listener is closed.
func serveHTTP(ctx context.Context, listener net.Listener, metrics, api, acts http.Handler, h health) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.Handle("/api/", api)
	if acts != nil {
		mux.Handle(slack.Path, acts)
	}
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "healthy")
	})
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) {
		if err := h.Ready(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 60 * time.Second, MaxHeaderBytes: 16 << 10,
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		stopped <- server.Shutdown(drain)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("http on %s: %w", listener.Addr(), err)
	}
	return <-stopped
}

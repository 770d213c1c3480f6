package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"tocsin/alerts/desk"
	"tocsin/alerts/slack"
)

// health tells whether the process may be sent work.
type health interface {
	// Ready is nil while events can be taken and the store answers; its error says what is awaited.
	Ready() error
}

// guard lets those in who may ask.
type guard interface {
	// Guard lets this machine in, and whoever has a token with the scope.
	Guard(desk.Scope, http.Handler) http.Handler
	// Local lets this machine in alone.
	Local(http.Handler) http.Handler
}

// surface is what a process shows on HTTP: /metrics, health, the API, what people do in Slack, the log's level, and profiles.
//
// Health is told to everybody, for it tells nothing else. Metrics and the level are this machine's and those of who has a token,
// profiles this machine's alone. Slack signs what it brings.
type surface struct {
	metrics, api http.Handler
	acts         http.Handler   // nil: nobody acts in Slack over HTTP
	level        *slog.LevelVar // nil: it stays as it is
	health       health
	guard        guard
	tls          *certificate // nil: plain HTTP
	log          *slog.Logger
}

// Bounds of what is asked.
const (
	mostAsked  = 1 << 20 // bytes of a body; the API and Slack's door take less
	mostHeader = 16 << 10
)

// handler answers all of it.
func (s *surface) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.guard.Guard(desk.Read, s.metrics))
	mux.Handle("/api/", s.api)
	if s.acts != nil {
		mux.Handle(slack.Path, s.acts)
	}
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "healthy") })
	mux.HandleFunc("GET /-/ready", s.ready)
	if s.level != nil {
		mux.Handle("GET /-/log-level", s.guard.Guard(desk.Read, http.HandlerFunc(s.tellLevel)))
		mux.Handle("PUT /-/log-level", s.guard.Guard(desk.Act, http.HandlerFunc(s.setLevel)))
	}
	profiles := http.NewServeMux()
	profiles.HandleFunc("GET /debug/pprof/", pprof.Index)
	profiles.HandleFunc("GET /debug/pprof/cmdline", http.NotFound) // a command line may have a password in it
	profiles.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	profiles.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	profiles.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.Handle("/debug/pprof/", s.guard.Local(profiles))
	return s.strict(mux)
}

// strict has browsers make nothing of what is answered, and bounds what is sent.
func (s *surface) strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		r.Body = http.MaxBytesReader(w, r.Body, mostAsked)
		next.ServeHTTP(w, r)
	})
}

func (s *surface) ready(w http.ResponseWriter, _ *http.Request) {
	if err := s.health.Ready(); err != nil {
		http.Error(w, "not ready: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

func (s *surface) tellLevel(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, strings.ToLower(s.level.Level().String()))
}

// setLevel takes a level's name as the body.
func (s *surface) setLevel(w http.ResponseWriter, r *http.Request) {
	var word [16]byte
	n, _ := r.Body.Read(word[:])
	was, level := s.level.Level(), slog.Level(0)
	switch strings.TrimSpace(string(word[:n])) {
	case "debug":
		level = slog.LevelDebug
	case "info":
		level = slog.LevelInfo
	case "warn":
		level = slog.LevelWarn
	case "error":
		level = slog.LevelError
	default:
		http.Error(w, "the body is not one of debug, info, warn, error", http.StatusBadRequest)
		return
	}
	s.level.Set(level)
	s.log.Log(r.Context(), max(was, level, slog.LevelInfo), "the log's level is another", "was", was.String(), "is", level.String())
	s.tellLevel(w, r)
}

// serve answers on listener until ctx ends, and returns when the listener is closed.
func (s *surface) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 60 * time.Second, MaxHeaderBytes: mostHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if err := server.Shutdown(drain); err != nil {
			stopped <- server.Close() // whoever still asks has had his time
			return
		}
		stopped <- nil
	}()
	if s.tls != nil {
		listener = tls.NewListener(listener, s.tls.config())
	}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("http on %s: %w", listener.Addr(), err)
	}
	return <-stopped
}

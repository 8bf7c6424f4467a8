package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"orderflow/internal/config"
	"orderflow/internal/gqlserver"
)

// serve starts serving both addresses.
func (a *App) serve(ctx context.Context) error {
	api, err := a.api()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", api)
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", a.ready)
	if a.Config.GraphiQL {
		mux.Handle("GET /{$}", a.page(ctx))
	}
	if a.issuer != nil {
		mux.Handle("GET /dev/token", a.guarded(http.HandlerFunc(a.devToken)))
	}
	a.routeChannels(mux)
	a.routeCouriers(mux)
	a.route(a.public, a.logged(mux))

	admin := http.NewServeMux()
	admin.HandleFunc("GET /debug/pprof/", pprof.Index)
	admin.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	admin.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	admin.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	admin.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	if a.counters != nil {
		admin.HandleFunc("GET /debug/database", a.databaseCounts)
	}
	admin.Handle("GET /metrics", promhttp.HandlerFor(a.metrics(), promhttp.HandlerOpts{}))
	if a.Config.Env == config.Development {
		a.route(a.private, a.guarded(admin))
	} else {
		a.route(a.private, admin)
	}
	return nil
}

// page serves GraphiQL; in development, with a token in it, to known hosts alone.
func (a *App) page(ctx context.Context) http.Handler {
	page := gqlserver.Playground("/graphql", a.pageToken(ctx))
	if a.Config.Env == config.Development {
		return a.guarded(page)
	}
	return page
}

// alive says that the process is there, whatever becomes of its database.
func alive(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }

// starting answers until the server is started.
func starting() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "starting", http.StatusServiceUnavailable)
	})
	return mux
}

// databaseCounts reports what the database was sent and has returned since the start.
func (a *App) databaseCounts(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(a.counters.Counts()); err != nil {
		a.Log.WarnContext(r.Context(), "database counts", "error", err)
	}
}

// devToken issues a token to anybody: development only.
func (a *App) devToken(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	request := tokenRequest{
		role: query.Get("role"), subject: query.Get("subject"), shops: query.Get("shop"),
		level: currentLevel,
	}
	if text := query.Get("level"); text != "" {
		if _, err := fmt.Sscanf(text, "%d", &request.level); err != nil {
			http.Error(w, "level is a whole number", http.StatusBadRequest)
			return
		}
	}
	token, err := request.issue(r.Context(), a.issuer, a.db.Client)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprintln(w, token)
}

// pageToken is the token in GraphiQL's headers; empty outside of development.
func (a *App) pageToken(ctx context.Context) string {
	if a.issuer == nil {
		return ""
	}
	request := tokenRequest{role: "buyer", level: currentLevel}
	token, err := request.issue(ctx, a.issuer, a.db.Client)
	if err != nil {
		a.Log.WarnContext(ctx, "GraphiQL opens without a token", "error", err)
	}
	return token
}

// logged logs every request at level debug: its path, but no query, body or header, which may be
// personal or secret.
func (a *App) logged(next http.Handler) http.Handler {
	if !a.Log.Enabled(context.Background(), slog.LevelDebug) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		next.ServeHTTP(recorder, r)
		a.Log.DebugContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path,
			"status", recorder.status, "took", time.Since(start))
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController access to the writer, for sockets and event streams.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }

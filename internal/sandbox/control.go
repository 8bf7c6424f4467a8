package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// HandleFunc adds an unsigned route.
func (p *Peer) HandleFunc(pattern string, serve http.HandlerFunc) {
	p.mux.HandleFunc(pattern, serve)
}

// HandleControl adds POST /control: do runs with the body, which check has accepted.
func HandleControl[C any](p *Peer, check func(C) error, do func(context.Context, C) error) {
	p.HandleFunc("POST /control", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
		var control C
		if err == nil {
			control, err = Decode[C](body)
		}
		if err == nil {
			err = check(control)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := do(r.Context(), control); err != nil {
			p.WriteError(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// HandleList adds an unsigned route that answers, as JSON, what list returns.
func HandleList[T any](p *Peer, pattern string, list func(context.Context) (T, error)) {
	p.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		found, err := list(r.Context())
		if err != nil {
			p.fail(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(found)
	})
}

// WriteError answers an error on an unsigned route.
func (p *Peer) WriteError(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, ErrUnknown):
		http.Error(w, err.Error(), http.StatusNotFound)
	case errors.Is(err, ErrNotPossible):
		http.Error(w, err.Error(), http.StatusConflict)
	default:
		p.fail(w, err)
	}
}

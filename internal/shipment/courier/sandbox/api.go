package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"orderflow/internal/sandboxsig"
)

// act does one Op inside a transaction.
type act func(tx *sql.Tx, ask askBody) (any, error)

// api wraps an act in everything between the wire and the books: signatures, faults and hooks.
func (p *Peer) api(op Op, do act) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "cannot read the request", http.StatusBadRequest)
			return
		}
		err = p.signer.Verify(r.Header, body, forRequest, r.Method, r.URL.EscapedPath())
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		ask, refused := readAsk(body)
		if refused != nil {
			p.answer(w, r, p.signer, nil, refused)
			return
		}
		p.perform(w, r, op, ask, do)
	}
}

func readAsk(body []byte) (askBody, *refusal) {
	ask, err := decode[askBody](body)
	switch {
	case err != nil:
		return ask, refuse(CodeBadRequest, "%v", err)
	case ask.Reference == "" || ask.Number == "":
		return ask, refuse(CodeBadRequest, "reference and number are needed")
	case ask.Carrier != Carrier:
		return ask, refuse(CodeUnknownCarrier, "no carrier %q", ask.Carrier)
	}
	return ask, nil
}

func (p *Peer) perform(w http.ResponseWriter, r *http.Request, op Op, ask askBody, do act) {
	// The caller may be gone; a peer goes on all the same.
	ctx := context.WithoutCancel(r.Context())
	p.hook(Before, op, ask.Reference)
	broken, err := p.takeFault(ctx, op, ask.Reference)
	if err != nil {
		p.fail(w, op, err)
		return
	}
	switch broken {
	case Unreachable:
		panic(http.ErrAbortHandler)
	case UnsignedError:
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	case Stall:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	var answer any
	err = p.inTx(ctx, func(tx *sql.Tx) error {
		var err error
		answer, err = do(tx, ask)
		return err
	})
	if err != nil {
		p.fail(w, op, err)
		return
	}
	p.hook(Acted, op, ask.Reference)
	with := p.signer
	switch broken {
	case LoseAnswer:
		panic(http.ErrAbortHandler)
	case IllSigned:
		with.Secret = []byte("the secret of somebody else")
	}
	p.answer(w, r, with, answer, nil)
	p.hook(Answered, op, ask.Reference)
}

// answer sends the signed answer or refusal, all of it, before it returns.
func (p *Peer) answer(
	w http.ResponseWriter, r *http.Request, with sandboxsig.Signer, value any, refused *refusal,
) {
	status := http.StatusOK
	if refused != nil {
		status, value = http.StatusUnprocessableEntity, refused
	}
	body, err := json.Marshal(value)
	if err != nil {
		p.fail(w, "", err)
		return
	}
	with.Sign(w.Header(), body, forAnswer, r.Header.Get(sandboxsig.HeaderNonce), fmt.Sprint(status))
	w.Header().Set("Content-Type", "application/json")
	// With its length known the client has the whole answer as soon as it is flushed.
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	if _, err := w.Write(body); err == nil {
		_ = http.NewResponseController(w).Flush()
	}
}

// fail answers what went wrong inside the peer: unsigned, so that nobody believes anything.
func (p *Peer) fail(w http.ResponseWriter, op Op, err error) {
	slog.Error("sandbox courier peer", "op", op, "error", err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}

// refusePublic answers what a control method refused.
func (p *Peer) refusePublic(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, ErrUnknown):
		http.Error(w, err.Error(), http.StatusNotFound)
	case errors.Is(err, ErrNotPossible):
		http.Error(w, err.Error(), http.StatusConflict)
	default:
		p.fail(w, "", err)
	}
}

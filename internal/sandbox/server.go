package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
)

// Act is the effect of a call, inside a transaction. A *Refusal is an answer: the transaction is
// committed.
type Act func(tx *sql.Tx) (any, error)

// Read reads a call: the number that it is about and its effect. An error refuses the call before
// anything happens.
type Read func(r *http.Request, body []byte) (subject string, act Act, err error)

// HandleCall adds a signed route: signatures, faults and hooks are those of the engine.
func (p *Peer) HandleCall(pattern string, op Op, read Read) {
	p.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		body, ok := p.signer.ReadCall(w, r)
		if !ok {
			return
		}
		subject, act, err := read(r, body)
		var refused *Refusal
		switch {
		case errors.As(err, &refused):
			p.answer(w, r, p.signer, refused)
		case err != nil:
			p.answer(w, r, p.signer, Refuse(CodeBadRequest, "%v", err))
		default:
			p.perform(w, r, call{op: op, subject: subject, act: act})
		}
	})
}

type call struct {
	op      Op
	subject string
	act     Act
}

func (p *Peer) perform(w http.ResponseWriter, r *http.Request, c call) {
	// The caller may be gone; a peer goes on all the same.
	ctx := context.WithoutCancel(r.Context())
	p.hook(Before, c.op, c.subject)
	fault, err := p.takeCallFault(ctx, c)
	if err != nil {
		p.fail(w, err)
		return
	}
	switch fault {
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
	err = p.InTx(ctx, func(tx *sql.Tx) error {
		var err error
		var refused *Refusal
		if answer, err = c.act(tx); errors.As(err, &refused) {
			answer = refused
			return nil
		}
		return err
	})
	if err != nil {
		p.fail(w, err)
		return
	}
	p.hook(Acted, c.op, c.subject)
	signer := p.signer
	switch fault {
	case LoseAnswer:
		panic(http.ErrAbortHandler)
	case IllSigned:
		signer.Secret = []byte("the secret of somebody else")
	}
	p.answer(w, r, signer, answer)
	p.hook(Answered, c.op, c.subject)
}

func (p *Peer) takeCallFault(ctx context.Context, c call) (FaultKind, error) {
	var fault Fault
	err := p.InTx(ctx, func(tx *sql.Tx) error {
		var err error
		fault, err = TakeFault(tx, c.op, c.subject, callFaults()...)
		return err
	})
	return fault.Kind, err
}

func (p *Peer) answer(w http.ResponseWriter, r *http.Request, signer Signer, value any) {
	if err := signer.WriteAnswer(w, r, value); err != nil {
		p.fail(w, err)
	}
}

// fail answers a failure inside the peer, unsigned, so that the caller concludes nothing.
func (p *Peer) fail(w http.ResponseWriter, err error) {
	slog.Error(p.service.Name, "error", err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}

// ReadCall reads a signed request. Unless it is readable and signed, the answer is written and the
// result is false.
func (s Signer) ReadCall(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		http.Error(w, "cannot read the request", http.StatusBadRequest)
		return nil, false
	}
	if err := s.Verify(r.Header, body, useRequest, r.Method, r.URL.EscapedPath()); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return nil, false
	}
	return body, true
}

// WriteAnswer sends a signed answer, all of it, before it returns. A *Refusal has a status of its
// own. The error is that of a value that is no JSON; nothing was sent then.
func (s Signer) WriteAnswer(w http.ResponseWriter, r *http.Request, value any) error {
	status := http.StatusOK
	if _, refused := value.(*Refusal); refused {
		status = http.StatusUnprocessableEntity
	}
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	s.Sign(w.Header(), body, useAnswer, r.Header.Get(headerNonce), strconv.Itoa(status))
	w.Header().Set("Content-Type", "application/json")
	// With its length known the client has the whole answer as soon as it is flushed.
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if _, err := w.Write(body); err == nil {
		_ = http.NewResponseController(w).Flush()
	}
	return nil
}

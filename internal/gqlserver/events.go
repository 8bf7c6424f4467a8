package gqlserver

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"orderflow/internal/fault"
)

var errServerStops = errors.New("the server stops")

func tokenEnded() error {
	return fault.New(fault.Unauthenticated, "The token has ended; connect again with a new one.")
}

// serveEvents responds to one operation with an event stream, in the distinct-connections mode of
// GraphQL over Server-Sent Events: next for each result, complete at the end. Errors of the
// operation are a next event too, because EventSource cannot read the body of a failure.
func (s *server) serveEvents(
	ctx context.Context, w http.ResponseWriter, expiry time.Time,
	op *graphql.OperationContext, errs gqlerror.List,
) {
	ctx, cancel := s.streamContext(ctx, expiry)
	defer cancel(nil)
	stream := &eventStream{w: w, control: http.NewResponseController(w), server: s}
	stream.open()
	defer stream.release()
	if len(errs) > 0 {
		opCtx := graphql.WithOperationContext(ctx, op)
		stream.next(encode(&graphql.Response{Errors: s.presentAll(opCtx, errs)}))
		stream.complete()
		return
	}
	ctx, end := withStreamEnd(ctx)
	results := make(chan []byte)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(results)
		s.pump(ctx, op, end, func(result []byte) {
			select {
			case results <- result:
			case <-ctx.Done():
			}
		})
	}()
	stream.relay(ctx, results, cancel)
	cancel(nil)
	<-done
	switch cause := context.Cause(ctx); {
	case stream.broken || errors.Is(cause, errServerStops):
		return // without complete, so that the client connects again
	case fault.Is(cause, fault.Unauthenticated):
		stream.next(encode(&graphql.Response{Errors: gqlerror.List{s.present(ctx, cause)}}))
	}
	stream.complete()
}

// streamContext ends with the token and with the server.
func (s *server) streamContext(
	ctx context.Context, expiry time.Time,
) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	if !expiry.IsZero() {
		timer := time.AfterFunc(time.Until(expiry), func() { cancel(tokenEnded()) })
		context.AfterFunc(ctx, func() { timer.Stop() })
	}
	if s.options.Stopping != nil {
		go func() {
			select {
			case <-s.options.Stopping:
				cancel(errServerStops)
			case <-ctx.Done():
			}
		}()
	}
	return ctx, cancel
}

// pump runs an operation and passes on its results, the last of them the error that ended it.
// Nothing it calls may panic past it: it runs in a goroutine of its own.
func (s *server) pump(
	ctx context.Context, op *graphql.OperationContext, end *streamEnd,
	send func([]byte),
) {
	defer func() {
		err := end.reason()
		if value := recover(); value != nil {
			err = s.recovered(ctx, value)
		}
		if err != nil {
			send(encode(&graphql.Response{Errors: gqlerror.List{s.present(ctx, err)}}))
		}
	}()
	ctx, cancel := s.bounded(ctx, op)
	defer cancel()
	responses, ctx := s.exec.DispatchOperation(ctx, op)
	sent := false
	for response := responses(ctx); response != nil; response = responses(ctx) {
		send(encode(response)) // at once: gqlgen writes the next one into the same buffer
		sent = true
	}
	if !sent && op.Operation.Operation != ast.Subscription {
		send(encode(&graphql.Response{Errors: s.overdue(ctx)}))
	}
}

type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	server  *server
	broken  bool
}

func (e *eventStream) open() {
	h := e.w.Header()
	h.Set("Content-Type", mediaEvents+"; charset=utf-8")
	h.Set("Cache-Control", "no-cache, no-store")
	h.Set("X-Accel-Buffering", "no") // otherwise nginx buffers events
	// The server's read timeout is meant for requests, not for the life of a stream.
	_ = e.control.SetReadDeadline(time.Time{})
	e.w.WriteHeader(http.StatusOK)
	e.write(":\n\n")
}

// release leaves no deadline to the next request on the connection.
func (e *eventStream) release() {
	_ = e.control.SetWriteDeadline(time.Time{})
}

// relay writes results and pings until the operation or the context ends, or the client is gone.
func (e *eventStream) relay(
	ctx context.Context, results <-chan []byte, cancel context.CancelCauseFunc,
) {
	ping := time.NewTicker(e.server.options.KeepAlive)
	defer ping.Stop()
	for !e.broken {
		select {
		case result, open := <-results:
			if !open {
				return
			}
			e.next(result)
		case <-ping.C:
			e.write(":\n\n")
		case <-ctx.Done():
			return
		}
	}
	cancel(nil)
}

// next sends one line of data: a line break in the JSON stands between tokens and can go.
func (e *eventStream) next(result []byte) {
	data := strings.ReplaceAll(string(result), "\n", " ")
	e.write("event: next\ndata: " + data + "\n\n")
}

// complete has a data line, since EventSource drops events without one.
func (e *eventStream) complete() {
	e.write("event: complete\ndata:\n\n")
}

func (e *eventStream) write(text string) {
	_ = e.control.SetWriteDeadline(time.Now().Add(e.server.options.WriteTimeout))
	if _, err := e.w.Write([]byte(text)); err != nil {
		e.broken = true
		return
	}
	e.broken = e.control.Flush() != nil
}

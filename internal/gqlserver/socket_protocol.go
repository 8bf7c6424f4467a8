package gqlserver

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"orderflow/internal/fault"
)

// socketOperation is one running operation. It is finished when it is no longer in the
// connection's map; from then on nothing is sent for its id, which may be used again.
type socketOperation struct {
	id     string
	cancel context.CancelFunc
}

// handle processes one message. A close code other than 0 ends the connection.
func (k *socket) handle(data []byte) (websocket.StatusCode, string) {
	var m message
	if err := decodeOne(data, &m); err != nil {
		return closeBadMessage, "Invalid message"
	}
	switch m.Type {
	case "connection_init":
		return k.handleInit(m.Payload)
	case "ping":
		k.send(message{Type: "pong", Payload: m.Payload})
	case "pong":
	case "subscribe":
		return k.handleSubscribe(m)
	case "complete":
		if m.ID == "" {
			return closeBadMessage, "Invalid message: id is missing"
		}
		k.stop(m.ID)
	default:
		return closeBadMessage, "Invalid message type"
	}
	return 0, ""
}

func (k *socket) handleInit(payload json.RawMessage) (websocket.StatusCode, string) {
	if k.initialised {
		return closeTooManyInits, "Too many initialisation requests"
	}
	k.initialised = true
	var given map[string]any
	if len(payload) > 0 && decodeOne(payload, &given) != nil {
		return closeBadMessage, "Invalid message: payload must be an object"
	}
	var expiry time.Time
	if k.server.options.Authenticate != nil {
		token := k.token(given)
		if token == "" {
			return closeForbidden, "A token is needed"
		}
		ctx, ends, err := k.server.authenticate(k.ctx, k.address, token)
		switch faults := fault.All(err); {
		case fault.Is(err, fault.RateLimited):
			return websocket.StatusTryAgainLater, faults[0].Message
		case len(faults) > 0:
			return closeForbidden, faults[0].Message
		case err != nil:
			return closeInternal, k.server.present(k.ctx, err).Message
		}
		k.ctx, expiry = ctx, ends
	}
	k.acknowledged = true
	k.ready <- expiry
	k.send(message{Type: "connection_ack"})
	return 0, ""
}

// token looks for the viewer's token in the payload, then in the handshake.
func (k *socket) token(payload map[string]any) string {
	for _, name := range []string{"Authorization", "authorization", "token"} {
		if text, ok := payload[name].(string); ok && text != "" {
			if token := bearer(text); token != "" {
				return token
			}
			return text
		}
	}
	return bearer(k.header.Get("Authorization"))
}

func (k *socket) handleSubscribe(m message) (websocket.StatusCode, string) {
	if !k.acknowledged {
		return closeUnauthorized, "Unauthorized"
	}
	if m.ID == "" {
		return closeBadMessage, "Invalid message: id is missing"
	}
	params, f := decodeParams(bytes.TrimSpace(m.Payload))
	if f != nil {
		return closeBadMessage, "Invalid message: " + f.Message
	}
	params.Headers = k.header
	parent := k.nextOperationContext()
	ctx, cancel := context.WithCancel(parent)
	op := &socketOperation{id: m.ID, cancel: cancel}

	k.mu.Lock()
	_, taken := k.operations[m.ID]
	full := len(k.operations) >= k.server.limits.Subscriptions
	if !taken && !full {
		k.operations[m.ID] = op
	}
	k.mu.Unlock()

	switch {
	case taken:
		cancel()
		return closeDuplicate, "Subscriber for " + m.ID + " already exists"
	case full:
		cancel()
		k.sendErrors(m.ID, gqlerror.List{k.server.present(parent, fault.New(fault.TooComplex,
			"At most %d subscriptions run on one connection.", k.server.limits.Subscriptions))})
	default:
		k.wg.Go(func() { k.run(ctx, op, params) })
	}
	return 0, ""
}

// stop ends an operation at the client's request: nothing more is sent for it.
func (k *socket) stop(id string) {
	k.mu.Lock()
	op := k.operations[id]
	delete(k.operations, id)
	k.mu.Unlock()
	if op != nil {
		op.cancel()
	}
}

// running reports whether the client still waits for op.
func (k *socket) running(op *socketOperation) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.operations[op.id] == op
}

// finish frees op's id and reports whether the client still waited for it.
func (k *socket) finish(op *socketOperation) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.operations[op.id] != op {
		return false
	}
	delete(k.operations, op.id)
	return true
}

// run executes an operation and sends its results.
func (k *socket) run(ctx context.Context, op *socketOperation, params *graphql.RawParams) {
	defer op.cancel()
	errs := k.execute(ctx, op, params)
	switch waiting := k.finish(op); {
	case !waiting || k.ctx.Err() != nil:
	case len(errs) > 0:
		k.sendErrors(op.id, errs)
	default:
		k.send(message{ID: op.id, Type: "complete"})
	}
}

// execute returns the errors that kept the operation from running or ended its stream.
func (k *socket) execute(
	ctx context.Context, op *socketOperation, params *graphql.RawParams,
) (ended gqlerror.List) {
	s := k.server
	defer func() {
		if value := recover(); value != nil {
			ended = gqlerror.List{s.present(ctx, s.recovered(ctx, value))}
		}
	}()
	if f := s.withinRate(ctx, k.address); f != nil {
		return gqlerror.List{s.present(ctx, f)}
	}
	ctx = graphql.StartOperationTrace(ctx)
	opCtx, errs := s.exec.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		return s.presentAll(graphql.WithOperationContext(ctx, opCtx), errs)
	}
	ctx, end := withStreamEnd(ctx)
	ctx, cancel := s.bounded(ctx, opCtx)
	defer cancel()
	responses, ctx := s.exec.DispatchOperation(ctx, opCtx)
	sent := false
	for response := responses(ctx); response != nil; response = responses(ctx) {
		if opCtx.Operation.Operation == ast.Subscription && len(response.Data) == 0 {
			return response.Errors // the stream did not begin
		}
		if !k.running(op) {
			return nil
		}
		k.send(message{ID: op.id, Type: "next", Payload: encode(response)})
		sent = true
	}
	if !sent && opCtx.Operation.Operation != ast.Subscription {
		return s.overdue(ctx)
	}
	if err := end.reason(); err != nil {
		return gqlerror.List{s.present(ctx, err)}
	}
	return nil
}

func (k *socket) sendErrors(id string, errs gqlerror.List) {
	k.send(message{ID: id, Type: "error", Payload: mustMarshal(errs)})
}

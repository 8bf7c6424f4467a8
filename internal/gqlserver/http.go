package gqlserver

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"orderflow/internal/fault"
)

// serveOperation responds to one operation with JSON or by an event stream.
func (s *server) serveOperation(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Accept")
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		s.refused(w, r, refuse(http.StatusNotAcceptable, fault.BadUserInput,
			"The answer is %s, %s or %s.", mediaGraphQL, mediaJSON, mediaEvents))
		return
	}
	if media != mediaEvents {
		ctx, cancel := context.WithTimeout(r.Context(), s.options.OperationTimeout)
		defer cancel()
		r = r.WithContext(ctx)
	}
	ctx, expiry, no := s.identify(r)
	if no != nil {
		s.refused(w, r, no)
		return
	}
	if f := s.withinRate(ctx, s.address(r)); f != nil {
		s.refused(w, r, &refusal{status: http.StatusTooManyRequests, cause: f})
		return
	}
	params, no := s.readParams(w, r)
	if no != nil {
		s.refused(w, r, no)
		return
	}
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := s.exec.CreateOperationContext(ctx, params)
	if len(errs) == 0 {
		if no := checkMethod(r.Method, media, op.Operation.Operation); no != nil {
			s.refused(w, r, no)
			return
		}
	}
	if media == mediaEvents {
		s.serveEvents(ctx, w, expiry, op, errs)
		return
	}
	s.serveJSON(ctx, w, media, op, errs)
}

// checkMethod refuses mutations by GET and subscriptions whose response cannot be a stream.
func checkMethod(method, media string, operation ast.Operation) *refusal {
	switch {
	case operation == ast.Mutation && method == http.MethodGet:
		return &refusal{
			status: http.StatusMethodNotAllowed, allow: http.MethodPost,
			cause: fault.New(fault.BadUserInput, "A mutation needs POST."),
		}
	case operation == ast.Subscription && media != mediaEvents:
		return badRequest("A subscription needs a WebSocket or an event stream (Accept: %s).",
			mediaEvents)
	}
	return nil
}

// bounded ends the context of a query or a mutation when it takes too long.
func (s *server) bounded(
	ctx context.Context, op *graphql.OperationContext,
) (context.Context, context.CancelFunc) {
	if op.Operation.Operation == ast.Subscription {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.options.OperationTimeout)
}

func (s *server) serveJSON(
	ctx context.Context, w http.ResponseWriter, media string,
	op *graphql.OperationContext, errs gqlerror.List,
) {
	if len(errs) > 0 {
		presented := s.presentAll(graphql.WithOperationContext(ctx, op), errs)
		s.write(w, media, statusOf(media, presented), &graphql.Response{Errors: presented})
		return
	}
	responses, ctx := s.exec.DispatchOperation(ctx, op)
	response := responses(ctx)
	if response == nil {
		response = &graphql.Response{Errors: s.overdue(ctx)}
	}
	s.write(w, media, http.StatusOK, response)
}

// overdue is why a query or a mutation has no response: its time was over before it ran.
func (s *server) overdue(ctx context.Context) gqlerror.List {
	return gqlerror.List{s.present(ctx, ctx.Err())}
}

// statusOf returns the status of an operation that did not run: application/json means 200 to
// its clients even then.
func statusOf(media string, errs gqlerror.List) int {
	switch code := errs[0].Extensions["code"]; {
	case code == fault.Internal:
		return http.StatusInternalServerError
	case media == mediaJSON || code == fault.PersistedQueryNotFound:
		return http.StatusOK
	default:
		return http.StatusBadRequest
	}
}

// refused responds to a request that did not become an operation.
func (s *server) refused(w http.ResponseWriter, r *http.Request, no *refusal) {
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok || media == mediaEvents {
		media = mediaJSON
	}
	switch no.status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", no.allow)
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "1")
	}
	errs := gqlerror.List{s.present(r.Context(), no.cause)}
	s.write(w, media, no.status, &graphql.Response{Errors: errs})
}

// write sends one response. A failed write means that the client left.
func (s *server) write(
	w http.ResponseWriter, media string, status int, response *graphql.Response,
) {
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(encode(response))
}

// presentAll presents the errors of an operation that did not run, up to a bound.
func (s *server) presentAll(ctx context.Context, errs gqlerror.List) gqlerror.List {
	presented := make(gqlerror.List, 0, min(len(errs), maxErrors))
	for _, err := range errs[:min(len(errs), maxErrors)] {
		presented = append(presented, s.present(ctx, err))
	}
	return presented
}

// encode writes a response as JSON, without a data entry when nothing was executed.
func encode(response *graphql.Response) []byte {
	if response == nil {
		response = &graphql.Response{}
	}
	out := []byte{'{'}
	entry := func(name string, value []byte) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, name...)
		out = append(out, '"', ':')
		out = append(out, value...)
	}
	if len(response.Errors) > 0 {
		entry("errors", mustMarshal(response.Errors))
	}
	if len(response.Data) > 0 {
		entry("data", response.Data)
	}
	if len(response.Extensions) > 0 {
		entry("extensions", mustMarshal(response.Extensions))
	}
	return append(out, '}')
}

// mustMarshal marshals values of this package and of extensions; those that cannot be are bugs,
// which the handlers recover from.
func mustMarshal(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return data
}

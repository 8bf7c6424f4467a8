package gqlserver

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"orderflow/internal/fault"
)

const allowedMethods = "GET, POST, OPTIONS"

type server struct {
	options       Options
	limits        Limits
	introspection bool
	logger        *slog.Logger
	exec          *executor.Executor
	rate          *rateLimiter // operations of viewers
	refusals      *rateLimiter // refused tokens of addresses
}

// New returns the handler of the GraphQL endpoint: POST and GET, event streams in distinct
// connections, and WebSocket.
func New(es graphql.ExecutableSchema, options Options) http.Handler {
	options = options.withDefaults()
	s := &server{
		options:       options,
		limits:        options.Limits,
		introspection: options.Introspection,
		logger:        options.Logger,
		exec:          executor.New(es),
		rate:          newRateLimiter(options.Limits.RequestsPerSecond, options.Limits.RequestBurst),
		refusals: newRateLimiter(
			options.Limits.RefusalsPerSecond, options.Limits.RefusalBurst),
	}
	docs := newDocuments(s.limits, s.introspection, es.Schema().Types, options.Scalars)
	s.exec.SetErrorPresenter(s.present)
	s.exec.SetRecoverFunc(s.recovered)
	s.exec.SetParserTokenLimit(s.limits.Tokens)
	s.exec.SetDisableSuggestion(!s.introspection)
	s.exec.SetQueryCache(docs)
	s.exec.Use(docs)
	for _, extension := range options.Extensions {
		s.exec.Use(extension)
	}
	return s
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := requestIDOf(r)
	r = r.WithContext(withRequestID(r.Context(), id))
	w.Header().Set("X-Request-Id", id)
	defer func() {
		if value := recover(); value != nil {
			if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(value)
			}
			cause := s.recovered(r.Context(), value)
			s.refused(w, r, &refusal{status: http.StatusInternalServerError, cause: cause})
		}
	}()
	switch {
	case r.Header.Get("Upgrade") != "":
		s.serveSocket(w, r)
	case r.Method == http.MethodGet || r.Method == http.MethodPost:
		s.allowCrossOrigin(w, r)
		s.serveOperation(w, r)
	case r.Method == http.MethodOptions:
		s.allowCrossOrigin(w, r)
		w.Header().Set("Allow", allowedMethods)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.refused(w, r, &refusal{
			status: http.StatusMethodNotAllowed, allow: allowedMethods,
			cause: fault.New(fault.BadUserInput, "This endpoint answers GET and POST."),
		})
	}
}

// authenticate verifies the token of a client, which may be none, unless too many of its address
// were refused.
func (s *server) authenticate(
	ctx context.Context, address, token string,
) (context.Context, time.Time, error) {
	now := time.Now()
	if s.refusals.exhausted(address, now) {
		return nil, time.Time{}, fault.New(fault.RateLimited,
			"Too many refused tokens came from this address; wait a second, and send a valid one.")
	}
	if token == "" {
		s.refusals.charge(address, now)
		return nil, time.Time{}, fault.New(fault.Unauthenticated,
			"The Authorization header must be a bearer token.")
	}
	ctx, expiry, err := s.options.Authenticate(ctx, token)
	if fault.Is(err, fault.Unauthenticated) {
		s.refusals.charge(address, now)
	}
	return ctx, expiry, err
}

// identify puts the viewer of an HTTP request into the context and returns when the token ends.
func (s *server) identify(r *http.Request) (context.Context, time.Time, *refusal) {
	header := r.Header.Get("Authorization")
	if header == "" || s.options.Authenticate == nil {
		return r.Context(), time.Time{}, nil
	}
	ctx, expiry, err := s.authenticate(r.Context(), s.address(r), bearer(header))
	switch {
	case err == nil:
		return ctx, expiry, nil
	case fault.Is(err, fault.RateLimited):
		return nil, time.Time{}, &refusal{status: http.StatusTooManyRequests, cause: err}
	case fault.All(err) == nil:
		return nil, time.Time{}, &refusal{status: http.StatusInternalServerError, cause: err}
	default:
		return nil, time.Time{}, &refusal{status: http.StatusUnauthorized, cause: err}
	}
}

// bearer returns the token of an Authorization value, or "" when it is of another scheme.
func bearer(value string) string {
	scheme, token, found := strings.Cut(strings.TrimSpace(value), " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// withinRate counts one operation of the viewer in ctx.
func (s *server) withinRate(ctx context.Context, address string) *fault.Error {
	key := ""
	if s.options.ViewerKey != nil {
		key = s.options.ViewerKey(ctx)
	}
	if key == "" {
		key = "address " + address
	}
	if s.rate.allow(key, time.Now()) {
		return nil
	}
	return fault.New(fault.RateLimited,
		"More than %g operations a second; try again later.", s.limits.RequestsPerSecond)
}

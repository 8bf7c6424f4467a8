package gqlserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
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
	rate          *rateLimiter
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
		rate:          newRateLimiter(options.Limits),
	}
	docs := newDocuments(s.limits, s.introspection)
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

// identify puts the viewer of an HTTP request into the context and returns when the token ends.
func (s *server) identify(r *http.Request) (context.Context, time.Time, *refusal) {
	header := r.Header.Get("Authorization")
	if header == "" || s.options.Authenticate == nil {
		return r.Context(), time.Time{}, nil
	}
	token := bearer(header)
	if token == "" {
		return nil, time.Time{}, refuse(http.StatusUnauthorized, fault.Unauthenticated,
			"The Authorization header must be a bearer token.")
	}
	ctx, expiry, err := s.options.Authenticate(r.Context(), token)
	switch {
	case err == nil:
		return ctx, expiry, nil
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
func (s *server) withinRate(ctx context.Context, remoteAddr string) *fault.Error {
	key := ""
	if s.options.ViewerKey != nil {
		key = s.options.ViewerKey(ctx)
	}
	if key == "" {
		host, _, err := net.SplitHostPort(remoteAddr)
		if err != nil {
			host = remoteAddr
		}
		key = "address " + host
	}
	if s.rate.allow(key, time.Now()) {
		return nil
	}
	return fault.New(fault.RateLimited,
		"More than %g operations a second; try again later.", s.limits.RequestsPerSecond)
}

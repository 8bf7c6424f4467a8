package gqlserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

const patience = time.Minute

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type viewerKey struct{}

// authenticate knows alice for ever, brief for a moment, and fails for broken.
func authenticate(ctx context.Context, token string) (context.Context, time.Time, error) {
	switch token {
	case "alice":
		return context.WithValue(ctx, viewerKey{}, token), time.Time{}, nil
	case "brief":
		ends := time.Now().Add(100 * time.Millisecond)
		return context.WithValue(ctx, viewerKey{}, token), ends, nil
	case "broken":
		return nil, time.Time{}, errors.New(secretText)
	}
	return nil, time.Time{}, fault.New(fault.Unauthenticated, "This token is not valid.")
}

func viewerOf(ctx context.Context) string {
	name, _ := ctx.Value(viewerKey{}).(string)
	return name
}

// buffer is a log that a test may read while the server writes.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

type harness struct {
	*testing.T
	url       string
	client    *http.Client
	log       *buffer
	resolvers *resolvers
}

// start serves the test schema. Without a rate of its own a test is not limited.
func start(t *testing.T, options gqlserver.Options) *harness {
	t.Helper()
	h := &harness{T: t, log: &buffer{}, resolvers: newResolvers()}
	options.Logger = slog.New(slog.NewTextHandler(h.log, nil))
	if options.Limits.RequestsPerSecond == 0 {
		options.Limits.RequestsPerSecond = -1
	}
	server := httptest.NewServer(gqlserver.New(h.resolvers.schema(), options))
	t.Cleanup(server.Close)
	h.url, h.client = server.URL, server.Client()
	return h
}

type graphError struct {
	Message    string
	Path       []any
	Extensions map[string]any
}

type answer struct {
	status int
	header http.Header
	raw    string
	Data   map[string]any
	Errors []graphError
}

func (a answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

func (a answer) hasData() bool { return strings.Contains(a.raw, `"data":`) }

func (h *harness) do(method, url, body string, header ...string) answer {
	h.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := h.client.Do(request)
	if err != nil {
		h.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		h.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, raw: string(raw)}
	if len(raw) > 0 && strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &a); err != nil {
			h.Fatalf("the answer is no JSON: %v: %s", err, raw)
		}
		for _, e := range a.Errors {
			if e.Extensions["code"] == nil {
				h.Errorf("an error without a code: %s", raw)
			}
		}
	}
	return a
}

func (h *harness) post(query string, header ...string) answer {
	h.Helper()
	return h.postVariables(query, nil, header...)
}

func (h *harness) postVariables(query string, variables map[string]any, header ...string) answer {
	h.Helper()
	return h.do("POST", h.url, requestBody(query, variables),
		append([]string{"Content-Type", "application/json"}, header...)...)
}

func requestBody(query string, variables map[string]any) string {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return string(body)
}

func (h *harness) expect(a answer, status int, code fault.Code) {
	h.Helper()
	if a.status != status || a.code() != string(code) {
		h.Fatalf("got %d %q, want %d %q: %.500s", a.status, a.code(), status, code, a.raw)
	}
}

// await waits for a signal that must come.
func (h *harness) await(signal <-chan struct{}, what string) {
	h.Helper()
	select {
	case <-signal:
	case <-time.After(patience):
		h.Fatalf("waited in vain: %s", what)
	}
}

// serveOnce returns the page that a handler serves.
func serveOnce(handler http.Handler) string {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest("GET", "/", nil))
	return recorder.Body.String()
}

package sandboxtest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Secret is shared by peers and clients.
const Secret = "a secret shared in tests"

// patience is how long a test waits for what happens in another goroutine.
const patience = time.Minute

// Clock stands still until it is moved; safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock returns a clock that shows real time plus an offset.
func NewClock(offset time.Duration) *Clock { return &Clock{at: time.Now().Add(offset)} }

// Now returns what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance moves the clock, back when by is negative.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// Stages are the calls of a peer's hook, in their order. A client may have its answer before the
// hook hears that it was sent, so a test waits for each.
type Stages chan string

// Add is for the hook.
func (s Stages) Add(stage, op, subject string) { s <- stage + " " + op + " " + subject }

// Want waits for the next stages.
func (s Stages) Want(t *testing.T, want ...string) {
	t.Helper()
	for _, next := range want {
		select {
		case got := <-s:
			if got != next {
				t.Fatalf("stage %q, want %q", got, next)
			}
		case <-time.After(patience):
			t.Fatalf("stage %q does not come", next)
		}
	}
}

// Received is a message as it arrived.
type Received struct {
	Header http.Header
	Body   []byte
}

// Request returns the message as a server gets it.
func (r Received) Request() *http.Request {
	req := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(r.Body))
	req.Header = r.Header
	return req
}

// Inbox is a server that keeps the messages it receives.
type Inbox struct {
	URL string
	// Status of every answer; at first 204.
	Status atomic.Int64
	// Arrived gets a value for every message.
	Arrived chan struct{}

	mu       sync.Mutex
	received []Received
}

// NewInbox starts an inbox that stops with the test.
func NewInbox(t *testing.T) *Inbox {
	in := &Inbox{Arrived: make(chan struct{}, 100)}
	in.Status.Store(http.StatusNoContent)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		in.mu.Lock()
		in.received = append(in.received, Received{Header: r.Header, Body: body})
		in.mu.Unlock()
		w.WriteHeader(int(in.Status.Load()))
		in.Arrived <- struct{}{}
	}))
	t.Cleanup(server.Close)
	in.URL = server.URL
	return in
}

// Take returns what arrived since the last call.
func (in *Inbox) Take() []Received {
	in.mu.Lock()
	defer in.mu.Unlock()
	taken := in.received
	in.received = nil
	return taken
}

// Get makes an HTTP request as a browser or a shell does, and returns status and text.
func Get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	Must(t, err)
	return send(t, req)
}

// Post is Get with a body.
func Post(t *testing.T, url, contentType, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(
		t.Context(), http.MethodPost, url, strings.NewReader(body))
	Must(t, err)
	req.Header.Set("Content-Type", contentType)
	return send(t, req)
}

func send(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	Must(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	Must(t, err)
	return resp.StatusCode, string(text)
}

// RunUntil runs a peer's Run while it waits for happened, and then until Run has ended.
func RunUntil(t *testing.T, run func(context.Context) error, happened <-chan struct{}) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	wait(t, "the message", happened)
	stop()
	wait(t, "the end of Run", ended)
}

func wait(t *testing.T, what string, happened <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case <-happened:
	case <-ctx.Done():
		t.Fatalf("waited too long for %s", what)
	}
}

// Must fails the test at an error.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

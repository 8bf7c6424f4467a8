package gqlserver_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

// events opens a stream and returns its lines; the channel closes with the stream.
func (h *harness) events(query string, header ...string) (<-chan string, context.CancelFunc) {
	h.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	h.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, "POST", h.url,
		strings.NewReader(requestBody(query, nil)))
	if err != nil {
		h.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream, application/json")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := h.client.Do(request)
	if err != nil {
		h.Fatal(err)
	}
	if response.StatusCode != 200 || response.Header.Get("X-Accel-Buffering") != "no" ||
		response.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		h.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		defer response.Body.Close()
		scanner := bufio.NewScanner(response.Body)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines, cancel
}

func collect(lines <-chan string) string {
	var b strings.Builder
	for line := range lines {
		b.WriteString(line + "\n")
	}
	return b.String()
}

const completed = "event: complete\ndata:\n\n"

func next(data string) string { return "event: next\ndata: " + data + "\n\n" }

func TestEventStreams(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Authenticate: authenticate})
	for query, want := range map[string]string{
		"subscription{count(to:2)}": next(`{"data":{"count":1}}`) + next(`{"data":{"count":2}}`),
		"{hello}":                   next(`{"data":{"hello":"hello"}}`),
		"mutation{bump(by:1)}":      next(`{"data":{"bump":1}}`),
		"subscription{ends(after:1)}": next(`{"data":{"ends":1}}`) +
			next(`{"errors":[{"message":"Too old.","extensions":{"code":"CURSOR_EXPIRED"}}]}`),
	} {
		lines, _ := h.events(query)
		if got := collect(lines); got != ":\n\n"+want+completed {
			t.Errorf("%s:\n%s", query, got)
		}
	}
	for query, code := range map[string]string{
		"{nothing}":              "BAD_USER_INPUT",
		"subscription{refused}":  "NOT_FOUND",
		"subscription{explodes}": "INTERNAL",
	} {
		lines, _ := h.events(query)
		got := collect(lines)
		if strings.Count(got, "event: next") != 1 || !strings.Contains(got, code) ||
			strings.Contains(got, `"data":`) || !strings.HasSuffix(got, completed) ||
			strings.Contains(got, secretText) {
			t.Errorf("%s:\n%s", query, got)
		}
	}
	a := h.do("POST", h.url, requestBody("{hello}", nil), "Content-Type", "application/json",
		"Accept", "text/event-stream", "Authorization", "Bearer mallory")
	h.expect(a, 401, fault.Unauthenticated)
}

func TestEventStreamOfGetRefusesMutations(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	a := h.do("GET", h.url+"?query=mutation%7Bbump(by:1)%7D", "", "Accept", "text/event-stream")
	h.expect(a, 405, fault.BadUserInput)
	a = h.do("GET", h.url+"?query=subscription%7Bcount(to:1)%7D", "", "Accept", "text/event-stream")
	if a.raw != ":\n\n"+next(`{"data":{"count":1}}`)+completed {
		t.Errorf("%s", a.raw)
	}
}

func TestEventStreamEndsWithTheToken(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Authenticate: authenticate})
	lines, _ := h.events("subscription{quiet}", "Authorization", "Bearer brief")
	got := collect(lines)
	if !strings.Contains(got, "UNAUTHENTICATED") || !strings.HasSuffix(got, completed) {
		t.Errorf("%s", got)
	}
	h.await(h.resolvers.stopped, "the subscription ends")
}

func TestEventStreamEndsWithTheClient(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	_, cancel := h.events("subscription{quiet}")
	h.await(h.resolvers.started, "the subscription starts")
	cancel()
	h.await(h.resolvers.stopped, "the subscription ends")
}

func TestEventStreamEndsUncompletedWithTheServer(t *testing.T) {
	t.Parallel()
	stopping := make(chan struct{})
	h := start(t, gqlserver.Options{Stopping: stopping})
	lines, _ := h.events("subscription{quiet}")
	h.await(h.resolvers.started, "the subscription starts")
	close(stopping)
	if got := collect(lines); strings.Contains(got, "complete") {
		t.Errorf("a client that sees complete does not connect again: %s", got)
	}
	h.await(h.resolvers.stopped, "the subscription ends")
}

func TestEventStreamIsKeptAlive(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{KeepAlive: 5 * time.Millisecond})
	lines, cancel := h.events("subscription{quiet}")
	for pings := 0; pings < 4; {
		line, open := <-lines
		if !open {
			t.Fatal("the stream ended")
		}
		if line == ":" {
			pings++
		}
	}
	cancel()
}

func TestEventStreamDropsAClientThatDoesNotRead(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{WriteTimeout: 50 * time.Millisecond})
	h.events("subscription{flood}") // reads no line
	h.expect(h.post("{hello}"), 200, "")
	h.await(h.resolvers.stopped, "the flood ends")
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/document"
)

// logBuffer is a log that a test reads while it is written.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(line)
}

// count is how many lines hold all of the texts.
func (b *logBuffer) count(texts ...string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
lines:
	for line := range strings.Lines(b.text.String()) {
		for _, text := range texts {
			if !strings.Contains(line, text) {
				continue lines
			}
		}
		n++
	}
	return n
}

// value is that of the first attribute with that name.
func (b *logBuffer) value(name string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, after, _ := strings.Cut(b.text.String(), name+"=")
	value, _, _ := strings.Cut(after, "\n")
	return value
}

// impatientApp is a server that is started with short limits; the caller closes it.
func impatientApp(t *testing.T, database string) (*App, *logBuffer) {
	t.Helper()
	log := &logBuffer{}
	a := &App{
		Config: loadConfig(t, append(anyAddresses, "--database", database, "--migrate")...),
		Log:    slog.New(slog.NewTextHandler(log, nil)), Out: io.Discard,
		patience: time.Second, laneLimit: 3 * time.Second,
	}
	return a, log
}

// overProxy runs a test on a server whose database is behind a proxy.
func overProxy(t *testing.T, test func(t *testing.T, a *App, log *logBuffer, proxy *dbtest.Proxy)) {
	t.Helper()
	t.Parallel()
	dbtest.EachProxied(t, func(t *testing.T, proxy *dbtest.Proxy, name string) {
		a, log := impatientApp(t, name)
		if err := a.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		test(t, a, log, proxy)
	})
}

// await waits until a condition holds, a minute at most.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("in vain: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ask posts an operation for an event stream or JSON, and returns the answer's body.
func ask(t *testing.T, a *App, accept, query string) io.ReadCloser {
	t.Helper()
	_, token := get(t, a.URL()+"/dev/token?role=platform")
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	return post(t, a, accept, strings.TrimSpace(token), body)
}

func post(t *testing.T, a *App, accept, token string, body []byte) io.ReadCloser {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.URL()+"/graphql",
		bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer.Body
}

// The connections to the database are lost without a word. Requests and followers are told, the
// load balancer and the log as well, each lane once; afterwards all is well by itself.
func TestTheDatabaseFallsSilent(t *testing.T) {
	overProxy(t, func(t *testing.T, a *App, log *logBuffer, proxy *dbtest.Proxy) {
		_, token := get(t, a.URL()+"/dev/token?role=platform")
		token = strings.TrimSpace(token)
		var body string
		ready := func() (ready bool) {
			var status int
			status, body = get(t, a.URL()+"/readyz")
			return status == http.StatusOK
		}
		defer func() { t.Log("readyz:", body) }()
		await(t, "ready", ready)
		events := bufio.NewReader(ask(t, a, "text/event-stream",
			`subscription { shopEvents(shop: "`+aShop(t, a)+`") { cursor } }`))
		if _, err := events.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		proxy.Swallow()
		const query = `{"query":"{ viewer { role } shops { code } }"}`
		answer, err := io.ReadAll(post(t, a, "application/json", token, []byte(query)))
		if err != nil || !strings.Contains(string(answer), `"code":"UNAVAILABLE"`) ||
			!strings.Contains(string(answer), `"retryAfter":`) {
			t.Errorf("a request: %s, %v", answer, err)
		}
		stream, err := io.ReadAll(events) // it ends
		if err != nil || !strings.Contains(string(stream), `"code":"UNAVAILABLE"`) {
			t.Errorf("a follower: %s, %v", stream, err)
		}
		await(t, "not ready", func() bool {
			return !ready() && strings.Contains(body, "takes no writes")
		})
		await(t, "the lane is late", func() bool {
			return log.count("a lane has not ended a round for too long", `"the sequencer"`) == 1
		})
		if status, body := get(t, a.URL()+"/healthz"); status != http.StatusOK || body != "ok\n" {
			t.Errorf("/healthz: %d %s", status, body)
		}
		_, metrics := get(t, a.AdminURL()+"/metrics")
		if strings.Contains(metrics, `orderflow_lane_failing_seconds{lane="the sequencer"} 0`+"\n") ||
			!strings.Contains(metrics, `orderflow_lane_failing_seconds{lane="the sequencer"}`) {
			t.Error("the metric says that the sequencer is well")
		}
		proxy.Pass()
		await(t, "ready again", ready)
		await(t, "the lane is well", func() bool {
			return log.count("a lane is well again", `"the sequencer"`) == 1
		})
		for message, want := range map[string]int{"a lane fails": 1,
			"a lane has not ended a round for too long": 1, "a lane is well again": 1} {
			if n := log.count(message, `"the sequencer"`); n != want {
				t.Errorf("%d lines %q", n, message)
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
}

// aShop makes a shop and returns its id.
func aShop(t *testing.T, a *App) string {
	t.Helper()
	s, err := a.db.Client.Shop.Create().SetCode("s").SetName("s").SetCurrency("CNY").
		SetMerchantAccount("m").SetPolicy(document.ShopPolicy{}).Save(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.ID.String()
}

// A server whose database has fallen silent stops all the same.
func TestStoppingWithASilentDatabase(t *testing.T) {
	overProxy(t, func(t *testing.T, a *App, _ *logBuffer, proxy *dbtest.Proxy) {
		proxy.Swallow()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		untilRefused(t, strings.TrimPrefix(a.URL(), "http://"))
	})
}

// A server whose database says nothing does not start, and says so; meanwhile it is alive.
func TestStartingWithASilentDatabase(t *testing.T) {
	t.Parallel()
	dbtest.EachProxied(t, func(t *testing.T, proxy *dbtest.Proxy, name string) {
		proxy.Swallow()
		a, log := impatientApp(t, name)
		started := make(chan error, 1)
		go func() { started <- a.Start(t.Context()) }()
		await(t, "listening", func() bool { return log.count("listening") > 0 })
		url := log.value("url")
		status, body := get(t, url+"/readyz")
		alive, _ := get(t, url+"/healthz")
		if status != http.StatusServiceUnavailable || body != "starting\n" ||
			alive != http.StatusOK {
			t.Errorf("/readyz: %d %q, /healthz: %d", status, body, alive)
		}
		if err := <-started; err == nil || !strings.Contains(err.Error(), "database mysql") {
			t.Errorf("it started: %v", err)
		}
	})
}

// A server that is told to stop says so before it does.
func TestDraining(t *testing.T) {
	t.Parallel()
	a := startApp(t)
	a.Config.Drain = time.Minute
	drained := make(chan struct{})
	a.sleep = func(d time.Duration) {
		if d != time.Minute {
			t.Errorf("drains for %s", d)
		}
		if status, body := get(t, a.URL()+"/readyz"); status != 503 || body != "stopping\n" {
			t.Errorf("/readyz: %d %q", status, body)
		}
		if status, _ := get(t, a.URL()+"/dev/token?role=buyer"); status != http.StatusOK {
			t.Errorf("a request meanwhile: %d", status)
		}
		close(drained)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	<-drained
}

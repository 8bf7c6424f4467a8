package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orderflow/internal/auth"
	"orderflow/internal/config"
	"orderflow/internal/dbtest"
	"orderflow/internal/vocab"
)

// loadConfig reads settings as the program does, without variables.
func loadConfig(t *testing.T, args ...string) config.Config {
	t.Helper()
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	loader := config.Bind(fs)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	cfg, err := loader.Load(func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// anyAddresses are addresses that the system chooses.
var anyAddresses = []string{"--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"}

// startApp starts a server for this test alone; without --database it is on an empty SQLite file.
func startApp(t *testing.T, args ...string) *App {
	t.Helper()
	settings := append([]string{
		"--database", "sqlite:" + filepath.Join(t.TempDir(), "orderflow.db"),
	}, anyAddresses...)
	a := &App{
		Config: loadConfig(t, append(settings, args...)...),
		Log:    slog.New(slog.DiscardHandler), Out: io.Discard,
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// client leaves no connection behind.
var client = &http.Client{
	Timeout:   time.Minute,
	Transport: &http.Transport{DisableKeepAlives: true},
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	return browse(t, http.MethodGet, url, nil)
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	a := startApp(t, "--demo")
	for path, want := range map[string]struct {
		status int
		body   string
	}{
		"/healthz":                          {200, "ok\n"},
		"/readyz":                           {200, "ready\n"},
		"/":                                 {200, "GraphiQL"},
		"/sandbox/control/ledger":           {200, `"charges"`},
		"/sandbox/courier/control":          {405, ""},
		"/callbacks/sandbox-courier":        {405, ""},
		"/print/picklists?token=guessed":    {403, "not ours"},
		"/dev/token":                        {400, "say a role"},
		"/dev/token?role=merchant&shop=no":  {400, `there is no shop "no"`},
		"/dev/token?role=buyer&level=much":  {400, "level is a whole number"},
		"/callbacks/sandbox":                {405, ""},
		"/callbacks/alipay":                 {404, ""},
		"/debug/pprof/":                     {404, ""},
		"/nowhere":                          {404, ""},
		"/dev/token?role=platform&subject=": {200, "ey"},
	} {
		if status, body := get(t, a.URL()+path); status != want.status ||
			!strings.Contains(body, want.body) {
			t.Errorf("%s: %d %q, want %d %q", path, status, body, want.status, want.body)
		}
	}
	if status, _ := get(t, a.AdminURL()+"/debug/pprof/"); status != 200 {
		t.Errorf("pprof is not at the private address: %d", status)
	}
	if status, _ := get(t, a.AdminURL()+"/graphql"); status != 404 {
		t.Errorf("the API is at the private address: %d", status)
	}
}

func TestDevTokensAreAccepted(t *testing.T) {
	t.Parallel()
	a := startApp(t, "--demo")
	verifier, err := auth.NewVerifier(t.Context(), authOptions(a.Config))
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]auth.Viewer{
		"role=buyer":                        {Role: vocab.Buyer, Subject: "buyer-1"},
		"role=BUYER&subject=buyer-3":        {Role: vocab.Buyer, Subject: "buyer-3", Level: 2},
		"role=buyer&subject=lin&level=4":    {Role: vocab.Buyer, Subject: "lin", Level: 4},
		"role=merchant&shop=home":           {Role: vocab.Merchant, Subject: "merchant-1"},
		"role=warehouse&shop=tea&subject=w": {Role: vocab.Warehouse, Subject: "w"},
		"role=support":                      {Role: vocab.Support, Subject: "support-1"},
		"role=platform":                     {Role: vocab.Platform, Subject: "platform-1"},
	} {
		status, token := get(t, a.URL()+"/dev/token?"+query)
		got, err := verifier.Verify(t.Context(), strings.TrimSpace(token))
		if status != 200 || err != nil || got.Role != want.Role || got.Subject != want.Subject ||
			got.Level != want.Level || (len(got.Shops) == 1) != strings.Contains(query, "shop=") {
			t.Errorf("%s: %d, %+v, %v", query, status, got, err)
		}
	}
}

func TestProductionOffersNothingOfDevelopment(t *testing.T) {
	t.Parallel()
	const key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
	a := startApp(t, "--env", "production", "--token-secret", "correct horse battery staple, twice",
		"--issuer", "https://id.example", "--audience", "orderflow",
		"--seal-keys", "k1:"+key, "--blind-key", key)
	for _, path := range []string{"/", "/dev/token?role=platform", "/sandbox/control/ledger",
		"/sandbox/courier/control/subscriptions", "/callbacks/sandbox-courier"} {
		if status, _ := get(t, a.URL()+path); status != 404 {
			t.Errorf("%s answers %d", path, status)
		}
	}
	if status, _ := get(t, a.URL()+"/readyz"); status != 200 {
		t.Errorf("/readyz answers %d", status)
	}
}

func TestAnAddressInUse(t *testing.T) {
	t.Parallel()
	first := startApp(t)
	second := &App{
		Config: loadConfig(t, "--database", "sqlite:"+filepath.Join(t.TempDir(), "orderflow.db"),
			"--listen", strings.TrimPrefix(first.URL(), "http://"), "--admin-listen", "127.0.0.1:0"),
		Log: slog.New(slog.DiscardHandler), Out: io.Discard,
	}
	err := second.Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "--listen") ||
		!strings.Contains(err.Error(), "choose another address") {
		t.Errorf("got %v", err)
	}
}

// A database that several servers may share is migrated only on demand.
func TestServeRefusesPendingMigrations(t *testing.T) {
	t.Parallel()
	dsn := dbtest.MySQLDSN(t)
	if dsn == "" {
		t.Log("on SQLite alone: an embedded database is migrated at start")
		startApp(t)
		return
	}
	args := append([]string{"--database", "mysql:" + dsn}, anyAddresses...)
	got := runProgram(t, nil, append([]string{"serve"}, args...)...)
	if got.code != 1 || !strings.Contains(got.err, "run orderflow migrate, or add --migrate") {
		t.Errorf("%+v", got)
	}
	a := startApp(t, append(args, "--migrate")...)
	if status, _ := get(t, a.URL()+"/readyz"); status != 200 {
		t.Errorf("/readyz answers %d", status)
	}
}

// A request that has begun is finished; meanwhile the server takes no others.
func TestCloseFinishesRequests(t *testing.T) {
	t.Parallel()
	a := startApp(t)
	address := strings.TrimPrefix(a.URL(), "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const body = `action=none`
	fmt.Fprintf(conn, "POST /sandbox/control HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", address, len(body))
	reader := bufio.NewReader(conn)
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		t.Fatalf("the handler did not ask for the body: %q, %v", line, err)
	}
	closed := make(chan error, 1)
	go func() { closed <- a.Close() }()
	untilRefused(t, address)
	select {
	case err := <-closed:
		t.Fatalf("it closed before the request had ended: %v", err)
	default:
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.ReadString('\n'); err != nil { // the line after 100 Continue
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("the request was answered with %d", answer.StatusCode)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

// untilRefused waits until nobody listens at an address.
func untilRefused(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			if ctx.Err() != nil {
				t.Fatal("it still listens")
			}
			return
		}
		conn.Close()
	}
}

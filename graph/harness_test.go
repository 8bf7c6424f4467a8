package graph_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"

	"orderflow/graph"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/gqlserver"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/review"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const tokenSecret = "a secret of the tests that has at least 32 bytes"

// api is a server on a loopback port over a database of the test's own.
type api struct {
	*testing.T
	db     *store.DB
	feed   *event.Feed
	keys   *seal.Keyring
	blind  *seal.Blind
	url    string
	client *http.Client

	payments *payment.Payments
	parcels  *shipment.Shipments
}

// serve starts the server; change has the last word on what it stands on.
func serve(
	t *testing.T, db *store.DB, limits gqlserver.Limits, change ...func(*graph.Deps),
) *api {
	t.Helper()
	a := &api{T: t, db: db, feed: event.NewFeed(db)}
	var err error
	if a.keys, err = seal.ParseKeyring(seal.DevelopmentKeys()); err != nil {
		t.Fatal(err)
	}
	if a.blind, err = seal.ParseBlind(seal.DevelopmentBlindKey()); err != nil {
		t.Fatal(err)
	}
	verifier, err := auth.NewVerifier(t.Context(), auth.Options{Secret: []byte(tokenSecret)})
	if err != nil {
		t.Fatal(err)
	}
	limits.RequestsPerSecond = -1
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	a.payments = payment.New(db, map[vocab.PaymentChannel]channel.Port{}, a.keys, quiet)
	a.parcels = shipment.New(db, nil, a.keys, quiet)
	requests := aftersale.New(db, a.payments, a.parcels, a.keys)
	short := aftersale.NewShortages(db, a.payments)
	transfers := transfer.New(db, short.OpenByTransfer)
	aftersale.Connect(requests, short, a.payments, a.parcels, transfers)
	deps := graph.Deps{
		AfterSales: requests, Shortages: short,
		DB: db, Feed: a.feed, Verifier: verifier, Keys: a.keys, Blind: a.blind,
		Orders:    order.New(db, a.keys, a.blind, order.Limits{Lines: 1000, Quantity: 100_000}),
		Payments:  a.payments,
		Shipments: a.parcels, Transfers: transfers, Reviews: review.New(db),
		Catalogue: catalogue.New(db), Register: catalogue.NewRegister(db),
		Server: gqlserver.Options{Limits: limits, Introspection: true},
	}
	for _, f := range change {
		f(&deps)
	}
	server := httptest.NewServer(graph.NewServer(deps))
	t.Cleanup(server.Close)
	a.url, a.client = server.URL, server.Client()
	return a
}

func (a *api) token(subject string, role vocab.Role, shops ...globalid.ID) string {
	a.Helper()
	issuer, err := auth.NewIssuer(auth.Options{Secret: []byte(tokenSecret)})
	if err != nil {
		a.Fatal(err)
	}
	token, err := issuer.Issue(subject, role, shops, time.Hour)
	if err != nil {
		a.Fatal(err)
	}
	return token
}

// answer is what came back for one operation.
type answer struct {
	raw    string
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

func (r answer) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	code, _ := r.Errors[0].Extensions["code"].(string)
	return code
}

// at follows names and indices into the data.
func (r answer) at(path ...any) any {
	var value any = r.Data
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

type vars map[string]any

func (a *api) ask(token, query string, variables vars) answer {
	a.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		a.Fatal(err)
	}
	request, err := http.NewRequestWithContext(a.Context(), "POST", a.url, bytes.NewReader(body))
	if err != nil {
		a.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := a.client.Do(request)
	if err != nil {
		a.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		a.Fatal(err)
	}
	r := answer{raw: string(raw)}
	if err := json.Unmarshal(raw, &r); err != nil {
		a.Fatalf("no JSON: %v: %.500s", err, raw)
	}
	return r
}

// must is ask for an operation without errors.
func (a *api) must(token, query string, variables vars) answer {
	a.Helper()
	r := a.ask(token, query, variables)
	if len(r.Errors) > 0 {
		a.Fatalf("%.300s\n→ %.1000s", query, r.raw)
	}
	return r
}

package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orderflow/graph"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/bill"
	"orderflow/internal/catalogue"
	"orderflow/internal/checkout"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/gqlserver"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/review"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

const tokenSecret = "a secret of the tests that has at least 32 bytes"

// api is a server on a loopback port with a database of its own.
type api struct {
	*testing.T
	db     *store.DB
	feed   *event.Feed
	keys   *seal.Keyring
	blind  *seal.Blind
	url    string
	client *http.Client

	payments  *payment.Payments
	shipments *shipment.Shipments
	deps      graph.Deps
}

// serve starts the server; change may replace what it is made of.
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
	a.shipments = shipment.New(db, nil, a.keys, quiet)
	requests := aftersale.New(db, a.payments, a.shipments, a.keys)
	short := shortage.New(db, a.payments)
	transfers := transfer.New(db)
	hooks := aftersale.Hooks{Shortages: short, Requests: requests}
	orders := order.New(db, a.keys, a.blind)
	orders.Hooks = hooks
	a.payments.Hooks, a.shipments.Hooks, transfers.Hooks = hooks, hooks, hooks
	deps := graph.Deps{
		AfterSales: requests, Shortages: short,
		DB: db, Feed: a.feed, Verifier: verifier, Keys: a.keys, Blind: a.blind,
		AddressDays: 30,
		Checkout: checkout.New(db, a.keys, a.blind,
			checkout.Limits{Lines: 1000, Quantity: 100_000}),
		Orders:    orders,
		Payments:  a.payments,
		Bills:     &bill.Bills{DB: db, Payments: a.payments, Log: quiet},
		Shipments: a.shipments, Transfers: transfers, Reviews: review.New(db),
		Catalogue: catalogue.New(db, a.keys), Register: catalogue.NewRegister(db),
		Server: gqlserver.Options{Limits: limits, Introspection: true},
	}
	for _, f := range change {
		f(&deps)
	}
	a.deps = deps
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

// response is the response to one operation.
type response struct {
	raw    string
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

func (r response) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	code, _ := r.Errors[0].Extensions["code"].(string)
	return code
}

// at follows names and indices into the data.
func (r response) at(path ...any) any {
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

func (a *api) post(token, query string, variables vars) response {
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
	res, err := a.client.Do(request)
	if err != nil {
		a.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		a.Fatal(err)
	}
	r := response{raw: string(raw)}
	if err := json.Unmarshal(raw, &r); err != nil {
		a.Fatalf("no JSON: %v: %.500s", err, raw)
	}
	return r
}

// must is post for an operation without errors.
func (a *api) must(token, query string, variables vars) response {
	a.Helper()
	r := a.post(token, query, variables)
	if len(r.Errors) > 0 {
		a.Fatalf("%.300s\n→ %.1000s", query, r.raw)
	}
	return r
}

// mutate calls a mutation with its one input.
func (a *api) mutate(token, name string, input vars, selection string) response {
	a.Helper()
	return a.post(token, fmt.Sprintf("mutation($in: %sInput!) { %s(input: $in) { %s } }",
		strings.ToUpper(name[:1])+name[1:], name, selection), vars{"in": input})
}

// mutateOK is mutate for what must succeed.
func (a *api) mutateOK(token, name string, input vars, selection string) response {
	a.Helper()
	r := a.mutate(token, name, input, selection+" userErrors { code field message }")
	if code := errorCode(r, name); code != "" {
		a.Fatalf("%s %v\n→ %s", name, input, r.raw)
	}
	return r
}

// mutateID is mutateOK for what makes or changes an object, whose id it returns.
func (a *api) mutateID(token, name string, input vars, object string) string {
	a.Helper()
	id, _ := a.mutateOK(token, name, input, object+" { id }").at(name, object, "id").(string)
	return id
}

// errorCode is the first code of the errors of a mutation, or of the first entry of a bulk one;
// empty when it succeeded.
func errorCode(r response, name string) string {
	if code := r.code(); code != "" {
		return code
	}
	code, _ := r.at(name, "userErrors", 0, "code").(string)
	if code == "" {
		code, _ = r.at(name, "results", 0, "userErrors", 0, "code").(string)
	}
	return code
}

// expectRefusal expects a userError about a field of the input; an empty field is about none.
func (a *api) expectRefusal(token, name string, input vars, code, field string) {
	a.Helper()
	r := a.mutate(token, name, input, "userErrors { code field message }")
	received, _ := r.at(name, "userErrors", 0, "field").(string)
	if errorCode(r, name) != code || received != field ||
		r.at(name, "userErrors", 0, "message") == "" {
		a.Errorf("%s %v is not refused with %s at %q: %s", name, input, code, field, r.raw)
	}
}

// expect compares the value at a path, by how it prints.
func (a *api) expect(r response, want string, path ...any) {
	a.Helper()
	if got := fmt.Sprint(r.at(path...)); got != want {
		a.Errorf("%v is %s, want %s: %s", path, got, want, r.raw)
	}
}

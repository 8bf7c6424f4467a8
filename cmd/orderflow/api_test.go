package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/internal/dbtest"
	"orderflow/internal/verify"
)

func TestSchema(t *testing.T) {
	t.Parallel()
	got := runProgram(t, nil, "schema")
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema", Input: got.out})
	if err != nil || got.code != 0 {
		t.Fatalf("exit code %d, %v", got.code, err)
	}
	if schema.Query == nil || schema.Mutation == nil || schema.Subscription == nil ||
		schema.Types["Order"].Description == "" {
		t.Error("something of the schema is missing")
	}
}

// token fetches a development token.
func token(t *testing.T, a *App, query string) string {
	t.Helper()
	status, text := get(t, a.URL()+"/dev/token?"+query)
	if status != http.StatusOK {
		t.Fatalf("no token for %s: %s", query, text)
	}
	return strings.TrimSpace(text)
}

// query runs one operation and reads its data.
func query[T any](t *testing.T, a *App, token, query string, variables any) (data T) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, a.URL()+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got struct {
		Data   T
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || len(got.Errors) > 0 {
		t.Fatalf("%s: %+v, %v", query, got.Errors, err)
	}
	return got.Data
}

type object = map[string]any

// oneOfTea is one unit of a sku of the demo shop tea.
func oneOfTea(t *testing.T, a *App, token string) []object {
	t.Helper()
	found := query[struct {
		Skus struct {
			Edges []struct{ Node struct{ ID, Code string } }
		}
	}](t, a, token, `{ skus(first: 100) { edges { node { id code } } } }`, nil)
	for _, edge := range found.Skus.Edges {
		if edge.Node.Code == "TEA-KT-WH" {
			return []object{{"sku": edge.Node.ID, "quantity": 1}}
		}
	}
	t.Fatal("the demo has no tea")
	return nil
}

// payable is what a buyer is quoted.
func payable(t *testing.T, a *App, buyer string, lines []object) int64 {
	t.Helper()
	return query[struct {
		Quote struct {
			Price struct{ Payable struct{ Amount int64 } }
		}
	}](t, a, buyer, `query($in: QuoteInput!) { quote(input: $in) { price { payable { amount } } } }`,
		object{"in": object{"lines": lines, "region": "浙江"}}).Quote.Price.Payable.Amount
}

// placeOrder places an order of one unit of a sku of the demo shop tea, and returns its id.
func placeOrder(t *testing.T, a *App, buyer string) string {
	t.Helper()
	lines := oneOfTea(t, a, buyer)
	got := query[struct {
		PlaceOrder struct {
			Order      struct{ ID string }
			UserErrors []struct{ Message string }
		}
	}](t, a, buyer, `mutation($in: PlaceOrderInput!) {
		placeOrder(input: $in) { order { id } userErrors { message } } }`,
		object{"in": object{
			"lines": lines, "expectedPayable": payable(t, a, buyer, lines),
			"address": object{
				"name": "李雷", "phone": "13812345678", "region": "浙江", "street": "文三路 1 号",
			},
		}})
	if got.PlaceOrder.Order.ID == "" {
		t.Fatalf("not placed: %+v", got)
	}
	return got.PlaceOrder.Order.ID
}

// startPayment starts a payment and returns its number and the payer's page.
func startPayment(t *testing.T, a *App, buyer, order string) (number, page string) {
	t.Helper()
	got := query[struct {
		StartPayment struct {
			Payment struct {
				ID           string
				ClientParams []struct{ Name, Value string }
			}
		}
	}](t, a, buyer, `mutation($in: StartPaymentInput!) {
		startPayment(input: $in) { payment { id clientParams { name value } } } }`,
		object{"in": object{"order": order, "channel": "SANDBOX"}})
	for _, param := range got.StartPayment.Payment.ClientParams {
		if param.Name == "pay_url" {
			page = param.Value
		}
	}
	return got.StartPayment.Payment.ID, page
}

// awaitStatus reads an order until it has the wanted status.
func awaitStatus(t *testing.T, a *App, buyer, order, status string) {
	t.Helper()
	var got string
	deadline := time.Now().Add(time.Minute)
	for now := range time.Tick(50 * time.Millisecond) { // well below the rate limit
		if now.After(deadline) {
			break
		}
		got = query[struct{ Node struct{ Status string } }](t, a, buyer,
			`query($id: ID!) { node(id: $id) { ... on Order { status } } }`,
			object{"id": order}).Node.Status
		if got == status {
			return
		}
	}
	t.Fatalf("the order is %s, not %s", got, status)
}

// The whole program on every database: an order that is placed, paid at the sandbox inside and
// confirmed by its notice; and a second order that expires when the clock is moved.
func TestOrderIsPaidAndAnotherExpires(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			a := startApp(t, "--demo", "--database", dbtest.Name(t, dialect),
				"--sandbox-state", t.TempDir()+"/sandbox.db")
			buyer := token(t, a, "role=buyer")
			first := placeOrder(t, a, buyer)
			_, page := startPayment(t, a, buyer, first)
			answer, err := client.Post(page, "application/json", strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusNoContent {
				t.Fatalf("the payer's page answers %d", answer.StatusCode)
			}
			awaitStatus(t, a, buyer, first, "AWAITING_SHIPMENT")

			second := placeOrder(t, a, buyer)
			startPayment(t, a, buyer, second)
			query[any](t, a, token(t, a, "role=platform"),
				`mutation { advanceClock(input: {seconds: 3600}) { now } }`, nil)
			status := query[struct{ Node struct{ Status string } }](t, a, buyer,
				`query($id: ID!) { node(id: $id) { ... on Order { status } } }`,
				object{"id": second}).Node.Status
			if status != "CLOSED" {
				t.Errorf("when advanceClock has answered the order is %s", status)
			}
			if report, err := verify.Run(t.Context(), a.db, a.keys, nil); err != nil || !report.OK() {
				t.Errorf("the invariants do not hold: %+v, %v", report, err)
			}
		})
	}
}

// A client with an open socket is disconnected with "going away", and does not block the shutdown.
func TestCloseEndsSockets(t *testing.T) {
	t.Parallel()
	a := startApp(t)
	ctx := t.Context()
	conn, _, err := websocket.Dial(ctx, a.URL()+"/graphql", &websocket.DialOptions{
		HTTPClient: client, Subprotocols: []string{"graphql-transport-ws"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	hello := `{"type":"connection_init","payload":{"Authorization":"Bearer ` +
		token(t, a, "role=buyer") + `"}}`
	if err := conn.Write(ctx, websocket.MessageText, []byte(hello)); err != nil {
		t.Fatal(err)
	}
	if _, text, err := conn.Read(ctx); err != nil || !strings.Contains(string(text), "ack") {
		t.Fatalf("%s, %v", text, err)
	}
	closed := make(chan error, 1)
	go func() { closed <- a.Close() }()
	for {
		_, _, err = conn.Read(ctx)
		if err != nil {
			break // pings are answered while reading
		}
	}
	if code := websocket.CloseStatus(err); code != websocket.StatusGoingAway {
		t.Errorf("the socket ended with %v", err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

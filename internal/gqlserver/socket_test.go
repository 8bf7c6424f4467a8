package gqlserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

type wsMessage struct {
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

type wsClient struct {
	*harness
	conn *websocket.Conn
	ctx  context.Context
}

func (h *harness) dial(options *websocket.DialOptions) (*wsClient, *http.Response, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	h.Cleanup(cancel)
	options.HTTPClient = h.client
	conn, response, err := websocket.Dial(ctx, h.url, options)
	if err != nil {
		return nil, response, err
	}
	h.Cleanup(func() { conn.CloseNow() })
	conn.SetReadLimit(-1)
	return &wsClient{harness: h, conn: conn, ctx: ctx}, response, nil
}

func (h *harness) connect() *wsClient {
	h.Helper()
	c, _, err := h.dial(&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// acknowledged connects and initialises with a payload.
func (h *harness) acknowledged(payload string) *wsClient {
	h.Helper()
	c := h.connect()
	c.send(`{"type":"connection_init","payload":` + payload + `}`)
	c.receive("", "connection_ack", "")
	return c
}

func (c *wsClient) send(text string) {
	c.Helper()
	if err := c.conn.Write(c.ctx, websocket.MessageText, []byte(text)); err != nil {
		c.Fatal(err)
	}
}

func (c *wsClient) subscribe(id, query string) {
	c.Helper()
	c.send(fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":%s}`, id, requestBody(query, nil)))
}

// receive reads one message and checks it; payload is a part of the expected one.
func (c *wsClient) receive(id, kind, payload string) {
	c.Helper()
	_, data, err := c.conn.Read(c.ctx)
	if err != nil {
		c.Fatalf("waiting for %s %s: %v", kind, id, err)
	}
	var m wsMessage
	if err := json.Unmarshal(data, &m); err != nil {
		c.Fatal(err)
	}
	if m.ID != id || m.Type != kind || !strings.Contains(string(m.Payload), payload) {
		c.Fatalf("got %s, want %s %s %s", data, kind, id, payload)
	}
}

// closes reads until the connection ends and checks how.
func (c *wsClient) closes(code websocket.StatusCode) {
	c.Helper()
	for {
		_, _, err := c.conn.Read(c.ctx)
		if err == nil {
			continue
		}
		if got := websocket.CloseStatus(err); got != code {
			c.Fatalf("closed with %d, want %d: %v", got, code, err)
		}
		return
	}
}

func TestSocketRunsOperations(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	c := h.acknowledged("null")
	c.subscribe("1", "subscription{count(to:2)}")
	c.receive("1", "next", `{"data":{"count":1}}`)
	c.receive("1", "next", `{"data":{"count":2}}`)
	c.receive("1", "complete", "")
	c.subscribe("1", "{hello fails(how:FAULT)}") // the id is free again
	c.receive("1", "next", "NOT_SOLD")
	c.receive("1", "complete", "")
	c.subscribe("2", "mutation{bump(by:3) @tag(key:\"k\")}")
	c.receive("2", "next", `{"data":{"bump":3}}`)
	c.receive("2", "complete", "")
	if h.resolvers.tagged.Load() != "k" {
		t.Error("the directive did not run")
	}
	c.send(`{"type":"ping","payload":{"a":1}}`)
	c.receive("", "pong", `{"a":1}`)
	c.send(`{"type":"pong"}`)
	c.send(`{"id":"nobody","type":"complete"}`)
	c.subscribe("3", "{requestId}")
	c.receive("3", "next", ".")
	c.receive("3", "complete", "")
}

func TestSocketErrorsEndOneOperation(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	c := h.acknowledged("{}")
	for query, code := range map[string]fault.Code{
		"{nothing}": fault.BadUserInput,
		"{" + strings.Repeat("hello ", 101) + "}":  fault.TooComplex,
		"subscription{refused}":                    fault.NotFound,
		"subscription{explodes}":                   fault.Internal,
		"{...F @defer} fragment F on Query{hello}": fault.BadUserInput,
	} {
		c.subscribe("x", query)
		c.receive("x", "error", string(code))
	}
	c.subscribe("x", "subscription{ends(after:1)}")
	c.receive("x", "next", `{"data":{"ends":1}}`)
	c.receive("x", "error", "CURSOR_EXPIRED")
	c.subscribe("x", "{hello}") // no complete followed an error
	c.receive("x", "next", "hello")
}

func TestSocketCompleteByTheClient(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	c := h.acknowledged("{}")
	for range 3 {
		c.subscribe("1", "subscription{quiet}")
		h.await(h.resolvers.started, "the subscription starts")
		c.send(`{"id":"1","type":"complete"}`)
		h.await(h.resolvers.stopped, "the subscription ends")
	}
	c.subscribe("2", "{hello}") // nothing was said about 1
	c.receive("2", "next", "hello")
}

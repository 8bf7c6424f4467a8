package gqlserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"orderflow/internal/gqlserver"
)

func TestSocketCloseCodes(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{
		Authenticate: authenticate, Limits: gqlserver.Limits{BodyBytes: 4096},
	})
	const subscribe = `{"id":"1","type":"subscribe","payload":{"query":"subscription{quiet}"}}`
	const alice = `{"type":"connection_init","payload":{"token":"alice"}}`
	init := func(payload string) string {
		return `{"type":"connection_init","payload":` + payload + `}`
	}
	start1 := func(payload string) string {
		return `{"id":"1","type":"subscribe","payload":` + payload + `}`
	}
	for name, c := range map[string]struct {
		sends []string
		code  websocket.StatusCode
	}{
		"no JSON":         {[]string{`{"type`}, 4400},
		"no object":       {[]string{`[]`}, 4400},
		"no type":         {[]string{`{}`}, 4400},
		"unknown type":    {[]string{`{"type":"start"}`}, 4400},
		"a server's type": {[]string{alice, `{"id":"1","type":"next","payload":{}}`}, 4400},
		"init payload":    {[]string{init(`"x"`)}, 4400},
		"no id":           {[]string{alice, `{"type":"subscribe","payload":{"query":"{hello}"}}`}, 4400},
		"id number":       {[]string{alice, `{"id":1,"type":"subscribe"}`}, 4400},
		"no payload":      {[]string{alice, `{"id":"1","type":"subscribe"}`}, 4400},
		"no query":        {[]string{alice, start1(`{}`)}, 4400},
		"variables":       {[]string{alice, start1(`{"query":"{hello}","variables":3}`)}, 4400},
		"complete no id":  {[]string{alice, `{"type":"complete"}`}, 4400},
		"before ack":      {[]string{subscribe}, 4401},
		"no token":        {[]string{`{"type":"connection_init"}`}, 4403},
		"bad token":       {[]string{init(`{"token":"x"}`)}, 4403},
		"broken":          {[]string{init(`{"token":"broken"}`)}, 4500},
		"token ends":      {[]string{init(`{"token":"brief"}`)}, 4403},
		"second init":     {[]string{alice, alice}, 4429},
		"id in use":       {[]string{alice, subscribe, subscribe}, 4409},
		"too large":       {[]string{alice, start1(`"` + strings.Repeat("x", 5000) + `"`)}, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := h.connect()
			for _, text := range c.sends {
				client.send(text)
			}
			client.closes(c.code)
		})
	}
	t.Run("binary", func(t *testing.T) {
		t.Parallel()
		client := h.connect()
		if err := client.conn.Write(client.ctx, websocket.MessageBinary, []byte(alice)); err != nil {
			t.Fatal(err)
		}
		client.closes(4400)
	})
	t.Run("other subprotocol", func(t *testing.T) {
		t.Parallel()
		client, _, err := h.dial(&websocket.DialOptions{Subprotocols: []string{"graphql-ws"}})
		if err != nil {
			t.Fatal(err)
		}
		client.closes(4406)
	})
}

func TestSocketTokens(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Authenticate: authenticate})
	for _, payload := range []string{
		`{"Authorization":"Bearer alice"}`, `{"authorization":"bearer alice"}`,
		`{"Authorization":"alice"}`, `{"token":"alice"}`,
	} {
		c := h.acknowledged(payload)
		c.subscribe("1", "{viewer}")
		c.receive("1", "next", `"alice"`)
	}
	c, _, err := h.dial(&websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"},
		HTTPHeader:   http.Header{"Authorization": {"Bearer alice"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.send(`{"type":"connection_init"}`)
	c.receive("", "connection_ack", "")
}

func TestSocketTokenEndStopsSubscriptions(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Authenticate: authenticate})
	c := h.acknowledged(`{"token":"brief"}`)
	c.subscribe("1", "subscription{quiet}")
	c.closes(4403)
	h.await(h.resolvers.started, "the subscription started")
	h.await(h.resolvers.stopped, "the subscription ends")
}

func TestSocketInitTimeout(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{InitTimeout: 20 * time.Millisecond})
	h.connect().closes(4408)
}

func TestSocketPingsAndDropsTheSilent(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{KeepAlive: 30 * time.Millisecond})
	c := h.acknowledged("{}")
	for range 6 { // more than the silence that is borne
		c.receive("", "ping", "")
		c.send(`{"type":"pong"}`)
	}
	c.closes(websocket.StatusGoingAway)
}

func TestSocketEndsWithTheServer(t *testing.T) {
	t.Parallel()
	stopping := make(chan struct{})
	h := start(t, gqlserver.Options{Stopping: stopping})
	c := h.acknowledged("{}")
	c.subscribe("1", "subscription{quiet}")
	h.await(h.resolvers.started, "the subscription starts")
	close(stopping)
	c.closes(websocket.StatusGoingAway)
	h.await(h.resolvers.stopped, "the subscription ends")
}

func TestSocketEndsWithTheClient(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	c := h.acknowledged("{}")
	c.subscribe("1", "subscription{quiet}")
	h.await(h.resolvers.started, "the subscription starts")
	c.conn.CloseNow()
	h.await(h.resolvers.stopped, "the subscription ends")
}

func TestSocketSubscriptionCap(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	c := h.acknowledged("{}")
	for i := range 20 {
		c.subscribe(fmt.Sprint(i), "subscription{quiet}")
	}
	c.subscribe("20", "subscription{quiet}")
	c.receive("20", "error", "TOO_COMPLEX")
	c.send(`{"id":"0","type":"complete"}`)
	c.subscribe("21", "{hello}")
	c.receive("21", "next", "hello")
}

func TestSocketRate(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{
		Limits: gqlserver.Limits{RequestsPerSecond: 0.001, RequestBurst: 1},
	})
	c := h.acknowledged("{}")
	c.subscribe("1", "{hello}")
	c.receive("1", "next", "hello")
	c.receive("1", "complete", "")
	c.subscribe("2", "{hello}")
	c.receive("2", "error", "RATE_LIMITED")
}

func TestSocketOrigins(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{AllowedOrigins: []string{"https://app.example.com"}})
	for origin, allowed := range map[string]bool{
		"": true, h.url: true, "https://app.example.com": true,
		"https://evil.example.org": false, "null": false,
	} {
		_, response, err := h.dial(&websocket.DialOptions{
			Subprotocols: []string{"graphql-transport-ws"},
			HTTPHeader:   http.Header{"Origin": {origin}},
		})
		if (err == nil) != allowed || (!allowed && response.StatusCode != http.StatusForbidden) {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

func TestSlowSocketStopsNobody(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{WriteTimeout: 100 * time.Millisecond})
	slow := h.acknowledged("{}")
	slow.subscribe("1", "subscription{flood}") // and reads nothing
	quick := h.acknowledged("{}")
	quick.subscribe("1", "subscription{count(to:3)}")
	for i := range 3 {
		quick.receive("1", "next", fmt.Sprint(i+1))
	}
	h.await(h.resolvers.stopped, "the slow client is dropped")
}

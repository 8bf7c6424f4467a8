package gqlserver_test

import (
	"context"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// few lets each address have three tokens refused.
var few = gqlserver.Limits{RequestsPerSecond: -1, RefusalsPerSecond: 0.001, RefusalBurst: 3}

func TestRefusedTokensAreNotLookedAtForLong(t *testing.T) {
	t.Parallel()
	var verified atomic.Int64
	h := start(t, gqlserver.Options{Limits: few,
		Authenticate: func(ctx context.Context, token string) (context.Context, time.Time, error) {
			verified.Add(1)
			return authenticate(ctx, token)
		}})
	for range 20 { // what is accepted or fails inside the server counts for nothing
		h.expect(h.post("{viewer}", "Authorization", "Bearer alice"), 200, "")
		h.expect(h.post("{viewer}", "Authorization", "Bearer broken"), 500, fault.Internal)
	}
	verified.Store(0)
	for i := range 200 {
		a := h.post("{viewer}", "Authorization", "Bearer mallory")
		if i < 3 {
			h.expect(a, 401, fault.Unauthenticated)
			continue
		}
		h.expect(a, 429, fault.RateLimited)
		if a.header.Get("Retry-After") == "" {
			t.Fatal("no Retry-After")
		}
	}
	if n := verified.Load(); n != 3 {
		t.Errorf("%d of 200 tokens were verified, want 3", n)
	}
	h.expect(h.post("{viewer}", "Authorization", "Bearer alice"), 429, fault.RateLimited)
	h.expect(h.post("{hello}"), 200, "")
	c := h.connect()
	c.send(`{"type":"connection_init","payload":{"token":"mallory"}}`)
	c.closes(1013)
	if n := verified.Load(); n != 3 {
		t.Errorf("the socket's token was verified")
	}
}

func TestOtherSchemesCountAsRefused(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Authenticate: authenticate, Limits: few})
	for range 3 {
		h.expect(h.post("{viewer}", "Authorization", "Basic YTpi"), 401, fault.Unauthenticated)
	}
	h.expect(h.post("{viewer}", "Authorization", "Basic YTpi"), 429, fault.RateLimited)
}

// The client behind trusted proxies is who the last of them was called by.
func TestClientsBehindProxies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trusted        []netip.Prefix
		attacker, then string // X-Forwarded-For
		limited        bool   // what comes then
	}{
		"another client":       {loopback, "10.0.0.1", "10.0.0.2", false},
		"the same client":      {loopback, "10.0.0.1", "10.0.0.1", true},
		"a made-up hop before": {loopback, "10.0.0.1", "10.0.0.9, 10.0.0.1", true},
		"two proxies":          {loopback, "10.0.0.1, 127.0.0.9", "10.0.0.1", true},
		"no trusted proxy":     {nil, "10.0.0.1", "10.0.0.2", true},
		"one network":          {loopback, "2001:db8::1", "2001:db8::2:3", true},
		"another network":      {loopback, "2001:db8::1", "2001:db8:0:1::1", false},
		"IPv4 inside IPv6":     {loopback, "::ffff:10.0.0.1", "10.0.0.1", true},
		"no address":           {loopback, "unknown", "nonsense", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t, gqlserver.Options{
				Authenticate: authenticate, Limits: few, TrustedProxies: c.trusted,
			})
			for range 3 {
				h.expect(h.post("{viewer}", "Authorization", "Bearer mallory",
					"X-Forwarded-For", c.attacker), 401, fault.Unauthenticated)
			}
			a := h.post("{viewer}", "Authorization", "Bearer alice", "X-Forwarded-For", c.then)
			if c.limited {
				h.expect(a, 429, fault.RateLimited)
			} else {
				h.expect(a, 200, "")
			}
		})
	}
}

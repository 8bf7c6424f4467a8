package gqlserver_test

import (
	"strings"
	"testing"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Authenticate: authenticate})
	if a := h.post("{viewer}"); a.status != 200 || a.Data["viewer"] != nil {
		t.Errorf("anonymous: %s", a.raw)
	}
	if a := h.post("{viewer}", "Authorization", "bearer alice"); a.Data["viewer"] != "alice" {
		t.Errorf("alice: %s", a.raw)
	}
	for _, header := range []string{"Bearer mallory", "Basic YTpi", "alice"} {
		a := h.post("{viewer}", "Authorization", header)
		h.expect(a, 401, fault.Unauthenticated)
		if a.header.Get("WWW-Authenticate") != "Bearer" || a.hasData() {
			t.Errorf("%v %s", a.header, a.raw)
		}
	}
	a := h.post("{viewer}", "Authorization", "Bearer broken")
	h.expect(a, 500, fault.Internal)
	if strings.Contains(a.raw, secretText) {
		t.Errorf("leaks: %s", a.raw)
	}
}

func TestRatePerViewer(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{
		Authenticate: authenticate, ViewerKey: viewerOf,
		Limits: gqlserver.Limits{RequestsPerSecond: 0.001, RequestBurst: 2},
	})
	h.expect(h.post("{hello}"), 200, "")
	h.expect(h.post("{hello}"), 200, "")
	a := h.post("{hello}")
	h.expect(a, 429, fault.RateLimited)
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	h.expect(h.post("{hello}", "Authorization", "Bearer alice"), 200, "")
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{AllowedOrigins: []string{"https://*.example.com"}})
	for origin, allowed := range map[string]bool{
		"https://app.example.com": true, "https://example.org": false,
		"https://example.com.evil.org": false, "http://host,undefined": false,
	} {
		for _, method := range []string{"OPTIONS", "POST"} {
			a := h.do(method, h.url, `{"query":"{hello}"}`,
				"Content-Type", "application/json", "Origin", origin)
			got := a.header.Get("Access-Control-Allow-Origin")
			if (got == origin) != allowed || a.status >= 300 {
				t.Errorf("%s from %s: %d %q", method, origin, a.status, got)
			}
		}
	}
}

func TestPlayground(t *testing.T) {
	t.Parallel()
	page := serveOnce(gqlserver.Playground("/graphql", "dev-token"))
	if !strings.Contains(page, "/graphql") || !strings.Contains(page, "dev-token") {
		t.Error("the page lacks the endpoint or the token")
	}
	if strings.Contains(serveOnce(gqlserver.Playground("/graphql", "")), "Bearer") {
		t.Error("the page has a header without a token")
	}
}

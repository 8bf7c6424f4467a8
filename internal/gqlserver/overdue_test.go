package gqlserver_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

// An operation whose time is over is answered, by every transport; a subscription has no such time.
func TestAnOperationThatTakesTooLong(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{OperationTimeout: time.Nanosecond})
	a := h.post("{hello}")
	h.expect(a, http.StatusOK, fault.Unavailable)
	if after, _ := a.Errors[0].Extensions["retryAfter"].(float64); after != 1 {
		t.Errorf("%s", a.raw)
	}
	lines, _ := h.events("{hello}")
	if text := collect(lines); !strings.Contains(text, `"code":"UNAVAILABLE"`) {
		t.Errorf("an event stream: %s", text)
	}
	lines, _ = h.events("subscription{count(to:2)}")
	if text := collect(lines); !strings.Contains(text, `{"data":{"count":2}}`) {
		t.Errorf("a subscription: %s", text)
	}
	c := h.acknowledged("null")
	c.subscribe("1", "{hello}")
	c.receive("1", "error", `"code":"UNAVAILABLE"`)
	c.subscribe("2", "subscription{count(to:1)}")
	c.receive("2", "next", `{"data":{"count":1}}`)
	if log := h.log.String(); strings.Contains(log, "internal error") {
		t.Errorf("%s", log)
	}
}

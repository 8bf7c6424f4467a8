package couriertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"orderflow/internal/shipment/courier"
)

// shortTimeout is the timeout of a call that gets no response.
const shortTimeout = 100 * time.Millisecond

func (h Harness) intercept(t *testing.T, parcel courier.Parcel) {
	t.Helper()
	if err := h.Port.Intercept(testContext(t), parcel, "not wanted"); err != nil {
		t.Fatalf("Intercept: %v", err)
	}
}

// intercepted returns the state of an interception by push and by query.
func (h Harness) intercepted(t *testing.T, parcel courier.Parcel, want courier.Interception) {
	t.Helper()
	if got := h.query(t, parcel); got.Interception != want {
		t.Fatalf("queried interception %q, want %q", got.Interception, want)
	}
	h.Push(t, parcel.Reference)
	if push := h.pushed(t); push.Snapshot.Interception != want {
		t.Fatalf("pushed interception %q, want %q", push.Snapshot.Interception, want)
	}
}

func interceptionSucceeds(t *testing.T, h Harness) {
	parcel := h.subscribed(t)
	h.intercepted(t, parcel, "")
	h.intercept(t, parcel)
	h.intercepted(t, parcel, courier.InterceptionRequested)
	for _, answer := range []courier.Interception{
		courier.InterceptionAccepted, courier.InterceptionSucceeded,
	} {
		h.Answer(t, parcel, answer)
		h.intercepted(t, parcel, answer)
	}
}

func interceptionRefused(t *testing.T, h Harness) {
	parcel := h.subscribed(t)
	h.intercept(t, parcel)
	h.intercept(t, parcel)
	h.Answer(t, parcel, courier.InterceptionRefused)
	h.intercepted(t, parcel, courier.InterceptionRefused)
}

// calls are all calls of a port.
func (h Harness) calls() map[string]func(context.Context, courier.Parcel) error {
	return map[string]func(context.Context, courier.Parcel) error{
		"Subscribe": h.Port.Subscribe,
		"Query": func(ctx context.Context, parcel courier.Parcel) error {
			_, err := h.Port.Query(ctx, parcel)
			return err
		},
		"Intercept": func(ctx context.Context, parcel courier.Parcel) error {
			return h.Port.Intercept(ctx, parcel, "not wanted")
		},
	}
}

func endedContext(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	parcel := h.parcel()
	for name, call := range h.calls() {
		if err := call(ctx, parcel); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want the context's end", name, err)
		}
	}
	if got := h.query(t, parcel); got.Interception != "" {
		t.Errorf("intercepted %+v", got)
	}
}

// concludesNothing breaks every call once: it must fail, and a repeated call must return as if
// nothing had happened.
func concludesNothing(t *testing.T, h Harness, how Breakage) {
	for name, call := range h.calls() {
		parcel := h.parcel()
		h.Break(t, parcel.Reference, how)
		ctx := testContext(t)
		if how == Stalled {
			short, cancel := context.WithTimeout(ctx, shortTimeout)
			defer cancel()
			ctx = short
		}
		err := call(ctx, parcel)
		if err == nil {
			t.Errorf("%s believed %s", name, how)
		}
		if how == Stalled && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, want the context's end", name, err)
		}
		h.Mend(t)
		if err := call(testContext(t), parcel); err != nil {
			t.Errorf("%s again: %v", name, err)
		}
		if name != "Subscribe" {
			h.subscribe(t, parcel)
		}
		want := courier.Interception("")
		if name == "Intercept" {
			want = courier.InterceptionRequested
		}
		h.intercepted(t, parcel, want)
		checkEvents(t, h.query(t, parcel), nil)
	}
}

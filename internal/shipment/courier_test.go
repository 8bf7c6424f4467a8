package shipment_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"

	"orderflow/internal/shipment/courier"
)

// fakeCourier accepts every push and records its calls.
type fakeCourier struct {
	mu      sync.Mutex
	down    bool
	reply   courier.Snapshot
	calls   []string
	parcels []courier.Parcel
	before  func() // called at the begin of Subscribe
}

var errDown = errors.New("down")

func (c *fakeCourier) call(what string, p courier.Parcel) (courier.Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, what)
	c.parcels = append(c.parcels, p)
	if c.down {
		return courier.Snapshot{}, errDown
	}
	return c.reply, nil
}

func (c *fakeCourier) Name() string                { return "fake" }
func (c *fakeCourier) Carries(carrier string) bool { return carrier == "FAKE" }

func (c *fakeCourier) Subscribe(_ context.Context, p courier.Parcel) error {
	if c.before != nil {
		c.before()
	}
	_, err := c.call("subscribe", p)
	return err
}

func (c *fakeCourier) Query(_ context.Context, p courier.Parcel) (courier.Snapshot, error) {
	return c.call("query", p)
}

func (c *fakeCourier) Intercept(_ context.Context, p courier.Parcel, _ string) error {
	_, err := c.call("intercept", p)
	return err
}

func (c *fakeCourier) ParsePush(r *http.Request) (push courier.Push, err error) {
	err = json.NewDecoder(r.Body).Decode(&push)
	return push, err
}

func (c *fakeCourier) AcceptPush(w http.ResponseWriter) { w.WriteHeader(http.StatusAccepted) }

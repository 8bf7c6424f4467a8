package shipment_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"

	"orderflow/internal/shipment/courier"
)

// fakeCourier believes every push and remembers what it was asked.
type fakeCourier struct {
	mu      sync.Mutex
	down    bool
	knows   courier.Snapshot
	asked   []string
	parcels []courier.Parcel
	before  func() // what happens while it is asked for pushes
}

var errDown = errors.New("down")

func (c *fakeCourier) ask(what string, p courier.Parcel) (courier.Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, what)
	c.parcels = append(c.parcels, p)
	if c.down {
		return courier.Snapshot{}, errDown
	}
	return c.knows, nil
}

func (c *fakeCourier) Name() string                { return "fake" }
func (c *fakeCourier) Carries(carrier string) bool { return carrier == "fake" }

func (c *fakeCourier) Subscribe(_ context.Context, p courier.Parcel) error {
	if c.before != nil {
		c.before()
	}
	_, err := c.ask("subscribe", p)
	return err
}

func (c *fakeCourier) Query(_ context.Context, p courier.Parcel) (courier.Snapshot, error) {
	return c.ask("query", p)
}

func (c *fakeCourier) Intercept(_ context.Context, p courier.Parcel, _ string) error {
	_, err := c.ask("intercept", p)
	return err
}

func (c *fakeCourier) ParsePush(r *http.Request) (push courier.Push, err error) {
	err = json.NewDecoder(r.Body).Decode(&push)
	return push, err
}

func (c *fakeCourier) AcceptPush(w http.ResponseWriter) { w.WriteHeader(http.StatusAccepted) }

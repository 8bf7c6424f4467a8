package ordertest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"orderflow/internal/globalid"
	"orderflow/internal/shipment/courier"
)

// Courier carries what tests send and pushes nothing: it tells when it is asked.
type Courier struct {
	mu     sync.Mutex
	down   bool
	before func()
	known  map[string]courier.Snapshot // by reference
}

// Errors of a courier.
var (
	errCourierDown = errors.New("the courier is down")
	errNoPush      = errors.New("not the courier's word")
)

// SetDown has it answer nothing, or answer again.
func (c *Courier) SetDown(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = down
}

// Before has f called before each answer; nil for nothing.
func (c *Courier) Before(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before = f
}

// Happened has the courier know of things that happened to a parcel.
func (c *Courier) Happened(parcel globalid.ID, events ...courier.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[string]courier.Snapshot{}
	}
	known := c.known[parcel.String()]
	known.Events = append(slices.Clone(known.Events), events...)
	c.known[parcel.String()] = known
}

func (c *Courier) answer(p courier.Parcel) (courier.Snapshot, error) {
	c.mu.Lock()
	before := c.before
	c.mu.Unlock()
	if before != nil {
		before()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return courier.Snapshot{}, errCourierDown
	}
	known := c.known[p.Reference]
	known.Carrier, known.Number = p.Carrier, p.Number
	return known, nil
}

// Name implements courier.Port.
func (c *Courier) Name() string { return "zto" }

// Carries implements courier.Port.
func (c *Courier) Carries(carrier string) bool { return carrier == "ZTO" || carrier == "YTO" }

// Subscribe implements courier.Port.
func (c *Courier) Subscribe(_ context.Context, p courier.Parcel) error {
	_, err := c.answer(p)
	return err
}

// Query implements courier.Port.
func (c *Courier) Query(_ context.Context, p courier.Parcel) (courier.Snapshot, error) {
	return c.answer(p)
}

// Intercept implements courier.Port.
func (c *Courier) Intercept(_ context.Context, p courier.Parcel, _ string) error {
	_, err := c.answer(p)
	return err
}

// ParsePush implements courier.Port: it never pushes.
func (c *Courier) ParsePush(*http.Request) (courier.Push, error) {
	return courier.Push{}, errNoPush
}

// AcceptPush implements courier.Port.
func (c *Courier) AcceptPush(http.ResponseWriter) {}

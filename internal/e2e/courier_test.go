package e2e_test

import (
	"context"
	"net/http/httptest"
	"sync"
	"time"

	sandbox "orderflow/internal/sandbox/courier"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// testCourier is the sandbox courier in the test's process.
type testCourier struct {
	*sandbox.Peer
	sys *system

	mu      sync.Mutex
	onQuery func(reference string)
}

// withCourier starts the courier; servers started later talk to it.
func (sys *system) withCourier() *testCourier {
	sys.t.Helper()
	c := &testCourier{sys: sys}
	var err error
	c.Peer, err = sandbox.NewPeer(sandbox.Options{
		Path: sys.t.TempDir() + "/courier.db", Secret: []byte(peerSecret), Now: sys.clock,
		Hook: c.hook,
	})
	if err != nil {
		sys.t.Fatal(err)
	}
	at := httptest.NewServer(c.Peer)
	sys.courierAt = at.URL
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = c.Run(ctx) })
	sys.t.Cleanup(func() {
		stop()
		running.Wait()
		at.Close()
		if err := c.Close(); err != nil {
			sys.t.Error(err)
		}
	})
	return c
}

func (c *testCourier) hook(stage sandbox.Stage, op sandbox.Op, reference string) {
	c.mu.Lock()
	fn := c.onQuery
	c.mu.Unlock()
	if fn != nil && stage == sandbox.Before && op == sandbox.OpQuery {
		fn(reference)
	}
}

// setQueryHook calls fn before the courier answers a query.
func (c *testCourier) setQueryHook(fn func(reference string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onQuery = fn
}

// waitForSubscriptions waits until the server has subscribed to that many parcels.
func (c *testCourier) waitForSubscriptions(parcels int) {
	c.sys.t.Helper()
	c.sys.until("the server has subscribed", func() bool {
		all, err := c.Subscriptions(c.sys.t.Context())
		return err == nil && len(all) == parcels
	})
}

// check fails the test on an error.
func (c *testCourier) check(err error) {
	c.sys.t.Helper()
	if err != nil {
		c.sys.t.Fatal(err)
	}
}

// addEvent adds a tracking event of a parcel at the courier and returns its time.
func (c *testCourier) addEvent(parcel string, stage vocab.CarrierStage) time.Time {
	c.sys.t.Helper()
	at := c.sys.clock()
	c.check(c.Add(c.sys.t.Context(), courier.Parcel{Reference: parcel},
		courier.Event{At: at, Stage: stage, Text: string(stage)}))
	return at
}

// pushEvent is addEvent, and a push of it.
func (c *testCourier) pushEvent(parcel string, stage vocab.CarrierStage) time.Time {
	c.sys.t.Helper()
	at := c.addEvent(parcel, stage)
	c.check(c.Push(c.sys.t.Context(), parcel))
	return at
}

// pushCorrection withdraws a final stage.
func (c *testCourier) pushCorrection(parcel string, stage vocab.CarrierStage) {
	c.sys.t.Helper()
	c.check(c.Correct(c.sys.t.Context(), courier.Parcel{Reference: parcel},
		courier.Event{At: c.sys.clock(), Stage: stage, Text: "withdrawn"}))
	c.check(c.Push(c.sys.t.Context(), parcel))
}

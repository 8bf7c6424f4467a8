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

// carrier is the sandbox courier in the test's process.
type carrier struct {
	*sandbox.Peer
	sys *system

	mu      sync.Mutex
	onQuery func(reference string)
}

// withCourier starts the courier; servers started later talk to it.
func (sys *system) withCourier() *carrier {
	sys.t.Helper()
	c := &carrier{sys: sys}
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

func (c *carrier) hook(stage sandbox.Stage, op sandbox.Op, reference string) {
	c.mu.Lock()
	fn := c.onQuery
	c.mu.Unlock()
	if fn != nil && stage == sandbox.Before && op == sandbox.OpQuery {
		fn(reference)
	}
}

// whenAsked lets something happen before the courier answers what it knows.
func (c *carrier) whenAsked(fn func(reference string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onQuery = fn
}

// subscribed waits until the courier is asked for pushes about that many parcels.
func (c *carrier) subscribed(parcels int) {
	c.sys.t.Helper()
	c.sys.until("the courier is asked for pushes", func() bool {
		all, err := c.Subscriptions(c.sys.t.Context())
		return err == nil && len(all) == parcels
	})
}

// do does something at the courier.
func (c *carrier) do(err error) {
	c.sys.t.Helper()
	if err != nil {
		c.sys.t.Fatal(err)
	}
}

// happens lets the courier know something of a parcel and returns when that was.
func (c *carrier) happens(parcel string, stage vocab.CarrierStage) time.Time {
	c.sys.t.Helper()
	at := c.sys.clock()
	c.do(c.Add(c.sys.t.Context(), courier.Parcel{Reference: parcel},
		courier.Event{At: at, Stage: stage, Text: string(stage)}))
	return at
}

// tells is happens, and a push of it.
func (c *carrier) tells(parcel string, stage vocab.CarrierStage) time.Time {
	c.sys.t.Helper()
	at := c.happens(parcel, stage)
	c.do(c.Push(c.sys.t.Context(), parcel))
	return at
}

// corrects takes back what the courier told to be final.
func (c *carrier) corrects(parcel string, stage vocab.CarrierStage) {
	c.sys.t.Helper()
	c.do(c.Correct(c.sys.t.Context(), courier.Parcel{Reference: parcel},
		courier.Event{At: c.sys.clock(), Stage: stage, Text: "taken back"}))
	c.do(c.Push(c.sys.t.Context(), parcel))
}

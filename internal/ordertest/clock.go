package ordertest

import (
	"context"
	"sync/atomic"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/store"
)

// Day is a unit of deadlines.
const Day = 24 * time.Hour

// Clock is real time that stands still until a test moves it, but for a microsecond at each
// reading: two readings are never the same.
type Clock struct{ at atomic.Int64 }

func newClock(start time.Time) *Clock {
	if start.IsZero() {
		start = time.Now()
	}
	c := &Clock{}
	c.at.Store(start.UnixNano())
	return c
}

// Now reads the clock.
func (c *Clock) Now() time.Time { return time.Unix(0, c.at.Add(int64(time.Microsecond))).UTC() }

// Advance moves the clock.
func (c *Clock) Advance(by time.Duration) { c.at.Add(int64(by)) }

// Now is business time.
func (e *Env) Now() time.Time {
	now, err := e.DB.Now(context.WithoutCancel(e.T.Context()))
	if err != nil {
		e.T.Error(err)
	}
	return now
}

// Move moves business time alone.
func (e *Env) Move(by time.Duration) {
	e.T.Helper()
	e.Must(e.DB.MoveClock(e.T.Context(),
		store.ClockMove{To: func(now time.Time) time.Time { return now.Add(by) }}))
}

// Later moves business time and does what is due then.
func (e *Env) Later(by time.Duration) {
	e.T.Helper()
	e.Move(by)
	e.Run()
}

// Run does what is due until nothing is, as the runner does.
func (e *Env) Run() {
	e.T.Helper()
	for e.runOnce() > 0 {
	}
}

// runOnce does what is due now and returns how many rows that were.
func (e *Env) runOnce() (n int) {
	e.T.Helper()
	for _, job := range []struct {
		due store.Due
		run func(context.Context, globalid.ID) error
	}{
		{payment.AttemptsDue, e.Payments.RunAttempt},
		{aftersale.Due, e.AfterSales.RunDue},
		{shortage.Due, e.Shortages.RunDue},
		{payment.RefundsDue, e.Payments.RunRefund},
		{payment.OrdersDue, e.Payments.RunExpire},
		{shipment.InterceptionsDue, e.Shipments.RunInterception},
		{shipment.TrackingDue, e.Shipments.RunTracking},
		{order.Due, e.Orders.RunDue},
	} {
		ids, err := e.DB.Take(e.T.Context(), job.due, 100)
		e.Must(err)
		for _, id := range ids {
			e.Must(job.run(e.T.Context(), id))
		}
		n += len(ids)
	}
	return n
}

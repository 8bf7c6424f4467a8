package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/ent/event"
	"orderflow/ent/order"
	"orderflow/ent/reservation"
	"orderflow/internal/globalid"
	"orderflow/internal/seal"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// pollInterval is the pause between two queries for the progress of the servers; each query costs
	// the database something.
	pollInterval = 250 * time.Millisecond
	// stallLimit is how long servers may make no progress before the round fails.
	stallLimit = time.Minute
)

// Bench prepares and measures rounds on one database, which needs a simulated clock.
type Bench struct {
	DB    *store.DB
	Keys  *seal.Keyring
	Blind *seal.Blind
	// Progress is called with the progress of a step; it may be nil.
	Progress func(step string, done, all int)
}

// Due makes count orders with one pay deadline, calls start to start servers, moves the clock to
// the deadline and returns the time until all orders are closed. It stops the servers before it
// checks that each order was closed once.
func (b *Bench) Due(
	ctx context.Context, count int, start func(ctx context.Context) (stop func() error, err error),
) (took time.Duration, err error) {
	if err := b.refuseOtherOrders(ctx); err != nil {
		return 0, err
	}
	r, err := b.prepare(ctx, count)
	if err != nil {
		return 0, fmt.Errorf("make orders: %w", err)
	}
	stop, err := start(ctx)
	if err != nil {
		return 0, fmt.Errorf("start servers: %w", err)
	}
	took, err = r.measure(ctx)
	if err := errors.Join(err, stop()); err != nil {
		return 0, err
	}
	return took, r.check(ctx)
}

// refuseOtherOrders fails when the database has orders that bench did not make.
func (b *Bench) refuseOtherOrders(ctx context.Context) error {
	found, err := b.DB.Client.Order.Query().Where(order.MerchantAccountNEQ(merchantAccount)).Exist(ctx)
	if err != nil {
		return err
	}
	if found {
		return errors.New("the database has orders of others, and their deadlines would pass too; " +
			"choose another database")
	}
	return nil
}

// measure waits until the servers are idle, moves the clock to the deadline, and waits again.
func (r *dueRound) measure(ctx context.Context) (time.Duration, error) {
	err := r.await(ctx, "feed", 2*r.count, func(ctx context.Context) (int, error) {
		return r.DB.Client.Event.Query().Where(event.PositionIsNil()).Count(ctx)
	})
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	err = r.DB.MoveClock(ctx, store.ClockMove{To: func(time.Time) time.Time { return r.due }})
	if err != nil {
		return 0, err
	}
	err = r.await(ctx, "expire", r.count, func(ctx context.Context) (int, error) {
		return r.DB.Client.Order.Query().
			Where(order.BuyerID(r.buyer), order.StatusEQ(vocab.PendingPayment)).Count(ctx)
	})
	return time.Since(begin), err
}

// await polls count until it is 0.
func (r *dueRound) await(
	ctx context.Context, step string, all int, count func(ctx context.Context) (int, error),
) error {
	before, changed := -1, time.Now()
	for {
		left, err := count(ctx)
		if err != nil {
			return err
		}
		r.progress(step, max(all-left, 0), all)
		if left == 0 {
			return nil
		}
		if left != before {
			before, changed = left, time.Now()
		}
		if time.Since(changed) > stallLimit {
			return fmt.Errorf("%s: %d are left, and for %s no server has done anything",
				step, left, stallLimit)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

// check fails when an order was not closed exactly once or its stock is still reserved.
func (r *dueRound) check(ctx context.Context) error {
	closed, err := r.DB.Client.Order.Query().Where(order.BuyerID(r.buyer),
		order.StatusEQ(vocab.Closed), order.CloseReasonEQ(vocab.PaymentTimeout)).Count(ctx)
	if err != nil {
		return err
	}
	var counts []struct {
		Order globalid.ID `sql:"order_id"`
		Times int         `sql:"times"`
	}
	err = r.DB.Client.Event.Query().Where(event.Type(vocab.EventOrderExpired),
		event.HasOrderWith(order.BuyerID(r.buyer))).
		GroupBy(event.FieldOrderID).Aggregate(ent.As(ent.Count(), "times")).Scan(ctx, &counts)
	if err != nil {
		return err
	}
	once := 0
	for _, t := range counts {
		if t.Times == 1 {
			once++
		}
	}
	held, err := r.DB.Client.Reservation.Query().Where(reservation.StockIDIn(r.stocks...),
		reservation.StatusNEQ(vocab.ReservationReleased)).Count(ctx)
	if err != nil {
		return err
	}
	if closed != r.count || once != r.count || len(counts) != r.count || held != 0 {
		return fmt.Errorf("of %d orders %d are closed, %d once; %d still hold stock",
			r.count, closed, once, held)
	}
	return nil
}

func (b *Bench) progress(step string, done, all int) {
	if b.Progress != nil {
		b.Progress(step, done, all)
	}
}

package bill

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
)

// What ends the reading of a bill before its end.
var (
	errSlice     = errors.New("bill: enough for one run")
	errElsewhere = errors.New("bill: another server goes on with it")
)

// comparison is one run on one bill.
type comparison struct {
	*Bills
	bill       *ent.ChannelBill // as this run has stored it
	port       channel.Port
	begin, end time.Time // of the day
	until      time.Time // real time
}

// Run compares a bill that the caller has claimed, from where the last run stopped. One that is not
// ready, or whose channel does not answer, is tried again later.
func (b *Bills) Run(ctx context.Context, id globalid.ID) error {
	row, err := b.DB.Client.ChannelBill.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("bill %s: %w", id, err)
	}
	c := &comparison{Bills: b, bill: row, port: b.Payments.Channels[row.Channel],
		until: b.DB.RealNow().Add(slice)}
	if c.port == nil {
		return fmt.Errorf("bill %s: channel %s is not offered here", id, row.Channel)
	}
	times := c.port.Limits().Bills
	if c.begin, c.end, err = times.Bounds(channel.Day(row.Day)); err != nil {
		return err
	}
	if err := b.makeNext(ctx, row, times); err != nil {
		return err
	}
	err = c.compare(ctx)
	switch {
	case err == nil, errors.Is(err, errElsewhere):
		return nil
	case errors.Is(err, errSlice):
		return c.letGo(ctx)
	case ctx.Err() != nil: // the claim runs out, and the next run goes on
		return err
	}
	return c.postpone(ctx, c.end.Add(times.Ready), err)
}

// errNotReady is the answer of a channel that has no bill yet.
var errNotReady = errors.New("the bill is not ready")

// compare reads the bill to its end, then looks up what it should have had.
func (c *comparison) compare(ctx context.Context) error {
	place := channel.BillPlace{Day: channel.Day(c.bill.Day), Lines: c.bill.Compared}
	ready, err := c.port.Bill(ctx, place, func(lines []channel.BillLine) error {
		if len(lines) == 0 {
			return nil // nothing is stored by it, so a pause would come again and again
		}
		if err := c.page(ctx, lines); err != nil {
			return err
		}
		return c.pause()
	})
	switch {
	case err != nil:
		return err
	case !ready:
		return errNotReady
	}
	if err := c.absent(ctx); err != nil {
		return err
	}
	return c.finish(ctx)
}

// pause ends the run when it has taken long.
func (c *comparison) pause() error {
	if c.DB.RealNow().After(c.until) {
		return errSlice
	}
	return nil
}

// finish ends the comparison. That there was no bill is resolved by it.
func (c *comparison) finish(ctx context.Context) error {
	return c.store(ctx, func(ctx context.Context, tx *store.Tx, row *ent.ChannelBill) error {
		finish(tx, row)
		return c.billCame(ctx, tx)
	})
}

func finish(tx *store.Tx, row *ent.ChannelBill) {
	row.FinishedAt, row.NextAttemptAt, row.ClaimedUntil, row.Attempts = &tx.Now, nil, nil, 0
}

// letGo makes the bill due again at once.
func (c *comparison) letGo(ctx context.Context) error {
	return c.store(ctx, func(_ context.Context, tx *store.Tx, row *ent.ChannelBill) error {
		row.NextAttemptAt, row.ClaimedUntil, row.Attempts = &tx.Now, nil, 0
		return nil
	})
}

// postpone plans the next try. A bill that is late by a day is a difference; one that channels do
// not keep any more is given up.
func (c *comparison) postpone(ctx context.Context, ready time.Time, failure error) error {
	if !errors.Is(failure, errNotReady) {
		c.Log.WarnContext(ctx, "a bill cannot be compared yet", "bill", c.bill.ID,
			"channel", c.bill.Channel, "day", c.bill.Day, "attempts", c.bill.Attempts+1,
			"error", failure)
	}
	return c.store(ctx, func(ctx context.Context, tx *store.Tx, row *ent.ChannelBill) error {
		if !tx.Now.Before(ready.AddDate(0, 0, kept)) {
			finish(tx, row)
			return nil
		}
		next := tx.Now.Add(pauseAfter(row.Attempts))
		row.NextAttemptAt, row.ClaimedUntil = &next, nil
		row.Attempts++
		if tx.Now.Before(ready.Add(patience)) {
			return nil
		}
		return c.found(ctx, tx, row, []*ent.BillDifference{noBill(failure)})
	})
}

// pauseAfter doubles from a minute up to an hour.
func pauseAfter(attempts int) time.Duration {
	const most = 6 // 64 minutes
	return min(time.Minute<<min(attempts, most), time.Hour)
}

// store changes the bill's row and keeps what was stored.
func (c *comparison) store(
	ctx context.Context,
	work func(ctx context.Context, tx *store.Tx, row *ent.ChannelBill) error,
) error {
	var stored *ent.ChannelBill
	same, err := c.change(ctx, c.bill,
		func(ctx context.Context, tx *store.Tx, row *ent.ChannelBill) error {
			stored = row
			return work(ctx, tx, row)
		})
	if err != nil {
		return err
	}
	if !same {
		return errElsewhere
	}
	c.bill = stored
	return nil
}

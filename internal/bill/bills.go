package bill

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"orderflow/ent"
	"orderflow/ent/channelbill"
	"orderflow/internal/globalid"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// lease is how long a claimed bill is its claimer's; the runner ends a run before.
	lease = 15 * time.Second
	// slice is how long one run reads a bill; then it lets go, and the bill is due again.
	slice = 5 * time.Second
	// patience is how long after a bill should be ready staff are alarmed that there is none.
	patience = 24 * time.Hour
	// kept is how many days are compared after the fact: channels keep bills for three months.
	kept = 90
	// persistent is how many tries a payment that cannot be settled stops its bill for.
	persistent = 10
)

// Bills compares the bills of channels. Its methods may be called by any goroutine.
type Bills struct {
	DB       *store.DB
	Payments *payment.Payments // whose channels are compared
	Log      *slog.Logger
	Counters Counters
}

// Counters count since the start.
type Counters struct {
	Lines       atomic.Int64 // compared
	Settled     atomic.Int64 // of them, what was not known here
	Differences atomic.Int64 // found
}

// Due are bills whose comparison is due, for Run.
var Due = store.Due{Table: channelbill.Table, Column: channelbill.FieldNextAttemptAt, Lease: lease}

// Plan makes the first row of each channel that has none, for the day that runs. Each server calls
// it at its start.
func (b *Bills) Plan(ctx context.Context) error {
	for name, port := range b.Payments.Channels {
		some, err := b.DB.Client.ChannelBill.Query().Where(channelbill.ChannelEQ(name)).Exist(ctx)
		if err != nil || some {
			if err != nil {
				return fmt.Errorf("bill: %w", err)
			}
			continue
		}
		now, err := b.DB.Now(ctx)
		if err != nil {
			return err
		}
		times := port.Limits().Bills
		if err := b.make(ctx, name, times, times.DayOf(now)); err != nil {
			return err
		}
	}
	return nil
}

// makeNext makes the row of the day after a bill's, unless there is one.
func (b *Bills) makeNext(ctx context.Context, of *ent.ChannelBill, times channel.BillTimes) error {
	now, err := b.DB.Now(ctx)
	if err != nil {
		return err
	}
	_, next, err := times.Bounds(channel.Day(of.Day))
	if err != nil {
		return err
	}
	if oldest := now.AddDate(0, 0, -kept); next.Before(oldest) {
		next = oldest
	}
	return b.make(ctx, of.Channel, times, times.DayOf(next))
}

// make makes the row of a day, unless there is one.
func (b *Bills) make(
	ctx context.Context, of vocab.PaymentChannel, times channel.BillTimes, day channel.Day,
) error {
	some, err := b.DB.Client.ChannelBill.Query().
		Where(channelbill.ChannelEQ(of), channelbill.Day(string(day))).Exist(ctx)
	if err != nil || some {
		return err
	}
	_, end, err := times.Bounds(day)
	if err != nil {
		return err
	}
	ready := end.Add(times.Ready)
	err = b.DB.Run(ctx, func(_ context.Context, tx *store.Tx) error {
		tx.Insert(&ent.ChannelBill{ID: globalid.New(globalid.ChannelBill), Channel: of,
			Day: string(day), NextAttemptAt: &ready, CreatedAt: tx.Now})
		return nil
	})
	if store.IsDuplicate(err) { // another server made it
		return nil
	}
	return err
}

// change changes a bill's row in a transaction. It reports false when another server has gone on
// with it since it was read; then nothing is changed.
func (b *Bills) change(
	ctx context.Context, read *ent.ChannelBill,
	work func(ctx context.Context, tx *store.Tx, row *ent.ChannelBill) error,
) (bool, error) {
	var same bool
	err := b.DB.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		query := tx.ChannelBill.Query().Where(channelbill.ID(read.ID))
		if tx.Locks() {
			query.ForUpdate()
		}
		row, err := query.Only(ctx)
		if err != nil {
			return err
		}
		same = row.Compared == read.Compared && row.Hours == read.Hours && row.FinishedAt == nil
		if !same {
			return nil
		}
		row = store.Track(tx, row)
		return work(ctx, tx, row)
	})
	return same, err
}

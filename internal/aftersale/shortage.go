package aftersale

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/shortage"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// shortageLease is how long a claimed shortage is this server's (real time).
	shortageLease = time.Minute
	// shortageLines is how many items one report names at most.
	shortageLines = 100
)

// Shortages runs the commands on shortages: sold units that the warehouse does not have. It is safe
// for concurrent use. Its commands are idempotent when the context carries a key. Faults of all of
// them: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED, CONFLICT.
//
// As long as a shortage is OPEN, OFFERED or WAITING its units count in the item's short_quantity:
// they can be neither shipped nor moved nor taken by a request. A row's quantity is what lacks
// still: of a transfer that comes in parts it falls with each.
type Shortages struct {
	db       *store.DB
	payments *payment.Payments
}

// NewShortages returns the commands over a database; payments makes the refunds.
func NewShortages(db *store.DB, payments *payment.Payments) *Shortages {
	return &Shortages{db: db, payments: payments}
}

// ShortageFacts is what the shortage table wants to know of a row for an action of a viewer.
func ShortageFacts(
	row *ent.Shortage, on vocab.ShortageAction,
) (facts lifecycle.ShortageFacts) {
	switch on {
	case vocab.ChooseWarehouse:
		facts.Offered = slices.Contains(row.Options, vocab.OptionWarehouse)
	case vocab.ChooseTransfer:
		facts.Offered = slices.Contains(row.Options, vocab.OptionTransfer)
	}
	return facts
}

// shortageDesk is one shortage in a transaction that has locked its order.
type shortageDesk struct {
	*Shortages
	tx  *store.Tx
	l   *order.Locked
	row *ent.Shortage
}

// on runs a command of a viewer on a shortage, under the lock of its order.
func (s *Shortages) on(
	ctx context.Context, id globalid.ID, work func(ctx context.Context, d *shortageDesk) error,
	roles ...vocab.Role,
) (globalid.ID, error) {
	v, err := actingRole(ctx, roles...)
	if err != nil {
		return id, err
	}
	seen, err := s.db.Client.Shortage.Get(ctx, id)
	if ent.IsNotFound(err) ||
		err == nil && !v.HasShop(seen.ShopID) && (!v.IsBuyer() || v.BuyerID != seen.BuyerID) {
		return id, fault.New(fault.NotFound, "There is no such shortage.")
	}
	if err != nil {
		return id, err
	}
	_, _, err = s.db.Command(ctx, func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
		l, err := order.Lock(ctx, tx, seen.OrderID, order.ActorOf(v))
		if err != nil {
			return nil, err
		}
		row, err := tx.Shortage.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := work(ctx, &shortageDesk{Shortages: s, tx: tx, l: l, row: row}); err != nil {
			return nil, err
		}
		return []globalid.ID{id}, l.Write(ctx, tx)
	})
	return id, err
}

// may asks the table for an action by whoever acts. Fault: ACTION_NOT_ALLOWED.
func (d *shortageDesk) may(
	on vocab.ShortageAction, by vocab.Role, facts lifecycle.ShortageFacts,
) error {
	_, err := lifecycle.ShortageTable.Next(d.row.Status, on, by, facts)
	return order.NotAllowed(err)
}

// step takes one row of the shortage table; change adds to the update what comes with it.
func (d *shortageDesk) step(
	ctx context.Context, on vocab.ShortageAction, by vocab.Role,
	facts lifecycle.ShortageFacts, change func(u *ent.ShortageUpdate),
) error {
	next, err := lifecycle.ShortageTable.Next(d.row.Status, on, by, facts)
	if err != nil {
		return order.NotAllowed(err)
	}
	update := d.tx.Shortage.Update().SetStatus(next.To).ClearDueAt().ClearClaimedUntil().
		Where(shortage.ID(d.row.ID), shortage.StatusEQ(d.row.Status))
	switch next.To {
	case vocab.ShortageOpen, vocab.ShortageOffered:
		due, err := shortageDue(ctx, d.tx, d.row.ShopID)
		if err != nil {
			return err
		}
		update.SetDueAt(due)
	case vocab.ShortageResolved, vocab.ShortageRefunded:
		update.SetEndedAt(d.tx.Now)
	}
	if change != nil {
		change(update)
	}
	n, err := update.Save(ctx)
	if err != nil {
		return fmt.Errorf("shortage: %w", err)
	}
	if n != 1 {
		return fault.New(fault.Conflict, "The shortage was changed meanwhile; read it again.")
	}
	from := d.row.Status
	d.row.Status = next.To
	d.tell(next.Emit, from)
	return nil
}

// shortageDue is when the time of the shop to offer, or of the buyer to choose, is over that begins
// now.
func shortageDue(ctx context.Context, tx *store.Tx, shop globalid.ID) (time.Time, error) {
	row, err := tx.Shop.Get(ctx, shop)
	if err != nil {
		return time.Time{}, err
	}
	return tx.Now.Add(orHours(row.Policy.ShortageHours, shortageAnswers)), nil
}

// tell adds the event of a step to the order's.
func (d *shortageDesk) tell(name string, from vocab.ShortageStatus) {
	d.l.Log.AddFor(d.row.ShopID, name, document.Payload{
		Shortage: d.row.ID, SubOrder: d.row.SubOrderID, Quantity: d.row.Quantity,
		From: string(from), To: string(d.row.Status), Reason: string(d.row.Cause),
		Skus: []globalid.ID{d.item().SkuID},
	})
}

func (d *shortageDesk) item() *ent.OrderItem { return d.l.Item(d.row.ItemID) }

package aftersale

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// ShortageLine is a quantity of one order item that is not there.
type ShortageLine struct {
	Item     globalid.ID
	Quantity int64
}

// ShortageReport names what of a sub-order is not on the shelf.
type ShortageReport struct {
	SubOrder globalid.ID
	Lines    []ShortageLine
}

// Report opens a shortage for each line: the sub-order's hold on the units is over and its
// warehouse has that many fewer, from now on. A parcel that has some of them cannot be handed over
// any more. It returns the shortages in the order of the lines.
//
// Merchant and warehouse staff of the shop may call it. Faults besides those of all commands:
// INVALID_INPUT at each field that is wrong, LIMIT_EXCEEDED for more than 100 lines.
func (s *Shortages) Report(ctx context.Context, in ShortageReport) ([]globalid.ID, error) {
	v, err := actingRole(ctx, vocab.Merchant, vocab.Warehouse)
	if err != nil {
		return nil, err
	}
	seen, err := s.db.Client.SubOrder.Get(ctx, in.SubOrder)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(seen.ShopID) {
		return nil, fault.New(fault.NotFound, "There is no such sub-order.")
	}
	if err != nil {
		return nil, err
	}
	ids, _, err := s.db.Command(ctx,
		func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
			l, err := order.Lock(ctx, tx, seen.OrderID, order.ActorOf(v))
			if err != nil {
				return nil, err
			}
			if err := in.check(l); err != nil {
				return nil, err
			}
			ids, err := s.report(ctx, tx, l, in)
			if err != nil {
				return nil, err
			}
			return ids, l.Write(ctx, tx)
		})
	return ids, err
}

// check finds every fault of the lines at once.
func (in ShortageReport) check(l *order.Locked) error {
	sub := l.Sub(in.SubOrder)
	if sub.Status != vocab.AwaitingShipment && sub.Status != vocab.PartiallyShipped {
		return fault.New(fault.ActionNotAllowed,
			"Units can lack only in a sub-order that is being shipped; this one is %s.", sub.Status)
	}
	var faults fault.List
	if len(in.Lines) == 0 {
		faults.Add("lines", fault.InvalidInput, "At least one line is needed.")
	}
	if len(in.Lines) > shortageLines {
		faults.Add("lines", fault.LimitExceeded, "One report has at most %d lines.", shortageLines)
		return faults.Err()
	}
	seen := map[globalid.ID]bool{}
	for i, line := range in.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		item := l.Item(line.Item)
		if item == nil || item.SubOrderID != sub.ID || seen[line.Item] {
			faults.Add(at+".item", fault.InvalidInput,
				"It must be an item of the sub-order, named once.")
			continue
		}
		seen[line.Item] = true
		if most := l.Shippable(item); line.Quantity < 1 || line.Quantity > most {
			faults.Add(at+".quantity", fault.InvalidInput,
				"%d units are neither shipped nor refunded nor reported already.", most)
		}
	}
	return faults.Err()
}

func (s *Shortages) report(
	ctx context.Context, tx *store.Tx, l *order.Locked, in ShortageReport,
) ([]globalid.ID, error) {
	actor := l.Log.Actor()
	// Rows of stock are locked in ascending order of their skus.
	bySku := slices.Clone(in.Lines)
	slices.SortFunc(bySku, func(a, b ShortageLine) int {
		return l.Item(a.Item).SkuID.Compare(l.Item(b.Item).SkuID)
	})
	for _, line := range bySku {
		err := stock.WriteDown(ctx, tx, actor, line.Item, l.Sub(in.SubOrder).WarehouseID,
			line.Quantity)
		if err != nil {
			return nil, err
		}
	}
	ids := make([]globalid.ID, len(in.Lines))
	for i, line := range in.Lines {
		row, err := s.open(ctx, tx, l, actor.Role, vocab.ShortAtPacking,
			order.Shortage{Item: l.Item(line.Item), Quantity: line.Quantity})
		if err != nil {
			return nil, err
		}
		ids[i] = row.ID
	}
	return ids, nil
}

// OpenAtPayment opens a shortage for each item of which a paid order got too little.
// Payments.Short calls it; the caller writes the order's events.
func (s *Shortages) OpenAtPayment(
	ctx context.Context, tx *store.Tx, l *order.Locked, short []order.Shortage,
) error {
	return s.openAll(ctx, tx, l, vocab.ShortAtPayment, short)
}

// OpenByTransfer opens a shortage of the units of an order that a transfer has lost. Package
// transfer calls it; the caller writes the order's events.
func (s *Shortages) OpenByTransfer(
	ctx context.Context, tx *store.Tx, l *order.Locked, short []order.Shortage,
) error {
	return s.openAll(ctx, tx, l, vocab.ShortTransfer, short)
}

func (s *Shortages) openAll(
	ctx context.Context, tx *store.Tx, l *order.Locked, cause vocab.ShortageCause,
	short []order.Shortage,
) error {
	for _, one := range short {
		if _, err := s.open(ctx, tx, l, vocab.System, cause, one); err != nil {
			return err
		}
	}
	return nil
}

// open locks units of an item that hold no stock and writes their shortage.
func (s *Shortages) open(
	ctx context.Context, tx *store.Tx, l *order.Locked, by vocab.Role,
	cause vocab.ShortageCause, short order.Shortage,
) (*ent.Shortage, error) {
	next, err := lifecycle.ShortageTable.Next(
		"", vocab.ReportShortage, by, lifecycle.ShortageFacts{})
	if err != nil {
		return nil, order.NotAllowed(err)
	}
	if err := l.Lack(ctx, tx, short.Item, short.Quantity); err != nil {
		return nil, err
	}
	sub := l.Sub(short.Item.SubOrderID)
	due, err := shortageDue(ctx, tx, sub.ShopID)
	if err != nil {
		return nil, err
	}
	row, err := tx.Shortage.Create().SetOrderID(l.Order.ID).SetItemID(short.Item.ID).
		SetSubOrderID(sub.ID).SetShopID(sub.ShopID).SetBuyerID(sub.BuyerID).
		SetWarehouseID(sub.WarehouseID).SetQuantity(short.Quantity).SetCause(cause).
		SetStatus(next.To).SetDueAt(due).SetCreatedAt(tx.Now).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("shortage: %w", err)
	}
	d := &shortageDesk{Shortages: s, tx: tx, l: l, row: row}
	d.tell(next.Emit, "")
	return row, nil
}

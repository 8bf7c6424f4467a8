package shortage

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// Line is a quantity of one order item that is not there.
type Line struct {
	Item     globalid.ID
	Quantity int64
}

// Report names what of a sub-order is not there.
type Report struct {
	SubOrder globalid.ID
	Lines    []Line
}

// Report opens a shortage for each line: the sub-order's hold on the units is over and its
// warehouse has that many fewer, from now on. A parcel that has some of them cannot be handed over
// any more. It returns the shortages in the order of the lines.
//
// Merchant and warehouse staff of the shop may call it. Faults besides those of all commands:
// INVALID_INPUT at each field that is wrong, LIMIT_EXCEEDED for more than 100 lines.
func (s *Shortages) Report(ctx context.Context, in Report) ([]globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Merchant, vocab.Warehouse)
	if err != nil {
		return nil, err
	}
	found, err := s.db.Client.SubOrder.Get(ctx, in.SubOrder)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(found.ShopID) {
		return nil, fault.New(fault.NotFound, "There is no such sub-order.")
	}
	if err != nil {
		return nil, err
	}
	return order.Command(ctx, s.db, found.OrderID, v,
		func(ctx context.Context, l *order.Locked) ([]globalid.ID, error) {
			if err := in.check(ctx, l); err != nil {
				return nil, err
			}
			return s.report(ctx, l, in)
		})
}

// check finds every fault of the lines at once.
func (in Report) check(ctx context.Context, l *order.Locked) error {
	sub := l.Sub(in.SubOrder)
	items := slices.DeleteFunc(slices.Clone(l.Items),
		func(it *ent.OrderItem) bool { return it.SubOrderID != sub.ID })
	there, err := shipment.Sendable(ctx, l.Tx.Client(), items,
		func(*ent.OrderItem) globalid.ID { return sub.WarehouseID })
	if err != nil {
		return err
	}
	var facts lifecycle.TradeFacts
	shipment.LookAt(&facts, there, order.Unsent{}, items)
	err = lifecycle.Check(
		lifecycle.Trade, sub.Status, vocab.BeginShortage, l.Actor.Role, facts)
	if err != nil {
		return err
	}
	var faults fault.List
	if len(in.Lines) == 0 {
		faults.Add("lines", fault.InvalidInput, "At least one line is needed.")
	}
	if len(in.Lines) > maxLines {
		faults.Add("lines", fault.LimitExceeded, "One report has at most %d lines.", maxLines)
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
		if most := there[item.ID]; line.Quantity < 1 || line.Quantity > most {
			faults.Add(at+".quantity", fault.InvalidInput,
				"%d units are at the warehouse, and neither shipped nor refunded nor reported already.",
				most)
		}
	}
	return faults.Err()
}

func (s *Shortages) report(
	ctx context.Context, l *order.Locked, in Report,
) ([]globalid.ID, error) {
	// Rows of stock are locked in ascending order of their skus.
	bySku := slices.Clone(in.Lines)
	slices.SortFunc(bySku, func(a, b Line) int {
		return l.Item(a.Item).SkuID.Compare(l.Item(b.Item).SkuID)
	})
	for _, line := range bySku {
		err := stock.WriteDown(ctx, l.Tx, l.Actor, stock.Units{Item: line.Item,
			Warehouse: l.Sub(in.SubOrder).WarehouseID, Quantity: line.Quantity})
		if err != nil {
			return nil, err
		}
	}
	ids := make([]globalid.ID, len(in.Lines))
	for i, line := range in.Lines {
		row, err := s.open(ctx, l, opening{l.Actor.Role, vocab.ShortAtPacking,
			order.Missing{Item: l.Item(line.Item), Quantity: line.Quantity}})
		if err != nil {
			return nil, err
		}
		ids[i] = row.ID
	}
	return ids, nil
}

func (s *Shortages) openAll(
	ctx context.Context, l *order.Locked, cause vocab.ShortageCause, missing []order.Missing,
) error {
	for _, one := range missing {
		if _, err := s.open(ctx, l, opening{vocab.System, cause, one}); err != nil {
			return err
		}
	}
	return nil
}

// opening is a shortage to be opened.
type opening struct {
	by      vocab.Role
	cause   vocab.ShortageCause
	missing order.Missing
}

// open locks units of an item that hold no stock and adds their shortage.
func (s *Shortages) open(
	ctx context.Context, l *order.Locked, o opening,
) (*ent.Shortage, error) {
	item := o.missing.Item
	sub := l.Sub(item.SubOrderID)
	row := &ent.Shortage{ID: globalid.New(globalid.Shortage), OrderID: l.Order.ID,
		ItemID: item.ID, SubOrderID: sub.ID, ShopID: sub.ShopID, BuyerID: sub.BuyerID,
		WarehouseID: sub.WarehouseID, Quantity: o.missing.Quantity, Cause: o.cause,
		CreatedAt: l.Tx.Now}
	taken, err := lifecycle.Take(lifecycle.ShortageTable, &row.Status, vocab.ReportShortage,
		o.by, lifecycle.ShortageFacts{})
	if err != nil {
		return nil, err
	}
	if row.DueAt, err = due(ctx, l, sub); err != nil {
		return nil, err
	}
	order.MarkShort(item, o.missing.Quantity)
	l.Tx.Insert(row)
	(&session{Shortages: s, Locked: l, row: row}).emit(taken)
	return row, nil
}

package transfer

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/ent/sku"
	"orderflow/ent/warehouse"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// RequestInput requests Quantity units of a sku to be moved between two warehouses. Item is the
// order item that they are for, zero for none.
type RequestInput struct {
	Sku      globalid.ID
	From     globalid.ID
	To       globalid.ID
	Quantity int64
	Item     globalid.ID
	Note     string
}

// Validate returns all faults of the fields.
func (in RequestInput) Validate() error {
	var faults fault.List
	if in.Quantity < 1 || in.Quantity > maxQuantity {
		faults.Add("quantity", fault.InvalidInput, "The number must be between 1 and %d.",
			maxQuantity)
	}
	if in.From == in.To {
		faults.Add("to", fault.InvalidInput, "The units must go to another warehouse.")
	}
	checkNote(&faults, in.Note)
	return faults.Err()
}

// Request makes a transfer. For an order item its units must be held at the source, neither shipped
// nor refunded nor in a parcel, in a sub-order of which nothing was shipped: they go to a sub-order
// of their own at the target, or take all of theirs there, and wait at the source to be sent.
// Faults besides those of all commands: INVALID_INPUT at each field that is wrong, LIMIT_EXCEEDED
// when fewer units are left to ship.
func (t *Transfers) Request(ctx context.Context, in RequestInput) (globalid.ID, error) {
	v, err := permit(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	if err := in.Validate(); err != nil {
		return globalid.ID{}, err
	}
	shop, err := t.shop(ctx, v, in)
	if err != nil {
		return globalid.ID{}, err
	}
	var of *globalid.ID
	if !in.Item.IsZero() {
		item, err := t.db.Client.OrderItem.Query().Where(
			orderitem.ID(in.Item), orderitem.ShopID(shop)).Only(ctx)
		if ent.IsNotFound(err) {
			return globalid.ID{}, notFound("item")
		}
		if err != nil {
			return globalid.ID{}, err
		}
		of = &item.OrderID
	}
	return t.command(ctx, v, of, func(ctx context.Context, s *session) (globalid.ID, error) {
		return s.request(ctx, in, shop)
	})
}

// shop returns the shop of the sku when the viewer may see it and the warehouses exist.
func (t *Transfers) shop(
	ctx context.Context, v *auth.Viewer, in RequestInput,
) (globalid.ID, error) {
	of, err := t.db.Client.Sku.Query().Where(sku.ID(in.Sku)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(of.ShopID) {
		return globalid.ID{}, notFound("sku")
	}
	if err != nil {
		return globalid.ID{}, err
	}
	var faults fault.List
	for _, at := range []struct {
		field string
		id    globalid.ID
	}{{"from", in.From}, {"to", in.To}} {
		known, err := t.db.Client.Warehouse.Query().Where(warehouse.ID(at.id)).Exist(ctx)
		if err != nil {
			return globalid.ID{}, err
		}
		if !known {
			faults.Add(at.field, fault.NotFound, "There is no such warehouse.")
		}
	}
	return of.ShopID, faults.Err()
}

func notFound(field string) error {
	return fault.At(field, fault.NotFound, "There is no such object.")
}

func (s *session) request(
	ctx context.Context, in RequestInput, shop globalid.ID,
) (globalid.ID, error) {
	row := &ent.StockTransfer{ID: globalid.New(globalid.StockTransfer), ShopID: shop,
		SkuID: in.Sku, FromWarehouseID: in.From, ToWarehouseID: in.To, Quantity: in.Quantity,
		Note: in.Note, CreatedAt: s.tx.Now}
	taken, err := lifecycle.Take(lifecycle.Transfer, &row.Status, vocab.RequestTransfer,
		s.actor.Role, lifecycle.TransferFacts{})
	if err != nil {
		return row.ID, err
	}
	if s.order != nil {
		item, err := s.redirect(ctx, in)
		if err != nil {
			return row.ID, err
		}
		row.OrderID, row.ItemID = &s.order.Order.ID, &item.ID
		if err := stock.SetAside(ctx, s.tx, row); err != nil {
			return row.ID, err
		}
	}
	s.tx.Insert(row)
	s.emit(row, taken, row.Quantity)
	return row.ID, s.record(ctx, row, vocab.RequestTransfer,
		audit.Change{After: map[string]any{"status": row.Status, "sku": row.SkuID,
			"from": row.FromWarehouseID, "to": row.ToWarehouseID, "quantity": row.Quantity}})
}

// redirect moves the units to the sub-order of the target, where it waits for them, and returns the
// item that they are of from now on.
func (s *session) redirect(ctx context.Context, in RequestInput) (*ent.OrderItem, error) {
	item := s.order.Item(in.Item)
	if item.SkuID != in.Sku {
		return nil, fault.At("item", fault.InvalidInput, "The item is of another sku.")
	}
	if s.order.Sub(item.SubOrderID).WarehouseID != in.From {
		return nil, fault.At("from", fault.InvalidInput,
			"The item's sub-order is not sent from this warehouse.")
	}
	return s.order.MoveUnits(ctx, item, in.Quantity, in.To)
}

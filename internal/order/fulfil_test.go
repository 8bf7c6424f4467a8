package order_test

import (
	"context"
	"testing"
	"time"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const day = 24 * time.Hour

// staff returns the context of a staff member, of the world's shop unless the role sees all.
func (w *world) staff(role vocab.Role) context.Context {
	v := &auth.Viewer{Subject: "staff", Role: role, StaffID: globalid.New(globalid.Staff)}
	if role == vocab.Merchant || role == vocab.Warehouse {
		v.Shops = []globalid.ID{w.shop.ID}
	}
	return auth.With(w.t.Context(), v)
}

// bought places and pays one line of each quantity, of a sku that the south has much of.
func (w *world) bought(buyer context.Context, quantities ...int64) *ent.Order {
	w.t.Helper()
	var lines []order.Line
	for _, n := range quantities {
		sku := w.sku(999, map[*ent.Warehouse]int64{w.south: 100})
		lines = append(lines, order.Line{Sku: sku.ID, Quantity: n})
	}
	id := w.mustPlace(buyer, lines...)
	w.pay(id)
	return w.parts(id)
}

// packed makes a parcel with units of an item that is not handed over yet.
func (w *world) packed(item *ent.OrderItem, units int64) *ent.Shipment {
	w.t.Helper()
	c, ctx := w.db.Client, w.t.Context()
	sub := c.SubOrder.GetX(ctx, item.SubOrderID)
	id := globalid.New(globalid.Shipment)
	parcel := c.Shipment.Create().SetID(id).SetNumber(id.String()).SetOrderID(item.OrderID).
		SetShopID(item.ShopID).SetWarehouseID(sub.WarehouseID).SetPurpose(vocab.OrderParcel).
		SetStage(vocab.StagePacked).SaveX(ctx)
	c.ShipmentItem.Create().SetShipmentID(id).SetItemID(item.ID).SetSubOrderID(sub.ID).
		SetQuantity(units).ExecX(ctx)
	return parcel
}

// hand does with a parcel of one item what package shipment does at the handover.
func (w *world) hand(parcel *ent.Shipment, item *ent.OrderItem, units int64) error {
	return w.with(item.OrderID, vocab.Warehouse,
		func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
			err := stock.Ship(ctx, tx, l.Log.Actor(), item.ID, parcel.WarehouseID, units)
			if err != nil {
				return err
			}
			err = tx.Shipment.UpdateOneID(parcel.ID).SetStage(vocab.StageHandedOver).
				SetCarrierStage(vocab.CarrierLabelled).SetHandedOverAt(tx.Now).Exec(ctx)
			if err != nil {
				return err
			}
			return l.Ship(ctx, tx, []order.Handed{{Item: item.ID, Units: units}})
		})
}

// ship hands units of an item over in a parcel of their own.
func (w *world) ship(item *ent.OrderItem, units int64) *ent.Shipment {
	w.t.Helper()
	parcel := w.packed(item, units)
	if err := w.hand(parcel, item, units); err != nil {
		w.t.Fatal(err)
	}
	return parcel
}

// tell stores what a courier tells of a parcel of a sub-order.
func (w *world) tell(parcel *ent.Shipment, sub globalid.ID, stage vocab.CarrierStage) {
	w.t.Helper()
	err := w.with(parcel.OrderID, vocab.Channel,
		func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
			update := tx.Shipment.UpdateOneID(parcel.ID).SetCarrierStage(stage).ClearDeliveredAt()
			if stage == vocab.CarrierDelivered {
				update.SetDeliveredAt(tx.Now)
			}
			if err := update.Exec(ctx); err != nil {
				return err
			}
			return l.Tracked(ctx, tx, []globalid.ID{sub})
		})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) jump(by time.Duration) {
	w.t.Helper()
	err := w.db.MoveClock(w.t.Context(), func(now time.Time) time.Time { return now.Add(by) })
	if err != nil {
		w.t.Fatal(err)
	}
}

// tick runs everything that is due and tells how many rows that were.
func (w *world) tick() (n int) {
	w.t.Helper()
	for _, job := range []struct {
		claim func(context.Context, int) ([]globalid.ID, error)
		run   func(context.Context, globalid.ID) error
	}{
		{w.orders.ClaimReceipts, w.orders.RunReceipt},
		{w.orders.ClaimCompletions, w.orders.RunCompletion},
		{w.orders.ClaimShipOverdue, w.orders.RunShipOverdue},
		{w.orders.ClaimReviewReminders, w.orders.RunReviewReminder},
	} {
		ids, err := job.claim(w.t.Context(), 100)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, id := range ids {
			if err := job.run(w.t.Context(), id); err != nil {
				w.t.Fatal(err)
			}
			n++
		}
	}
	return n
}

func (w *world) sub(id globalid.ID) *ent.SubOrder {
	return w.db.Client.SubOrder.GetX(w.t.Context(), id)
}

func (w *world) wantStatus(sub globalid.ID, want vocab.TradeStatus) {
	w.t.Helper()
	if got := w.sub(sub).Status; got != want {
		w.t.Errorf("the sub-order is %s, want %s", got, want)
	}
}

// told counts the events of that type.
func (w *world) told(name string) int {
	return w.db.Client.Event.Query().Where(entevent.Type(name)).CountX(w.t.Context())
}

func wantFault(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

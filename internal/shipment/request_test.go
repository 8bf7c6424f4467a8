package shipment_test

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// request makes the row of a request about an order's first item. Package aftersale, which owns
// such rows, is a caller of this one.
func (w *world) request(o *ent.Order, status vocab.AfterSaleStatus) *ent.AfterSale {
	w.t.Helper()
	sub := o.Edges.SubOrders[0]
	return w.db.Client.AfterSale.Create().SetNumber(fmt.Sprint("R", w.count.Add(1))).
		SetOrderID(o.ID).SetSubOrderID(sub.ID).SetShopID(sub.ShopID).SetBuyerID(o.BuyerID).
		SetKind(vocab.RefundOnly).SetGoods(vocab.GoodsInTransit).SetReason(vocab.ReasonNotWanted).
		SetOpenedBy(vocab.Buyer).SetStatus(status).SetCurrency("CNY").SetAmount(0).
		SetFreight(0).SetCreatedAt(o.CreatedAt).SaveX(w.t.Context())
}

// heard notes what the hooks are told, in order.
func (w *world) heard() *[]string {
	var all []string
	w.shipments.Tracked = func(
		_ context.Context, _ *store.Tx, l *order.Locked, p *ent.Shipment,
	) error {
		if l.Order.ID != p.OrderID || len(p.Edges.Items) == 0 {
			w.t.Errorf("told of %+v", p)
		}
		all = append(all, fmt.Sprintf("%s %s", p.Purpose, *p.CarrierStage))
		return nil
	}
	w.shipments.Intercepted = func(
		_ context.Context, _ *store.Tx, _ *order.Locked, i *ent.Interception,
	) error {
		if i.EndedAt == nil {
			w.t.Errorf("told of %+v", i)
		}
		all = append(all, string(i.Status))
		return nil
	}
	return &all
}

// intercept asks for a parcel as a request does.
func (w *world) intercept(parcel globalid.ID, request *ent.AfterSale) {
	w.t.Helper()
	w.with(request.OrderID, vocab.Merchant,
		func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
			p, err := tx.Shipment.Get(ctx, parcel)
			if err != nil {
				return err
			}
			return w.shipments.Intercept(ctx, tx, l, p, request.ID)
		})
}

// interceptions lists the statuses of a parcel's interceptions, the oldest first.
func (w *world) interceptions(parcel globalid.ID) (all []vocab.InterceptionStatus) {
	w.t.Helper()
	for _, i := range w.db.Client.Interception.Query().Order(ent.Asc("id")).AllX(w.t.Context()) {
		if i.ShipmentID == parcel {
			all = append(all, i.Status)
		}
	}
	return all
}

// run does what is due of interceptions and tells how many were.
func (w *world) run() int {
	w.t.Helper()
	ids, err := w.shipments.ClaimInterceptions(w.t.Context(), 10)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, id := range ids {
		if err := w.shipments.RunInterception(w.t.Context(), id); err != nil {
			w.t.Fatal(err)
		}
	}
	return len(ids)
}

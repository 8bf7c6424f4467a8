package shipment_test

import (
	"context"
	"slices"
	"testing"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/order"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// sendBack opens the return parcel of an order's only item as its buyer.
func (w *world) sendBack(o *ent.Order, carrier, number string) (p *ent.Shipment, err error) {
	request := w.request(o, vocab.AfterSaleAwaitingReturn)
	actor := order.ActorOf(&auth.Viewer{Role: vocab.Buyer, BuyerID: o.BuyerID})
	err = w.db.Run(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, o.ID, actor)
		if err != nil {
			return err
		}
		p, err = w.shipments.OpenReturn(ctx, tx, l, parcels.ReturnInput{AfterSale: request.ID,
			Warehouse: w.south.ID, Carrier: carrier, TrackingNumber: number,
			Lines: []parcels.Line{{Item: o.Edges.SubOrders[0].Edges.Items[0].ID, Quantity: 1}}})
		if err != nil {
			return err
		}
		return l.Write(ctx, tx)
	})
	return p, err
}

// A parcel that comes back is tracked like any other and is nothing to the trade or the stock.
func TestReturnParcel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		o, sent := w.shipped()
		told := snapshot(told(1, vocab.CarrierDelivered, "signed"))
		if err := w.shipments.ApplySnapshot(t.Context(), sent, told); err != nil {
			t.Fatal(err)
		}
		before := w.state(o.ID, sent)
		heard := w.heard()
		for _, label := range [][2]string{{"9", "BACK-1"}, {"fake", "no spaces"}} {
			if _, err := w.sendBack(o, label[0], label[1]); !fault.Is(err, fault.InvalidInput) {
				t.Errorf("%v: %v", label, err)
			}
		}
		opened, err := w.sendBack(o, "fake", "BACK-1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.sendBack(o, "pigeon", "P-1"); err != nil {
			t.Fatal(err)
		}
		p := w.parcel(opened.ID)
		if p.Purpose != vocab.ReturnParcel || p.Stage != vocab.StageHandedOver ||
			p.HandedOverAt == nil || *p.CarrierStage != vocab.CarrierLabelled ||
			p.AfterSaleID == nil || len(p.Edges.Items) != 1 {
			t.Errorf("parcel %+v", p)
		}
		ids, err := w.shipments.ClaimTracking(t.Context(), 10)
		if err != nil || !slices.Contains(ids, p.ID) || len(ids) != 1 {
			t.Errorf("claimed %v, %v", ids, err)
		}
		back := courier.Snapshot{Carrier: "fake", Number: "BACK-1", Events: told.Events}
		for range 2 {
			if err := w.shipments.ApplySnapshot(t.Context(), p.ID, back); err != nil {
				t.Fatal(err)
			}
		}
		if after := w.state(o.ID, sent); after != before {
			t.Errorf("the trade is now %s, was %s", after, before)
		}
		row := db.Client.Stock.Query().OnlyX(t.Context())
		if row.OnHand != 0 || row.Reserved != 0 {
			t.Errorf("stock %d, %d reserved", row.OnHand, row.Reserved)
		}
		if want := []string{"RETURN LABELLED", "RETURN LABELLED", "RETURN DELIVERED"}; !slices.
			Equal(*heard, want) {
			t.Errorf("heard %v", *heard)
		}
		if _, err := w.shipments.Cancel(w.staff, p.ID); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("cancelled: %v", err)
		}
		_, err = w.shipments.Pack(w.staff, p.ID)
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("packed: %v", err)
		}
	})
}

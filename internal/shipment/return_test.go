package shipment_test

import (
	"context"
	"slices"
	"testing"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// sendBack opens the return parcel of an order's only item as its buyer.
func (e *courierEnv) sendBack(o *ent.Order, carrier, number string) (p *ent.Shipment, err error) {
	request := e.addRequest(o, vocab.AfterSaleAwaitingReturn)
	err = e.Locked(o.ID, vocab.Buyer,
		func(ctx context.Context, l *order.Locked) error {
			p, err = e.Shipments.OpenReturn(ctx, l, shipment.ReturnInput{
				AfterSale: request.ID, Warehouse: e.South.ID, Carrier: carrier,
				TrackingNumber: number, Lines: []shipment.Line{
					{Item: o.Edges.SubOrders[0].Edges.Items[0].ID, Quantity: 1}}})
			return err
		})
	return p, err
}

// A parcel that comes back is tracked like any other and is nothing to the trade or the stock.
func TestReturnParcel(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		o, sent := e.shipped()
		signed := snapshot(reported(1, vocab.CarrierDelivered, "signed"))
		if err := e.Shipments.ApplySnapshot(t.Context(), sent, signed); err != nil {
			t.Fatal(err)
		}
		before := e.state(o.ID, sent)
		calls := e.recordHooks()
		for _, label := range [][2]string{{"pigeon", "BACK-1"}, {"FAKE", "no spaces"}} {
			if _, err := e.sendBack(o, label[0], label[1]); !fault.Is(err, fault.InvalidInput) {
				t.Errorf("%v: %v", label, err)
			}
		}
		opened, err := e.sendBack(o, "FAKE", "BACK-1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.sendBack(o, "sf", "P-1"); err != nil {
			t.Fatal(err)
		}
		p := e.Parcel(opened.ID)
		if p.Purpose != vocab.ReturnParcel || p.Stage != vocab.StageHandedOver ||
			p.HandedOverAt == nil || *p.CarrierStage != vocab.CarrierLabelled ||
			p.AfterSaleID == nil || len(p.Edges.Items) != 1 {
			t.Errorf("parcel %+v", p)
		}
		ids, err := e.DB.Take(t.Context(), shipment.TrackingDue, 10)
		if err != nil || !slices.Contains(ids, p.ID) || len(ids) != 1 {
			t.Errorf("claimed %v, %v", ids, err)
		}
		back := courier.Snapshot{Carrier: "FAKE", Number: "BACK-1", Events: signed.Events}
		for range 2 {
			if err := e.Shipments.ApplySnapshot(t.Context(), p.ID, back); err != nil {
				t.Fatal(err)
			}
		}
		if after := e.state(o.ID, sent); after != before {
			t.Errorf("the trade is now %s, was %s", after, before)
		}
		row := e.DB.Client.Stock.Query().OnlyX(t.Context())
		if row.OnHand != 0 || row.Reserved != 0 {
			t.Errorf("stock %d, %d reserved", row.OnHand, row.Reserved)
		}
		if want := []string{"RETURN LABELLED", "RETURN LABELLED", "RETURN DELIVERED"}; !slices.
			Equal(*calls, want) {
			t.Errorf("calls %v", *calls)
		}
		if _, err := e.Shipments.Cancel(e.Warehouse, p.ID); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("cancelled: %v", err)
		}
		_, err = e.Shipments.Pack(e.Warehouse, p.ID)
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("packed: %v", err)
		}
	})
}

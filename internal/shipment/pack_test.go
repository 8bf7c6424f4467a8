package shipment_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"orderflow/ent/event"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestSeveralParcelsByQuantity(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		sku := w.sku(vocab.Ordinary, 5)
		o := w.paid(5, sku)
		item := o.Edges.SubOrders[0].Edges.Items[0].ID
		first := w.create(parcels.Line{Item: item, Quantity: 2})
		_, err := w.shipments.Create(w.staff,
			parcels.CreateInput{Lines: []parcels.Line{{Item: item, Quantity: 4}}})
		if !fault.Is(err, fault.InvalidInput) || fault.All(err)[0].Field != "lines[0].quantity" {
			t.Errorf("more than is left: %v", err)
		}
		second := w.create(parcels.Line{Item: item, Quantity: 3})
		for _, step := range []func(context.Context, globalid.ID) (globalid.ID, error){
			w.shipments.PrintPickList, w.shipments.PrintPickList, w.shipments.StartPicking,
			w.shipments.Pack,
		} {
			if id, err := step(w.staff, first); err != nil || id != first {
				t.Fatalf("%s, %v", id, err)
			}
		}
		for i, p := range []globalid.ID{first, second} {
			if _, err := w.shipments.HandOver(w.staff, label(p, fmt.Sprint("N", i))); err != nil {
				t.Fatal(err)
			}
			got := w.order(o.ID).Edges.SubOrders[0]
			want := []vocab.TradeStatus{vocab.PartiallyShipped, vocab.Shipped}[i]
			if got.Status != want || w.order(o.ID).Status != want {
				t.Errorf("after %d parcels: %s", i+1, got.Status)
			}
		}
		row := sku.QueryStocks().OnlyX(t.Context())
		if row.OnHand != 0 || row.Reserved != 0 {
			t.Errorf("stock %d, %d reserved", row.OnHand, row.Reserved)
		}
		p := w.parcel(first)
		if p.Number != o.Number+"-P1" || *p.CarrierStage != vocab.CarrierLabelled ||
			p.HandedOverAt == nil || p.NextAttemptAt == nil {
			t.Errorf("parcel %+v", p)
		}
		var names []string
		for _, e := range db.Client.Event.Query().Where(event.OrderID(o.ID)).
			Order(event.BySequence()).AllX(t.Context()) {
			if e.Payload.Shipment == first {
				names = append(names, e.Type+" "+e.Payload.To)
			}
		}
		if want := []string{"shipment.created PENDING", "shipment.list_printed LIST_PRINTED",
			"shipment.list_printed LIST_PRINTED", "shipment.picking PICKING",
			"shipment.packed PACKED", "shipment.handed_over HANDED_OVER",
			"shipment.tracked LABELLED"}; !slices.Equal(names, want) {
			t.Errorf("events %v", names)
		}
	})
}

func TestOneParcelOverTwoSubOrders(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		o := w.paid(2, w.sku(vocab.Ordinary, 2), w.sku(vocab.Oversized, 2))
		if len(o.Edges.SubOrders) != 2 {
			t.Fatalf("%d sub-orders", len(o.Edges.SubOrders))
		}
		var lines []parcels.Line
		for _, sub := range o.Edges.SubOrders {
			lines = append(lines, parcels.Line{Item: sub.Edges.Items[0].ID, Quantity: 2})
		}
		id := w.create(lines...)
		if _, err := w.shipments.HandOver(w.staff, label(id, "A-1")); err != nil {
			t.Fatal(err)
		}
		for _, sub := range w.order(o.ID).Edges.SubOrders {
			if sub.Status != vocab.Shipped {
				t.Errorf("%s is %s", sub.Number, sub.Status)
			}
		}
		other := w.paid(1, w.sku(vocab.Ordinary, 1)).Edges.SubOrders[0].Edges.Items[0].ID
		_, err := w.shipments.Create(w.staff, parcels.CreateInput{Lines: []parcels.Line{
			{Item: other, Quantity: 1}, lines[0], {Item: other, Quantity: 1}}})
		if all := fault.All(err); len(all) != 2 || all[0].Field != "lines[1].item" ||
			all[1].Field != "lines[2].item" {
			t.Errorf("of two orders, and named twice: %v", err)
		}
	})
}

func TestCancelFreesTheUnits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		item := w.paid(1, w.sku(vocab.Ordinary, 1)).Edges.SubOrders[0].Edges.Items[0].ID
		line := parcels.Line{Item: item, Quantity: 1}
		first := w.create(line)
		if _, err := w.shipments.Cancel(w.staff, first); err != nil {
			t.Fatal(err)
		}
		for name, do := range map[string]func() (globalid.ID, error){
			"cancel": func() (globalid.ID, error) { return w.shipments.Cancel(w.staff, first) },
			"hand over": func() (globalid.ID, error) {
				return w.shipments.HandOver(w.staff, label(first, "1"))
			},
		} {
			if _, err := do(); !fault.Is(err, fault.ActionNotAllowed) {
				t.Errorf("%s of a cancelled parcel: %v", name, err)
			}
		}
		second := w.create(line)
		if _, err := w.shipments.HandOver(w.staff, label(second, "1")); err != nil {
			t.Error(err)
		}
		if _, err := w.shipments.Cancel(w.staff, second); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("cancel after the handover: %v", err)
		}
	})
}

// A parcel whose units were refunded meanwhile is not handed over; it can be cancelled.
func TestUnitsThatWereTakenLockTheParcel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		o := w.paid(2, w.sku(vocab.Ordinary, 2))
		item := o.Edges.SubOrders[0].Edges.Items[0].ID
		id := w.create(parcels.Line{Item: item, Quantity: 2})
		w.with(o.ID, vocab.Merchant,
			func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
				if err := l.Unreserve(ctx, tx, l.Item(item), 1); err != nil {
					return err
				}
				hold := order.Hold{Item: l.Item(item), Units: 1, Unshipped: true}
				return l.Take(ctx, tx, hold)
			})
		_, err := w.shipments.HandOver(w.staff, label(id, "1"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("handed over: %v", err)
		}
		if _, err := w.shipments.Cancel(w.staff, id); err != nil {
			t.Error(err)
		}
		id = w.create(parcels.Line{Item: item, Quantity: 1})
		if _, err := w.shipments.HandOver(w.staff, label(id, "1")); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoMayPack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		item := w.paid(1, w.sku(vocab.Ordinary, 1)).Edges.SubOrders[0].Edges.Items[0].ID
		line := parcels.Line{Item: item, Quantity: 1}
		id := w.create(line)
		for _, tc := range []struct {
			ctx  context.Context
			code fault.Code
		}{
			{t.Context(), fault.Unauthenticated},
			{w.as(vocab.Buyer), fault.Forbidden},
			{w.as(vocab.Support), fault.Forbidden},
			{w.as(vocab.Merchant, globalid.New(globalid.Shop)), fault.NotFound},
		} {
			s := w.shipments
			_, create := s.Create(tc.ctx, parcels.CreateInput{Lines: []parcels.Line{line}})
			_, pack := s.Pack(tc.ctx, id)
			_, hand := s.HandOver(tc.ctx, label(id, "1"))
			_, correct := s.CorrectTrackingNumber(tc.ctx, label(id, "1"))
			for _, err := range []error{create, pack, hand, correct} {
				if !fault.Is(err, tc.code) {
					t.Errorf("want %s, got %v", tc.code, err)
				}
			}
		}
		if _, err := w.shipments.Pack(w.as(vocab.Merchant, w.shop.ID), id); err != nil {
			t.Error(err)
		}
	})
}

package shipment_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

func TestSeveralParcelsByQuantity(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		sku := e.Sku(5)
		o := e.buy(5, sku)
		item := o.Edges.SubOrders[0].Edges.Items[0].ID
		first := e.create(shipment.Line{Item: item, Quantity: 2})
		_, err := e.Shipments.Create(e.Warehouse,
			shipment.CreateInput{Lines: []shipment.Line{{Item: item, Quantity: 4}}})
		if !fault.Is(err, fault.InvalidInput) || fault.All(err)[0].Field != "lines[0].quantity" {
			t.Errorf("more than is left: %v", err)
		}
		second := e.create(shipment.Line{Item: item, Quantity: 3})
		for _, step := range []func(context.Context, globalid.ID) (globalid.ID, error){
			e.Shipments.PrintPickList, e.Shipments.PrintPickList, e.Shipments.StartPicking,
			e.Shipments.Pack,
		} {
			if id, err := step(e.Warehouse, first); err != nil || id != first {
				t.Fatalf("%s, %v", id, err)
			}
		}
		for i, p := range []globalid.ID{first, second} {
			if _, err := e.Shipments.HandOver(e.Warehouse, label(p, fmt.Sprint("N", i))); err != nil {
				t.Fatal(err)
			}
			got := e.Order(o.ID).Edges.SubOrders[0]
			want := []vocab.TradeStatus{vocab.PartiallyShipped, vocab.Shipped}[i]
			if got.Status != want || e.Order(o.ID).Status != want {
				t.Errorf("after %d parcels: %s", i+1, got.Status)
			}
		}
		row := sku.QueryStocks().OnlyX(t.Context())
		if row.OnHand != 0 || row.Reserved != 0 {
			t.Errorf("stock %d, %d reserved", row.OnHand, row.Reserved)
		}
		p := e.Parcel(first)
		if p.Number != o.Number+"-P1" || *p.CarrierStage != vocab.CarrierLabelled ||
			p.HandedOverAt == nil || p.NextAttemptAt == nil {
			t.Errorf("parcel %+v", p)
		}
		var names []string
		for _, row := range e.DB.Client.Event.Query().Where(entevent.OrderID(o.ID)).
			Order(entevent.BySequence()).AllX(t.Context()) {
			if row.Payload.Shipment == first {
				names = append(names, row.Type+" "+row.Payload.To)
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
	each(t, func(t *testing.T, e *courierEnv) {
		oversized := e.NewSku(ordertest.Sku{Price: ordertest.Price, South: 2,
			Class: vocab.Oversized})
		o := e.buy(2, e.Sku(2), oversized)
		if len(o.Edges.SubOrders) != 2 {
			t.Fatalf("%d sub-orders", len(o.Edges.SubOrders))
		}
		var lines []shipment.Line
		for _, sub := range o.Edges.SubOrders {
			lines = append(lines, shipment.Line{Item: sub.Edges.Items[0].ID, Quantity: 2})
		}
		id := e.create(lines...)
		if _, err := e.Shipments.HandOver(e.Warehouse, label(id, "A-1")); err != nil {
			t.Fatal(err)
		}
		for _, sub := range e.Order(o.ID).Edges.SubOrders {
			if sub.Status != vocab.Shipped {
				t.Errorf("%s is %s", sub.Number, sub.Status)
			}
		}
		other := e.buy(1, e.Sku(1)).Edges.SubOrders[0].Edges.Items[0].ID
		_, err := e.Shipments.Create(e.Warehouse, shipment.CreateInput{Lines: []shipment.Line{
			{Item: other, Quantity: 1}, lines[0], {Item: other, Quantity: 1}}})
		if all := fault.All(err); len(all) != 2 || all[0].Field != "lines[1].item" ||
			all[1].Field != "lines[2].item" {
			t.Errorf("of two orders, and named twice: %v", err)
		}
	})
}

func TestCancelFreesTheUnits(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		item := e.buy(1, e.Sku(1)).Edges.SubOrders[0].Edges.Items[0].ID
		line := shipment.Line{Item: item, Quantity: 1}
		first := e.create(line)
		if _, err := e.Shipments.Cancel(e.Warehouse, first); err != nil {
			t.Fatal(err)
		}
		for name, do := range map[string]func() (globalid.ID, error){
			"cancel": func() (globalid.ID, error) { return e.Shipments.Cancel(e.Warehouse, first) },
			"hand over": func() (globalid.ID, error) {
				return e.Shipments.HandOver(e.Warehouse, label(first, "1"))
			},
		} {
			if _, err := do(); !fault.Is(err, fault.ActionNotAllowed) {
				t.Errorf("%s of a cancelled parcel: %v", name, err)
			}
		}
		second := e.create(line)
		if _, err := e.Shipments.HandOver(e.Warehouse, label(second, "1")); err != nil {
			t.Error(err)
		}
		if _, err := e.Shipments.Cancel(e.Warehouse, second); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("cancel after the handover: %v", err)
		}
	})
}

// A parcel whose units were refunded meanwhile is not handed over; it can be cancelled.
func TestUnitsThatWereTakenLockTheParcel(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		o := e.buy(2, e.Sku(2))
		item := o.Edges.SubOrders[0].Edges.Items[0].ID
		id := e.create(shipment.Line{Item: item, Quantity: 2})
		e.MustID(e.CloseUnshipped(item, 1))
		_, err := e.Shipments.HandOver(e.Warehouse, label(id, "1"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("handed over: %v", err)
		}
		if _, err := e.Shipments.Cancel(e.Warehouse, id); err != nil {
			t.Error(err)
		}
		id = e.create(shipment.Line{Item: item, Quantity: 1})
		if _, err := e.Shipments.HandOver(e.Warehouse, label(id, "1")); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoMayPack(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		item := e.buy(1, e.Sku(1)).Edges.SubOrders[0].Edges.Items[0].ID
		line := shipment.Line{Item: item, Quantity: 1}
		id := e.create(line)
		for _, tc := range []struct {
			ctx  context.Context
			code fault.Code
		}{
			{t.Context(), fault.Unauthenticated},
			{e.Buyer, fault.Forbidden},
			{e.Support, fault.Forbidden},
			{e.Staff(vocab.Merchant, &ent.Shop{ID: globalid.New(globalid.Shop)}), fault.NotFound},
		} {
			s := e.Shipments
			_, create := s.Create(tc.ctx, shipment.CreateInput{Lines: []shipment.Line{line}})
			_, pack := s.Pack(tc.ctx, id)
			_, hand := s.HandOver(tc.ctx, label(id, "1"))
			_, correct := s.CorrectTrackingNumber(tc.ctx, label(id, "1"))
			for _, err := range []error{create, pack, hand, correct} {
				if !fault.Is(err, tc.code) {
					t.Errorf("want %s, got %v", tc.code, err)
				}
			}
		}
		if _, err := e.Shipments.Pack(e.Merchant, id); err != nil {
			t.Error(err)
		}
	})
}

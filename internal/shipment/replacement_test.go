package shipment_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// exchange is a request that sends units of another sku in place of an order's only item.
type exchange struct {
	*courierEnv
	order   *ent.Order
	item    *ent.OrderItem
	request *ent.AfterSale
	sku     *ent.Sku
	parcel  globalid.ID
}

// newExchange ships an order of two units and opens the parcel with what goes in their place.
func newExchange(env *courierEnv) *exchange {
	env.T.Helper()
	o := env.buy(2, env.Sku(2))
	item := o.Edges.SubOrders[0].Edges.Items[0]
	sent := env.create(shipment.Line{Item: item.ID, Quantity: 2})
	if _, err := env.Shipments.HandOver(env.Warehouse, label(sent, "SF-1")); err != nil {
		env.T.Fatal(err)
	}
	e := &exchange{courierEnv: env, order: env.Order(o.ID), item: item, sku: env.Sku(5)}
	e.request = e.addRequest(e.order, vocab.AfterSaleReshipping)
	e.DB.Client.AfterSaleLine.Create().SetBuyerID(item.BuyerID).SetShopID(item.ShopID).
		SetAfterSaleID(e.request.ID).SetItemID(item.ID).
		SetQuantity(2).SetAmount(0).SetCurrency("CNY").SetExchangeSkuID(e.sku.ID).
		SetCreatedAt(o.CreatedAt).ExecX(e.T.Context())
	e.Must(e.Locked(o.ID, vocab.Support,
		func(ctx context.Context, l *order.Locked) error {
			err := stock.ReserveSku(ctx, l.Tx, l.Actor, stock.SkuNeed{Order: o.ID, Item: item.ID,
				Sku: e.sku.ID, Warehouse: e.South.ID, Quantity: 2, AfterSale: e.request.ID})
			if err != nil {
				return err
			}
			p, err := e.Shipments.OpenReplacement(ctx, l, e.input(2))
			if err == nil {
				e.parcel = p.ID
			}
			return err
		}))
	return e
}

func (e *exchange) input(units int64) shipment.ReplacementInput {
	return shipment.ReplacementInput{AfterSale: e.request.ID, Warehouse: e.South.ID,
		Lines: []shipment.ReplacementLine{{Item: e.item.ID, Sku: e.sku.ID, Quantity: units}}}
}

// stockOf is what the warehouse has of the other sku, and what of that is reserved.
func (e *exchange) stockOf() [2]int64 {
	row := e.sku.QueryStocks().OnlyX(e.T.Context())
	return [2]int64{row.OnHand, row.Reserved}
}

// What is sent again goes through the warehouse by the usual commands and leaves the stock of the
// request; the order's units and status stay as they are.
func TestReplacementParcel(t *testing.T) {
	each(t, func(t *testing.T, env *courierEnv) {
		e := newExchange(env)
		if p := e.Parcel(e.parcel); p.Purpose != vocab.ReplacementParcel ||
			p.Stage != vocab.StagePending || *p.AfterSaleID != e.request.ID {
			t.Errorf("parcel %+v", p)
		}
		if got := e.stockOf(); got != [2]int64{5, 2} {
			t.Errorf("stock %v", got)
		}
		for _, step := range []func(context.Context, globalid.ID) (globalid.ID, error){
			e.Shipments.PrintPickList, e.Shipments.StartPicking, e.Shipments.Pack,
		} {
			if _, err := step(e.Warehouse, e.parcel); err != nil {
				t.Fatal(err)
			}
		}
		var page bytes.Buffer
		err := e.Shipments.PickListHTML(t.Context(), &page, []globalid.ID{e.parcel})
		if err != nil {
			t.Fatal(err)
		}
		if text := page.String(); !strings.Contains(text, "<td>"+e.sku.Code+"<") ||
			strings.Contains(text, "<td>"+e.item.SkuCode+"<") || strings.Contains(text, "STOP") {
			t.Errorf("the pick list does not name %s: %s", e.sku.Code, text)
		}
		calls := e.recordHooks()
		if _, err := e.Shipments.HandOver(e.Warehouse, label(e.parcel, "SF-2")); err != nil {
			t.Fatal(err)
		}
		if got := e.stockOf(); got != [2]int64{3, 0} {
			t.Errorf("stock %v", got)
		}
		sub := e.Order(e.order.ID).Edges.SubOrders[0]
		was := e.order.Edges.SubOrders[0]
		if sub.Edges.Items[0].ShippedQuantity != 2 || sub.Status != was.Status ||
			!sub.ReceiptDueAt.Equal(*was.ReceiptDueAt) {
			t.Errorf("the trade has changed: %+v", sub)
		}
		news := snapshot(reported(9, vocab.CarrierDelivered, "signed"))
		news.Number = "SF-2"
		if err := e.Shipments.ApplySnapshot(t.Context(), e.parcel, news); err != nil {
			t.Fatal(err)
		}
		sub = e.Order(e.order.ID).Edges.SubOrders[0]
		if !sub.ReceiptDueAt.Equal(*was.ReceiptDueAt) || sub.ReviewRemindAt != nil {
			t.Errorf("its delivery counts for the trade: %+v", sub)
		}
		if want := []string{"REPLACEMENT LABELLED", "REPLACEMENT DELIVERED"}; !slices.Equal(
			*calls, want) {
			t.Errorf("calls %v", *calls)
		}
	})
}

// A parcel is made of what the request holds, and goes on only as long as it holds it.
func TestReplacementOfWhatIsNotHeld(t *testing.T) {
	each(t, func(t *testing.T, env *courierEnv) {
		e := newExchange(env)
		lock := func(work func(ctx context.Context, l *order.Locked) error) error {
			return e.Locked(e.order.ID, vocab.Support, work)
		}
		for name, change := range map[string]func(in *shipment.ReplacementInput){
			"too many":          func(in *shipment.ReplacementInput) { in.Lines[0].Quantity = 3 },
			"packed already":    func(in *shipment.ReplacementInput) { in.Lines[0].Quantity = 1 },
			"another sku":       func(in *shipment.ReplacementInput) { in.Lines[0].Sku = e.item.SkuID },
			"another request":   func(in *shipment.ReplacementInput) { in.AfterSale = e.order.ID },
			"another warehouse": func(in *shipment.ReplacementInput) { in.Warehouse = e.order.ID },
		} {
			err := lock(func(ctx context.Context, l *order.Locked) error {
				in := e.input(2)
				change(&in)
				_, err := e.Shipments.OpenReplacement(ctx, l, in)
				return err
			})
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := lock(func(ctx context.Context, l *order.Locked) error {
			return stock.ReleaseFor(ctx, l.Tx, l.Actor, l.Order.ID, e.request.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		if stopped, err := e.Shipments.Stopped(t.Context(), e.parcel); err != nil ||
			!stopped[e.parcel] {
			t.Errorf("stopped %v, %v", stopped, err)
		}
		_, err = e.Shipments.HandOver(e.Warehouse, label(e.parcel, "SF-2"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("handed over: %v", err)
		}
		for range 2 { // the second time nothing is left to cancel
			err = lock(func(ctx context.Context, l *order.Locked) error {
				return e.Shipments.CancelReplacements(ctx, l, e.request.ID)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if p := e.Parcel(e.parcel); p.Stage != vocab.StageCancelled {
			t.Errorf("it is %s", p.Stage)
		}
		if got := e.stockOf(); got != [2]int64{5, 0} {
			t.Errorf("stock %v", got)
		}
	})
}

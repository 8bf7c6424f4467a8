package shipment_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// exchange is a request that sends units of another sku in place of an order's only item.
type exchange struct {
	*world
	order   *ent.Order
	item    *ent.OrderItem
	request *ent.AfterSale
	sku     *ent.Sku
	parcel  globalid.ID
}

// newExchange ships an order of two units and opens the parcel with what goes in their place.
func newExchange(w *world) *exchange {
	w.t.Helper()
	o := w.paid(2, w.sku(vocab.Ordinary, 2))
	item := o.Edges.SubOrders[0].Edges.Items[0]
	sent := w.create(parcels.Line{Item: item.ID, Quantity: 2})
	if _, err := w.shipments.HandOver(w.staff, label(sent, "SF-1")); err != nil {
		w.t.Fatal(err)
	}
	e := &exchange{world: w, order: w.order(o.ID), item: item, sku: w.sku(vocab.Ordinary, 5)}
	e.request = w.request(e.order, vocab.AfterSaleReshipping)
	w.db.Client.AfterSaleLine.Create().SetAfterSaleID(e.request.ID).SetItemID(item.ID).
		SetQuantity(2).SetAmount(0).SetCurrency("CNY").SetExchangeSkuID(e.sku.ID).
		SetCreatedAt(o.CreatedAt).ExecX(w.t.Context())
	w.with(o.ID, vocab.Support,
		func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
			err := stock.ReserveFor(ctx, tx, l.Log.Actor(), o.ID, item.ID, e.sku.ID, w.south.ID,
				2, e.request.ID)
			if err != nil {
				return err
			}
			p, err := w.shipments.OpenReplacement(ctx, tx, l, e.input(2))
			if err == nil {
				e.parcel = p.ID
			}
			return err
		})
	return e
}

func (e *exchange) input(units int64) parcels.ReplacementInput {
	return parcels.ReplacementInput{AfterSale: e.request.ID, Warehouse: e.south.ID,
		Lines: []parcels.ReplacementLine{{Item: e.item.ID, Sku: e.sku.ID, Quantity: units}}}
}

// stockOf is what the warehouse has of the other sku, and what of that is reserved.
func (e *exchange) stockOf() [2]int64 {
	row := e.sku.QueryStocks().OnlyX(e.t.Context())
	return [2]int64{row.OnHand, row.Reserved}
}

// What is sent again goes through the warehouse by the usual commands and leaves the stock of the
// request; the order's units and status stay as they are.
func TestReplacementParcel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		e := newExchange(newWorld(t, db))
		if p := e.world.parcel(e.parcel); p.Purpose != vocab.ReplacementParcel ||
			p.Stage != vocab.StagePending || *p.AfterSaleID != e.request.ID {
			t.Errorf("parcel %+v", p)
		}
		if got := e.stockOf(); got != [2]int64{5, 2} {
			t.Errorf("stock %v", got)
		}
		for _, step := range []func(context.Context, globalid.ID) (globalid.ID, error){
			e.shipments.PrintPickList, e.shipments.StartPicking, e.shipments.Pack,
		} {
			if _, err := step(e.staff, e.parcel); err != nil {
				t.Fatal(err)
			}
		}
		var page bytes.Buffer
		err := e.shipments.PickListHTML(t.Context(), &page, []globalid.ID{e.parcel})
		if err != nil {
			t.Fatal(err)
		}
		if text := page.String(); !strings.Contains(text, "<td>"+e.sku.Code+"<") ||
			strings.Contains(text, "<td>"+e.item.SkuCode+"<") || strings.Contains(text, "STOP") {
			t.Errorf("the pick list does not name %s: %s", e.sku.Code, text)
		}
		heard := e.heard()
		if _, err := e.shipments.HandOver(e.staff, label(e.parcel, "SF-2")); err != nil {
			t.Fatal(err)
		}
		if got := e.stockOf(); got != [2]int64{3, 0} {
			t.Errorf("stock %v", got)
		}
		sub := e.world.order(e.order.ID).Edges.SubOrders[0]
		was := e.order.Edges.SubOrders[0]
		if sub.Edges.Items[0].ShippedQuantity != 2 || sub.Status != was.Status ||
			!sub.ReceiptDueAt.Equal(*was.ReceiptDueAt) {
			t.Errorf("the trade has changed: %+v", sub)
		}
		news := snapshot(told(9, vocab.CarrierDelivered, "signed"))
		news.Number = "SF-2"
		if err := e.shipments.ApplySnapshot(t.Context(), e.parcel, news); err != nil {
			t.Fatal(err)
		}
		sub = e.world.order(e.order.ID).Edges.SubOrders[0]
		if !sub.ReceiptDueAt.Equal(*was.ReceiptDueAt) || sub.ReviewRemindAt != nil {
			t.Errorf("its delivery counts for the trade: %+v", sub)
		}
		if want := []string{"REPLACEMENT LABELLED", "REPLACEMENT DELIVERED"}; !slices.Equal(
			*heard, want) {
			t.Errorf("heard %v", *heard)
		}
	})
}

// A parcel is made of what the request holds, and goes on only as long as it holds it.
func TestReplacementOfWhatIsNotHeld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		e := newExchange(newWorld(t, db))
		lock := func(work func(ctx context.Context, tx *store.Tx, l *order.Locked) error) error {
			return db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				l, err := order.Lock(ctx, tx, e.order.ID, event.Actor{Role: vocab.Support})
				if err != nil {
					return err
				}
				if err := work(ctx, tx, l); err != nil {
					return err
				}
				return l.Write(ctx, tx)
			})
		}
		for name, change := range map[string]func(in *parcels.ReplacementInput){
			"too many":          func(in *parcels.ReplacementInput) { in.Lines[0].Quantity = 3 },
			"packed already":    func(in *parcels.ReplacementInput) { in.Lines[0].Quantity = 1 },
			"another sku":       func(in *parcels.ReplacementInput) { in.Lines[0].Sku = e.item.SkuID },
			"another request":   func(in *parcels.ReplacementInput) { in.AfterSale = e.order.ID },
			"another warehouse": func(in *parcels.ReplacementInput) { in.Warehouse = e.order.ID },
		} {
			err := lock(func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
				in := e.input(2)
				change(&in)
				_, err := e.shipments.OpenReplacement(ctx, tx, l, in)
				return err
			})
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := lock(func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
			return stock.ReleaseFor(ctx, tx, l.Log.Actor(), e.request.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		if stopped, err := e.shipments.Stopped(t.Context(), e.parcel); err != nil ||
			!stopped[e.parcel] {
			t.Errorf("stopped %v, %v", stopped, err)
		}
		_, err = e.shipments.HandOver(e.staff, label(e.parcel, "SF-2"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("handed over: %v", err)
		}
		for range 2 { // the second time nothing is left to cancel
			err = lock(func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
				return e.shipments.CancelReplacements(ctx, tx, l, e.request.ID)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if p := e.world.parcel(e.parcel); p.Stage != vocab.StageCancelled {
			t.Errorf("it is %s", p.Stage)
		}
		if got := e.stockOf(); got != [2]int64{5, 0} {
			t.Errorf("stock %v", got)
		}
	})
}

package graph_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/ent/aftersale"
	"orderflow/ent/order"
	"orderflow/ent/orderitem"
	"orderflow/ent/payment"
	"orderflow/ent/shortage"
	"orderflow/ent/suborder"
	"orderflow/graph"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// TestFieldsReadTheirColumns selects each field of the nodes of an order by itself, and compares it
// with the same field where all of the node is selected: a field that reads a column which its own
// selection does not load is different.
func TestFieldsReadTheirColumns(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite, store.Options{SimulatedClock: true})
	f := newFixture(serve(t, db, gqlserver.Limits{Complexity: 1 << 30, Tokens: 1 << 20,
		Aliases: 1 << 20, Selections: 1 << 20}))
	ids := f.variedRows()
	q := queryBuilder{graph.Schema()}
	for name, token := range map[string]string{
		"buyer":    f.token("buyer-0", vocab.Buyer),
		"merchant": f.token("m", vocab.Merchant, f.shops[0].shop.ID, f.shops[1].shop.ID),
		"platform": f.token("p", vocab.Platform),
	} {
		compared := 0
		for _, def := range q.schema.GetPossibleTypes(q.schema.Types["Node"]) {
			if len(ids[def.Name]) == 0 {
				continue
			}
			nodes := func(selection string) []any {
				r := f.must(token, "query($ids: [ID!]!) { nodes(ids: $ids) { ... on "+def.Name+
					" "+selection+" } }", vars{"ids": ids[def.Name]})
				found, _ := r.at("nodes").([]any)
				if len(found) == 0 {
					t.Fatalf("%s: %s", def.Name, r.raw)
				}
				return found
			}
			whole := nodes(q.selection(def.Name, 2))
			for _, field := range def.Fields {
				alone := q.field(def, field, 2)
				if alone == "" {
					continue
				}
				key, _, _ := strings.Cut(alone, ":")
				for i, node := range nodes("{ " + alone + " }") {
					if node == nil {
						continue
					}
					compared++
					got, want := node.(map[string]any)[key], whole[i].(map[string]any)[key]
					if !reflect.DeepEqual(got, want) {
						t.Errorf("%s: %s alone is %v, with all other fields %v", name, key, got, want)
					}
				}
			}
		}
		if compared < 100 {
			t.Errorf("%s: only %d fields were compared", name, compared)
		}
	}
}

// TestComputedFieldsBelowPlainOnes selects what is computed of an order, below orders of which
// nothing is.
func TestComputedFieldsBelowPlainOnes(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		e.place("key", 1)
		r := e.must(e.buyer, `{ orders { edges { node { number
			timeline { order { status price { payable { text } } } } } } } }`, nil)
		of := []any{"orders", "edges", 0, "node", "timeline", 0, "order"}
		if r.at(append(of, "status")...) != "PENDING_PAYMENT" ||
			r.at(append(of, "price", "payable", "text")...) != "¥25.00" {
			e.Errorf("%s", r.raw)
		}
	})
}

// variedRows makes the rows of the fixture differ in what computed fields look at, and returns ids
// of rows by their type.
func (f *fixture) variedRows() map[string][]globalid.ID {
	c, ctx, now := f.db.Client, f.ctx, time.Now().UTC()
	f.addParcels(f.addOrders(5), 1) // which gives the first buyer the rows of all orders
	other, others := f.singleOrder.ID, f.buyers[1].ID
	c.SubOrder.Update().Where(suborder.OrderID(other)).SetBuyerID(others).ExecX(ctx)
	c.AfterSale.Update().Where(aftersale.OrderID(other)).SetBuyerID(others).ExecX(ctx)
	c.Shortage.Update().Where(shortage.OrderID(other)).SetBuyerID(others).ExecX(ctx)
	c.SubOrder.Update().SetShipDueAt(now).SetReceiptDueAt(now).SetTroubleDueAt(now).
		SetCompleteDueAt(now).SetListAmount(990_000_001).SetFreightList(9_900_001).
		SetFreightRefundable(5).SetFreightRefunded(3).
		SetFreightShares([]document.Share{{Label: "freight", Amount: 1}}).
		ExecX(ctx)
	c.OrderItem.Update().SetRefunded(7).SetShares([]document.Share{{Label: "line", Amount: 2}}).
		ExecX(ctx)
	c.Refund.Update().SetFreight(11).ExecX(ctx)
	c.AfterSale.Update().SetFreight(13).ExecX(ctx)
	c.Sku.Update().SetPrice(17).ExecX(ctx)
	change := func(o *ent.Order, status vocab.TradeStatus) *ent.SubOrderUpdate {
		c.Order.UpdateOne(o).SetStatus(status).SetPayDueAt(now.AddDate(1, 0, 0)).ExecX(ctx)
		return c.SubOrder.Update().Where(suborder.OrderID(o.ID)).SetStatus(status)
	}
	orders := c.Order.Query().Where(order.SoleShopIDIsNil()).AllX(ctx)
	change(orders[0], vocab.Closed).SetCloseReason(vocab.Refunded).SetClosedAt(now).ExecX(ctx)
	change(orders[1], vocab.PendingPayment).ExecX(ctx)
	c.Payment.Update().Where(payment.OrderID(orders[1].ID)).SetStatus(vocab.AttemptOpen).ExecX(ctx)
	change(orders[2], vocab.PendingPayment).ExecX(ctx)
	change(orders[3], vocab.Shipped).SetShippedAt(now).SetOpenRequests(1).SetRemindedAt(now).
		SetReceiptExtended(true).ExecX(ctx)
	c.SubOrder.Update().Where(suborder.OrderID(orders[0].ID), suborder.ShopID(f.shops[1].shop.ID)).
		SetCloseReason(vocab.OutOfStock).SetClosedAt(now.Add(-time.Hour)).ExecX(ctx)
	c.AddressChange.Update().Where(addresschange.OrderIDIn(orders[4].ID, orders[5].ID)).
		SetStatus(vocab.AddressRejected).ExecX(ctx)
	c.OrderItem.Update().Where(orderitem.OrderID(orders[5].ID)).SetShippedQuantity(1).ExecX(ctx)
	return map[string][]globalid.ID{
		"Order": c.Order.Query().IDsX(ctx), "SubOrder": c.SubOrder.Query().IDsX(ctx),
		"OrderItem": c.OrderItem.Query().IDsX(ctx), "Payment": c.Payment.Query().IDsX(ctx),
		"Refund": c.Refund.Query().IDsX(ctx), "RefundLine": c.RefundLine.Query().IDsX(ctx),
		"Sku": c.Sku.Query().IDsX(ctx), "AfterSale": c.AfterSale.Query().IDsX(ctx),
		"AfterSaleLine": c.AfterSaleLine.Query().IDsX(ctx), "Shop": c.Shop.Query().IDsX(ctx),
		"Shipment": c.Shipment.Query().IDsX(ctx), "Review": c.Review.Query().IDsX(ctx),
		"Shortage": c.Shortage.Query().IDsX(ctx), "Stock": c.Stock.Query().IDsX(ctx),
		"AddressChange": c.AddressChange.Query().IDsX(ctx),
		"StockTransfer": c.StockTransfer.Query().IDsX(ctx),
	}
}

package graph_test

import (
	"testing"

	"orderflow/ent/suborder"
	"orderflow/internal/dbtest"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestAShopSeesItsSubOrdersAsTheOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFixture(serve(t, db, gqlserver.Limits{}))
		db.Client.SubOrder.Update().Where(suborder.Number("N0-2")).
			SetStatus(vocab.Shipped).ExecX(t.Context())
		db.Client.Order.UpdateOne(f.sharedOrder).SetStatus(vocab.PartiallyShipped).ExecX(t.Context())
		const query = `{ order(number: "N0") { status price { payable { amount } }
			payments { verdict amount { amount } paidAmount { amount } clientParams { name } }
			address { phone } subOrders { availableActions } } }`
		part0, part1 := 110_000_007+1_100_003., 220_000_007+2_200_003.
		for name, tc := range map[string]struct {
			token, status, phone string
			payable              float64
			payments             int
		}{
			"buyer": {f.token("buyer-0", vocab.Buyer), "PARTIALLY_SHIPPED", "138****5670",
				part0 + part1, 2},
			"shop that ships": {f.token("m0", vocab.Merchant, f.shops[0].shop.ID),
				"AWAITING_SHIPMENT", "13812345670", part0, 1},
			"shop that shipped": {f.token("m1", vocab.Warehouse, f.shops[1].shop.ID),
				"SHIPPED", "138****5670", part1, 1},
			"support": {f.token("s", vocab.Support), "PARTIALLY_SHIPPED", "138****5670",
				part0 + part1, 2},
		} {
			r := f.must(tc.token, query, nil)
			payments, _ := r.at("order", "payments").([]any)
			if r.at("order", "status") != tc.status || len(payments) != tc.payments ||
				r.at("order", "address", "phone") != tc.phone ||
				r.at("order", "price", "payable", "amount") != tc.payable ||
				r.at("order", "payments", 0, "amount", "amount") != tc.payable ||
				r.at("order", "payments", 0, "paidAmount", "amount") != tc.payable {
				t.Errorf("%s: %s", name, r.raw)
			}
		}
	})
}

package graph_test

import "testing"

// A lower price may cut the freight too, down to nothing to pay.
func TestAdjustPriceCutsFreight(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, payable, freight string
		goods, left            string // of what is to be paid
		status, field          string
	}{
		{"goods first", "9000", "", "1000", "8000", "PENDING_PAYMENT", ""},
		{"then freight", "3000", "", "0", "3000", "PENDING_PAYMENT", ""},
		{"freight alone", "2500", "0", "2500", "0", "PENDING_PAYMENT", ""},
		{"both", "3000", "1000", "2000", "1000", "PENDING_PAYMENT", ""},
		{"nothing to pay", "0", "", "0", "0", "AWAITING_SHIPMENT", ""},
		{"dearer freight", "3000", "8001", "2500", "8000", "PENDING_PAYMENT", "freight.amount"},
		{"less than no freight", "3000", "-1", "2500", "8000", "PENDING_PAYMENT", "freight.amount"},
		{"dearer goods", "10000", "0", "2500", "8000", "PENDING_PAYMENT", "freight.amount"},
		{"goods for less than nothing", "3000", "8000", "2500", "8000", "PENDING_PAYMENT",
			"payable.amount"},
		{"as dear as before", "10500", "", "2500", "8000", "PENDING_PAYMENT", "payable.amount"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			eachEnv(t, func(e *env) {
				e.sofaTable()
				r := e.must(e.buyer, placeOrder, vars{"in": e.checkout(1, 10_500), "key": "k"})
				in := vars{"order": r.at("placeOrder", "order", "id"),
					"payable": vars{"amount": test.payable, "currency": "CNY"}}
				if test.freight != "" {
					in["freight"] = vars{"amount": test.freight, "currency": "CNY"}
				}
				if test.field == "" {
					e.mutateOK(e.merchant, "adjustPrice", in, "order { id }")
				} else {
					e.expectRefusal(e.merchant, "adjustPrice", in, "INVALID_INPUT", test.field)
				}
				r = e.must(e.buyer, `query($id: ID!) { node(id: $id) { ... on Order { status
					subOrders { price { goods { amount } freight { amount } } freightShares { source } } } } }`,
					vars{"id": in["order"]})
				e.expect(r, test.status, "node", "status")
				e.expect(r, test.goods, "node", "subOrders", 0, "price", "goods", "amount")
				e.expect(r, test.left, "node", "subOrders", 0, "price", "freight", "amount")
			})
		})
	}
}

package aftersale_test

import (
	"testing"

	"orderflow/internal/aftersale"
	"orderflow/internal/ordertest"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// What became of an entry the first time stays so.
func TestABulkOfApprovalsIsDoneOnce(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		first, second := e.BuyAndReceive(e.Sku(1), 1), e.BuyAndReceive(e.Sku(1), 1)
		one := e.Request(ordertest.RequestFor(first, vocab.RefundOnly, 1))
		two := e.Request(ordertest.RequestFor(second, vocab.RefundOnly, 1))
		_, err := e.AfterSales.Withdraw(e.Buyer, two)
		e.Must(err)
		key := store.WithKey(e.Merchant, store.Key{Viewer: "clerk", Mutation: "approveAfterSales",
			Key: "bulk"})
		for range 2 {
			results, err := e.AfterSales.ApproveMany(key,
				[]aftersale.ApproveInput{{AfterSale: one}, {AfterSale: two}})
			e.Must(err)
			if results[0].Err != nil || results[1].Err == nil {
				t.Errorf("results %v and %v", results[0].Err, results[1].Err)
			}
		}
		if n := e.SubOrder(first.SubOrderID).QueryAfterSales().OnlyX(t.Context()).QueryRefunds().
			CountX(t.Context()); n != 1 {
			t.Errorf("%d refunds, want 1", n)
		}
	})
}

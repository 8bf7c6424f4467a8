package payment_test

import (
	"context"
	"testing"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// paidItems are items of 16 paid orders, each of another buyer.
func (b *batches) paidItems() []*ent.OrderItem {
	items := make([]*ent.OrderItem, ofABatch)
	for i := range items {
		id := b.MustID(b.place(b.buyers[i], 2))
		b.Pay(id)
		items[i] = b.ItemOf(id, b.skus[0])
	}
	return items
}

func (b *batches) request(buyer context.Context, item *ent.OrderItem, units int64) error {
	_, err := b.AfterSales.Request(buyer, ordertest.RequestFor(item, vocab.RefundOnly, units))
	return err
}

// wantEnded checks how many requests and refunds have ended well.
func (b *batches) wantEnded(n int) {
	b.t.Helper()
	ctx := b.t.Context()
	refunds := b.DB.Client.Refund.Query().Where(
		entrefund.StatusEQ(vocab.RefundSucceeded)).CountX(ctx)
	requests := b.DB.Client.AfterSale.Query().Where(
		entaftersale.StatusEQ(vocab.AfterSaleCompleted)).CountX(ctx)
	if refunds != n || requests != n {
		b.t.Errorf("%d refunds have succeeded and %d requests are completed, want %d", refunds,
			requests, n)
	}
}

// TestBudgetOfRefundsTogether bounds what 16 refunds that are requested, and confirmed by the
// channel, at the same moment send to the database.
func TestBudgetOfRefundsTogether(t *testing.T) {
	eachBatches(t, document.ShopPolicy{}, func(b *batches) {
		items := b.paidItems()
		b.run("requesting refunds", 2*ofABatch+8, func(i int) error {
			return b.request(b.buyers[i], items[i], 1)
		})
		refunds := b.DB.Client.Refund.Query().IDsX(t.Context())
		at := b.Now()
		b.run("confirming refunds", 2*ofABatch+8, func(i int) error {
			return b.Payments.SettleRefund(t.Context(), vocab.Sandbox, channel.RefundResult{
				OutRefundNo: refunds[i].String(), State: channel.RefundSucceeded, Amount: 1000,
				SucceededAt: at})
		})
		b.wantEnded(ofABatch)
	})
}

// One request of a batch that is refused writes nothing and disturbs nobody; two of one order run
// one after the other, and the second finds nothing left.
func TestOneRefundRequestOfABatchIsRefused(t *testing.T) {
	eachBatches(t, document.ShopPolicy{}, func(b *batches) {
		items := b.paidItems()
		errs := make([]error, ofABatch)
		together(b.Env, t, ofABatch, func(i int) {
			switch i {
			case 3: // more than there are
				errs[i] = b.request(b.buyers[i], items[i], 2)
			case 7: // of an order that another command of the batch is on
				errs[i] = b.request(b.buyers[0], items[0], 1)
			default:
				errs[i] = b.request(b.buyers[i], items[i], 1)
			}
		})
		for i, err := range errs {
			refused := i == 3 || i == 7
			if refused != fault.Is(err, fault.LimitExceeded) || !refused && err != nil {
				t.Errorf("request %d: %v", i, err)
			}
		}
		b.Run()
		b.wantEnded(ofABatch - 2)
	})
}

package review_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/auth"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/review"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// received makes an order with a sub-order of two items that its buyer has received.
func received(
	t *testing.T, db *store.DB,
) (buyer, merchant context.Context, items []*ent.OrderItem) {
	t.Helper()
	c, ctx := db.Client, t.Context()
	shop := c.Shop.Create().SetCode("tea").SetName("tea").SetCurrency("CNY").
		SetMerchantAccount("a").SetPolicy(document.ShopPolicy{}).SaveX(ctx)
	warehouse := c.Warehouse.Create().SetCode("S").SetName("S").SetRegion("广东").SaveX(ctx)
	who := c.Buyer.Create().SetSubject("b").SaveX(ctx)
	o := c.Order.Create().SetNumber("1").SetBuyerID(who.ID).SetStatus(vocab.Received).
		SetCurrency("CNY").SetMerchantAccount("a").SetRegion("广东").SetPayDueAt(db.RealNow()).
		SaveX(ctx)
	sub := c.SubOrder.Create().SetNumber("1-1").SetOrderID(o.ID).SetBuyerID(who.ID).
		SetShopID(shop.ID).SetWarehouseID(warehouse.ID).SetLogisticsClass(vocab.Ordinary).
		SetStatus(vocab.Received).SetCurrency("CNY").SetFreightShares([]document.Share{}).
		SetAwaitingReview(true).SaveX(ctx)
	product := c.Product.Create().SetShopID(shop.ID).SetCode("p").SetTitle("P").SaveX(ctx)
	sku := c.Sku.Create().SetShopID(shop.ID).SetProductID(product.ID).SetCode("c").SetTitle("c").
		SetPrice(1).SetCurrency("CNY").SetLogisticsClass(vocab.Ordinary).SaveX(ctx)
	for _, refunded := range []int64{0, 0, 1} {
		items = append(items, c.OrderItem.Create().SetOrderID(o.ID).SetSubOrderID(sub.ID).
			SetShopID(shop.ID).SetProductID(product.ID).SetSkuID(sku.ID).SetSkuCode("c").
			SetTitle("c").SetDeductionMode(vocab.OnOrder).SetCurrency("CNY").SetQuantity(1).
			SetShares([]document.Share{}).SetRefundableQuantity(1-refunded).
			SetRefundedQuantity(refunded).SaveX(ctx))
	}
	buyer = auth.With(ctx, &auth.Viewer{Role: vocab.Buyer, BuyerID: who.ID})
	merchant = auth.With(ctx, &auth.Viewer{Role: vocab.Merchant,
		StaffID: globalid.New(globalid.Staff), Shops: []globalid.ID{shop.ID}})
	return buyer, merchant, items
}

func wantFault(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func stranger(t *testing.T, role vocab.Role) context.Context {
	return auth.With(t.Context(), &auth.Viewer{Role: role,
		BuyerID: globalid.New(globalid.Buyer), Shops: []globalid.ID{globalid.New(globalid.Shop)}})
}

func TestOnlyTheBuyerReviewsOnceAfterReceipt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		buyer, merchant, items := received(t, db)
		reviews := review.New(db)
		in := review.Input{Item: items[0].ID, Rating: 5, Text: " 好茶 "}
		_, err := reviews.Review(stranger(t, vocab.Buyer), in)
		wantFault(t, err, fault.NotFound)
		_, err = reviews.Review(merchant, in)
		wantFault(t, err, fault.Forbidden)
		_, err = reviews.Review(t.Context(), in)
		wantFault(t, err, fault.Unauthenticated)
		_, err = reviews.Review(buyer, review.Input{Item: in.Item, Rating: 6,
			Text: strings.Repeat("x", 1001)})
		if len(fault.All(err)) != 2 {
			t.Errorf("got %v", err)
		}
		setStatus(t, db, items[0], vocab.Shipped)
		_, err = reviews.Review(buyer, in)
		wantFault(t, err, fault.ActionNotAllowed)
		setStatus(t, db, items[0], vocab.Received)
		id, err := reviews.Review(buyer, in)
		if err != nil {
			t.Fatal(err)
		}
		if r := db.Client.Review.GetX(t.Context(), id); r.Text != "好茶" || r.Rating != 5 ||
			r.ItemID != in.Item {
			t.Errorf("review %v", r)
		}
		_, err = reviews.Review(buyer, in)
		wantFault(t, err, fault.ActionNotAllowed)
		sub := db.Client.SubOrder.GetX(t.Context(), items[0].SubOrderID)
		if !sub.AwaitingReview {
			t.Error("one item of two is enough")
		}
		if _, err := reviews.Review(buyer, review.Input{Item: items[1].ID, Rating: 1}); err != nil {
			t.Fatal(err)
		}
		if db.Client.SubOrder.GetX(t.Context(), sub.ID).AwaitingReview {
			t.Error("a review of what was refunded is awaited")
		}
		told := db.Client.Event.Query().Where(entevent.Type(vocab.EventSubOrderReviewed)).
			CountX(t.Context())
		if told != 2 {
			t.Errorf("%d events", told)
		}
	})
}

func setStatus(t *testing.T, db *store.DB, it *ent.OrderItem, status vocab.TradeStatus) {
	t.Helper()
	db.Client.SubOrder.UpdateOneID(it.SubOrderID).SetStatus(status).ExecX(t.Context())
}

func TestOneFollowUpAndOneReply(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		buyer, merchant, items := received(t, db)
		reviews := review.New(db)
		id, err := reviews.Review(buyer, review.Input{Item: items[0].ID, Rating: 4})
		if err != nil {
			t.Fatal(err)
		}
		in := review.AnswerInput{Review: id, Text: "谢谢"}
		for _, c := range []struct {
			do         func(context.Context, review.AnswerInput) (globalid.ID, error)
			by, others context.Context
		}{
			{reviews.Append, buyer, stranger(t, vocab.Buyer)},
			{reviews.Reply, merchant, stranger(t, vocab.Merchant)},
		} {
			_, err := c.do(c.others, in)
			wantFault(t, err, fault.NotFound)
			_, err = c.do(c.by, review.AnswerInput{Review: id, Text: "  "})
			wantFault(t, err, fault.InvalidInput)
			if _, err := c.do(c.by, in); err != nil {
				t.Fatal(err)
			}
			_, err = c.do(c.by, in)
			wantFault(t, err, fault.ActionNotAllowed)
		}
		_, err = reviews.Reply(buyer, in)
		wantFault(t, err, fault.Forbidden)
		if r := db.Client.Review.GetX(t.Context(), id); r.Appended != in.Text ||
			r.Reply != in.Text || r.AppendedAt == nil || r.RepliedAt == nil {
			t.Errorf("review %v", r)
		}
	})
}

// However often a buyer sends a review, a follow-up or the shop its reply at once, one is written.
func TestOneOfManyAtOnceIsWritten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		buyer, merchant, items := received(t, db)
		reviews := review.New(db)
		one := func(do func(n int) error) {
			t.Helper()
			var wins atomic.Int64
			var all sync.WaitGroup
			for n := range 4 {
				all.Go(func() {
					if err := do(n); err == nil {
						wins.Add(1)
					} else if !fault.Is(err, fault.ActionNotAllowed) {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if wins.Load() != 1 {
				t.Errorf("%d were written", wins.Load())
			}
		}
		for _, item := range items[:2] {
			one(func(n int) error {
				_, err := reviews.Review(buyer, review.Input{Item: item.ID, Rating: n + 1})
				return err
			})
			id := item.QueryReview().OnlyIDX(t.Context())
			one(func(n int) error {
				_, err := reviews.Append(buyer,
					review.AnswerInput{Review: id, Text: fmt.Sprint(n)})
				return err
			})
			one(func(n int) error {
				_, err := reviews.Reply(merchant,
					review.AnswerInput{Review: id, Text: fmt.Sprint(n)})
				return err
			})
		}
		told := db.Client.Event.Query().Where(entevent.TypeIn(vocab.EventSubOrderReviewed,
			vocab.EventSubOrderReviewAppended, vocab.EventSubOrderReviewReplied)).
			CountX(t.Context())
		if told != 6 {
			t.Errorf("%d events of two reviews", told)
		}
	})
}

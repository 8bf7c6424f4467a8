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
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/review"
	"orderflow/internal/vocab"
)

// shipped ships two items of a sub-order, of which a third was refunded.
func shipped(e *ordertest.Env) (items []*ent.OrderItem) {
	e.T.Helper()
	skus := []*ent.Sku{e.Sku(1), e.Sku(1), e.Sku(1)}
	id := e.BuyLines(ordertest.Line(skus[0], 1), ordertest.Line(skus[1], 1),
		ordertest.Line(skus[2], 1))
	for _, sku := range skus {
		items = append(items, e.ItemOf(id, sku))
	}
	e.MustID(e.CloseUnshipped(items[2].ID, 1))
	e.Run()
	for _, it := range items[:2] {
		e.Ship(it, 1)
	}
	return items
}

// received is shipped, with the receipt confirmed.
func received(e *ordertest.Env) []*ent.OrderItem {
	e.T.Helper()
	items := shipped(e)
	e.ConfirmReceipt(items[0])
	return items
}

func TestOnlyTheBuyerReviewsOnceAfterReceipt(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		items := shipped(e)
		in := review.Input{Item: items[0].ID, Rating: 5, Text: " 好茶 "}
		_, err := e.Reviews.Review(e.NewBuyer(), in)
		e.WantFault(err, fault.NotFound)
		_, err = e.Reviews.Review(e.Merchant, in)
		e.WantFault(err, fault.Forbidden)
		_, err = e.Reviews.Review(t.Context(), in)
		e.WantFault(err, fault.Unauthenticated)
		_, err = e.Reviews.Review(e.Buyer, review.Input{Item: in.Item, Rating: 6,
			Text: strings.Repeat("x", 1001)})
		if len(fault.All(err)) != 2 {
			t.Errorf("got %v", err)
		}
		_, err = e.Reviews.Review(e.Buyer, in)
		e.WantFault(err, fault.ActionNotAllowed)
		e.ConfirmReceipt(items[0])
		id, err := e.Reviews.Review(e.Buyer, in)
		if err != nil {
			t.Fatal(err)
		}
		if r := e.DB.Client.Review.GetX(t.Context(), id); r.Text != "好茶" || r.Rating != 5 ||
			r.ItemID != in.Item {
			t.Errorf("review %v", r)
		}
		_, err = e.Reviews.Review(e.Buyer, in)
		e.WantFault(err, fault.ActionNotAllowed)
		sub := e.DB.Client.SubOrder.GetX(t.Context(), items[0].SubOrderID)
		if !sub.AwaitingReview {
			t.Error("one item of two is enough")
		}
		if _, err := e.Reviews.Review(e.Buyer, review.Input{Item: items[1].ID, Rating: 1}); err != nil {
			t.Fatal(err)
		}
		if e.DB.Client.SubOrder.GetX(t.Context(), sub.ID).AwaitingReview {
			t.Error("a review of what was refunded is awaited")
		}
		if n := e.Events(vocab.EventSubOrderReviewed); n != 2 {
			t.Errorf("%d events", n)
		}
	})
}

func TestOneFollowUpAndOneReply(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		items := received(e)
		id, err := e.Reviews.Review(e.Buyer, review.Input{Item: items[0].ID, Rating: 4})
		if err != nil {
			t.Fatal(err)
		}
		in := review.AnswerInput{Review: id, Text: "谢谢"}
		strange := e.Staff(vocab.Merchant, e.AddShop("other", document.ShopPolicy{}))
		for _, c := range []struct {
			do         func(context.Context, review.AnswerInput) (globalid.ID, error)
			by, others context.Context
		}{
			{e.Reviews.Append, e.Buyer, e.NewBuyer()},
			{e.Reviews.Reply, e.Merchant, strange},
		} {
			_, err := c.do(c.others, in)
			e.WantFault(err, fault.NotFound)
			_, err = c.do(c.by, review.AnswerInput{Review: id, Text: "  "})
			e.WantFault(err, fault.InvalidInput)
			if _, err := c.do(c.by, in); err != nil {
				t.Fatal(err)
			}
			_, err = c.do(c.by, in)
			e.WantFault(err, fault.ActionNotAllowed)
		}
		_, err = e.Reviews.Reply(e.Buyer, in)
		e.WantFault(err, fault.Forbidden)
		if r := e.DB.Client.Review.GetX(t.Context(), id); r.Appended != in.Text ||
			r.Reply != in.Text || r.AppendedAt == nil || r.RepliedAt == nil {
			t.Errorf("review %v", r)
		}
	})
}

// However often a buyer sends a review, a follow-up or the shop its reply at once, one is written.
func TestOneOfManyAtOnceIsWritten(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		items := received(e)
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
				_, err := e.Reviews.Review(e.Buyer, review.Input{Item: item.ID, Rating: n + 1})
				return err
			})
			id := item.QueryReview().OnlyIDX(t.Context())
			one(func(n int) error {
				_, err := e.Reviews.Append(e.Buyer,
					review.AnswerInput{Review: id, Text: fmt.Sprint(n)})
				return err
			})
			one(func(n int) error {
				_, err := e.Reviews.Reply(e.Merchant,
					review.AnswerInput{Review: id, Text: fmt.Sprint(n)})
				return err
			})
		}
		n := e.DB.Client.Event.Query().Where(entevent.TypeIn(vocab.EventSubOrderReviewed,
			vocab.EventSubOrderReviewAppended, vocab.EventSubOrderReviewReplied)).
			CountX(t.Context())
		if n != 6 {
			t.Errorf("%d events of two reviews", n)
		}
	})
}

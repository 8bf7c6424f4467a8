package aftersale_test

import (
	"slices"
	"sync"
	"testing"

	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// repeat runs a race so often that either side wins now and then.
func repeat(race func()) {
	for range 10 {
		race()
	}
}

// both runs two commands at the same time. A refusal of one of them is no error; it returns
// which succeeded.
func both(e *ordertest.Env, one, two func() error) (first, second bool) {
	e.T.Helper()
	var wait sync.WaitGroup
	var errs [2]error
	wait.Go(func() { errs[0] = one() })
	wait.Go(func() { errs[1] = two() })
	wait.Wait()
	for _, err := range errs {
		if err != nil && !slices.Contains([]fault.Code{fault.ActionNotAllowed,
			fault.LimitExceeded, fault.Conflict}, fault.CodeOf(err)) {
			e.T.Error(err)
		}
	}
	return errs[0] == nil, errs[1] == nil
}

// either is both for commands of which exactly one can succeed; it returns whether the first did.
func either(e *ordertest.Env, one, two func() error) bool {
	e.T.Helper()
	first, second := both(e, one, two)
	if first == second {
		e.T.Errorf("both succeeded: %t", first)
	}
	return first
}

func requesting(e *ordertest.Env, in aftersale.RequestInput) func() error {
	return func() error {
		_, err := e.AfterSales.Request(e.Buyer, in)
		return err
	}
}

func approving(e *ordertest.Env, id globalid.ID) func() error {
	return func() error {
		_, err := e.AfterSales.Approve(e.Merchant, aftersale.ApproveInput{AfterSale: id})
		return err
	}
}

func TestTwoRequestsOfTheSameUnits(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		repeat(func() {
			item := e.BuyAndReceive(e.Sku(3), 3)
			in := ordertest.RequestFor(item, vocab.RefundOnly, 2)
			either(e, requesting(e, in), requesting(e, in))
			wantLeft(e, item, 1, price, 2)
			unshipped := e.Buy(e.Sku(2), 2)
			in = ordertest.RequestFor(unshipped, vocab.RefundOnly, 2)
			either(e, requesting(e, in), requesting(e, in))
			wantRefunded(e, unshipped, 2*price)
		})
	})
}

func TestApprovedOrWithdrawn(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		repeat(func() {
			item := e.BuyAndReceive(e.Sku(1), 1)
			id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
			want := int64(0)
			if either(e, approving(e, id), func() error {
				_, err := e.AfterSales.Withdraw(e.Buyer, id)
				return err
			}) {
				want = price
			}
			wantRefunded(e, item, want)
			wantLeft(e, item, 1-want/price, price-want, 0)
		})
	})
}

func TestShippedOrRefunded(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		repeat(func() {
			sku := e.Sku(2)
			item := e.Buy(sku, 2)
			parcel := e.Pack(item, 2)
			in := ordertest.RequestFor(item, vocab.RefundOnly, 1)
			in.Goods = vocab.GoodsUnshipped
			shipped := either(e, func() error { return e.HandOver(parcel) },
				requesting(e, in))
			if shipped {
				wantRefunded(e, item, 0)
				e.WantStock(sku, e.South, 0, 0)
				return
			}
			wantRefunded(e, item, price)
			e.WantStock(sku, e.South, 2, 1)
			if it := e.Item(item.ID); it.ShippedQuantity != 0 || it.CancelledQuantity != 1 {
				t.Errorf("%d units shipped, %d cancelled", it.ShippedQuantity,
					it.CancelledQuantity)
			}
		})
	})
}

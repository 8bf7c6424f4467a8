package aftersale_test

import (
	"slices"
	"testing"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

// All units of an order come back, in requests of any size, in any order and over any sub-orders,
// some of them only when they are asked for again: together they give exactly what was paid. The
// freight is among it when nothing was handed over, or when the shop is liable.
func TestAllUnitsGiveBackWhatWasPaid(t *testing.T) {
	onStories(t, func(s *story) {
		at := oneOf(s, "begin", isPaid, isPaid, isReceived)
		reason := oneOf(s, "reason", vocab.ReasonNotWanted, vocab.ReasonQuality)
		s.begin(at)
		for {
			left := slices.DeleteFunc(s.items(), func(it *ent.OrderItem) bool {
				return it.RefundableQuantity == 0
			})
			if len(left) == 0 {
				break
			}
			if at == isPaid {
				oneOf(s, "step", s.split, s.packSome, s.run, s.run)()
			}
			s.askForSome(oneOf(s, "item", left...), reason)
		}
		for _, a := range s.requests() {
			if a.Status == vocab.AfterSaleAwaitingMerchant {
				s.approve(a.ID)
			}
		}
		s.run()
		want := s.row().Payable
		if at == isReceived && reason == vocab.ReasonNotWanted {
			for _, sub := range s.row().QuerySubOrders().AllX(s.t.Context()) {
				want -= sub.Freight
			}
		}
		if got := s.givenBack(s.order); got != want {
			s.t.Fatalf("%d came back, want %d", got, want)
		}
		if o := s.row(); o.Status != vocab.Closed {
			s.t.Fatalf("the order is %s", o.Status)
		}
	})
}

// askForSome requests units of an item that are there; the request may come to nothing, or wait.
func (s *story) askForSome(it *ent.OrderItem, reason vocab.AfterSaleReason) {
	it = s.item(it)
	if it.RefundableQuantity == 0 {
		return
	}
	in := ask(it, vocab.RefundOnly, s.number("units", 1, it.RefundableQuantity))
	in.Reason = reason
	id := s.request(in)
	switch a := s.sale(id); {
	case a.Status != vocab.AfterSaleAwaitingMerchant:
	case s.number("fate", 0, 2) == 0:
		s.approve(id)
	case s.number("fate", 0, 3) == 0 && len(s.requests()) < 5: // more are not taken
		s.reject(id)
		_, err := s.sales.Withdraw(s.buyer, id)
		s.must(err)
	}
}

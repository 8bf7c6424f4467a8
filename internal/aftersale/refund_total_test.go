package aftersale_test

import (
	"slices"
	"testing"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// All units of an order come back, in requests of any size, in any order and over any sub-orders,
// some of them only when they are requested again: together they give exactly what was paid. The
// freight is among it when nothing was handed over, or when the shop is liable.
func TestAllUnitsGiveBackWhatWasPaid(t *testing.T) {
	eachWalk(t, func(w *walk) {
		at := oneOf(w, "begin", isPaid, isPaid, isReceived)
		reason := oneOf(w, "reason", vocab.ReasonNotWanted, vocab.ReasonQuality)
		w.begin(at)
		for {
			left := slices.DeleteFunc(w.items(), func(it *ent.OrderItem) bool {
				return it.RefundableQuantity == 0
			})
			if len(left) == 0 {
				break
			}
			if at == isPaid {
				oneOf(w, "step", w.split, w.packSome, w.Run, w.Run)()
			}
			w.requestSome(oneOf(w, "item", left...), reason)
		}
		for _, a := range w.requests() {
			if a.Status == vocab.AfterSaleAwaitingMerchant {
				w.Approve(a.ID)
			}
		}
		w.Run()
		want := w.row().Payable
		if at == isReceived && reason == vocab.ReasonNotWanted {
			for _, sub := range w.row().QuerySubOrders().AllX(w.T.Context()) {
				want -= sub.Freight
			}
		}
		if got := w.Returned(w.order); got != want {
			w.T.Fatalf("%d came back, want %d", got, want)
		}
		if o := w.row(); o.Status != vocab.Closed {
			w.T.Fatalf("the order is %s", o.Status)
		}
	})
}

// requestSome requests units of an item that are there; the request may come to nothing, or wait.
func (w *walk) requestSome(it *ent.OrderItem, reason vocab.AfterSaleReason) {
	it = w.Item(it.ID)
	if it.RefundableQuantity == 0 {
		return
	}
	w.answerWaiting(it.ID)
	in := ordertest.RequestFor(it, vocab.RefundOnly, w.number("units", 1, it.RefundableQuantity))
	in.Reason = reason
	id := w.Request(in)
	switch a := w.AfterSale(id); {
	case a.Status != vocab.AfterSaleAwaitingMerchant:
	case w.number("fate", 0, 2) == 0:
		w.Approve(id)
	case w.number("fate", 0, 3) == 0 && len(w.requests()) < 5: // more are not taken
		w.Reject(id)
		_, err := w.AfterSales.Withdraw(w.Buyer, id)
		w.Must(err)
	}
}

// answerWaiting ends requests about an item when no more of them may be open.
func (w *walk) answerWaiting(item globalid.ID) {
	var open []*ent.AfterSale
	for _, a := range w.requests() {
		about := slices.ContainsFunc(a.Edges.Lines,
			func(l *ent.AfterSaleLine) bool { return l.ItemID == item })
		if about && vocab.AfterSaleOpen.Has(a.Status) {
			open = append(open, a)
		}
	}
	if int64(len(open)) < limit.OpenOfItem.Most {
		return
	}
	for _, a := range open {
		if a.Status == vocab.AfterSaleAwaitingMerchant {
			w.Approve(a.ID)
		}
	}
	w.Run()
}

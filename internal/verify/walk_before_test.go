package verify_test

import (
	"context"

	"orderflow/ent/addresschange"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// holdOrRelease has a side put a sub-order on hold, or release it.
func (w *walker) holdOrRelease(b purchase) {
	_, sub := w.item(b)
	by := pick(w, []context.Context{w.Merchant, w.Platform})
	if w.some(2) == 0 {
		_, err := w.Orders.ReleaseHold(by, sub.ID)
		w.tried("release", err)
		return
	}
	_, err := w.Orders.PutOnHold(by, order.OnHoldInput{SubOrder: sub.ID,
		Reason: pick(w, vocab.HoldReasons), Note: "three cards"})
	w.tried("put on hold", err)
}

// releaseAll has both sides release what they hold of an order: it would stand still for long.
func (w *walker) releaseAll(b purchase) {
	for _, sub := range w.row(b).QuerySubOrders().IDsX(w.T.Context()) {
		for _, by := range []context.Context{w.Merchant, w.Platform} {
			_, err := w.Orders.ReleaseHold(by, sub)
			w.tried("release", err)
		}
	}
}

// changeAddress has somebody wish, answer or withdraw another address.
func (w *walker) changeAddress(b purchase) {
	_, sub := w.item(b)
	change, _ := w.row(b).QueryAddressChanges().
		Where(addresschange.StatusIn(vocab.AddressOpen...)).FirstID(w.T.Context())
	answer := order.AnswerInput{Change: change, Accept: w.some(2) == 0, Reason: "too far"}
	_, err := pick(w, []func() (globalid.ID, error){
		func() (globalid.ID, error) {
			return w.Orders.RequestAddressChange(b.buyer,
				order.AddressInput{Order: b.order, Address: ordertest.Address})
		},
		func() (globalid.ID, error) {
			return w.Orders.ProposeAddressChange(w.Merchant,
				order.ProposeInput{SubOrder: sub.ID, Address: ordertest.Address})
		},
		func() (globalid.ID, error) { return w.Orders.AnswerAddressChange(w.Merchant, answer) },
		func() (globalid.ID, error) { return w.Orders.AnswerAddressProposal(b.buyer, answer) },
		func() (globalid.ID, error) { return w.Orders.WithdrawAddressChange(b.buyer, change) },
		func() (globalid.ID, error) { return w.Orders.WithdrawAddressProposal(w.Merchant, change) },
	})()
	w.tried("change the address", err)
}

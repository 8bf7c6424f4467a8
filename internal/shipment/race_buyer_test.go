package shipment_test

import (
	"testing"
	"time"

	"orderflow/ent/addresschange"
	entevent "orderflow/ent/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// askAddress asks for another address as the buyer of an order.
func (w *world) askAddress(id globalid.ID) error {
	elsewhere := address
	elsewhere.Street = "科技路 2 号"
	_, err := w.orders.RequestAddressChange(w.buyer(w.order(id)),
		order.AddressInput{Order: id, Address: elsewhere})
	return err
}

// wantChange checks what became of an order's address change, and that the parcel's sub-order goes
// to the new address only if that was accepted.
func (w *world) wantChange(id globalid.ID, want vocab.AddressChangeStatus) {
	w.t.Helper()
	change := w.db.Client.AddressChange.Query().Where(addresschange.OrderID(id)).
		OnlyX(w.t.Context())
	sub := w.order(id).Edges.SubOrders[0]
	if change.Status != want || (len(sub.Address) > 0) != (want == vocab.AddressAccepted) {
		w.t.Errorf("the change is %s, want %s; the address has %d bytes", change.Status, want,
			len(sub.Address))
	}
}

// A parcel goes where its shop has agreed to before the handover; later it is too late.
func TestShippingAndAnAnswerToAnAddressChangeRace(t *testing.T) {
	racing(t, func(w *world) {
		o := w.paid(1, w.sku(vocab.Ordinary, 1))
		if err := w.askAddress(o.ID); err != nil {
			w.t.Fatal(err)
		}
		change := w.db.Client.AddressChange.Query().Where(addresschange.OrderID(o.ID)).
			OnlyX(w.t.Context())
		merchant := w.as(vocab.Merchant, w.shop.ID)
		errs := atOnce(func() error { return w.ship(o.Edges.SubOrders[0].ID, "A") }, func() error {
			_, err := w.orders.AnswerAddressChange(merchant,
				order.AnswerInput{Change: change.ID, Accept: true})
			return err
		})
		want := vocab.AddressAccepted
		if fault.Is(errs[1], fault.ActionNotAllowed) {
			want, errs[1] = vocab.AddressLapsed, nil
		}
		if errs[0] != nil || errs[1] != nil {
			w.t.Errorf("shipped: %v, accepted: %v", errs[0], errs[1])
		}
		w.wantChange(o.ID, want)
	})
}

// Nobody waits for an answer of a shop that has shipped.
func TestShippingAndAskingForAnAddressChangeRace(t *testing.T) {
	racing(t, func(w *world) {
		o := w.paid(1, w.sku(vocab.Ordinary, 1))
		errs := atOnce(func() error { return w.ship(o.Edges.SubOrders[0].ID, "A") },
			func() error { return w.askAddress(o.ID) })
		switch {
		case errs[0] != nil || errs[1] != nil && !fault.Is(errs[1], fault.ActionNotAllowed):
			w.t.Errorf("shipped: %v, asked: %v", errs[0], errs[1])
		case errs[1] == nil:
			w.wantChange(o.ID, vocab.AddressLapsed)
		case w.db.Client.AddressChange.Query().Where(addresschange.OrderID(o.ID)).
			ExistX(w.t.Context()):
			w.t.Errorf("asked although it was refused: %v", errs[1])
		}
	})
}

func (w *world) jump(by time.Duration) {
	w.t.Helper()
	err := w.db.MoveClock(w.t.Context(), func(now time.Time) time.Time { return now.Add(by) })
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) received(id globalid.ID) int {
	return w.db.Client.Event.Query().Where(entevent.OrderID(id),
		entevent.Type(vocab.EventSubOrderReceived)).CountX(w.t.Context())
}

// The buyer and two servers confirm one receipt.
func TestBuyerAndClockReceiveOnce(t *testing.T) {
	racing(t, func(w *world) {
		o, _ := w.shipped()
		w.jump(16 * 24 * time.Hour)
		buyer, sub := w.buyer(o), o.Edges.SubOrders[0].ID
		clock := func() error { return w.orders.RunReceipt(w.t.Context(), sub) }
		errs := atOnce(clock, clock, func() error {
			_, err := w.orders.ConfirmReceipt(buyer, sub)
			return err
		})
		if errs[0] != nil || errs[1] != nil ||
			errs[2] != nil && !fault.Is(errs[2], fault.ActionNotAllowed) {
			w.t.Errorf("clock: %v, %v; buyer: %v", errs[0], errs[1], errs[2])
		}
		if n := w.received(o.ID); n != 1 {
			w.t.Errorf("received %d times", n)
		}
	})
}

// A refusal that is told before the clock confirms holds the receipt back.
func TestRefusalAndClockRace(t *testing.T) {
	racing(t, func(w *world) {
		o, parcel := w.shipped()
		w.jump(16 * 24 * time.Hour)
		sub := o.Edges.SubOrders[0].ID
		errs := atOnce(func() error { return w.orders.RunReceipt(w.t.Context(), sub) },
			func() error {
				return w.shipments.ApplySnapshot(w.t.Context(), parcel,
					snapshot(told(1, vocab.CarrierRefused, "refused")))
			})
		if errs[0] != nil || errs[1] != nil {
			w.t.Errorf("clock: %v, courier: %v", errs[0], errs[1])
		}
		got := w.order(o.ID).Edges.SubOrders[0]
		held := got.Status == vocab.Shipped && got.ReceiptDueAt == nil && w.received(o.ID) == 0
		done := got.Status == vocab.Received && w.received(o.ID) == 1
		if !held && !done || !w.parcel(parcel).NeedsMerchant {
			w.t.Errorf("%s, due %v", got.Status, got.ReceiptDueAt)
		}
	})
}

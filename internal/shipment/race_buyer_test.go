package shipment_test

import (
	"testing"
	"time"

	"orderflow/ent/addresschange"
	entevent "orderflow/ent/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// requestAddress requests another address as the buyer of an order.
func (e *courierEnv) requestAddress(id globalid.ID) error {
	elsewhere := ordertest.Address
	elsewhere.Street = "科技路 2 号"
	_, err := e.Orders.RequestAddressChange(e.BuyerOf(id),
		order.AddressInput{Order: id, Address: elsewhere})
	return err
}

// wantChange checks what became of an order's address change, and that the parcel's sub-order goes
// to the new address only if that was accepted.
func (e *courierEnv) wantChange(id globalid.ID, want vocab.AddressChangeStatus) {
	e.T.Helper()
	change := e.DB.Client.AddressChange.Query().Where(addresschange.OrderID(id)).
		OnlyX(e.T.Context())
	sub := e.Order(id).Edges.SubOrders[0]
	if change.Status != want || (len(sub.Address) > 0) != (want == vocab.AddressAccepted) {
		e.T.Errorf("the change is %s, want %s; the address has %d bytes", change.Status, want,
			len(sub.Address))
	}
}

// A parcel goes where its shop has agreed to before the handover; later it is too late.
func TestShippingAndAnAnswerToAnAddressChangeRace(t *testing.T) {
	racing(t, func(e *courierEnv) {
		o := e.buy(1, e.Sku(1))
		if err := e.requestAddress(o.ID); err != nil {
			e.T.Fatal(err)
		}
		change := e.DB.Client.AddressChange.Query().Where(addresschange.OrderID(o.ID)).
			OnlyX(e.T.Context())
		merchant := e.Merchant
		errs := atOnce(func() error { return e.shipAll(o.Edges.SubOrders[0].ID, "A") }, func() error {
			_, err := e.Orders.AnswerAddressChange(merchant,
				order.AnswerInput{Change: change.ID, Accept: true})
			return err
		})
		want := vocab.AddressAccepted
		if fault.Is(errs[1], fault.ActionNotAllowed) {
			want, errs[1] = vocab.AddressLapsed, nil
		}
		if errs[0] != nil || errs[1] != nil {
			e.T.Errorf("shipped: %v, accepted: %v", errs[0], errs[1])
		}
		e.wantChange(o.ID, want)
	})
}

// Nobody waits for an answer of a shop that has shipped.
func TestShippingAndRequestingAnAddressChangeRace(t *testing.T) {
	racing(t, func(e *courierEnv) {
		o := e.buy(1, e.Sku(1))
		errs := atOnce(func() error { return e.shipAll(o.Edges.SubOrders[0].ID, "A") },
			func() error { return e.requestAddress(o.ID) })
		switch {
		case errs[0] != nil || errs[1] != nil && !fault.Is(errs[1], fault.ActionNotAllowed):
			e.T.Errorf("shipped: %v, requested: %v", errs[0], errs[1])
		case errs[1] == nil:
			e.wantChange(o.ID, vocab.AddressLapsed)
		case e.DB.Client.AddressChange.Query().Where(addresschange.OrderID(o.ID)).
			ExistX(e.T.Context()):
			e.T.Errorf("requested although it was refused: %v", errs[1])
		}
	})
}

func (e *courierEnv) received(id globalid.ID) int {
	return e.DB.Client.Event.Query().Where(entevent.OrderID(id),
		entevent.Type(vocab.EventSubOrderReceived)).CountX(e.T.Context())
}

// The buyer and two servers confirm one receipt.
func TestBuyerAndClockReceiveOnce(t *testing.T) {
	racing(t, func(e *courierEnv) {
		o, _ := e.shipped()
		e.Move(16 * 24 * time.Hour)
		buyer, sub := e.BuyerOf(o.ID), o.Edges.SubOrders[0].ID
		clock := func() error { return e.Orders.RunDue(e.T.Context(), sub) }
		errs := atOnce(clock, clock, func() error {
			_, err := e.Orders.ConfirmReceipt(buyer, sub)
			return err
		})
		if errs[0] != nil || errs[1] != nil ||
			errs[2] != nil && !fault.Is(errs[2], fault.ActionNotAllowed) {
			e.T.Errorf("clock: %v, %v; buyer: %v", errs[0], errs[1], errs[2])
		}
		if n := e.received(o.ID); n != 1 {
			e.T.Errorf("received %d times", n)
		}
	})
}

// A refusal that is reported before the clock confirms holds the receipt back.
func TestRefusalAndClockRace(t *testing.T) {
	racing(t, func(e *courierEnv) {
		o, parcel := e.shipped()
		e.Move(16 * 24 * time.Hour)
		sub := o.Edges.SubOrders[0].ID
		errs := atOnce(func() error { return e.Orders.RunDue(e.T.Context(), sub) },
			func() error {
				return e.apply(parcel, snapshot(reported(1, vocab.CarrierRefused, "refused")))
			})
		if errs[0] != nil || errs[1] != nil {
			e.T.Errorf("clock: %v, courier: %v", errs[0], errs[1])
		}
		got := e.Order(o.ID).Edges.SubOrders[0]
		held := got.Status == vocab.Shipped && got.ReceiptDueAt == nil && e.received(o.ID) == 0
		done := got.Status == vocab.Received && e.received(o.ID) == 1
		if !held && !done || !e.Parcel(parcel).NeedsMerchant {
			e.T.Errorf("%s, due %v", got.Status, got.ReceiptDueAt)
		}
	})
}

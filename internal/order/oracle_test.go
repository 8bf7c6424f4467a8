package order_test

import (
	"context"
	"testing"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/money"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// A shop that shares an order with another tries what it may do with orders, again and again: what
// it is answered never depends on how far the other shop is.
func TestARefusalSaysNothingOfTheOtherShop(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		other := e.AddShop("other", document.ShopPolicy{})
		mine, theirs := e.Sku(5), e.NewSku(ordertest.Sku{Price: 500, South: 5, Shop: other})
		id := e.BuyLines(ordertest.Line(mine, 1), ordertest.Line(theirs, 2))
		yours := e.Staff(vocab.Merchant, other)
		answers := func(merchant context.Context) (texts [2]string) {
			t.Helper()
			_, cancelled := e.Payments.Cancel(merchant, id)
			_, adjusted := e.Payments.AdjustPrice(merchant, payment.AdjustInput{Order: id,
				Payable: money.Money{Amount: 1, Currency: "CNY"}})
			for i, err := range []error{cancelled, adjusted} {
				if !fault.Is(err, fault.ActionNotAllowed) {
					t.Errorf("answer %d: %v", i, err)
				} else {
					texts[i] = err.Error()
				}
			}
			return texts
		}
		before := answers(e.Merchant)
		item := e.ItemOf(id, theirs)
		step := func(what string) {
			t.Helper()
			if now := answers(e.Merchant); now != before {
				t.Errorf("%s, and the answer is %q instead of %q", what, now, before)
			}
		}
		parcel := e.MustID(e.Shipments.Create(yours, shipment.CreateInput{
			Lines: []shipment.Line{{Item: item.ID, Quantity: 2}}}))
		step("the other shop picks")
		e.MustID(e.Shipments.HandOver(yours, shipment.LabelInput{Shipment: parcel,
			Carrier: e.Carrier, TrackingNumber: ordertest.TrackingNumber(parcel)}))
		step("the other shop ships")
		e.Track(parcel, vocab.CarrierDelivered)
		e.ConfirmReceipt(item)
		step("the other shop's goods are received")
		if now := answers(yours); now == before {
			t.Errorf("the other shop does not see its own status: %q", now)
		}
	})
}

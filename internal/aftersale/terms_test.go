package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// generous is what the shop promises when the order is placed, meagre what it would like later.
var (
	generous = document.ShopPolicy{ShipHours: 20, ReceiptDays: 20, ReturnWindowDays: 30,
		MerchantHours: 12, PackedHours: 6, BuyerAnswerDays: 20, ReturnDays: 20,
		InspectReturnDays: 2, ConfirmReturnDays: 5, EscalateDays: 20, ReshipHours: 10,
		ShortageHours: 20, RefundIntercepted: true, AllowRegionChange: true}
	meagre = document.ShopPolicy{ShipHours: 700, ReceiptDays: 3, ReturnWindowDays: 7,
		MerchantHours: 168, PackedHours: 72, BuyerAnswerDays: 3, ReturnDays: 3,
		InspectReturnDays: 10, ConfirmReturnDays: 20, EscalateDays: 3, ReshipHours: 168,
		ShortageHours: 12, AutoApproveUntil: "PACKED"}
)

// A shop sells with long windows and shortens them when the goods are sold: the order keeps what it
// was sold with, at every step and also in what is split off it.
func TestAnOrderKeepsTheTermsThatItWasPlacedWith(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		id := e.Place(ordertest.Line(sku, 3))
		e.SetPolicy(meagre)
		e.Pay(id)
		item := e.Items(id)[0]
		due := func(name string, at *time.Time, want time.Duration) {
			t.Helper()
			if at == nil || at.Sub(e.Now()) > want || at.Sub(e.Now()) < want-time.Minute {
				t.Errorf("%s: due at %v, want in %s", name, at, want)
			}
		}
		due("shipping", e.SubOrder(item.SubOrderID).ShipDueAt, 20*time.Hour)
		split := e.MustID(e.Orders.SplitSubOrder(e.Merchant, order.SplitInput{
			SubOrder: item.SubOrderID, Lines: []order.SplitLine{{Item: item.ID, Quantity: 1}}}))
		e.Track(e.Ship(e.Items(id)[0], 2), vocab.CarrierDelivered)
		due("the receipt", e.SubOrder(item.SubOrderID).ReceiptDueAt, 20*day)
		e.ConfirmReceipt(item)
		due("the return window", e.SubOrder(item.SubOrderID).CompleteDueAt, 30*day)

		e.Move(29 * day)
		request := e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 1))
		due("the shop's answer", e.AfterSale(request).DueAt, 12*time.Hour)
		e.Approve(request)
		due("sending", e.AfterSale(request).DueAt, 20*day)
		parcel := e.SubmitReturn(request)
		due("confirming", e.AfterSale(request).DueAt, 5*day)
		e.Track(parcel, vocab.CarrierDelivered)
		due("inspecting", e.AfterSale(request).DueAt, 2*day)
		e.Move(2*day + time.Minute)
		wantRefunded(e, item, price)

		if got := e.SubOrder(split).PolicyVersion; got != e.SubOrder(item.SubOrderID).PolicyVersion {
			t.Errorf("what was split off goes by version %d", got)
		}
		e.Verify()
	}, ordertest.Options{Policy: generous})
}

// New orders go by the new policy, and one that is placed while it changes by one of the two.
func TestALaterPolicyIsForLaterOrders(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		for _, of := range []struct {
			policy document.ShopPolicy
			days   time.Duration
		}{{generous, 30}, {meagre, 7}, {document.ShopPolicy{ReturnWindowDays: 9}, 9},
			{document.ShopPolicy{ReturnWindowDays: 9}, 9}} {
			e.SetPolicy(of.policy)
			item := e.BuyAndReceive(sku, 1)
			sub := e.SubOrder(item.SubOrderID)
			if got := sub.CompleteDueAt.Sub(*sub.ReceivedAt); got != of.days*day {
				t.Errorf("a window of %s, want %d days", got, of.days)
			}
		}
		if n := e.DB.Client.PolicyVersion.Query().CountX(t.Context()); n != 3 {
			t.Errorf("%d versions are kept, want 3: the same policy is no new one", n)
		}
		e.WantFault(e.TrySetPolicy(document.ShopPolicy{ReturnWindowDays: 1}), fault.InvalidInput)
		e.Verify()
	}, ordertest.Options{Policy: generous})
}

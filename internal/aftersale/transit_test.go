package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// onItsWay hands two units over and requests their refund that way; the shop approves.
func onItsWay(
	e *ordertest.Env, way vocab.WayBack,
) (item *ent.OrderItem, parcel, id globalid.ID) {
	e.T.Helper()
	item = e.Buy(e.Sku(2), 2)
	parcel = e.Ship(item, 2)
	in := ordertest.RequestFor(item, vocab.RefundOnly, 2)
	if way == vocab.ByReturn {
		in.Kind = vocab.ReturnAndRefund
	}
	_, err := e.AfterSales.Request(e.Buyer, ordertest.RequestFor(item, vocab.RefundOnly, 2))
	e.WantFault(err, fault.InvalidInput) // goods on their way come back somehow
	in.Way = way
	id = e.Request(in)
	e.WantAfterSale(id, vocab.AfterSaleAwaitingMerchant)
	e.Approve(id)
	return item, parcel, id
}

func TestAnInterceptedParcelIsRefundedWhenItIsBack(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item, parcel, id := onItsWay(e, vocab.ByInterception)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingInterception)
		wantDueIn(e, id, 3*day)
		e.ApplySnapshot(parcel, courier.Snapshot{Interception: courier.InterceptionAccepted})
		_, err := e.AfterSales.Withdraw(e.Buyer, id)
		e.WantFault(err, fault.ActionNotAllowed)
		e.ApplySnapshot(parcel, courier.Snapshot{Interception: courier.InterceptionSucceeded})
		e.WantAfterSale(id, vocab.AfterSaleReturnInTransit)
		wantDueIn(e, id, 10*day)
		e.Track(parcel, vocab.CarrierReturned)
		wantDueIn(e, id, 3*day)
		e.Must(e.ConfirmReturn(id, item, 2, 0))
		wantRefundedInAll(e, 2*price)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.Closed, 0)
		if it := e.Item(item.ID); it.ReturnedQuantity != 2 {
			t.Errorf("%d units returned", it.ReturnedQuantity)
		}
	})
}

func TestAShopMayRefundOnInterception(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		_, parcel, id := onItsWay(e, vocab.ByInterception)
		e.Track(parcel, vocab.CarrierReturning)
		wantRefundedInAll(e, 2*price)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
	}, ordertest.Options{Policy: document.ShopPolicy{RefundIntercepted: true}})
}

func TestAfterAFailedInterceptionTheBuyerRefusesAtTheDoor(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item, parcel, id := onItsWay(e, vocab.ByInterception)
		e.ApplySnapshot(parcel, courier.Snapshot{Interception: courier.InterceptionFailed})
		e.WantAfterSale(id, vocab.AfterSaleAwaitingChoice)
		wantDueIn(e, id, 7*day)
		_, err := e.AfterSales.ChooseAfterInterception(e.Buyer, id, vocab.ByInterception)
		e.WantFault(err, fault.InvalidInput)
		_, err = e.AfterSales.ChooseAfterInterception(e.Buyer, id, vocab.ByRefusal)
		e.Must(err)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingRefusal)
		e.Track(parcel, vocab.CarrierRefused)
		e.WantAfterSale(id, vocab.AfterSaleReturnInTransit)
		e.Must(e.ConfirmReturn(id, item, 1, 1))
		wantRefundedInAll(e, 2*price)
		wantTrade(e, item, vocab.Closed, 0)
		if n := e.DB.Client.AfterSale.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestAfterAFailedInterceptionTheBuyerReturns(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item, parcel, id := onItsWay(e, vocab.ByInterception)
		e.Later(3 * day)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingChoice)
		_, err := e.AfterSales.ChooseAfterInterception(e.Buyer, id, vocab.ByReturn)
		e.Must(err)
		wantDueIn(e, id, 22*day)
		e.Track(parcel, vocab.CarrierDelivered)
		wantDueIn(e, id, 7*day)
		e.SubmitReturn(id)
		e.Must(e.ConfirmReturn(id, item, 2, 0))
		wantRefundedInAll(e, 2*price)
		if a := e.WantAfterSale(id, vocab.AfterSaleCompleted); a.Kind != vocab.ReturnAndRefund {
			t.Errorf("kind %s", a.Kind)
		}
		wantTrade(e, item, vocab.Closed, 0)
	})
}

func TestAParcelThatIsNotRefusedIsDelivered(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item, parcel, id := onItsWay(e, vocab.ByRefusal)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingRefusal)
		e.Track(parcel, vocab.CarrierDelivered)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingChoice)
		_, err := e.AfterSales.ChooseAfterInterception(e.Buyer, id, vocab.ByRefusal)
		e.WantFault(err, fault.ActionNotAllowed)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleWithdrawn)
		wantLeft(e, item, 2, 2*price, 0)
		wantTrade(e, item, vocab.Shipped, 0)
		e.Later(7 * day) // the clock of the receipt stood still meanwhile
		wantTrade(e, item, vocab.Received, 0)
	})
}

func TestAParcelRefusedWithoutARequestOpensOne(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(2), 2)
		parcel := e.Ship(item, 2)
		e.Track(parcel, vocab.CarrierRefused)
		e.Track(parcel, vocab.CarrierReturning)
		id := e.DB.Client.AfterSale.Query().OnlyIDX(t.Context())
		a := e.WantAfterSale(id, vocab.AfterSaleReturnInTransit)
		if a.OpenedBy != vocab.System || a.Reason != vocab.ReasonRefusedAtDoor || !a.GoodsBack {
			t.Errorf("request %+v", a)
		}
		e.Later(10 * day) // nobody confirms
		wantRefundedInAll(e, 2*price)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
	})
}

func TestALostParcelIsRefunded(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		e.ChargeFreight(500, 0)
		item := e.Buy(e.Sku(2), 2)
		parcel := e.Ship(item, 2)
		_, err := e.Shipments.MarkLost(e.Merchant, parcel)
		e.Must(err)
		id := e.DB.Client.AfterSale.Query().OnlyIDX(t.Context())
		e.WantAfterSale(id, vocab.AfterSaleAwaitingMerchant)
		e.Later(48 * time.Hour)
		wantRefundedInAll(e, 2*price+500) // the shop is liable
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.Closed, 0)
	})
}

func TestAnInterceptionCanBeWithdrawn(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item, parcel, id := onItsWay(e, vocab.ByInterception)
		_, err := e.AfterSales.Withdraw(e.Buyer, id)
		e.Must(err)
		i := e.AfterSale(id).QueryInterceptions().OnlyX(t.Context())
		if i.Status != vocab.InterceptionFailed {
			t.Errorf("interception %s", i.Status)
		}
		e.ApplySnapshot(parcel, courier.Snapshot{Interception: courier.InterceptionSucceeded})
		e.WantAfterSale(id, vocab.AfterSaleWithdrawn)
		wantLeft(e, item, 2, 2*price, 0)
	})
}

func TestAReturnAfterReceiptCanBeNamedAtOnce(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		_, parcel, id := onItsWay(e, vocab.ByReturn)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingReturn)
		e.Track(parcel, vocab.CarrierDelivered)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleClosed)
	})
}

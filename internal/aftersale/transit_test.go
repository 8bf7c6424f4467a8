package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/terms"
)

// onItsWay hands two units over and requests their refund that way; the shop approves.
func (m *bazaar) onItsWay(way terms.WayBack) (*ent.OrderItem, globalid.ID, globalid.ID) {
	m.t.Helper()
	item := m.paid(m.sku(2), 2)
	parcel := m.shipped(item, 2)
	in := ask(item, terms.RefundOnly, 2)
	if way == terms.ByReturn {
		in.Kind = terms.ReturnAndRefund
	}
	_, err := m.sales.Request(m.buyer, ask(item, terms.RefundOnly, 2))
	m.refused(err, fault.InvalidInput) // goods on their way come back somehow
	in.Way = way
	id := m.request(in)
	m.is(id, lifecycle.AfterSaleAwaitingMerchant)
	m.approve(id)
	return item, parcel, id
}

func TestAnInterceptedParcelIsRefundedWhenItIsBack(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(terms.ByInterception)
		m.is(id, lifecycle.AfterSaleAwaitingInterception)
		m.dueIn(id, 3*day)
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionAccepted})
		_, err := m.sales.Withdraw(m.buyer, id)
		m.refused(err, fault.ActionNotAllowed)
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionSucceeded})
		m.is(id, lifecycle.AfterSaleReturnInTransit)
		m.dueIn(id, 10*day)
		m.track(parcel, lifecycle.CarrierReturned)
		m.dueIn(id, 3*day)
		m.must(m.back(id, item, 2, 0))
		m.refunds(item, 2*price)
		m.is(id, lifecycle.AfterSaleCompleted)
		m.trade(item, lifecycle.Closed, 0)
		if it := m.item(item); it.ReturnedQuantity != 2 {
			t.Errorf("%d units returned", it.ReturnedQuantity)
		}
	})
}

func TestAShopMayRefundOnInterception(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(terms.ByInterception)
		m.track(parcel, lifecycle.CarrierReturning)
		m.refunds(item, 2*price)
		m.is(id, lifecycle.AfterSaleCompleted)
	}, terms.ShopPolicy{RefundIntercepted: true})
}

func TestAfterAFailedInterceptionTheBuyerRefusesAtTheDoor(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(terms.ByInterception)
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionFailed})
		m.is(id, lifecycle.AfterSaleAwaitingChoice)
		m.dueIn(id, 7*day)
		_, err := m.sales.ChooseAfterInterception(m.buyer, id, terms.ByInterception)
		m.refused(err, fault.InvalidInput)
		_, err = m.sales.ChooseAfterInterception(m.buyer, id, terms.ByRefusal)
		m.must(err)
		m.is(id, lifecycle.AfterSaleAwaitingRefusal)
		m.track(parcel, lifecycle.CarrierRefused)
		m.is(id, lifecycle.AfterSaleReturnInTransit)
		m.must(m.back(id, item, 1, 1))
		m.refunds(item, 2*price)
		m.trade(item, lifecycle.Closed, 0)
		if n := m.db.Client.AfterSale.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestAfterAFailedInterceptionTheBuyerReturns(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(terms.ByInterception)
		m.later(3 * day)
		m.is(id, lifecycle.AfterSaleAwaitingChoice)
		_, err := m.sales.ChooseAfterInterception(m.buyer, id, terms.ByReturn)
		m.must(err)
		m.dueIn(id, 22*day)
		m.track(parcel, lifecycle.CarrierDelivered)
		m.dueIn(id, 7*day)
		m.send(id)
		m.must(m.back(id, item, 2, 0))
		m.refunds(item, 2*price)
		if a := m.is(id, lifecycle.AfterSaleCompleted); a.Kind != terms.ReturnAndRefund {
			t.Errorf("kind %s", a.Kind)
		}
		m.trade(item, lifecycle.Closed, 0)
	})
}

func TestAParcelThatIsNotRefusedIsDelivered(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(terms.ByRefusal)
		m.is(id, lifecycle.AfterSaleAwaitingRefusal)
		m.track(parcel, lifecycle.CarrierDelivered)
		m.is(id, lifecycle.AfterSaleAwaitingChoice)
		_, err := m.sales.ChooseAfterInterception(m.buyer, id, terms.ByRefusal)
		m.refused(err, fault.ActionNotAllowed)
		m.later(7 * day)
		m.is(id, lifecycle.AfterSaleWithdrawn)
		m.holds(item, 2, 2*price, 0)
		m.trade(item, lifecycle.Shipped, 0)
		m.later(7 * day) // the clock of the receipt stood still meanwhile
		m.trade(item, lifecycle.Received, 0)
	})
}

func TestAParcelRefusedWithoutARequestOpensOne(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(2), 2)
		parcel := m.shipped(item, 2)
		m.track(parcel, lifecycle.CarrierRefused)
		m.track(parcel, lifecycle.CarrierReturning)
		id := m.db.Client.AfterSale.Query().OnlyIDX(t.Context())
		a := m.is(id, lifecycle.AfterSaleReturnInTransit)
		if a.OpenedBy != lifecycle.System || a.Reason != terms.ReasonRefusedAtDoor || !a.GoodsBack {
			t.Errorf("request %+v", a)
		}
		m.later(10 * day) // nobody confirms
		m.refunds(item, 2*price)
		m.is(id, lifecycle.AfterSaleCompleted)
	})
}

func TestALostParcelIsRefunded(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.charge(500)
		item := m.paid(m.sku(2), 2)
		parcel := m.shipped(item, 2)
		_, err := m.parcels.MarkLost(m.seller, parcel)
		m.must(err)
		id := m.db.Client.AfterSale.Query().OnlyIDX(t.Context())
		m.is(id, lifecycle.AfterSaleAwaitingMerchant)
		m.later(48 * time.Hour)
		m.refunds(item, 2*price+500) // the shop is liable
		m.is(id, lifecycle.AfterSaleCompleted)
		m.trade(item, lifecycle.Closed, 0)
	})
}

func TestAnInterceptionCanBeWithdrawn(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(terms.ByInterception)
		_, err := m.sales.Withdraw(m.buyer, id)
		m.must(err)
		i := m.sale(id).QueryInterceptions().OnlyX(t.Context())
		if i.Status != lifecycle.InterceptionFailed {
			t.Errorf("interception %s", i.Status)
		}
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionSucceeded})
		m.is(id, lifecycle.AfterSaleWithdrawn)
		m.holds(item, 2, 2*price, 0)
	})
}

func TestAReturnAfterReceiptCanBeNamedAtOnce(t *testing.T) {
	onEach(t, func(m *bazaar) {
		_, parcel, id := m.onItsWay(terms.ByReturn)
		m.is(id, lifecycle.AfterSaleAwaitingReturn)
		m.track(parcel, lifecycle.CarrierDelivered)
		m.later(7 * day)
		m.is(id, lifecycle.AfterSaleClosed)
	})
}

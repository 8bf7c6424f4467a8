package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// onItsWay hands two units over and requests their refund that way; the shop approves.
func (m *bazaar) onItsWay(way vocab.WayBack) (*ent.OrderItem, globalid.ID, globalid.ID) {
	m.t.Helper()
	item := m.paid(m.sku(2), 2)
	parcel := m.shipped(item, 2)
	in := ask(item, vocab.RefundOnly, 2)
	if way == vocab.ByReturn {
		in.Kind = vocab.ReturnAndRefund
	}
	_, err := m.sales.Request(m.buyer, ask(item, vocab.RefundOnly, 2))
	m.refused(err, fault.InvalidInput) // goods on their way come back somehow
	in.Way = way
	id := m.request(in)
	m.is(id, vocab.AfterSaleAwaitingMerchant)
	m.approve(id)
	return item, parcel, id
}

func TestAnInterceptedParcelIsRefundedWhenItIsBack(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(vocab.ByInterception)
		m.is(id, vocab.AfterSaleAwaitingInterception)
		m.dueIn(id, 3*day)
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionAccepted})
		_, err := m.sales.Withdraw(m.buyer, id)
		m.refused(err, fault.ActionNotAllowed)
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionSucceeded})
		m.is(id, vocab.AfterSaleReturnInTransit)
		m.dueIn(id, 10*day)
		m.track(parcel, vocab.CarrierReturned)
		m.dueIn(id, 3*day)
		m.must(m.back(id, item, 2, 0))
		m.refunds(item, 2*price)
		m.is(id, vocab.AfterSaleCompleted)
		m.trade(item, vocab.Closed, 0)
		if it := m.item(item); it.ReturnedQuantity != 2 {
			t.Errorf("%d units returned", it.ReturnedQuantity)
		}
	})
}

func TestAShopMayRefundOnInterception(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(vocab.ByInterception)
		m.track(parcel, vocab.CarrierReturning)
		m.refunds(item, 2*price)
		m.is(id, vocab.AfterSaleCompleted)
	}, document.ShopPolicy{RefundIntercepted: true})
}

func TestAfterAFailedInterceptionTheBuyerRefusesAtTheDoor(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(vocab.ByInterception)
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionFailed})
		m.is(id, vocab.AfterSaleAwaitingChoice)
		m.dueIn(id, 7*day)
		_, err := m.sales.ChooseAfterInterception(m.buyer, id, vocab.ByInterception)
		m.refused(err, fault.InvalidInput)
		_, err = m.sales.ChooseAfterInterception(m.buyer, id, vocab.ByRefusal)
		m.must(err)
		m.is(id, vocab.AfterSaleAwaitingRefusal)
		m.track(parcel, vocab.CarrierRefused)
		m.is(id, vocab.AfterSaleReturnInTransit)
		m.must(m.back(id, item, 1, 1))
		m.refunds(item, 2*price)
		m.trade(item, vocab.Closed, 0)
		if n := m.db.Client.AfterSale.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestAfterAFailedInterceptionTheBuyerReturns(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(vocab.ByInterception)
		m.later(3 * day)
		m.is(id, vocab.AfterSaleAwaitingChoice)
		_, err := m.sales.ChooseAfterInterception(m.buyer, id, vocab.ByReturn)
		m.must(err)
		m.dueIn(id, 22*day)
		m.track(parcel, vocab.CarrierDelivered)
		m.dueIn(id, 7*day)
		m.send(id)
		m.must(m.back(id, item, 2, 0))
		m.refunds(item, 2*price)
		if a := m.is(id, vocab.AfterSaleCompleted); a.Kind != vocab.ReturnAndRefund {
			t.Errorf("kind %s", a.Kind)
		}
		m.trade(item, vocab.Closed, 0)
	})
}

func TestAParcelThatIsNotRefusedIsDelivered(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(vocab.ByRefusal)
		m.is(id, vocab.AfterSaleAwaitingRefusal)
		m.track(parcel, vocab.CarrierDelivered)
		m.is(id, vocab.AfterSaleAwaitingChoice)
		_, err := m.sales.ChooseAfterInterception(m.buyer, id, vocab.ByRefusal)
		m.refused(err, fault.ActionNotAllowed)
		m.later(7 * day)
		m.is(id, vocab.AfterSaleWithdrawn)
		m.holds(item, 2, 2*price, 0)
		m.trade(item, vocab.Shipped, 0)
		m.later(7 * day) // the clock of the receipt stood still meanwhile
		m.trade(item, vocab.Received, 0)
	})
}

func TestAParcelRefusedWithoutARequestOpensOne(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(2), 2)
		parcel := m.shipped(item, 2)
		m.track(parcel, vocab.CarrierRefused)
		m.track(parcel, vocab.CarrierReturning)
		id := m.db.Client.AfterSale.Query().OnlyIDX(t.Context())
		a := m.is(id, vocab.AfterSaleReturnInTransit)
		if a.OpenedBy != vocab.System || a.Reason != vocab.ReasonRefusedAtDoor || !a.GoodsBack {
			t.Errorf("request %+v", a)
		}
		m.later(10 * day) // nobody confirms
		m.refunds(item, 2*price)
		m.is(id, vocab.AfterSaleCompleted)
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
		m.is(id, vocab.AfterSaleAwaitingMerchant)
		m.later(48 * time.Hour)
		m.refunds(item, 2*price+500) // the shop is liable
		m.is(id, vocab.AfterSaleCompleted)
		m.trade(item, vocab.Closed, 0)
	})
}

func TestAnInterceptionCanBeWithdrawn(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.onItsWay(vocab.ByInterception)
		_, err := m.sales.Withdraw(m.buyer, id)
		m.must(err)
		i := m.sale(id).QueryInterceptions().OnlyX(t.Context())
		if i.Status != vocab.InterceptionFailed {
			t.Errorf("interception %s", i.Status)
		}
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionSucceeded})
		m.is(id, vocab.AfterSaleWithdrawn)
		m.holds(item, 2, 2*price, 0)
	})
}

func TestAReturnAfterReceiptCanBeNamedAtOnce(t *testing.T) {
	onEach(t, func(m *bazaar) {
		_, parcel, id := m.onItsWay(vocab.ByReturn)
		m.is(id, vocab.AfterSaleAwaitingReturn)
		m.track(parcel, vocab.CarrierDelivered)
		m.later(7 * day)
		m.is(id, vocab.AfterSaleClosed)
	})
}

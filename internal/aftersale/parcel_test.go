package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/terms"
)

// underWay brings a request about two units that are on their way to a status.
func (m *bazaar) underWay(
	status lifecycle.AfterSaleStatus,
) (item *ent.OrderItem, parcel, id globalid.ID) {
	m.t.Helper()
	item = m.paid(m.sku(2), 2)
	parcel = m.shipped(item, 2)
	in := ask(item, terms.RefundOnly, 2)
	in.Way = terms.ByInterception
	switch status {
	case lifecycle.AfterSaleAwaitingRefusal:
		in.Way = terms.ByRefusal
	case lifecycle.AfterSaleAwaitingReturn:
		in.Kind, in.Way = terms.ReturnAndRefund, terms.ByReturn
	}
	id = m.request(in)
	switch status {
	case lifecycle.AfterSaleAwaitingMerchant:
	case lifecycle.AfterSaleRejected:
		m.reject(id)
	case lifecycle.AfterSaleAwaitingBuyer:
		some := int64(price)
		_, err := m.sales.Propose(m.seller, aftersale.ProposeInput{AfterSale: id,
			Kind:  terms.RefundOnly,
			Lines: []terms.ProposalLine{{Item: item.ID, Quantity: 2, Amount: &some}}})
		m.must(err)
	default:
		m.approve(id)
	}
	if status == lifecycle.AfterSaleAwaitingChoice {
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionFailed})
	}
	m.is(id, status)
	return item, parcel, id
}

// onTheWay lists the statuses of requests about goods on their way that a shop can be asked about.
var onTheWay = []lifecycle.AfterSaleStatus{lifecycle.AfterSaleAwaitingMerchant,
	lifecycle.AfterSaleAwaitingBuyer, lifecycle.AfterSaleRejected,
	lifecycle.AfterSaleAwaitingInterception, lifecycle.AfterSaleAwaitingChoice,
	lifecycle.AfterSaleAwaitingRefusal, lifecycle.AfterSaleAwaitingReturn}

// inEach runs a test for each of the statuses, one after the other.
func (m *bazaar) inEach(
	statuses []lifecycle.AfterSaleStatus, test func(status lifecycle.AfterSaleStatus),
) {
	m.t.Helper()
	for _, status := range statuses {
		m.t.Log(status)
		test(status)
	}
}

func TestTheShopAnswersForALostParcel(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.charge(500)
		m.inEach(onTheWay, func(status lifecycle.AfterSaleStatus) {
			item, parcel, id := m.underWay(status)
			_, err := m.parcels.MarkLost(m.seller, parcel)
			m.must(err)
			a := m.is(id, lifecycle.AfterSaleAwaitingMerchant)
			if *a.Liable != terms.LiableShop || a.Proposal != nil || a.Rejection != nil {
				t.Errorf("request %+v", a)
			}
			m.dueIn(id, 48*time.Hour)
			m.later(48 * time.Hour)
			m.cameBack(item, 2*price+500)
			m.is(id, lifecycle.AfterSaleCompleted)
			m.trade(item, lifecycle.Closed, 0)
		})
	})
}

func TestGoodsComeBackWhateverARequestWaitsFor(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.inEach(onTheWay, func(status lifecycle.AfterSaleStatus) {
			item, parcel, id := m.underWay(status)
			m.track(parcel, lifecycle.CarrierRefused)
			a := m.is(id, lifecycle.AfterSaleReturnInTransit)
			if !a.GoodsBack || a.Proposal != nil || a.Rejection != nil {
				t.Errorf("request %+v", a)
			}
			m.dueIn(id, 10*day)
			m.track(parcel, lifecycle.CarrierReturned)
			m.dueIn(id, 3*day)
			m.must(m.back(id, item, 2, 0))
			m.cameBack(item, 2*price)
			m.is(id, lifecycle.AfterSaleCompleted)
		})
	})
}

func TestGoodsThatWereRefusedAreDeliveredAfterAll(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.inEach(onTheWay, func(status lifecycle.AfterSaleStatus) {
			item, parcel, id := m.underWay(status)
			m.track(parcel, lifecycle.CarrierReturning)
			m.later(time.Hour)
			m.track(parcel, lifecycle.CarrierDelivered)
			if a := m.is(id, lifecycle.AfterSaleAwaitingChoice); a.GoodsBack {
				t.Error("the goods are said to be back")
			}
			m.dueIn(id, 7*day)
			_, err := m.sales.ChooseAfterInterception(m.buyer, id, terms.ByRefusal)
			m.refused(err, fault.ActionNotAllowed)
			_, err = m.sales.ChooseAfterInterception(m.buyer, id, terms.ByReturn)
			m.must(err)
			m.dueIn(id, 7*day)
			m.send(id)
			m.track(parcel, lifecycle.CarrierDelivered) // told once more
			m.is(id, lifecycle.AfterSaleReturnInTransit)
			m.must(m.back(id, item, 2, 0))
			m.cameBack(item, 2*price)
			m.trade(item, lifecycle.Closed, 0)
		})
	})
}

func TestGoodsThatTheSystemTookBackAreDelivered(t *testing.T) {
	for _, stage := range []lifecycle.CarrierStage{
		lifecycle.CarrierRefused, lifecycle.CarrierLost,
	} {
		t.Run(string(stage), func(t *testing.T) {
			onEach(t, func(m *bazaar) {
				item := m.paid(m.sku(2), 2)
				parcel := m.shipped(item, 2)
				m.track(parcel, stage)
				id := m.db.Client.AfterSale.Query().OnlyIDX(t.Context())
				m.later(time.Hour)
				m.track(parcel, lifecycle.CarrierDelivered)
				m.is(id, lifecycle.AfterSaleAwaitingChoice)
				_, err := m.sales.Withdraw(m.buyer, id)
				m.must(err)
				m.holds(item, 2, 2*price, 0)
				m.later(7*day + 2*time.Hour) // from the delivery, and while the request was open
				m.trade(item, lifecycle.Received, 0)
			})
		})
	}
}

func TestALostParcelIsFoundOnItsWayBack(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(1), 1)
		parcel := m.shipped(item, 1)
		m.track(parcel, lifecycle.CarrierLost)
		id := m.db.Client.AfterSale.Query().OnlyIDX(t.Context())
		_, err := m.sales.Reject(m.seller, aftersale.RejectInput{AfterSale: id,
			Reason: terms.RejectionOnItsWay})
		m.refused(err, fault.ActionNotAllowed)
		m.later(time.Hour)
		m.track(parcel, lifecycle.CarrierReturned)
		m.is(id, lifecycle.AfterSaleReturnInTransit)
		m.dueIn(id, 3*day)
		m.must(m.back(id, item, 1, 0))
		m.cameBack(item, price)
	})
}

func TestAReturnThatIsRefusedStaysRefused(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.underWay(lifecycle.AfterSaleAwaitingRefusal)
		m.track(parcel, lifecycle.CarrierReturning)
		_, err := m.sales.RefuseReturn(m.keeper, aftersale.RejectInput{AfterSale: id,
			Reason:    terms.RejectionNotOurs,
			Statement: aftersale.Statement{Images: []string{photo}}})
		m.must(err)
		m.later(time.Hour)
		m.track(parcel, lifecycle.CarrierReturned)
		m.is(id, lifecycle.AfterSaleRejected)
		m.later(7 * day)
		m.is(id, lifecycle.AfterSaleClosed)
		m.holds(item, 2, 2*price, 0)
		m.trade(item, lifecycle.Shipped, 0) // the clock stands still: nobody has the goods
	})
}

package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// underWay brings a request about two units that are on their way to a status.
func (m *bazaar) underWay(
	status vocab.AfterSaleStatus,
) (item *ent.OrderItem, parcel, id globalid.ID) {
	m.t.Helper()
	item = m.paid(m.sku(2), 2)
	parcel = m.shipped(item, 2)
	in := ask(item, vocab.RefundOnly, 2)
	in.Way = vocab.ByInterception
	switch status {
	case vocab.AfterSaleAwaitingRefusal:
		in.Way = vocab.ByRefusal
	case vocab.AfterSaleAwaitingReturn:
		in.Kind, in.Way = vocab.ReturnAndRefund, vocab.ByReturn
	}
	id = m.request(in)
	switch status {
	case vocab.AfterSaleAwaitingMerchant:
	case vocab.AfterSaleRejected:
		m.reject(id)
	case vocab.AfterSaleAwaitingBuyer:
		some := int64(price)
		_, err := m.sales.Propose(m.seller, aftersale.ProposeInput{AfterSale: id,
			Kind:  vocab.RefundOnly,
			Lines: []document.ProposalLine{{Item: item.ID, Quantity: 2, Amount: &some}}})
		m.must(err)
	default:
		m.approve(id)
	}
	if status == vocab.AfterSaleAwaitingChoice {
		m.tell(parcel, courier.Snapshot{Interception: courier.InterceptionFailed})
	}
	m.is(id, status)
	return item, parcel, id
}

// onTheWay lists the statuses of requests about goods on their way that a shop can be asked about.
var onTheWay = []vocab.AfterSaleStatus{vocab.AfterSaleAwaitingMerchant,
	vocab.AfterSaleAwaitingBuyer, vocab.AfterSaleRejected,
	vocab.AfterSaleAwaitingInterception, vocab.AfterSaleAwaitingChoice,
	vocab.AfterSaleAwaitingRefusal, vocab.AfterSaleAwaitingReturn}

// inEach runs a test for each of the statuses, one after the other.
func (m *bazaar) inEach(
	statuses []vocab.AfterSaleStatus, test func(status vocab.AfterSaleStatus),
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
		m.inEach(onTheWay, func(status vocab.AfterSaleStatus) {
			item, parcel, id := m.underWay(status)
			_, err := m.parcels.MarkLost(m.seller, parcel)
			m.must(err)
			a := m.is(id, vocab.AfterSaleAwaitingMerchant)
			if *a.Liable != vocab.LiableShop || a.Proposal != nil || a.Rejection != nil {
				t.Errorf("request %+v", a)
			}
			m.dueIn(id, 48*time.Hour)
			m.later(48 * time.Hour)
			m.cameBack(item, 2*price+500)
			m.is(id, vocab.AfterSaleCompleted)
			m.trade(item, vocab.Closed, 0)
		})
	})
}

func TestGoodsComeBackWhateverARequestWaitsFor(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.inEach(onTheWay, func(status vocab.AfterSaleStatus) {
			item, parcel, id := m.underWay(status)
			m.track(parcel, vocab.CarrierRefused)
			a := m.is(id, vocab.AfterSaleReturnInTransit)
			if !a.GoodsBack || a.Proposal != nil || a.Rejection != nil {
				t.Errorf("request %+v", a)
			}
			m.dueIn(id, 10*day)
			m.track(parcel, vocab.CarrierReturned)
			m.dueIn(id, 3*day)
			m.must(m.back(id, item, 2, 0))
			m.cameBack(item, 2*price)
			m.is(id, vocab.AfterSaleCompleted)
		})
	})
}

func TestGoodsThatWereRefusedAreDeliveredAfterAll(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.inEach(onTheWay, func(status vocab.AfterSaleStatus) {
			item, parcel, id := m.underWay(status)
			m.track(parcel, vocab.CarrierReturning)
			m.later(time.Hour)
			m.track(parcel, vocab.CarrierDelivered)
			if a := m.is(id, vocab.AfterSaleAwaitingChoice); a.GoodsBack {
				t.Error("the goods are said to be back")
			}
			m.dueIn(id, 7*day)
			_, err := m.sales.ChooseAfterInterception(m.buyer, id, vocab.ByRefusal)
			m.refused(err, fault.ActionNotAllowed)
			_, err = m.sales.ChooseAfterInterception(m.buyer, id, vocab.ByReturn)
			m.must(err)
			m.dueIn(id, 7*day)
			m.send(id)
			m.track(parcel, vocab.CarrierDelivered) // told once more
			m.is(id, vocab.AfterSaleReturnInTransit)
			m.must(m.back(id, item, 2, 0))
			m.cameBack(item, 2*price)
			m.trade(item, vocab.Closed, 0)
		})
	})
}

func TestGoodsThatTheSystemTookBackAreDelivered(t *testing.T) {
	for _, stage := range []vocab.CarrierStage{
		vocab.CarrierRefused, vocab.CarrierLost,
	} {
		t.Run(string(stage), func(t *testing.T) {
			onEach(t, func(m *bazaar) {
				item := m.paid(m.sku(2), 2)
				parcel := m.shipped(item, 2)
				m.track(parcel, stage)
				id := m.db.Client.AfterSale.Query().OnlyIDX(t.Context())
				m.later(time.Hour)
				m.track(parcel, vocab.CarrierDelivered)
				m.is(id, vocab.AfterSaleAwaitingChoice)
				_, err := m.sales.Withdraw(m.buyer, id)
				m.must(err)
				m.holds(item, 2, 2*price, 0)
				m.later(7*day + 2*time.Hour) // from the delivery, and while the request was open
				m.trade(item, vocab.Received, 0)
			})
		})
	}
}

func TestALostParcelIsFoundOnItsWayBack(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(1), 1)
		parcel := m.shipped(item, 1)
		m.track(parcel, vocab.CarrierLost)
		id := m.db.Client.AfterSale.Query().OnlyIDX(t.Context())
		_, err := m.sales.Reject(m.seller, aftersale.RejectInput{AfterSale: id,
			Reason: vocab.RejectionOnItsWay})
		m.refused(err, fault.ActionNotAllowed)
		m.later(time.Hour)
		m.track(parcel, vocab.CarrierReturned)
		m.is(id, vocab.AfterSaleReturnInTransit)
		m.dueIn(id, 3*day)
		m.must(m.back(id, item, 1, 0))
		m.cameBack(item, price)
	})
}

func TestAReturnThatIsRefusedStaysRefused(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.underWay(vocab.AfterSaleAwaitingRefusal)
		m.track(parcel, vocab.CarrierReturning)
		_, err := m.sales.RefuseReturn(m.keeper, aftersale.RejectInput{AfterSale: id,
			Reason:    vocab.RejectionNotOurs,
			Statement: aftersale.Statement{Images: []string{photo}}})
		m.must(err)
		m.later(time.Hour)
		m.track(parcel, vocab.CarrierReturned)
		m.is(id, vocab.AfterSaleRejected)
		m.later(7 * day)
		m.is(id, vocab.AfterSaleClosed)
		m.holds(item, 2, 2*price, 0)
		m.trade(item, vocab.Shipped, 0) // the clock stands still: nobody has the goods
	})
}

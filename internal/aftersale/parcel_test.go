package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// underWay brings a request about two units that are on their way to a status.
func underWay(
	e *ordertest.Env, status vocab.AfterSaleStatus,
) (item *ent.OrderItem, parcel, id globalid.ID) {
	e.T.Helper()
	item = e.Buy(e.Sku(2), 2)
	parcel = e.Ship(item, 2)
	in := ordertest.RequestFor(item, vocab.RefundOnly, 2)
	in.Way = vocab.ByInterception
	switch status {
	case vocab.AfterSaleAwaitingRefusal:
		in.Way = vocab.ByRefusal
	case vocab.AfterSaleAwaitingReturn:
		in.Kind, in.Way = vocab.ReturnAndRefund, vocab.ByReturn
	}
	id = e.Request(in)
	switch status {
	case vocab.AfterSaleAwaitingMerchant:
	case vocab.AfterSaleRejected:
		e.Reject(id)
	case vocab.AfterSaleAwaitingBuyer:
		some := int64(price)
		_, err := e.AfterSales.Propose(e.Merchant, aftersale.ProposeInput{AfterSale: id,
			Kind:  vocab.RefundOnly,
			Lines: []document.ProposalLine{{Item: item.ID, Quantity: 2, Amount: &some}}})
		e.Must(err)
	default:
		e.Approve(id)
	}
	if status == vocab.AfterSaleAwaitingChoice {
		e.ApplySnapshot(parcel, courier.Snapshot{Interception: courier.InterceptionFailed})
	}
	e.WantAfterSale(id, status)
	return item, parcel, id
}

// onTheWay lists the statuses of requests about goods on their way.
var onTheWay = []vocab.AfterSaleStatus{vocab.AfterSaleAwaitingMerchant,
	vocab.AfterSaleAwaitingBuyer, vocab.AfterSaleRejected,
	vocab.AfterSaleAwaitingInterception, vocab.AfterSaleAwaitingChoice,
	vocab.AfterSaleAwaitingRefusal, vocab.AfterSaleAwaitingReturn}

// inEach runs a test for each of the statuses, one after the other.
func inEach(
	e *ordertest.Env, statuses []vocab.AfterSaleStatus, test func(status vocab.AfterSaleStatus),
) {
	e.T.Helper()
	for _, status := range statuses {
		e.T.Log(status)
		test(status)
	}
}

func TestTheShopAnswersForALostParcel(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		e.ChargeFreight(500, 0)
		inEach(e, onTheWay, func(status vocab.AfterSaleStatus) {
			item, parcel, id := underWay(e, status)
			_, err := e.Shipments.MarkLost(e.Merchant, parcel)
			e.Must(err)
			a := e.WantAfterSale(id, vocab.AfterSaleAwaitingMerchant)
			if *a.Liable != vocab.LiableShop || a.Proposal != nil || a.Rejection != nil {
				t.Errorf("request %+v", a)
			}
			wantDueIn(e, id, 48*time.Hour)
			e.Later(48 * time.Hour)
			wantRefunded(e, item, 2*price+500)
			e.WantAfterSale(id, vocab.AfterSaleCompleted)
			wantTrade(e, item, vocab.Closed, 0)
		})
	})
}

func TestGoodsComeBackWhateverARequestWaitsFor(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		inEach(e, onTheWay, func(status vocab.AfterSaleStatus) {
			item, parcel, id := underWay(e, status)
			e.Track(parcel, vocab.CarrierRefused)
			a := e.WantAfterSale(id, vocab.AfterSaleReturnInTransit)
			if !a.GoodsBack || a.Proposal != nil || a.Rejection != nil {
				t.Errorf("request %+v", a)
			}
			wantDueIn(e, id, 10*day)
			e.Track(parcel, vocab.CarrierReturned)
			wantDueIn(e, id, 3*day)
			e.Must(e.ConfirmReturn(id, item, 2, 0))
			wantRefunded(e, item, 2*price)
			e.WantAfterSale(id, vocab.AfterSaleCompleted)
		})
	})
}

func TestGoodsThatWereRefusedAreDeliveredAfterAll(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		inEach(e, onTheWay, func(status vocab.AfterSaleStatus) {
			item, parcel, id := underWay(e, status)
			e.Track(parcel, vocab.CarrierReturning)
			e.Later(time.Hour)
			e.Track(parcel, vocab.CarrierDelivered)
			if a := e.WantAfterSale(id, vocab.AfterSaleAwaitingChoice); a.GoodsBack {
				t.Error("the goods are recorded as back")
			}
			wantDueIn(e, id, 7*day)
			_, err := e.AfterSales.ChooseAfterInterception(e.Buyer, id, vocab.ByRefusal)
			e.WantFault(err, fault.ActionNotAllowed)
			_, err = e.AfterSales.ChooseAfterInterception(e.Buyer, id, vocab.ByReturn)
			e.Must(err)
			wantDueIn(e, id, 7*day)
			e.SubmitReturn(id)
			e.Track(parcel, vocab.CarrierDelivered) // reported once more
			e.WantAfterSale(id, vocab.AfterSaleReturnInTransit)
			e.Must(e.ConfirmReturn(id, item, 2, 0))
			wantRefunded(e, item, 2*price)
			wantTrade(e, item, vocab.Closed, 0)
		})
	})
}

func TestGoodsThatTheSystemTookBackAreDelivered(t *testing.T) {
	for _, stage := range []vocab.CarrierStage{
		vocab.CarrierRefused, vocab.CarrierLost,
	} {
		t.Run(string(stage), func(t *testing.T) {
			ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
				item := e.Buy(e.Sku(2), 2)
				parcel := e.Ship(item, 2)
				e.Track(parcel, stage)
				id := e.DB.Client.AfterSale.Query().OnlyIDX(t.Context())
				e.Later(time.Hour)
				e.Track(parcel, vocab.CarrierDelivered)
				e.WantAfterSale(id, vocab.AfterSaleAwaitingChoice)
				_, err := e.AfterSales.Withdraw(e.Buyer, id)
				e.Must(err)
				wantLeft(e, item, 2, 2*price, 0)
				e.Later(7*day + 2*time.Hour) // from the delivery, and while the request was open
				wantTrade(e, item, vocab.Received, 0)
			})
		})
	}
}

func TestALostParcelIsFoundOnItsWayBack(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(1), 1)
		parcel := e.Ship(item, 1)
		e.Track(parcel, vocab.CarrierLost)
		id := e.DB.Client.AfterSale.Query().OnlyIDX(t.Context())
		_, err := e.AfterSales.Reject(e.Merchant, aftersale.RejectInput{AfterSale: id,
			Reason: vocab.RejectionOnItsWay})
		e.WantFault(err, fault.ActionNotAllowed)
		e.Later(time.Hour)
		e.Track(parcel, vocab.CarrierReturned)
		e.WantAfterSale(id, vocab.AfterSaleReturnInTransit)
		wantDueIn(e, id, 3*day)
		e.Must(e.ConfirmReturn(id, item, 1, 0))
		wantRefunded(e, item, price)
	})
}

func TestAReturnThatIsRefusedStaysRefused(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item, parcel, id := underWay(e, vocab.AfterSaleAwaitingRefusal)
		e.Track(parcel, vocab.CarrierReturning)
		_, err := e.AfterSales.RefuseReturn(e.Warehouse, aftersale.RejectInput{AfterSale: id,
			Reason:    vocab.RejectionNotOurs,
			Statement: aftersale.Statement{Images: []string{ordertest.Photo}}})
		e.Must(err)
		e.Later(time.Hour)
		e.Track(parcel, vocab.CarrierReturned)
		e.WantAfterSale(id, vocab.AfterSaleRejected)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleClosed)
		wantLeft(e, item, 2, 2*price, 0)
		wantTrade(e, item, vocab.Shipped, 0) // the clock stands still: nobody has the goods
	})
}

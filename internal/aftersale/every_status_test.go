package aftersale_test

import (
	"slices"
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// openStatuses lists the open statuses of requests about two units that are on their way.
var openStatuses = append(slices.Clone(onTheWay), vocab.AfterSaleInArbitration,
	vocab.AfterSaleReturnInTransit)

// inStatus is underWay for each of them.
func inStatus(e *ordertest.Env, status vocab.AfterSaleStatus) (item, id globalid.ID) {
	e.T.Helper()
	start := map[vocab.AfterSaleStatus]vocab.AfterSaleStatus{
		vocab.AfterSaleInArbitration:   vocab.AfterSaleRejected,
		vocab.AfterSaleReturnInTransit: vocab.AfterSaleAwaitingRefusal,
	}[status]
	if start == "" {
		start = status
	}
	it, parcel, id := underWay(e, start)
	switch status {
	case vocab.AfterSaleInArbitration:
		_, err := e.AfterSales.Escalate(e.Buyer, id, aftersale.Statement{Text: "unfair"})
		e.Must(err)
	case vocab.AfterSaleReturnInTransit:
		e.Track(parcel, vocab.CarrierRefused)
	default:
	}
	e.WantAfterSale(id, status)
	return it.ID, id
}

func TestARequestIsWithdrawnUntilGoodsHaveGoneBack(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		inEach(e, openStatuses, func(status vocab.AfterSaleStatus) {
			item, id := inStatus(e, status)
			_, err := e.AfterSales.Withdraw(e.Buyer, id)
			if status == vocab.AfterSaleReturnInTransit {
				e.WantFault(err, fault.ActionNotAllowed)
				return
			}
			e.Must(err)
			e.WantAfterSale(id, vocab.AfterSaleWithdrawn)
			it := e.DB.Client.OrderItem.GetX(t.Context(), item)
			wantLeft(e, it, 2, 2*price, 0)
			wantTrade(e, it, vocab.Shipped, 0)
			wantRefunded(e, it, 0)
		})
	})
}

func TestStaffForceARefundOfAnyOpenRequest(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		inEach(e, openStatuses, func(status vocab.AfterSaleStatus) {
			item, id := inStatus(e, status)
			force := func() error {
				_, err := e.AfterSales.ForceRefund(e.Support, id, aftersale.Statement{})
				return err
			}
			e.Must(force())
			e.WantFault(force(), fault.ActionNotAllowed)
			it := e.DB.Client.OrderItem.GetX(t.Context(), item)
			wantRefunded(e, it, 2*price)
			a := e.WantAfterSale(id, vocab.AfterSaleCompleted)
			if *a.Trigger != vocab.TriggerForced {
				t.Errorf("trigger %s", *a.Trigger)
			}
			wantTrade(e, it, vocab.Closed, 0)
			e.WantFault(force(), fault.ActionNotAllowed)
		})
	})
}

func TestGoodsThatAreSentAgainAreNotRefunded(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(3)
		item := e.BuyAndReceive(sku, 1)
		id := e.Request(ordertest.RequestFor(item, vocab.Reship, 1))
		e.Approve(id)
		e.WantStock(sku, e.South, 2, 1)
		_, err := e.AfterSales.Withdraw(e.Buyer, id)
		e.Must(err)
		e.WantStock(sku, e.South, 2, 0)
		id, _ = reship(e, item, ordertest.RequestFor(item, vocab.Reship, 1))
		_, err = e.AfterSales.Withdraw(e.Buyer, id)
		e.WantFault(err, fault.ActionNotAllowed)
		_, err = e.AfterSales.ForceRefund(e.Support, id, aftersale.Statement{})
		e.WantFault(err, fault.ActionNotAllowed)
		_, err = e.AfterSales.ChangeToRefund(e.Buyer, id)
		e.WantFault(err, fault.ActionNotAllowed)
		_, err = e.AfterSales.ConfirmReship(e.Buyer, id)
		e.Must(err)
		wantRefunded(e, item, 0)
	})
}

func TestStaffRuleThatGoodsAreSent(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(2)
		item := e.BuyAndReceive(sku, 1)
		rule := aftersale.RuleInput{AfterSale: e.Request(ordertest.RequestFor(item, vocab.Exchange, 1)),
			Ruling: aftersale.RuledReship, Liable: vocab.LiableShop}
		e.Later(48 * time.Hour)
		e.WantAfterSale(rule.AfterSale, vocab.AfterSaleInArbitration)
		_, err := e.AfterSales.Rule(e.Support, rule)
		e.Must(err)
		e.WantAfterSale(rule.AfterSale, vocab.AfterSaleReshipping)
		e.WantStock(sku, e.South, 1, 1)
		reshipAgain(e, rule.AfterSale)
		_, err = e.AfterSales.ConfirmReship(e.Buyer, rule.AfterSale)
		e.Must(err)
		e.WantStock(sku, e.South, 0, 0)
		// Money that was requested does not become goods.
		rule.AfterSale = e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.Reject(rule.AfterSale)
		_, err = e.AfterSales.Escalate(e.Buyer, rule.AfterSale, aftersale.Statement{})
		e.Must(err)
		_, err = e.AfterSales.Rule(e.Support, rule)
		e.WantFault(err, fault.ActionNotAllowed)
	})
}

func TestABuyerDoesNotRefuseInTime(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		_, _, id := underWay(e, vocab.AfterSaleAwaitingRefusal)
		wantDueIn(e, id, 7*day)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingChoice)
	})
}

func TestTheShopTakesGoodsOnTheirWayBackByItself(t *testing.T) {
	for way, want := range map[vocab.WayBack]vocab.AfterSaleStatus{
		// No courier of ours carries it: the shop telephones.
		vocab.ByInterception: vocab.AfterSaleAwaitingInterception,
		vocab.ByRefusal:      vocab.AfterSaleAwaitingRefusal,
		"":                   vocab.AfterSaleCompleted,
	} {
		t.Run("by "+string(way), func(t *testing.T) {
			ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
				item := e.Buy(e.Sku(1), 1)
				e.Ship(item, 1)
				in := ordertest.RequestFor(item, vocab.RefundOnly, 1)
				in.Way = way
				id, err := e.AfterSales.OpenForBuyer(e.Merchant, in)
				e.Must(err)
				e.Run()
				e.WantAfterSale(id, want)
			})
		})
	}
}

package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

func TestAPartialRefundOnlyAfterReceipt(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(3), 3)
		in := ordertest.RequestFor(item, vocab.RefundOnly, 2)
		amount := int64(701)
		in.Lines[0].Amount = &amount
		in.Images = []string{"http://img.example/1.jpg"}
		_, err := e.AfterSales.Request(e.Buyer, in)
		e.WantFault(err, fault.InvalidInput)
		in.Statement = aftersale.Statement{Text: "cracked", Images: []string{ordertest.Photo}}
		id := e.Request(in)
		wantLeft(e, item, 1, 3*price-701, 2)
		e.Later(48 * time.Hour) // silence approves
		wantRefundedInAll(e, 701)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantLeft(e, item, 1, 3*price-701, 0)
		wantTrade(e, item, vocab.Received, 0)
		e.Later(7 * day)
		wantTrade(e, item, vocab.Completed, 0)
		_, err = e.AfterSales.Request(e.Buyer, ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.WantFault(err, fault.ActionNotAllowed)
		forced, err := e.AfterSales.ForceNewRefund(e.Support,
			ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.Must(err)
		wantRefundedInAll(e, 3*price)
		e.WantAfterSale(forced, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.Completed, 0) // never changed any more
	})
}

func TestAReturnIsInspected(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(3)
		item := e.BuyAndReceive(sku, 3)
		id := e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 2))
		e.Approve(id)
		a := e.WantAfterSale(id, vocab.AfterSaleAwaitingReturn)
		if address, err := e.AfterSales.ReturnAddress(a); err != nil || address != "a street" {
			t.Errorf("return address %q, %v", address, err)
		}
		wantDueIn(e, id, 7*day)
		parcel := e.SubmitReturn(id)
		wantDueIn(e, id, 10*day)
		_, err := e.AfterSales.Withdraw(e.Buyer, id)
		e.WantFault(err, fault.ActionNotAllowed)
		e.Track(parcel, vocab.CarrierDelivered)
		wantDueIn(e, id, 3*day)
		e.WantFault(e.ConfirmReturn(id, item, 3, 0), fault.InvalidInput)
		e.Must(e.ConfirmReturn(id, item, 1, 1))
		e.WantStock(sku, e.South, 1, 0)
		wantRefundedInAll(e, 2*price)
		a = e.WantAfterSale(id, vocab.AfterSaleCompleted)
		if line := a.Edges.Lines[0]; line.GoodQuantity != 1 || line.DamagedQuantity != 1 {
			t.Errorf("line %+v", line)
		}
		wantTrade(e, item, vocab.Received, 0)
	})
}

func TestWhatIsMissingOfAReturnIsDisputed(t *testing.T) {
	for _, ruling := range []aftersale.Ruling{aftersale.RuledRefund, aftersale.RuledClose} {
		t.Run(string(ruling), func(t *testing.T) {
			ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
				item := e.BuyAndReceive(e.Sku(3), 3)
				id := e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 3))
				e.Approve(id)
				e.SubmitReturn(id)
				e.Must(e.ConfirmReturn(id, item, 2, 0))
				wantRefundedInAll(e, 2*price)
				e.WantAfterSale(id, vocab.AfterSaleCompleted)
				rest := e.DB.Client.AfterSale.Query().
					Where(entaftersale.SplitFromID(id)).OnlyIDX(t.Context())
				e.WantAfterSale(rest, vocab.AfterSaleRejected)
				wantLeft(e, item, 0, 0, 1)
				wantTrade(e, item, vocab.Received, 1)
				_, err := e.AfterSales.Revise(e.Buyer, aftersale.ReviseInput{AfterSale: rest,
					RequestInput: ordertest.RequestFor(item, vocab.RefundOnly, 1)})
				e.WantFault(err, fault.ActionNotAllowed)
				_, err = e.AfterSales.Escalate(e.Buyer, rest, aftersale.Statement{Text: "I sent 3"})
				e.Must(err)
				_, err = e.AfterSales.Rule(e.Support, aftersale.RuleInput{AfterSale: rest, Ruling: ruling,
					Liable: vocab.LiableShop})
				e.Must(err)
				if ruling == aftersale.RuledClose {
					e.WantAfterSale(rest, vocab.AfterSaleClosed)
					wantLeft(e, item, 1, price, 0)
					wantTrade(e, item, vocab.Received, 0)
					return
				}
				wantRefundedInAll(e, 3*price)
				e.WantAfterSale(rest, vocab.AfterSaleCompleted)
				wantTrade(e, item, vocab.Closed, 0)
			})
		})
	}
}

func TestAReturnThatIsNotSentOrNotConfirmed(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(2), 2)
		id := e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 1))
		e.Later(48 * time.Hour)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingReturn)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleClosed)
		wantLeft(e, item, 2, 2*price, 0)
		wantTrade(e, item, vocab.Completed, 0)

		other := e.BuyAndReceive(e.Sku(1), 1)
		sent := e.Request(ordertest.RequestFor(other, vocab.ReturnAndRefund, 1))
		e.Approve(sent)
		e.SubmitReturn(sent)
		e.Later(10 * day)
		wantRefundedInAll(e, price)
		if a := e.WantAfterSale(sent, vocab.AfterSaleCompleted); *a.Trigger != vocab.TriggerOverdue {
			t.Errorf("trigger %s", *a.Trigger)
		}
	})
}

// reship sends one unit of an item again and returns the request and the replacement.
func reship(
	e *ordertest.Env, item *ent.OrderItem, in aftersale.RequestInput,
) (id, parcel globalid.ID) {
	e.T.Helper()
	id = e.Request(in)
	e.Approve(id)
	if in.Kind == vocab.Exchange {
		e.WantAfterSale(id, vocab.AfterSaleAwaitingReturn)
		e.SubmitReturn(id)
		e.Must(e.ConfirmReturn(id, item, 1, 0))
	}
	e.WantAfterSale(id, vocab.AfterSaleReshipping)
	wantDueIn(e, id, 48*time.Hour)
	_, err := e.AfterSales.Reship(e.Warehouse, id)
	e.Must(err)
	_, err = e.AfterSales.Reship(e.Warehouse, id)
	e.WantFault(err, fault.ActionNotAllowed)
	for _, p := range e.AfterSale(id).QueryParcels().AllX(e.T.Context()) {
		if p.Purpose == vocab.ReplacementParcel {
			parcel = p.ID
		}
	}
	e.Must(e.HandOver(parcel))
	return id, parcel
}

func TestAnExchangeSendsAnotherSku(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku, other := e.Sku(1), e.Sku(1)
		item := e.BuyAndReceive(sku, 1)
		in := ordertest.RequestFor(item, vocab.Exchange, 1)
		in.Lines[0].ExchangeSku = other.ID
		id, parcel := reship(e, item, in)
		e.WantStock(sku, e.South, 1, 0)
		e.WantStock(other, e.South, 0, 0)
		e.Track(parcel, vocab.CarrierDelivered)
		wantDueIn(e, id, 7*day)
		wantTrade(e, item, vocab.Received, 1)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantLeft(e, item, 1, price, 0)
		wantTrade(e, item, vocab.Received, 0) // a window of its own
		wantRefundedInAll(e, 0)
		e.Later(7 * day)
		wantTrade(e, item, vocab.Completed, 0)
	})
}

func TestMissingPartsAreSentAgain(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(2)
		item := e.BuyAndReceive(sku, 1)
		id, _ := reship(e, item, ordertest.RequestFor(item, vocab.Reship, 1))
		e.WantStock(sku, e.South, 0, 0)
		_, err := e.AfterSales.ConfirmReship(e.Buyer, id)
		e.Must(err)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantLeft(e, item, 1, price, 0)
		again := e.Request(ordertest.RequestFor(item, vocab.Reship, 1))
		_, err = e.AfterSales.Approve(e.Merchant, aftersale.ApproveInput{AfterSale: again})
		e.WantFault(err, fault.OutOfStock)
		e.Later(48 * time.Hour) // silence does not send goods
		e.WantAfterSale(again, vocab.AfterSaleInArbitration)
		e.Later(7 * day)
		e.WantAfterSale(again, vocab.AfterSaleInArbitration)
		wantDueIn(e, again, 7*day)
	})
}

func TestGoodsThatAreNotSentBecomeMoney(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(2)
		item := e.BuyAndReceive(sku, 1)
		id := e.Request(ordertest.RequestFor(item, vocab.Reship, 1))
		e.Approve(id)
		e.WantStock(sku, e.South, 1, 1)
		_, err := e.AfterSales.ChangeToRefund(e.Buyer, id)
		e.WantFault(err, fault.ActionNotAllowed)
		_, err = e.AfterSales.Reship(e.Merchant, id)
		e.Must(err)
		e.Later(48 * time.Hour)
		e.WantAfterSale(id, vocab.AfterSaleReshipping)
		_, err = e.AfterSales.ChangeToRefund(e.Buyer, id)
		e.Must(err)
		wantRefundedInAll(e, price)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		e.WantStock(sku, e.South, 1, 0)
		wantTrade(e, item, vocab.Closed, 0)
	})
}

func TestAPriceDifferenceIsMoneyAlone(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(2), 2)
		in := ordertest.RequestFor(item, vocab.PriceDifference, 0)
		_, err := e.AfterSales.Request(e.Buyer, in)
		e.WantFault(err, fault.InvalidInput)
		much, some := int64(2*price+1), int64(300)
		in.Lines[0].Amount = &much
		_, err = e.AfterSales.Request(e.Buyer, in)
		e.WantFault(err, fault.LimitExceeded)
		in.Lines[0].Amount = &some
		id := e.Request(in)
		e.Approve(id)
		wantRefundedInAll(e, some)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantLeft(e, item, 2, 2*price-some, 0)
		// What is left is given back to the cent.
		last := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 2))
		e.Approve(last)
		wantRefundedInAll(e, 2*price)
		wantTrade(e, item, vocab.Closed, 0)
	})
}

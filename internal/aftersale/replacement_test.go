package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// reshipAgain makes the next replacement of a request and hands it over.
func reshipAgain(e *ordertest.Env, id globalid.ID) globalid.ID {
	e.T.Helper()
	_, err := e.AfterSales.Reship(e.Warehouse, id)
	e.Must(err)
	parcels := e.AfterSale(id).QueryParcels().AllX(e.T.Context())
	for _, p := range parcels {
		if p.Purpose == vocab.ReplacementParcel && p.Stage == vocab.StagePending {
			e.Must(e.HandOver(p.ID))
			return p.ID
		}
	}
	e.T.Fatalf("none of %d parcels is new", len(parcels))
	return globalid.ID{}
}

func TestAReplacementWithoutTracking(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(2), 1)
		id, parcel := reship(e, item, ordertest.RequestFor(item, vocab.Reship, 1))
		wantDueIn(e, id, 15*day)
		e.Later(10 * day)
		e.Track(parcel, vocab.CarrierInTransit)
		wantDueIn(e, id, 15*day) // after the last event
		e.Later(15 * day)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantLeft(e, item, 1, price, 0)
		wantTrade(e, item, vocab.Completed, 0)
		wantRefundedInAll(e, 0)
	})
}

func TestAReplacementThatWentAstrayIsSentAgain(t *testing.T) {
	for _, stage := range []vocab.CarrierStage{
		vocab.CarrierLost, vocab.CarrierRefused, vocab.CarrierReturned,
	} {
		t.Run(string(stage), func(t *testing.T) {
			ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
				sku := e.Sku(3)
				item := e.BuyAndReceive(sku, 1)
				id, lost := reship(e, item, ordertest.RequestFor(item, vocab.Reship, 1))
				e.WantStock(sku, e.South, 1, 0)
				e.Track(lost, stage)
				e.WantAfterSale(id, vocab.AfterSaleReshipping)
				wantDueIn(e, id, 48*time.Hour)
				_, err := e.AfterSales.ConfirmReship(e.Buyer, id)
				e.WantFault(err, fault.ActionNotAllowed)
				_, err = e.AfterSales.ChangeToRefund(e.Buyer, id)
				e.WantFault(err, fault.ActionNotAllowed)
				again := reshipAgain(e, id)
				e.WantStock(sku, e.South, 0, 0)
				wantDueIn(e, id, 15*day)
				e.Track(again, vocab.CarrierDelivered)
				wantDueIn(e, id, 7*day)
				e.Track(lost, vocab.CarrierReturned) // nothing new about the second
				wantDueIn(e, id, 7*day)
				_, err = e.AfterSales.ConfirmReship(e.Buyer, id)
				e.Must(err)
				e.WantAfterSale(id, vocab.AfterSaleCompleted)
				wantLeft(e, item, 1, price, 0)
			})
		})
	}
}

func TestAReplacementThatWentAstrayBecomesMoney(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(2)
		item := e.BuyAndReceive(sku, 1)
		id, parcel := reship(e, item, ordertest.RequestFor(item, vocab.Reship, 1))
		e.Track(parcel, vocab.CarrierLost)
		_, err := e.AfterSales.Reship(e.Warehouse, id)
		e.WantFault(err, fault.OutOfStock)
		e.Later(48 * time.Hour)
		e.WantAfterSale(id, vocab.AfterSaleReshipping)
		_, err = e.AfterSales.ChangeToRefund(e.Buyer, id)
		e.Must(err)
		wantRefundedInAll(e, price)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		e.WantStock(sku, e.South, 0, 0)
	})
}

// The first is found when the second is made already, which stays in the warehouse.
func TestAReplacementThatIsFound(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(3)
		item := e.BuyAndReceive(sku, 1)
		id, parcel := reship(e, item, ordertest.RequestFor(item, vocab.Reship, 1))
		e.Track(parcel, vocab.CarrierLost)
		_, err := e.AfterSales.Reship(e.Warehouse, id)
		e.Must(err)
		e.WantStock(sku, e.South, 1, 1)
		e.Later(time.Hour)
		e.Track(parcel, vocab.CarrierDelivered)
		wantDueIn(e, id, 7*day)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		e.WantStock(sku, e.South, 1, 0)
		wantLeft(e, item, 1, price, 0)
	})
}

func TestAnExchangeDoesNotShortenTheWindow(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(2), 1)
		due := e.SubOrder(item.SubOrderID).CompleteDueAt.Add(80 * day)
		e.SubOrder(item.SubOrderID).Update().SetCompleteDueAt(due).ExecX(t.Context())
		id, _ := reship(e, item, ordertest.RequestFor(item, vocab.Exchange, 1))
		_, err := e.AfterSales.ConfirmReship(e.Buyer, id)
		e.Must(err)
		if got := *e.SubOrder(item.SubOrderID).CompleteDueAt; !got.Equal(due) {
			t.Errorf("the window ends at %v, it was %v", got, due)
		}
	})
}

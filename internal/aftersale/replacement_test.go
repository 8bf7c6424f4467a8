package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// resend makes the next replacement of a request and hands it over.
func (m *bazaar) resend(id globalid.ID) globalid.ID {
	m.t.Helper()
	_, err := m.sales.Reship(m.keeper, id)
	m.must(err)
	parcels := m.sale(id).QueryParcels().AllX(m.t.Context())
	for _, p := range parcels {
		if p.Purpose == vocab.ReplacementParcel && p.Stage == vocab.StagePending {
			_, err := m.parcels.HandOver(m.keeper, shipment.LabelInput{Shipment: p.ID,
				Carrier: "ZTO", TrackingNumber: number(p.ID)})
			m.must(err)
			return p.ID
		}
	}
	m.t.Fatalf("none of %d parcels is new", len(parcels))
	return globalid.ID{}
}

func TestAReplacementThatNobodyHearsOf(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(2), 1)
		id, parcel := m.swap(item, ask(item, vocab.Reship, 1))
		m.dueIn(id, 15*day)
		m.later(10 * day)
		m.track(parcel, vocab.CarrierInTransit)
		m.dueIn(id, 15*day) // after the last word
		m.later(15 * day)
		m.is(id, vocab.AfterSaleCompleted)
		m.holds(item, 1, price, 0)
		m.trade(item, vocab.Completed, 0)
		m.refunds(item, 0)
	})
}

func TestAReplacementThatWentAstrayIsSentAgain(t *testing.T) {
	for _, stage := range []vocab.CarrierStage{
		vocab.CarrierLost, vocab.CarrierRefused, vocab.CarrierReturned,
	} {
		t.Run(string(stage), func(t *testing.T) {
			onEach(t, func(m *bazaar) {
				sku := m.sku(3)
				item := m.received(sku, 1)
				id, lost := m.swap(item, ask(item, vocab.Reship, 1))
				m.stocked(sku, 1, 0)
				m.track(lost, stage)
				m.is(id, vocab.AfterSaleReshipping)
				m.dueIn(id, 48*time.Hour)
				_, err := m.sales.ConfirmReship(m.buyer, id)
				m.refused(err, fault.ActionNotAllowed)
				_, err = m.sales.ChangeToRefund(m.buyer, id)
				m.refused(err, fault.ActionNotAllowed)
				again := m.resend(id)
				m.stocked(sku, 0, 0)
				m.dueIn(id, 15*day)
				m.track(again, vocab.CarrierDelivered)
				m.dueIn(id, 7*day)
				m.track(lost, vocab.CarrierReturned) // tells nothing new about the second
				m.dueIn(id, 7*day)
				_, err = m.sales.ConfirmReship(m.buyer, id)
				m.must(err)
				m.is(id, vocab.AfterSaleCompleted)
				m.holds(item, 1, price, 0)
			})
		})
	}
}

func TestAReplacementThatWentAstrayBecomesMoney(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku := m.sku(2)
		item := m.received(sku, 1)
		id, parcel := m.swap(item, ask(item, vocab.Reship, 1))
		m.track(parcel, vocab.CarrierLost)
		_, err := m.sales.Reship(m.keeper, id)
		m.refused(err, fault.OutOfStock)
		m.later(48 * time.Hour)
		m.is(id, vocab.AfterSaleReshipping)
		_, err = m.sales.ChangeToRefund(m.buyer, id)
		m.must(err)
		m.refunds(item, price)
		m.is(id, vocab.AfterSaleCompleted)
		m.stocked(sku, 0, 0)
	})
}

// The first is found when the second is made already, which stays in the warehouse.
func TestAReplacementThatIsFound(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku := m.sku(3)
		item := m.received(sku, 1)
		id, parcel := m.swap(item, ask(item, vocab.Reship, 1))
		m.track(parcel, vocab.CarrierLost)
		_, err := m.sales.Reship(m.keeper, id)
		m.must(err)
		m.stocked(sku, 1, 1)
		m.later(time.Hour)
		m.track(parcel, vocab.CarrierDelivered)
		m.dueIn(id, 7*day)
		m.later(7 * day)
		m.is(id, vocab.AfterSaleCompleted)
		m.stocked(sku, 1, 0)
		m.holds(item, 1, price, 0)
	})
}

func TestAnExchangeDoesNotShortenTheWindow(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(2), 1)
		due := m.sub(item).CompleteDueAt.Add(80 * day)
		m.sub(item).Update().SetCompleteDueAt(due).ExecX(t.Context())
		id, _ := m.swap(item, ask(item, vocab.Exchange, 1))
		_, err := m.sales.ConfirmReship(m.buyer, id)
		m.must(err)
		if got := *m.sub(item).CompleteDueAt; !got.Equal(due) {
			t.Errorf("the window ends at %v, it was %v", got, due)
		}
	})
}

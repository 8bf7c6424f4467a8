package aftersale_test

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

func number(parcel globalid.ID) string { return parcel.String()[4:] }

// track lets the courier tell where a parcel is.
func (m *bazaar) track(parcel globalid.ID, stage vocab.CarrierStage) {
	m.t.Helper()
	m.tell(parcel, courier.Snapshot{Events: []courier.Event{{At: m.now(), Stage: stage}}})
}

func (m *bazaar) tell(parcel globalid.ID, told courier.Snapshot) {
	m.t.Helper()
	p := m.db.Client.Shipment.GetX(m.t.Context(), parcel)
	told.Carrier, told.Number = p.Carrier, p.TrackingNumber
	m.must(m.parcels.ApplySnapshot(m.t.Context(), parcel, told))
}

// received ships all units of an item, lets them arrive, and the buyer confirm.
func (m *bazaar) received(sku *ent.Sku, units int64) *ent.OrderItem {
	m.t.Helper()
	item := m.paid(sku, units)
	m.track(m.shipped(item, units), vocab.CarrierDelivered)
	_, err := m.orders.ConfirmReceipt(m.buyer, item.SubOrderID)
	m.must(err)
	return m.item(item)
}

func (m *bazaar) now() time.Time {
	now, err := m.db.Now(m.t.Context())
	m.must(err)
	return now
}

// later moves business time and does everything that is due then.
func (m *bazaar) later(by time.Duration) {
	m.t.Helper()
	m.must(m.db.MoveClock(m.t.Context(),
		func(now time.Time) time.Time { return now.Add(by) }))
	m.run()
}

// run does what is due, as the runner does.
func (m *bazaar) run() {
	m.t.Helper()
	type job struct {
		claim func(context.Context, int) ([]globalid.ID, error)
		run   func(context.Context, globalid.ID) error
	}
	for busy := true; busy; {
		busy = false
		for _, j := range []job{
			{m.sales.ClaimDue, m.sales.RunDue}, {m.lacks.ClaimDue, m.lacks.RunDue},
			{m.pays.ClaimRefunds, m.pays.RunRefund},
			{m.parcels.ClaimInterceptions, m.parcels.RunInterception},
			{m.orders.ClaimReceipts, m.orders.RunReceipt},
			{m.orders.ClaimCompletions, m.orders.RunCompletion},
		} {
			ids, err := j.claim(m.t.Context(), 10)
			m.must(err)
			for _, id := range ids {
				busy = true
				m.must(j.run(m.t.Context(), id))
			}
		}
	}
}

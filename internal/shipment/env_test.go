package shipment_test

import (
	"testing"
	"time"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/carrier"
	"orderflow/internal/checkout"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
)

// start is when tests begin.
var start = time.Date(2026, 11, 11, 8, 0, 0, 0, time.UTC)

// courierEnv is an Env whose parcels a fake courier tracks.
type courierEnv struct {
	*ordertest.Env
	courier *fakeCourier
}

// each runs a test on every database of this run.
func each(t *testing.T, test func(t *testing.T, e *courierEnv)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			test(t, newCourierEnv(t, dialect))
		})
	}
}

func newCourierEnv(t *testing.T, dialect string) *courierEnv {
	t.Helper()
	c := &fakeCourier{}
	e := &courierEnv{courier: c, Env: ordertest.New(t, dialect, ordertest.Options{
		Couriers: []courier.Port{c}, Start: start,
		Policy: document.ShopPolicy{HourlyOrders: 10_000}})}
	e.Shipments.Carriers = e.carriers("FAKE")
	return e
}

// carriers is the built-in list with more of that code.
func (e *courierEnv) carriers(code string) *carrier.List {
	e.T.Helper()
	list, err := carrier.BuiltIn().With(carrier.Carrier{Code: code, Name: "快递", English: "Courier"})
	e.Must(err)
	return list
}

// buy places and pays an order of units of each sku.
func (e *courierEnv) buy(units int64, skus ...*ent.Sku) *ent.Order {
	e.T.Helper()
	lines := make([]checkout.Line, len(skus))
	for i, sku := range skus {
		lines[i] = ordertest.Line(sku, units)
	}
	return e.Order(e.BuyLines(lines...))
}

func (e *courierEnv) create(lines ...shipment.Line) globalid.ID {
	e.T.Helper()
	return e.MustID(e.Shipments.Create(e.Warehouse, shipment.CreateInput{Lines: lines}))
}

func label(id globalid.ID, number string) shipment.LabelInput {
	return shipment.LabelInput{Shipment: id, Carrier: "FAKE", TrackingNumber: number}
}

// apply applies a snapshot to a parcel, of whatever number it has.
func (e *courierEnv) apply(parcel globalid.ID, s courier.Snapshot) error {
	s.Number = e.Parcel(parcel).TrackingNumber
	return e.Shipments.ApplySnapshot(e.T.Context(), parcel, s)
}

// shipped makes an order of one unit and hands its parcel over, the first under SF-1.
func (e *courierEnv) shipped() (o *ent.Order, parcel globalid.ID) {
	e.T.Helper()
	o = e.buy(1, e.Sku(1))
	parcel = e.create(shipment.Line{Item: o.Edges.SubOrders[0].Edges.Items[0].ID, Quantity: 1})
	number := "SF-1"
	if e.DB.Client.Shipment.Query().Where(entshipment.TrackingNumber(number)).
		ExistX(e.T.Context()) {
		number = ordertest.TrackingNumber(parcel)
	}
	e.MustID(e.Shipments.HandOver(e.Warehouse, label(parcel, number)))
	return e.Order(o.ID), parcel
}

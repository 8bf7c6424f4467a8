package ordertest

import (
	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// Pack makes a parcel of units of an item.
func (e *Env) Pack(it *ent.OrderItem, units int64) globalid.ID {
	e.T.Helper()
	return e.MustID(e.Shipments.Create(e.Warehouse, shipment.CreateInput{
		Lines: []shipment.Line{{Item: it.ID, Quantity: units}}}))
}

// HandOver hands a parcel to Carrier.
func (e *Env) HandOver(parcel globalid.ID) error {
	_, err := e.Shipments.HandOver(e.Warehouse, shipment.LabelInput{Shipment: parcel,
		Carrier: e.Carrier, TrackingNumber: TrackingNumber(parcel)})
	return err
}

// TrackingNumber is the tracking number of a parcel of HandOver.
func TrackingNumber(parcel globalid.ID) string { return parcel.String()[4:] }

// Ship hands units of an item over in a parcel of their own.
func (e *Env) Ship(it *ent.OrderItem, units int64) globalid.ID {
	e.T.Helper()
	parcel := e.Pack(it, units)
	e.Must(e.HandOver(parcel))
	return parcel
}

// Parcel reads a parcel with its units and its tracking.
func (e *Env) Parcel(id globalid.ID) *ent.Shipment {
	return e.DB.Client.Shipment.Query().Where(entshipment.ID(id)).WithItems().WithTracking().
		OnlyX(e.T.Context())
}

// Track reports where a parcel is now.
func (e *Env) Track(parcel globalid.ID, stage vocab.CarrierStage) {
	e.T.Helper()
	e.ApplySnapshot(parcel, courier.Snapshot{
		Events: []courier.Event{{At: e.Now(), Stage: stage,
			Text: "left with the neighbour", Location: "Flower Lane"}}})
}

// Correct reports where a parcel is, against what was reported before.
func (e *Env) Correct(parcel globalid.ID, stage vocab.CarrierStage) {
	e.T.Helper()
	e.ApplySnapshot(parcel, courier.Snapshot{
		Events: []courier.Event{{At: e.Now(), Stage: stage, Correction: true}}})
}

// ApplySnapshot reports a parcel as its courier sees it.
func (e *Env) ApplySnapshot(parcel globalid.ID, snapshot courier.Snapshot) {
	e.T.Helper()
	e.Must(e.TrySnapshot(parcel, snapshot))
}

// TrySnapshot is ApplySnapshot that may be refused.
func (e *Env) TrySnapshot(parcel globalid.ID, snapshot courier.Snapshot) error {
	p := e.DB.Client.Shipment.GetX(e.T.Context(), parcel)
	snapshot.Carrier, snapshot.Number = p.Carrier, p.TrackingNumber
	return e.Shipments.ApplySnapshot(e.T.Context(), parcel, snapshot)
}

// ConfirmReceipt confirms the receipt of an item's sub-order.
func (e *Env) ConfirmReceipt(it *ent.OrderItem) {
	e.T.Helper()
	e.MustID(e.Orders.ConfirmReceipt(e.BuyerOf(it.OrderID), it.SubOrderID))
}

// BuyAndReceive buys units of a sku, ships, delivers and receives them, and returns their item.
func (e *Env) BuyAndReceive(sku *ent.Sku, units int64) *ent.OrderItem {
	e.T.Helper()
	it := e.Buy(sku, units)
	e.Track(e.Ship(it, units), vocab.CarrierDelivered)
	e.ConfirmReceipt(it)
	return e.Item(it.ID)
}

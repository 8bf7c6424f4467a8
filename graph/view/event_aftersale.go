package view

import (
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// AfterSaleEvent is about an after-sale request.
type AfterSaleEvent struct{ inOrder }

// AfterSaleID is which.
func (e AfterSaleEvent) AfterSaleID() *globalid.ID { return optionalID(e.Payload.AfterSale) }

// SubOrderID is the sub-order that it is about.
func (e AfterSaleEvent) SubOrderID() *globalid.ID { return optionalID(e.Payload.SubOrder) }

// AfterSaleFrom is the status before.
func (e AfterSaleEvent) AfterSaleFrom() *vocab.AfterSaleStatus {
	return optional[vocab.AfterSaleStatus](e.Payload.From)
}

// AfterSaleTo is the status after.
func (e AfterSaleEvent) AfterSaleTo() *vocab.AfterSaleStatus {
	return optional[vocab.AfterSaleStatus](e.Payload.To)
}

// Detail is more about it.
func (e AfterSaleEvent) Detail() string { return e.Payload.Reason }

// ShortageEvent is about a shortage.
type ShortageEvent struct{ inOrder }

// ShortageID is which.
func (e ShortageEvent) ShortageID() *globalid.ID { return optionalID(e.Payload.Shortage) }

// SubOrderID is the sub-order whose units are missing.
func (e ShortageEvent) SubOrderID() *globalid.ID { return optionalID(e.Payload.SubOrder) }

// ShortageFrom is the status before.
func (e ShortageEvent) ShortageFrom() *vocab.ShortageStatus {
	return optional[vocab.ShortageStatus](e.Payload.From)
}

// ShortageTo is the status after.
func (e ShortageEvent) ShortageTo() *vocab.ShortageStatus {
	return optional[vocab.ShortageStatus](e.Payload.To)
}

// Quantity is how many units are missing.
func (e ShortageEvent) Quantity() int64 { return e.Payload.Quantity }

// InterceptionEvent is about an interception.
type InterceptionEvent struct{ inOrder }

// InterceptionID is which.
func (e InterceptionEvent) InterceptionID() *globalid.ID {
	return optionalID(e.Payload.Interception)
}

// AfterSaleID is the request that it belongs to.
func (e InterceptionEvent) AfterSaleID() *globalid.ID { return optionalID(e.Payload.AfterSale) }

// ShipmentID is the parcel that is to come back.
func (e InterceptionEvent) ShipmentID() *globalid.ID { return optionalID(e.Payload.Shipment) }

// InterceptionFrom is the status before.
func (e InterceptionEvent) InterceptionFrom() *vocab.InterceptionStatus {
	return optional[vocab.InterceptionStatus](e.Payload.From)
}

// InterceptionTo is the status after.
func (e InterceptionEvent) InterceptionTo() *vocab.InterceptionStatus {
	return optional[vocab.InterceptionStatus](e.Payload.To)
}

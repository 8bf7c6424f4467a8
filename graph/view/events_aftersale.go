package view

import (
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
)

// AfterSaleEvent is about an after-sale request.
type AfterSaleEvent struct{ Event }

// AfterSaleID is which.
func (e AfterSaleEvent) AfterSaleID() *globalid.ID { return optionalID(e.Facts.AfterSale) }

// SubOrderID is the sub-order that it is about.
func (e AfterSaleEvent) SubOrderID() *globalid.ID { return optionalID(e.Facts.SubOrder) }

// AfterSaleFrom is the status before.
func (e AfterSaleEvent) AfterSaleFrom() *lifecycle.AfterSaleStatus {
	return optional[lifecycle.AfterSaleStatus](e.Facts.From)
}

// AfterSaleTo is the status after.
func (e AfterSaleEvent) AfterSaleTo() *lifecycle.AfterSaleStatus {
	return optional[lifecycle.AfterSaleStatus](e.Facts.To)
}

// Detail is more about it.
func (e AfterSaleEvent) Detail() string { return e.Facts.Reason }

// ShortageEvent is about a shortage.
type ShortageEvent struct{ Event }

// ShortageID is which.
func (e ShortageEvent) ShortageID() *globalid.ID { return optionalID(e.Facts.Shortage) }

// SubOrderID is the sub-order that lacks units.
func (e ShortageEvent) SubOrderID() *globalid.ID { return optionalID(e.Facts.SubOrder) }

// ShortageFrom is the status before.
func (e ShortageEvent) ShortageFrom() *lifecycle.ShortageStatus {
	return optional[lifecycle.ShortageStatus](e.Facts.From)
}

// ShortageTo is the status after.
func (e ShortageEvent) ShortageTo() *lifecycle.ShortageStatus {
	return optional[lifecycle.ShortageStatus](e.Facts.To)
}

// Quantity is how many units lack.
func (e ShortageEvent) Quantity() int64 { return e.Facts.Quantity }

// InterceptionEvent is about an interception.
type InterceptionEvent struct{ Event }

// InterceptionID is which.
func (e InterceptionEvent) InterceptionID() *globalid.ID {
	return optionalID(e.Facts.Interception)
}

// AfterSaleID is the request that wants it.
func (e InterceptionEvent) AfterSaleID() *globalid.ID { return optionalID(e.Facts.AfterSale) }

// ShipmentID is the parcel that is wanted back.
func (e InterceptionEvent) ShipmentID() *globalid.ID { return optionalID(e.Facts.Shipment) }

// InterceptionFrom is the status before.
func (e InterceptionEvent) InterceptionFrom() *lifecycle.InterceptionStatus {
	return optional[lifecycle.InterceptionStatus](e.Facts.From)
}

// InterceptionTo is the status after.
func (e InterceptionEvent) InterceptionTo() *lifecycle.InterceptionStatus {
	return optional[lifecycle.InterceptionStatus](e.Facts.To)
}

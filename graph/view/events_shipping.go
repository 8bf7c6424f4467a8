package view

import (
	"slices"

	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
)

// ShipmentEvent is about a parcel. Its facts tell of one of the parcel's two stages.
type ShipmentEvent struct{ Event }

// ShipmentID is which.
func (e ShipmentEvent) ShipmentID() *globalid.ID { return optionalID(e.Facts.Shipment) }

// SubOrderID is the sub-order it carries, nil for several.
func (e ShipmentEvent) SubOrderID() *globalid.ID { return optionalID(e.Facts.SubOrder) }

// StageFrom is the stage inside the warehouse before.
func (e ShipmentEvent) StageFrom() *lifecycle.WarehouseStage {
	return oneOf(e.Facts.From, lifecycle.WarehouseStages)
}

// StageTo is the stage inside the warehouse after.
func (e ShipmentEvent) StageTo() *lifecycle.WarehouseStage {
	return oneOf(e.Facts.To, lifecycle.WarehouseStages)
}

// CarrierFrom is the courier's stage before.
func (e ShipmentEvent) CarrierFrom() *lifecycle.CarrierStage {
	return oneOf(e.Facts.From, lifecycle.CarrierStages)
}

// CarrierTo is the courier's stage after.
func (e ShipmentEvent) CarrierTo() *lifecycle.CarrierStage {
	return oneOf(e.Facts.To, lifecycle.CarrierStages)
}

// oneOf is a value of a vocabulary, nil for a word that is none of it.
func oneOf[T ~string](value string, vocabulary []T) *T {
	if typed := T(value); slices.Contains(vocabulary, typed) {
		return &typed
	}
	return nil
}

// TransferEvent is about a transfer of an order's units.
type TransferEvent struct{ Event }

// TransferID is which.
func (e TransferEvent) TransferID() *globalid.ID { return optionalID(e.Facts.Transfer) }

// TransferFrom is the status before.
func (e TransferEvent) TransferFrom() *lifecycle.TransferStatus {
	return optional[lifecycle.TransferStatus](e.Facts.From)
}

// TransferTo is the status after.
func (e TransferEvent) TransferTo() *lifecycle.TransferStatus {
	return optional[lifecycle.TransferStatus](e.Facts.To)
}

// Quantity is how many units it is about.
func (e TransferEvent) Quantity() int64 { return e.Facts.Quantity }

// StockTransferEvent is about a transfer of a shop, for no order.
type StockTransferEvent struct{ TransferEvent }

// AddressEvent is about a wish for another address.
type AddressEvent struct{ Event }

// ChangeFrom is the status before.
func (e AddressEvent) ChangeFrom() *lifecycle.AddressChangeStatus {
	return optional[lifecycle.AddressChangeStatus](e.Facts.From)
}

// ChangeTo is the status after.
func (e AddressEvent) ChangeTo() *lifecycle.AddressChangeStatus {
	return optional[lifecycle.AddressChangeStatus](e.Facts.To)
}

// ReviewEvent is about a review.
type ReviewEvent struct{ Event }

// SubOrderID is the sub-order of the line reviewed.
func (e ReviewEvent) SubOrderID() *globalid.ID { return optionalID(e.Facts.SubOrder) }

// ReviewID is which.
func (e ReviewEvent) ReviewID() *globalid.ID { return optionalID(e.Facts.Review) }

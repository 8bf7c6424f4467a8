package view

import (
	"slices"

	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// ShipmentEvent is about a parcel. Its payload is about one of the parcel's two stages.
type ShipmentEvent struct{ inOrder }

// ShipmentID is which.
func (e ShipmentEvent) ShipmentID() *globalid.ID { return optionalID(e.Payload.Shipment) }

// SubOrderID is the sub-order it carries, nil for several.
func (e ShipmentEvent) SubOrderID() *globalid.ID { return optionalID(e.Payload.SubOrder) }

// StageFrom is the stage inside the warehouse before.
func (e ShipmentEvent) StageFrom() *vocab.WarehouseStage {
	return oneOf(e.Payload.From, vocab.WarehouseStages)
}

// StageTo is the stage inside the warehouse after.
func (e ShipmentEvent) StageTo() *vocab.WarehouseStage {
	return oneOf(e.Payload.To, vocab.WarehouseStages)
}

// CarrierFrom is the courier's stage before.
func (e ShipmentEvent) CarrierFrom() *vocab.CarrierStage {
	return oneOf(e.Payload.From, vocab.CarrierStages)
}

// CarrierTo is the courier's stage after.
func (e ShipmentEvent) CarrierTo() *vocab.CarrierStage {
	return oneOf(e.Payload.To, vocab.CarrierStages)
}

// oneOf is a value of a vocabulary, nil for any other text.
func oneOf[T ~string](value string, vocabulary []T) *T {
	if typed := T(value); slices.Contains(vocabulary, typed) {
		return &typed
	}
	return nil
}

// TransferEvent is about a transfer of an order's units.
type TransferEvent struct{ inOrder }

// TransferID is which.
func (e TransferEvent) TransferID() *globalid.ID { return optionalID(e.Payload.Transfer) }

// TransferFrom is the status before.
func (e TransferEvent) TransferFrom() *vocab.TransferStatus {
	return optional[vocab.TransferStatus](e.Payload.From)
}

// TransferTo is the status after.
func (e TransferEvent) TransferTo() *vocab.TransferStatus {
	return optional[vocab.TransferStatus](e.Payload.To)
}

// Quantity is how many units it is about.
func (e TransferEvent) Quantity() int64 { return e.Payload.Quantity }

// StockTransferEvent is about a transfer of a shop, for no order.
type StockTransferEvent struct{ TransferEvent }

// AddressEvent is about an address change.
type AddressEvent struct{ inOrder }

// ChangeFrom is the status before.
func (e AddressEvent) ChangeFrom() *vocab.AddressChangeStatus {
	return optional[vocab.AddressChangeStatus](e.Payload.From)
}

// ChangeTo is the status after.
func (e AddressEvent) ChangeTo() *vocab.AddressChangeStatus {
	return optional[vocab.AddressChangeStatus](e.Payload.To)
}

// ReviewEvent is about a review.
type ReviewEvent struct{ inOrder }

// SubOrderID is the sub-order of the line reviewed.
func (e ReviewEvent) SubOrderID() *globalid.ID { return optionalID(e.Payload.SubOrder) }

// ReviewID is which.
func (e ReviewEvent) ReviewID() *globalid.ID { return optionalID(e.Payload.Review) }

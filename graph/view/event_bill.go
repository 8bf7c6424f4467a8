package view

import (
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// BillDifferenceEvent is about a difference between a channel's bill and what is kept here.
type BillDifferenceEvent struct{ Event }

// DifferenceID is which.
func (e BillDifferenceEvent) DifferenceID() *globalid.ID { return optionalID(e.Payload.Difference) }

// PaymentID is the payment that it is about.
func (e BillDifferenceEvent) PaymentID() *globalid.ID { return optionalID(e.Payload.Payment) }

// RefundID is the refund that it is about.
func (e BillDifferenceEvent) RefundID() *globalid.ID { return optionalID(e.Payload.Refund) }

// Difference is how they differ.
func (e BillDifferenceEvent) Difference() *vocab.DifferenceKind {
	return optional[vocab.DifferenceKind](e.Payload.Reason)
}

// DifferenceFrom is the status before.
func (e BillDifferenceEvent) DifferenceFrom() *vocab.DifferenceStatus {
	return optional[vocab.DifferenceStatus](e.Payload.From)
}

// DifferenceTo is the status after.
func (e BillDifferenceEvent) DifferenceTo() *vocab.DifferenceStatus {
	return optional[vocab.DifferenceStatus](e.Payload.To)
}

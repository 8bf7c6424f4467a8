package ordertest

import (
	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Photo is evidence.
const Photo = "https://img.example/1.jpg"

// RequestFor describes a request for units of an item.
func RequestFor(
	it *ent.OrderItem, kind vocab.AfterSaleKind, units int64,
) aftersale.RequestInput {
	return aftersale.RequestInput{SubOrder: it.SubOrderID, Kind: kind,
		Reason: vocab.ReasonNotWanted, Lines: []aftersale.Line{{Item: it.ID, Quantity: units}}}
}

// Request opens a request of Buyer.
func (e *Env) Request(in aftersale.RequestInput) globalid.ID {
	e.T.Helper()
	return e.MustID(e.AfterSales.Request(e.Buyer, in))
}

// Approve approves a request.
func (e *Env) Approve(id globalid.ID) {
	e.T.Helper()
	e.MustID(e.AfterSales.Approve(e.Merchant, aftersale.ApproveInput{AfterSale: id}))
}

// Reject rejects a request.
func (e *Env) Reject(id globalid.ID) {
	e.T.Helper()
	e.MustID(e.AfterSales.Reject(e.Merchant, aftersale.RejectInput{AfterSale: id,
		Reason: vocab.RejectionUsed, Statement: aftersale.Statement{Text: "worn"}}))
}

// SubmitReturn sends the goods of a request back, and returns their parcel.
func (e *Env) SubmitReturn(id globalid.ID) globalid.ID {
	e.T.Helper()
	e.MustID(e.AfterSales.SubmitReturn(e.Buyer, aftersale.SendInput{AfterSale: id,
		Carrier: "YTO", TrackingNumber: "R1"}))
	return e.AfterSale(id).QueryParcels().OnlyX(e.T.Context()).ID
}

// ConfirmReturn records what the warehouse finds of an item in a return.
func (e *Env) ConfirmReturn(id globalid.ID, it *ent.OrderItem, good, damaged int64) error {
	in := aftersale.ReturnedInput{
		Lines: []aftersale.InspectedLine{{Item: it.ID, Good: good, Damaged: damaged}}}
	in.AfterSale, in.Reason, in.Images = id, vocab.RejectionIncomplete, []string{Photo}
	_, err := e.AfterSales.ConfirmReturn(e.Warehouse, in)
	return err
}

// AfterSale reads a request with its lines.
func (e *Env) AfterSale(id globalid.ID) *ent.AfterSale {
	return e.DB.Client.AfterSale.Query().Where(entaftersale.ID(id)).WithLines().
		OnlyX(e.T.Context())
}

package verify_test

import (
	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shortage"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// reversePurchases are at several places of the reverse flow, with their requests and shortages.
type reversePurchases struct {
	intercepted claim // the courier was not called yet
	returned    claim // refunded; a unit came back good, one damaged
	exchanged   claim // approved; the buyer is to send the goods
	reshipped   claim // what was missing was handed over again
	recalled    claim // a unit that was not shipped is being refunded
	disputed    claim // what came back was refused
	lacked      claim // a unit is not there
	awaited     claim // a unit comes from the other warehouse
	refunded    claim // a unit that is not there is being refunded
}

// claim is an order with a request or a shortage.
type claim struct {
	purchase
	id globalid.ID
}

func newReverse(e *ordertest.Env) *reversePurchases {
	e.T.Helper()
	v := &reversePurchases{}
	v.intercepted = request(e, sent(e), vocab.RefundOnly, 3, vocab.ByInterception)
	e.Approve(v.intercepted.id)
	v.returned = request(e, received(e), vocab.ReturnAndRefund, 2, "")
	e.Approve(v.returned.id)
	addMessage(e, v.returned)
	submitReturn(e, v.returned)
	e.Must(inspect(e, v.returned, 1, 1))
	e.Must(e.Payments.RunRefund(e.T.Context(),
		e.AfterSale(v.returned.id).QueryRefunds().OnlyIDX(e.T.Context())))
	v.exchanged = request(e, received(e), vocab.Exchange, 1, "")
	e.Approve(v.exchanged.id)
	v.reshipped = request(e, received(e), vocab.Reship, 1, "")
	e.Approve(v.reshipped.id)
	reship(e, v.reshipped)
	v.recalled = request(e, paid(e), vocab.RefundOnly, 1, "")
	v.disputed = request(e, received(e), vocab.ReturnAndRefund, 2, "")
	e.Approve(v.disputed.id)
	submitReturn(e, v.disputed)
	_, err := e.AfterSales.RefuseReturn(e.Warehouse,
		rejection(v.disputed.id))
	e.Must(err)
	v.lacked = reportShortage(e, paid(e), 1)
	v.awaited = reportShortage(e, paid(e), 1)
	awaitTransfer(e, v.awaited)
	v.refunded = reportShortage(e, paid(e), 1)
	refundShortage(e, v.refunded)
	return v
}

// request opens a request about units of the order.
func request(
	e *ordertest.Env, b purchase, kind vocab.AfterSaleKind, units int64, way vocab.WayBack,
) claim {
	e.T.Helper()
	id, err := e.AfterSales.Request(b.buyer, aftersale.RequestInput{SubOrder: b.sub, Kind: kind,
		Reason: vocab.ReasonNotWanted, Way: way,
		Lines: []aftersale.Line{{Item: b.item, Quantity: units}}})
	e.Must(err)
	return claim{purchase: b, id: id}
}

func addMessage(e *ordertest.Env, c claim) {
	e.T.Helper()
	_, err := e.AfterSales.AddMessage(c.buyer, c.id, aftersale.Statement{Text: "they are broken"})
	e.Must(err)
}

// submitReturn sends the goods back.
func submitReturn(e *ordertest.Env, c claim) {
	e.T.Helper()
	_, err := e.AfterSales.SubmitReturn(c.buyer, aftersale.SendInput{AfterSale: c.id,
		Carrier: e.Carrier, TrackingNumber: c.id.String()[4:]})
	e.Must(err)
}

// inspect records the units that came back in a return; the others are rejected.
func inspect(e *ordertest.Env, c claim, good, damaged int64) error {
	_, err := e.AfterSales.ConfirmReturn(e.Warehouse, aftersale.ReturnedInput{
		Lines:       []aftersale.InspectedLine{{Item: c.item, Good: good, Damaged: damaged}},
		RejectInput: rejection(c.id)})
	return err
}

// rejection rejects a request.
func rejection(request globalid.ID) aftersale.RejectInput {
	return aftersale.RejectInput{AfterSale: request, Reason: vocab.RejectionIncomplete,
		Statement: aftersale.Statement{Images: []string{ordertest.Photo}}}
}

// reship hands over the parcel of what a request sends.
func reship(e *ordertest.Env, c claim) globalid.ID {
	e.T.Helper()
	e.MustID(e.AfterSales.Reship(e.Warehouse, c.id))
	parcel := e.AfterSale(c.id).QueryParcels().OnlyIDX(e.T.Context())
	e.Must(e.HandOver(parcel))
	return parcel
}

// reportShortage reports that units are not there.
func reportShortage(e *ordertest.Env, b purchase, units int64) claim {
	e.T.Helper()
	ids, err := e.Shortages.Report(e.Warehouse, shortage.Report{
		SubOrder: b.sub, Lines: []shortage.Line{{Item: b.item, Quantity: units}}})
	e.Must(err)
	return claim{purchase: b, id: ids[0]}
}

// awaitTransfer makes the buyer wait for a unit from the other warehouse.
func awaitTransfer(e *ordertest.Env, c claim) {
	e.T.Helper()
	sku := e.DB.Client.Sku.GetX(e.T.Context(), e.Item(c.item).SkuID)
	e.AddStock(sku, e.North, 2)
	_, err := e.Shortages.Offer(e.Merchant, shortage.Offer{Shortage: c.id,
		Options: []vocab.ShortageOption{vocab.OptionTransfer}, Warehouse: e.North.ID})
	e.Must(err)
	_, err = e.Shortages.Choose(c.buyer,
		shortage.Choice{Shortage: c.id, Choice: vocab.OptionTransfer})
	e.Must(err)
}

// receiveTransfer ships what the buyer waits for, and receives it.
func receiveTransfer(e *ordertest.Env, c claim) {
	e.T.Helper()
	id := *e.DB.Client.Shortage.GetX(e.T.Context(), c.id).TransferID
	_, err := e.Transfers.Ship(e.Warehouse, id)
	e.Must(err)
	_, err = e.Transfers.Receive(e.Warehouse, transfer.ReceiveInput{Transfer: id, Quantity: 1})
	e.Must(err)
}

// refundShortage refunds what is not there.
func refundShortage(e *ordertest.Env, c claim) {
	e.T.Helper()
	_, err := e.Shortages.Refund(c.buyer, c.id)
	e.Must(err)
}

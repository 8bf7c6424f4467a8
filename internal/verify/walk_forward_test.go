package verify_test

import (
	"fmt"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/review"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

func (w *walker) pack(b bought) {
	it, _ := w.item(b)
	id, err := w.shipments.Create(w.staff[vocab.Warehouse], shipment.CreateInput{
		Lines: []shipment.Line{{Item: it.ID, Quantity: 1 + w.some(3)}}})
	w.tried("take into a parcel", err)
	if err == nil && w.some(3) == 0 {
		_, err = w.shipments.Pack(w.staff[vocab.Warehouse], id)
		w.tried("pack", err)
	}
}

// handOver gives away every parcel that can go, and gives the others up.
func (w *walker) handOver(b bought) {
	keeper := w.staff[vocab.Warehouse]
	for _, p := range w.parcels(b) {
		if p.Stage == vocab.StageHandedOver || p.Stage == vocab.StageCancelled {
			continue
		}
		_, err := w.shipments.HandOver(keeper, shipment.LabelInput{Shipment: p.ID, Carrier: "post",
			TrackingNumber: p.ID.String()[4:]})
		w.tried(fmt.Sprintf("hand over a parcel %s", p.Purpose), err)
		if err != nil {
			_, err = w.shipments.Cancel(keeper, p.ID)
			w.tried("cancel a parcel", err)
		}
	}
}

func (w *walker) parcels(b bought) []*ent.Shipment {
	return w.row(b).QueryShipments().AllX(w.t.Context())
}

// follow lets a courier tell where a parcel is, in whatever order.
func (w *walker) follow(b bought) {
	now, err := w.db.Now(w.t.Context())
	w.must(err)
	stage := pick(w, append([]vocab.CarrierStage{vocab.CarrierDelivered,
		vocab.CarrierDelivered, vocab.CarrierDelivered}, vocab.CarrierStages...))
	w.tell(b, string(stage), courier.Snapshot{Events: []courier.Event{
		{At: now, Stage: stage, Text: "here", Correction: w.some(4) == 0}}})
}

// intercept lets a courier answer whether it brings a parcel back.
func (w *walker) intercept(b bought) {
	answer := pick(w, []courier.Interception{courier.InterceptionRequested,
		courier.InterceptionAccepted, courier.InterceptionRefused, courier.InterceptionSucceeded,
		courier.InterceptionFailed})
	w.tell(b, string(answer), courier.Snapshot{Interception: answer})
}

func (w *walker) tell(b bought, what string, told courier.Snapshot) {
	p := pick(w, w.parcels(b))
	if p == nil || p.Stage != vocab.StageHandedOver {
		return
	}
	told.Carrier, told.Number = p.Carrier, p.TrackingNumber
	w.tried(fmt.Sprintf("tell %s of a parcel %s", what, p.Purpose),
		w.shipments.ApplySnapshot(w.t.Context(), p.ID, told))
}

func (w *walker) confirm(b bought) {
	_, sub := w.item(b)
	_, err := w.market.orders.ConfirmReceipt(b.buyer, sub.ID)
	w.tried("confirm the receipt", err)
}

func (w *walker) giveUpUnits(b bought) {
	it, sub := w.item(b)
	_, err := w.payments.CloseUnshipped(w.staff[vocab.Merchant],
		payment.CloseUnshippedInput{SubOrder: sub.ID,
			Lines: []payment.UnshippedLine{{Item: it.ID, Quantity: 1}}})
	w.tried("close unshipped units", err)
}

func (w *walker) reviewAny(b bought) {
	it, _ := w.item(b)
	_, err := w.reviews.Review(b.buyer, review.Input{Item: it.ID, Rating: 5})
	w.tried("review", err)
}

// moveUnits lets units be sent apart, or from elsewhere.
func (w *walker) moveUnits(b bought) {
	merchant := w.staff[vocab.Merchant]
	it, sub := w.item(b)
	there := pick(w, []globalid.ID{w.north.ID, w.south.ID})
	var err error
	switch w.some(3) {
	case 0:
		_, err = w.market.orders.SplitSubOrder(merchant, order.SplitInput{SubOrder: sub.ID,
			Lines:     []order.SplitLine{{Item: it.ID, Quantity: 1 + w.some(3)}},
			Warehouse: there})
	case 1:
		_, err = w.market.orders.ReassignWarehouse(merchant,
			order.ReassignInput{SubOrder: sub.ID, Warehouse: there})
	case 2:
		_, err = w.transfers.Request(merchant, transfer.RequestInput{Sku: it.SkuID,
			From: sub.WarehouseID, To: there, Quantity: 1 + w.some(3), Item: it.ID})
	}
	w.tried("move units", err)
}

// transfer does something with a stock transfer.
func (w *walker) transfer(bought) {
	keeper := w.staff[vocab.Warehouse]
	t := pick(w, w.db.Client.StockTransfer.Query().AllX(w.t.Context()))
	if t == nil {
		return
	}
	var err error
	switch w.some(5) {
	case 0:
		_, err = w.transfers.Cancel(keeper, t.ID)
	case 1, 2:
		_, err = w.transfers.Ship(keeper, t.ID)
	default:
		_, err = w.transfers.Receive(keeper, transfer.ReceiveInput{Transfer: t.ID,
			Quantity: w.some(4), Last: w.some(3) == 0})
	}
	w.tried("work on a transfer", err)
}

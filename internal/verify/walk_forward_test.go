package verify_test

import (
	"fmt"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/review"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

func (w *walker) pack(b purchase) {
	it, _ := w.item(b)
	id, err := w.Shipments.Create(w.Warehouse, shipment.CreateInput{
		Lines: []shipment.Line{{Item: it.ID, Quantity: 1 + w.some(3)}}})
	w.tried("take into a parcel", err)
	if err == nil && w.some(3) == 0 {
		_, err = w.Shipments.Pack(w.Warehouse, id)
		w.tried("pack", err)
	}
}

// handOver hands over every parcel that can go, and cancels the others.
func (w *walker) handOver(b purchase) {
	for _, p := range w.parcels(b) {
		if p.Stage == vocab.StageHandedOver || p.Stage == vocab.StageCancelled {
			continue
		}
		err := w.HandOver(p.ID)
		w.tried(fmt.Sprintf("hand over a parcel %s", p.Purpose), err)
		if err != nil {
			_, err = w.Shipments.Cancel(w.Warehouse, p.ID)
			w.tried("cancel a parcel", err)
		}
	}
}

func (w *walker) parcels(b purchase) []*ent.Shipment {
	return w.row(b).QueryShipments().AllX(w.T.Context())
}

// track reports where a parcel is, in whatever order.
func (w *walker) track(b purchase) {
	now := w.Now()
	stage := pick(w, append([]vocab.CarrierStage{vocab.CarrierDelivered,
		vocab.CarrierDelivered, vocab.CarrierDelivered}, vocab.CarrierStages...))
	w.applySnapshot(b, string(stage), courier.Snapshot{Events: []courier.Event{
		{At: now, Stage: stage, Text: "here", Correction: w.some(4) == 0}}})
}

// answerInterception answers as a courier whether it brings a parcel back.
func (w *walker) answerInterception(b purchase) {
	answer := pick(w, []courier.Interception{courier.InterceptionRequested,
		courier.InterceptionAccepted, courier.InterceptionRefused, courier.InterceptionSucceeded,
		courier.InterceptionFailed})
	w.applySnapshot(b, string(answer), courier.Snapshot{Interception: answer})
}

func (w *walker) applySnapshot(b purchase, what string, s courier.Snapshot) {
	p := pick(w, w.parcels(b))
	if p != nil && p.Stage == vocab.StageHandedOver {
		w.tried(fmt.Sprintf("report %s of a parcel %s", what, p.Purpose), w.TrySnapshot(p.ID, s))
	}
}

func (w *walker) confirmReceipt(b purchase) {
	_, sub := w.item(b)
	_, err := w.Orders.ConfirmReceipt(b.buyer, sub.ID)
	w.tried("confirm the receipt", err)
}

func (w *walker) closeUnshipped(b purchase) {
	it, _ := w.item(b)
	_, err := w.CloseUnshipped(it.ID, 1)
	w.tried("close unshipped units", err)
}

func (w *walker) reviewAny(b purchase) {
	it, _ := w.item(b)
	_, err := w.Reviews.Review(b.buyer, review.Input{Item: it.ID, Rating: 5})
	w.tried("review", err)
}

// moveUnits splits units off, or sends them from elsewhere.
func (w *walker) moveUnits(b purchase) {
	it, sub := w.item(b)
	there := pick(w, []globalid.ID{w.North.ID, w.South.ID})
	var err error
	switch w.some(3) {
	case 0:
		_, err = w.Orders.SplitSubOrder(w.Merchant, order.SplitInput{SubOrder: sub.ID,
			Lines:     []order.SplitLine{{Item: it.ID, Quantity: 1 + w.some(3)}},
			Warehouse: there})
	case 1:
		_, err = w.Orders.ReassignWarehouse(w.Merchant,
			order.ReassignInput{SubOrder: sub.ID, Warehouse: there})
	case 2:
		_, err = w.Transfers.Request(w.Merchant, transfer.RequestInput{Sku: it.SkuID,
			From: sub.WarehouseID, To: there, Quantity: 1 + w.some(3), Item: it.ID})
	}
	w.tried("move units", err)
}

// workOnTransfer does something with a stock transfer.
func (w *walker) workOnTransfer(purchase) {
	t := pick(w, w.DB.Client.StockTransfer.Query().AllX(w.T.Context()))
	if t == nil {
		return
	}
	var err error
	switch w.some(5) {
	case 0:
		_, err = w.Transfers.Cancel(w.Warehouse, t.ID)
	case 1, 2:
		_, err = w.Transfers.Ship(w.Warehouse, t.ID)
	default:
		_, err = w.Transfers.Receive(w.Warehouse, transfer.ReceiveInput{Transfer: t.ID,
			Quantity: w.some(4), Last: w.some(3) == 0})
	}
	w.tried("work on a transfer", err)
}

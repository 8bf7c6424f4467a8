package aftersale_test

import (
	"orderflow/ent"
	entshortage "orderflow/ent/shortage"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shortage"
	"orderflow/internal/vocab"
)

// What became of an order when its walk begins.
const (
	isPaid = iota
	isShipped
	isDelivered
	isReceived
)

// begin brings the order to where a walk begins.
func (w *walk) begin(at int) {
	if at == isPaid {
		return
	}
	for _, sub := range w.row().QuerySubOrders().AllX(w.T.Context()) {
		var lines []shipment.Line
		for _, it := range sub.QueryItems().AllX(w.T.Context()) {
			lines = append(lines, shipment.Line{Item: it.ID, Quantity: it.Quantity})
		}
		id, err := w.Shipments.Create(w.Warehouse, shipment.CreateInput{Lines: lines})
		w.Must(err)
		_, err = w.Shipments.HandOver(w.Warehouse, shipment.LabelInput{Shipment: id,
			Carrier: "ZTO", TrackingNumber: "T" + w.label()})
		w.Must(err)
		if at >= isDelivered {
			w.Track(id, vocab.CarrierDelivered)
		}
		if at >= isReceived {
			_, err = w.Orders.ConfirmReceipt(w.Buyer, sub.ID)
			w.Must(err)
		}
	}
}

func (w *walk) closeUnshipped() {
	it := oneOf(w, "item", w.items()...)
	_, err := w.Payments.CloseUnshipped(w.Merchant, payment.CloseUnshippedInput{
		SubOrder: it.SubOrderID, Lines: []payment.UnshippedLine{
			{Item: it.ID, Quantity: w.number("quantity", 1, it.Quantity)}}})
	w.allowed(err)
}

func (w *walk) split() {
	it := oneOf(w, "item", w.items()...)
	_, err := w.Orders.SplitSubOrder(w.Merchant, order.SplitInput{SubOrder: it.SubOrderID,
		Lines: []order.SplitLine{{Item: it.ID, Quantity: w.number("quantity", 1, it.Quantity)}}})
	w.allowed(err)
}

func (w *walk) packSome() {
	it := oneOf(w, "item", w.items()...)
	id, err := w.Shipments.Create(w.Warehouse, shipment.CreateInput{Lines: []shipment.Line{
		{Item: it.ID, Quantity: w.number("quantity", 1, it.Quantity)}}})
	if w.allowed(err) && w.coin("at once") {
		_, err = w.Shipments.Pack(w.Warehouse, id)
		w.allowed(err)
	}
}

// handOver hands over a parcel, a new one with all that is left of a sub-order, or one that waits.
func (w *walk) handOver() {
	waiting := w.parcelsIn(vocab.StagePending, vocab.StagePacked)
	if len(waiting) == 0 || w.coin("a new one") {
		it := oneOf(w, "item", w.items()...)
		left := it.Quantity - it.ShippedQuantity - it.RecalledQuantity - it.ShortQuantity
		id, err := w.Shipments.Create(w.Warehouse, shipment.CreateInput{
			Lines: []shipment.Line{{Item: it.ID, Quantity: left}}})
		if !w.allowed(err) {
			return
		}
		waiting = []*ent.Shipment{w.DB.Client.Shipment.GetX(w.T.Context(), id)}
	}
	_, err := w.Shipments.HandOver(w.Warehouse, shipment.LabelInput{Carrier: "ZTO",
		Shipment: oneOf(w, "parcel", waiting...).ID, TrackingNumber: "T" + w.label()})
	w.allowed(err)
}

func (w *walk) cancelParcel() {
	for _, p := range w.parcelsIn(vocab.StagePending, vocab.StagePacked) {
		_, err := w.Shipments.Cancel(w.Warehouse, p.ID)
		w.allowed(err)
	}
}

// shortage reports that units lack, or refunds those that do.
func (w *walk) shortage() {
	open := w.DB.Client.Shortage.Query().Where(entshortage.OrderID(w.order),
		entshortage.StatusEQ(vocab.ShortageOpen)).IDsX(w.T.Context())
	if len(open) > 0 {
		_, err := w.Shortages.Refund(w.Buyer, open[0])
		w.allowed(err)
		return
	}
	it := oneOf(w, "item", w.items()...)
	_, err := w.Shortages.Report(w.Warehouse, shortage.Report{SubOrder: it.SubOrderID,
		Lines: []shortage.Line{{Item: it.ID, Quantity: 1}}})
	w.allowed(err)
}

// trackSome reports something of a parcel; staff may report that it is lost.
func (w *walk) trackSome() {
	under := w.parcelsIn(vocab.StageHandedOver)
	if len(under) == 0 {
		return
	}
	p := oneOf(w, "parcel", under...)
	stage := oneOf(w, "stage", vocab.CarrierDelivered, vocab.CarrierDelivered,
		vocab.CarrierDelivered, vocab.CarrierInTransit, vocab.CarrierProblem,
		vocab.CarrierRefused, vocab.CarrierReturning, vocab.CarrierReturned,
		vocab.CarrierLost)
	if stage == vocab.CarrierLost {
		_, err := w.Shipments.MarkLost(w.Merchant, p.ID)
		w.allowed(err)
		return
	}
	w.ApplySnapshot(p.ID, courier.Snapshot{Events: []courier.Event{
		{At: w.Now(), Stage: stage, Correction: w.coin("correction")}}})
}

func (w *walk) answerInterception() {
	for _, p := range w.parcelsIn(vocab.StageHandedOver) {
		w.ApplySnapshot(p.ID, courier.Snapshot{Interception: oneOf(w, "answer",
			courier.InterceptionAccepted, courier.InterceptionRefused,
			courier.InterceptionSucceeded, courier.InterceptionFailed)})
	}
}

func (w *walk) confirmReceipt() {
	it := oneOf(w, "item", w.items()...)
	_, err := w.Orders.ConfirmReceipt(w.Buyer, it.SubOrderID)
	w.allowed(err)
}

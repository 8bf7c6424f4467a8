package aftersale_test

import (
	"orderflow/ent"
	entshortage "orderflow/ent/shortage"
	"orderflow/internal/aftersale"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// What became of an order when its story begins.
const (
	isPaid = iota
	isShipped
	isDelivered
	isReceived
)

// begin brings the order to where a story begins.
func (s *story) begin(at int) {
	if at == isPaid {
		return
	}
	for _, sub := range s.row().QuerySubOrders().AllX(s.t.Context()) {
		var lines []shipment.Line
		for _, it := range sub.QueryItems().AllX(s.t.Context()) {
			lines = append(lines, shipment.Line{Item: it.ID, Quantity: it.Quantity})
		}
		id, err := s.parcels.Create(s.keeper, shipment.CreateInput{Lines: lines})
		s.must(err)
		_, err = s.parcels.HandOver(s.keeper, shipment.LabelInput{Shipment: id,
			Carrier: "ZTO", TrackingNumber: "T" + s.label()})
		s.must(err)
		if at >= isDelivered {
			s.track(id, vocab.CarrierDelivered)
		}
		if at >= isReceived {
			_, err = s.orders.ConfirmReceipt(s.buyer, sub.ID)
			s.must(err)
		}
	}
}

func (s *story) closeUnshipped() {
	it := oneOf(s, "item", s.items()...)
	_, err := s.pays.CloseUnshipped(s.seller, payment.CloseUnshippedInput{
		SubOrder: it.SubOrderID, Lines: []payment.UnshippedLine{
			{Item: it.ID, Quantity: s.number("quantity", 1, it.Quantity)}}})
	s.took(err)
}

func (s *story) split() {
	it := oneOf(s, "item", s.items()...)
	_, err := s.orders.SplitSubOrder(s.seller, order.SplitInput{SubOrder: it.SubOrderID,
		Lines: []order.SplitLine{{Item: it.ID, Quantity: s.number("quantity", 1, it.Quantity)}}})
	s.took(err)
}

func (s *story) packSome() {
	it := oneOf(s, "item", s.items()...)
	id, err := s.parcels.Create(s.keeper, shipment.CreateInput{Lines: []shipment.Line{
		{Item: it.ID, Quantity: s.number("quantity", 1, it.Quantity)}}})
	if s.took(err) && s.coin("at once") {
		_, err = s.parcels.Pack(s.keeper, id)
		s.took(err)
	}
}

// handOver hands over a parcel, a new one with all that is left of a sub-order, or one that waits.
func (s *story) handOver() {
	waiting := s.parcelsOf(vocab.StagePending, vocab.StagePacked)
	if len(waiting) == 0 || s.coin("a new one") {
		it := oneOf(s, "item", s.items()...)
		left := it.Quantity - it.ShippedQuantity - it.RecalledQuantity - it.ShortQuantity
		id, err := s.parcels.Create(s.keeper, shipment.CreateInput{
			Lines: []shipment.Line{{Item: it.ID, Quantity: left}}})
		if !s.took(err) {
			return
		}
		waiting = []*ent.Shipment{s.db.Client.Shipment.GetX(s.t.Context(), id)}
	}
	_, err := s.parcels.HandOver(s.keeper, shipment.LabelInput{Carrier: "ZTO",
		Shipment: oneOf(s, "parcel", waiting...).ID, TrackingNumber: "T" + s.label()})
	s.took(err)
}

func (s *story) cancelParcel() {
	for _, p := range s.parcelsOf(vocab.StagePending, vocab.StagePacked) {
		_, err := s.parcels.Cancel(s.keeper, p.ID)
		s.took(err)
	}
}

// lack reports that units lack, or gives the money back for those that do.
func (s *story) lack() {
	open := s.db.Client.Shortage.Query().Where(entshortage.OrderID(s.order),
		entshortage.StatusEQ(vocab.ShortageOpen)).IDsX(s.t.Context())
	if len(open) > 0 {
		_, err := s.lacks.Refund(s.buyer, open[0])
		s.took(err)
		return
	}
	it := oneOf(s, "item", s.items()...)
	_, err := s.lacks.Report(s.keeper, aftersale.ShortageReport{SubOrder: it.SubOrderID,
		Lines: []aftersale.ShortageLine{{Item: it.ID, Quantity: 1}}})
	s.took(err)
}

// trackSome lets a courier tell something of a parcel; staff may say that it is lost.
func (s *story) trackSome() {
	under := s.parcelsOf(vocab.StageHandedOver)
	if len(under) == 0 {
		return
	}
	p := oneOf(s, "parcel", under...)
	stage := oneOf(s, "stage", vocab.CarrierDelivered, vocab.CarrierDelivered,
		vocab.CarrierDelivered, vocab.CarrierInTransit, vocab.CarrierProblem,
		vocab.CarrierRefused, vocab.CarrierReturning, vocab.CarrierReturned,
		vocab.CarrierLost)
	if stage == vocab.CarrierLost {
		_, err := s.parcels.MarkLost(s.seller, p.ID)
		s.took(err)
		return
	}
	s.tell(p.ID, courier.Snapshot{Events: []courier.Event{
		{At: s.now(), Stage: stage, Correction: s.coin("correction")}}})
}

func (s *story) answerInterception() {
	for _, p := range s.parcelsOf(vocab.StageHandedOver) {
		s.tell(p.ID, courier.Snapshot{Interception: oneOf(s, "answer",
			courier.InterceptionAccepted, courier.InterceptionRefused,
			courier.InterceptionSucceeded, courier.InterceptionFailed)})
	}
}

func (s *story) confirmReceipt() {
	it := oneOf(s, "item", s.items()...)
	_, err := s.orders.ConfirmReceipt(s.buyer, it.SubOrderID)
	s.took(err)
}

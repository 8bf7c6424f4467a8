package aftersale_test

import (
	"time"

	"orderflow/ent"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// deed is something that somebody does in a story.
type deed struct {
	name string
	do   func()
}

// steps lists what can happen in a story; what happens often is named more often.
func (s *story) steps() []deed {
	return []deed{
		{"ask", s.ask}, {"ask", s.ask}, {"ask", s.ask}, {"ask", s.ask}, {"ask", s.ask},
		{"ask", s.ask},
		{"staff ask", s.staffAsk}, {"close", s.closeUnshipped}, {"split", s.split},
		{"pack", s.packSome}, {"hand over", s.handOver}, {"hand over", s.handOver},
		{"hand over", s.handOver}, {"cancel", s.cancelParcel}, {"lack", s.lack},
		{"track", s.trackSome}, {"track", s.trackSome}, {"track", s.trackSome},
		{"intercept", s.answerInterception}, {"confirm", s.confirmReceipt},
		{"go on", s.goOn}, {"go on", s.goOn}, {"go on", s.goOn}, {"go on", s.goOn},
		{"go on", s.goOn}, {"go on", s.goOn}, {"go on", s.goOn}, {"go on", s.goOn},
		{"go on", s.goOn}, {"go on", s.goOn}, {"take back", s.withdraw},
		{"force", s.force}, {"extend", s.extend}, {"mood", s.turnMood}, {"repay", s.repaySome},
		{"pass", func() { s.pass(time.Minute) }}, {"pass", func() { s.pass(49 * time.Hour) }},
		{"pass", func() {
			s.pass(oneOf(s, "days", time.Hour, 25*time.Hour, 3*day, 8*day, 16*day))
		}},
	}
}

var (
	kinds = []vocab.AfterSaleKind{vocab.RefundOnly, vocab.RefundOnly, vocab.ReturnAndRefund,
		vocab.Exchange, vocab.Reship, vocab.PriceDifference}
	askedFor = []vocab.AfterSaleReason{vocab.ReasonNotWanted, vocab.ReasonQuality,
		vocab.ReasonNotDelivered}
)

// wish is a request of the order, which may be impossible.
func (s *story) wish() aftersale.RequestInput {
	items := s.items()
	first := oneOf(s, "item", items...)
	in := aftersale.RequestInput{SubOrder: first.SubOrderID, Kind: oneOf(s, "kind", kinds...),
		Reason: oneOf(s, "reason", askedFor...)}
	switch {
	case first.ShippedQuantity == 0:
		in.Kind = vocab.RefundOnly
	case s.sub(first).Status == vocab.Received:
	case s.coin("on its way"):
		in.Kind, in.Way = vocab.RefundOnly, oneOf(s, "way", vocab.ByInterception, vocab.ByRefusal)
		if s.coin("comes back") {
			in.Kind, in.Way = vocab.ReturnAndRefund, vocab.ByReturn
		}
	default:
		in.Goods = oneOf(s, "goods", "", vocab.GoodsReceived, vocab.GoodsUnshipped)
	}
	for _, it := range items {
		if it.ID == first.ID || it.SubOrderID == first.SubOrderID && s.coin("also") {
			in.Lines = append(in.Lines, s.wishOf(in.Kind, it))
		}
	}
	return in
}

func (s *story) wishOf(kind vocab.AfterSaleKind, it *ent.OrderItem) aftersale.Line {
	line := aftersale.Line{Item: it.ID}
	if kind != vocab.PriceDifference {
		line.Quantity = s.number("quantity", 1, max(1, it.RefundableQuantity))
	}
	if kind == vocab.PriceDifference || s.number("part of the money", 0, 3) == 0 {
		amount := s.number("amount", 0, it.Refundable)
		line.Amount = &amount
	}
	return line
}

func (s *story) ask() {
	in := s.wish()
	preview, wrong := s.sales.RefundPreview(s.buyer, in)
	id, err := s.sales.Request(s.buyer, in)
	if s.took(err) != s.took(wrong) {
		s.t.Fatalf("the preview says %v, the request %v", wrong, err)
	}
	if err != nil {
		return
	}
	a := s.sale(id)
	if a.Amount != preview.Total || a.Freight != preview.Freight || a.Goods != preview.Goods ||
		len(a.Edges.Lines) != len(preview.Lines) {
		s.t.Fatalf("request %+v, preview %+v", a, preview)
	}
}

func (s *story) staffAsk() {
	ask := oneOf(s, "how", s.sales.ForceNewRefund, s.sales.OpenForBuyer)
	_, err := ask(s.judge, s.wish())
	s.took(err)
}

func (s *story) turnMood() {
	s.bank.be(oneOf(s, "mood", pays, pays, refuses, takesTime, loses, mumbles, closes))
}

func (s *story) repaySome() {
	for _, r := range s.row().QueryRefunds().Where(entrefund.StatusIn(vocab.RefundFailed,
		vocab.RefundNeedsStaff)).AllX(s.t.Context()) {
		s.repay(r)
	}
}

// someone draws a request; nil when there is none.
func (s *story) someone() *ent.AfterSale {
	all := s.requests()
	if len(all) == 0 {
		return nil
	}
	return oneOf(s, "request", all...)
}

func (s *story) withdraw() {
	if a := s.someone(); a != nil {
		_, err := s.sales.Withdraw(s.buyer, a.ID)
		s.took(err)
	}
}

func (s *story) force() {
	if a := s.someone(); a != nil {
		_, err := s.sales.ForceRefund(s.judge, a.ID, aftersale.Statement{Text: "enough"})
		s.took(err)
	}
}

func (s *story) extend() {
	if a := s.someone(); a != nil {
		_, err := s.sales.Extend(s.judge, aftersale.ExtendInput{ID: a.ID,
			Kind: aftersale.Deadline(a.Status), Seconds: s.number("seconds", 1, 200_000)})
		s.took(err)
	}
}

// found draws what the warehouse finds of a request.
func (s *story) found(a *ent.AfterSale) (lines []aftersale.InspectedLine) {
	for _, line := range a.Edges.Lines {
		good := s.number("good", 0, line.Quantity)
		lines = append(lines, aftersale.InspectedLine{Item: line.ItemID, Good: good,
			Damaged: s.number("damaged", 0, line.Quantity-good)})
	}
	return lines
}

func refusal(id globalid.ID) aftersale.RejectInput {
	return aftersale.RejectInput{AfterSale: id, Reason: vocab.RejectionOther,
		Statement: aftersale.Statement{Images: []string{photo}}}
}

package aftersale_test

import (
	"time"

	"orderflow/ent"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// action is something that somebody does in a walk.
type action struct {
	name string
	do   func()
}

// actions lists what can happen in a walk; what happens often is listed more often.
func (w *walk) actions() []action {
	return []action{
		{"request", w.request}, {"request", w.request}, {"request", w.request},
		{"request", w.request}, {"request", w.request}, {"request", w.request},
		{"staff request", w.staffRequest}, {"close", w.closeUnshipped}, {"split", w.split},
		{"pack", w.packSome}, {"hand over", w.handOver}, {"hand over", w.handOver},
		{"hand over", w.handOver}, {"cancel", w.cancelParcel}, {"shortage", w.shortage},
		{"track", w.trackSome}, {"track", w.trackSome}, {"track", w.trackSome},
		{"intercept", w.answerInterception}, {"confirm", w.confirmReceipt},
		{"proceed", w.proceed}, {"proceed", w.proceed}, {"proceed", w.proceed}, {"proceed", w.proceed},
		{"proceed", w.proceed}, {"proceed", w.proceed}, {"proceed", w.proceed}, {"proceed", w.proceed},
		{"proceed", w.proceed}, {"proceed", w.proceed}, {"withdraw", w.withdraw},
		{"force", w.force}, {"extend", w.extend}, {"bank", w.setBank}, {"repay", w.repaySome},
		{"courier", func() { w.Courier.SetDown(w.coin("down")) }},
		{"pass", func() { w.pass(time.Minute) }}, {"pass", func() { w.pass(49 * time.Hour) }},
		{"pass", func() {
			w.pass(oneOf(w, "days", time.Hour, 25*time.Hour, 3*day, 8*day, 16*day))
		}},
	}
}

var (
	kinds = []vocab.AfterSaleKind{vocab.RefundOnly, vocab.RefundOnly, vocab.ReturnAndRefund,
		vocab.Exchange, vocab.Reship, vocab.PriceDifference}
	reasons = []vocab.AfterSaleReason{vocab.ReasonNotWanted, vocab.ReasonQuality,
		vocab.ReasonNotDelivered}
)

// randomRequest draws a request of the order, which may be impossible.
func (w *walk) randomRequest() aftersale.RequestInput {
	items := w.items()
	first := oneOf(w, "item", items...)
	in := aftersale.RequestInput{SubOrder: first.SubOrderID, Kind: oneOf(w, "kind", kinds...),
		Reason: oneOf(w, "reason", reasons...)}
	switch {
	case first.ShippedQuantity == 0:
		in.Kind = vocab.RefundOnly
	case w.SubOrder(first.SubOrderID).Status == vocab.Received:
	case w.coin("on its way"):
		in.Kind, in.Way = vocab.RefundOnly, oneOf(w, "way", vocab.ByInterception, vocab.ByRefusal)
		if w.coin("comes back") {
			in.Kind, in.Way = vocab.ReturnAndRefund, vocab.ByReturn
		}
	default:
		in.Goods = oneOf(w, "goods", "", vocab.GoodsReceived, vocab.GoodsUnshipped)
	}
	for _, it := range items {
		if it.ID == first.ID || it.SubOrderID == first.SubOrderID && w.coin("also") {
			in.Lines = append(in.Lines, w.randomLine(in.Kind, it))
		}
	}
	return in
}

func (w *walk) randomLine(kind vocab.AfterSaleKind, it *ent.OrderItem) aftersale.Line {
	line := aftersale.Line{Item: it.ID}
	if kind != vocab.PriceDifference {
		line.Quantity = w.number("quantity", 1, max(1, it.RefundableQuantity))
	}
	if kind == vocab.PriceDifference || w.number("part of the money", 0, 3) == 0 {
		amount := w.number("amount", 0, it.Refundable)
		line.Amount = &amount
	}
	return line
}

func (w *walk) request() {
	in := w.randomRequest()
	preview, wrong := w.AfterSales.RefundPreview(w.Buyer, in)
	id, err := w.AfterSales.Request(w.Buyer, in)
	if w.allowed(err) != w.allowed(wrong) {
		w.T.Fatalf("the preview returns %v, the request %v", wrong, err)
	}
	if err != nil {
		return
	}
	a := w.AfterSale(id)
	if a.Amount != preview.Total || a.Freight != preview.Freight || a.Goods != preview.Goods ||
		len(a.Edges.Lines) != len(preview.Lines) {
		w.T.Fatalf("request %+v, preview %+v", a, preview)
	}
}

func (w *walk) staffRequest() {
	open := oneOf(w, "how", w.AfterSales.ForceNewRefund, w.AfterSales.OpenForBuyer)
	_, err := open(w.Support, w.randomRequest())
	w.allowed(err)
}

func (w *walk) setBank() {
	w.Bank.Set(oneOf(w, "bank", ordertest.Pays, ordertest.Pays,
		ordertest.Refuses, ordertest.PaysLate, ordertest.LosesIt, ordertest.LosesReply,
		ordertest.Closes))
}

func (w *walk) repaySome() {
	for _, r := range w.row().QueryRefunds().Where(entrefund.StatusIn(vocab.RefundFailed,
		vocab.RefundNeedsStaff)).AllX(w.T.Context()) {
		w.repay(r)
	}
}

// anyRequest draws a request; nil when there is none.
func (w *walk) anyRequest() *ent.AfterSale {
	all := w.requests()
	if len(all) == 0 {
		return nil
	}
	return oneOf(w, "request", all...)
}

func (w *walk) withdraw() {
	if a := w.anyRequest(); a != nil {
		_, err := w.AfterSales.Withdraw(w.Buyer, a.ID)
		w.allowed(err)
	}
}

func (w *walk) force() {
	if a := w.anyRequest(); a != nil {
		_, err := w.AfterSales.ForceRefund(w.Support, a.ID, aftersale.Statement{Text: "enough"})
		w.allowed(err)
	}
}

func (w *walk) extend() {
	if a := w.anyRequest(); a != nil {
		_, err := w.AfterSales.Extend(w.Support, aftersale.ExtendInput{AfterSale: a.ID,
			Kind: aftersale.Deadline(a.Status), Seconds: w.number("seconds", 1, 200_000)})
		w.allowed(err)
	}
}

// inspected draws what the warehouse finds of a request.
func (w *walk) inspected(a *ent.AfterSale) (lines []aftersale.InspectedLine) {
	for _, line := range a.Edges.Lines {
		good := w.number("good", 0, line.Quantity)
		lines = append(lines, aftersale.InspectedLine{Item: line.ItemID, Good: good,
			Damaged: w.number("damaged", 0, line.Quantity-good)})
	}
	return lines
}

func refusal(id globalid.ID) aftersale.RejectInput {
	return aftersale.RejectInput{AfterSale: id, Reason: vocab.RejectionOther,
		Statement: aftersale.Statement{Images: []string{ordertest.Photo}}}
}

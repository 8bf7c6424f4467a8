package verify_test

import (
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shortage"
	"orderflow/internal/vocab"
)

var statement = aftersale.Statement{Text: "look at the dent", Images: []string{ordertest.Photo}}

var kinds = []vocab.AfterSaleKind{vocab.RefundOnly, vocab.ReturnAndRefund, vocab.Exchange,
	vocab.Reship, vocab.PriceDifference}

// openRequest opens a request: of the buyer, or of staff.
func (w *walker) openRequest(b purchase) {
	it, sub := w.item(b)
	in := w.randomRequest(it, sub)
	var err error
	switch w.some(8) {
	case 0:
		_, err = w.AfterSales.OpenForBuyer(w.Merchant, in)
	case 1:
		_, err = w.AfterSales.ForceNewRefund(w.Support, in)
	default:
		_, err = w.AfterSales.Request(b.buyer, in)
	}
	w.tried(fmt.Sprintf("request %s of %s", in.Kind, sub.Status), err)
}

// randomRequest draws a request, mostly one that is possible at that place.
func (w *walker) randomRequest(it *ent.OrderItem, sub *ent.SubOrder) aftersale.RequestInput {
	line := aftersale.Line{Item: it.ID, Quantity: 1 + w.some(3)}
	in := aftersale.RequestInput{SubOrder: sub.ID, Kind: pick(w, kinds),
		Reason:    pick(w, []vocab.AfterSaleReason{vocab.ReasonNotWanted, vocab.ReasonQuality}),
		Statement: statement}
	if sub.Status == vocab.Shipped || sub.Status == vocab.PartiallyShipped {
		in.Way = pick(w, []vocab.WayBack{"", vocab.ByInterception, vocab.ByRefusal, vocab.ByReturn})
		in.Kind = vocab.RefundOnly
		if in.Way == vocab.ByReturn {
			in.Kind = vocab.ReturnAndRefund
		}
	}
	amount := 1 + w.some(700)
	switch {
	case in.Kind == vocab.PriceDifference:
		line.Quantity, line.Amount = 0, &amount
	case w.some(5) == 0:
		line.Amount = &amount
	}
	in.Lines = append(in.Lines, line)
	return in
}

// byStatus is what may happen to a request in each status.
var byStatus = map[vocab.AfterSaleStatus][]func(*walker, purchase, *ent.AfterSale) error{
	vocab.AfterSaleAwaitingMerchant: {(*walker).approve, (*walker).approve, (*walker).reject,
		(*walker).propose},
	vocab.AfterSaleAwaitingBuyer:  {(*walker).answerProposal},
	vocab.AfterSaleAwaitingChoice: {(*walker).chooseWay},
	vocab.AfterSaleAwaitingReturn: {(*walker).submitReturn},
	vocab.AfterSaleReturnInTransit: {(*walker).confirmReturn, (*walker).confirmReturn,
		(*walker).refuseReturn},
	vocab.AfterSaleRejected:      {(*walker).escalate, (*walker).revise},
	vocab.AfterSaleInArbitration: {(*walker).rule},
	vocab.AfterSaleReshipping:    {(*walker).reship, (*walker).endReship},
}

// anyTime is what may be tried at any time.
var anyTime = []func(*walker, purchase, *ent.AfterSale) error{(*walker).approve,
	(*walker).confirmReturn, (*walker).withdraw, (*walker).force, (*walker).addMessage,
	(*walker).extend, (*walker).endReship}

// handleRequest does something about a request.
func (w *walker) handleRequest(b purchase) {
	a := pick(w, w.row(b).QueryAfterSales().WithLines().AllX(w.T.Context()))
	if a == nil {
		return
	}
	handle := pick(w, byStatus[a.Status])
	if handle == nil || w.some(6) == 0 {
		handle = pick(w, anyTime)
	}
	err := handle(w, b, a)
	after := w.DB.Client.AfterSale.GetX(w.T.Context(), a.ID)
	w.tried(fmt.Sprintf("%s %s becomes %s", a.Kind, a.Status, after.Status), err)
}

func (w *walker) approve(_ purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.Approve(w.Merchant, aftersale.ApproveInput{AfterSale: a.ID,
		Warehouse: pick(w, []globalid.ID{{}, w.North.ID})})
	return err
}

func (w *walker) reject(_ purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.Reject(w.Merchant, rejection(a.ID))
	return err
}

func (w *walker) propose(_ purchase, a *ent.AfterSale) error {
	in := aftersale.ProposeInput{AfterSale: a.ID, Kind: pick(w, kinds), Statement: statement}
	for _, line := range a.Edges.Lines {
		offered := document.ProposalLine{Item: line.ItemID, Quantity: min(line.Quantity, 1+w.some(2))}
		if in.Kind == vocab.PriceDifference {
			amount := 1 + w.some(500)
			offered.Quantity, offered.Amount = 0, &amount
		}
		in.Lines = append(in.Lines, offered)
	}
	_, err := w.AfterSales.Propose(w.Merchant, in)
	return err
}

func (w *walker) answerProposal(b purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.AnswerProposal(b.buyer, a.ID, w.some(3) > 0)
	return err
}

func (w *walker) chooseWay(b purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.ChooseAfterInterception(b.buyer, a.ID,
		pick(w, []vocab.WayBack{vocab.ByRefusal, vocab.ByReturn}))
	return err
}

func (w *walker) submitReturn(b purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.SubmitReturn(b.buyer, aftersale.SendInput{AfterSale: a.ID,
		Carrier: w.Carrier, TrackingNumber: a.ID.String()[4:]})
	return err
}

// confirmReturn records some of what was sent back.
func (w *walker) confirmReturn(_ purchase, a *ent.AfterSale) error {
	in := aftersale.ReturnedInput{RejectInput: rejection(a.ID)}
	for _, line := range a.Edges.Lines {
		good := w.some(line.Quantity + 1)
		in.Lines = append(in.Lines, aftersale.InspectedLine{Item: line.ItemID, Good: good,
			Damaged: w.some(line.Quantity - good + 1)})
	}
	_, err := w.AfterSales.ConfirmReturn(w.Warehouse, in)
	return err
}

func (w *walker) refuseReturn(_ purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.RefuseReturn(w.Warehouse, rejection(a.ID))
	return err
}

func (w *walker) escalate(b purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.Escalate(b.buyer, a.ID, statement)
	return err
}

func (w *walker) revise(b purchase, a *ent.AfterSale) error {
	in := w.randomRequest(w.Item(a.Edges.Lines[0].ItemID), w.SubOrder(a.SubOrderID))
	_, err := w.AfterSales.Revise(b.buyer,
		aftersale.ReviseInput{AfterSale: a.ID, RequestInput: in})
	return err
}

func (w *walker) rule(_ purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.Rule(w.Support, aftersale.RuleInput{AfterSale: a.ID,
		Ruling: pick(w, []aftersale.Ruling{aftersale.RuledRefund, aftersale.RuledReturn,
			aftersale.RuledReship, aftersale.RuledClose}),
		Liable:    pick(w, []vocab.LiableSide{vocab.LiableBuyer, vocab.LiableShop}),
		Statement: statement})
	return err
}

func (w *walker) reship(_ purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.Reship(w.Warehouse, a.ID)
	return err
}

func (w *walker) endReship(b purchase, a *ent.AfterSale) error {
	end := pick(w, []func() (globalid.ID, error){
		func() (globalid.ID, error) { return w.AfterSales.ConfirmReship(b.buyer, a.ID) },
		func() (globalid.ID, error) { return w.AfterSales.ChangeToRefund(b.buyer, a.ID) }})
	_, err := end()
	return err
}

func (w *walker) withdraw(b purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.Withdraw(b.buyer, a.ID)
	return err
}

func (w *walker) force(_ purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.ForceRefund(w.Support, a.ID, statement)
	return err
}

func (w *walker) addMessage(b purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.AddMessage(b.buyer, a.ID, statement)
	return err
}

func (w *walker) extend(_ purchase, a *ent.AfterSale) error {
	_, err := w.AfterSales.Extend(w.Support, aftersale.ExtendInput{AfterSale: a.ID,
		Kind: aftersale.Deadline(a.Status), Seconds: 3600})
	return err
}

// reportShortage reports that units are not there.
func (w *walker) reportShortage(b purchase) {
	it, sub := w.item(b)
	_, err := w.Shortages.Report(w.Warehouse, shortage.Report{SubOrder: sub.ID,
		Lines: []shortage.Line{{Item: it.ID, Quantity: 1 + w.some(2)}}})
	w.tried("report a shortage", err)
}

// settleShortage offers something for what lacks, or chooses.
func (w *walker) settleShortage(b purchase) {
	s := pick(w, w.row(b).QueryShortages().AllX(w.T.Context()))
	if s == nil {
		return
	}
	options := []vocab.ShortageOption{vocab.OptionTransfer, vocab.OptionWarehouse}
	var err error
	if s.Status == vocab.ShortageOpen && w.some(4) > 0 {
		_, err = w.Shortages.Offer(w.Merchant, shortage.Offer{Shortage: s.ID,
			Options: options, Warehouse: pick(w, []globalid.ID{w.North.ID, w.South.ID})})
	} else {
		_, err = w.Shortages.Choose(b.buyer, shortage.Choice{Shortage: s.ID,
			Choice: pick(w, slices.Concat(options, options, []vocab.ShortageOption{
				vocab.OptionRefund}))})
	}
	w.tried("settle a shortage "+string(s.Status), err)
}

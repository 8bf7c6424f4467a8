package verify_test

import (
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

var shown = aftersale.Statement{Text: "look", Images: []string{"https://img.example/1.jpg"}}

var asked = []vocab.AfterSaleKind{vocab.RefundOnly, vocab.ReturnAndRefund, vocab.Exchange,
	vocab.Reship, vocab.PriceDifference}

// complain opens a request: of the buyer, or of staff.
func (w *walker) complain(b bought) {
	it, sub := w.item(b)
	in := w.wish(it, sub)
	var err error
	switch w.some(8) {
	case 0:
		_, err = w.sales.OpenForBuyer(w.staff[vocab.Merchant], in)
	case 1:
		_, err = w.sales.ForceNewRefund(w.staff[vocab.Support], in)
	default:
		_, err = w.sales.Request(b.buyer, in)
	}
	w.tried(fmt.Sprintf("ask for %s of %s", in.Kind, sub.Status), err)
}

// wish is something to ask for, mostly what is possible at that place.
func (w *walker) wish(it *ent.OrderItem, sub *ent.SubOrder) aftersale.RequestInput {
	line := aftersale.Line{Item: it.ID, Quantity: 1 + w.some(3)}
	in := aftersale.RequestInput{SubOrder: sub.ID, Kind: pick(w, asked),
		Reason:    pick(w, []vocab.AfterSaleReason{vocab.ReasonNotWanted, vocab.ReasonQuality}),
		Statement: shown}
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

// turns is what may happen to a request in each status, by whoever's turn it is.
var turns = map[vocab.AfterSaleStatus][]func(*walker, bought, *ent.AfterSale) error{
	vocab.AfterSaleAwaitingMerchant: {(*walker).agree, (*walker).agree, (*walker).refuse,
		(*walker).propose},
	vocab.AfterSaleAwaitingBuyer:   {(*walker).answer},
	vocab.AfterSaleAwaitingChoice:  {(*walker).chooseWay},
	vocab.AfterSaleAwaitingReturn:  {(*walker).giveBack},
	vocab.AfterSaleReturnInTransit: {(*walker).unpack, (*walker).unpack, (*walker).turnDown},
	vocab.AfterSaleRejected:        {(*walker).escalate, (*walker).revise},
	vocab.AfterSaleInArbitration:   {(*walker).rule},
	vocab.AfterSaleReshipping:      {(*walker).reship, (*walker).endReship},
}

// always is what may be tried at any time.
var always = []func(*walker, bought, *ent.AfterSale) error{(*walker).agree, (*walker).unpack,
	(*walker).withdraw, (*walker).force, (*walker).talk, (*walker).extend, (*walker).endReship}

// negotiate lets somebody do something about a request.
func (w *walker) negotiate(b bought) {
	a := pick(w, w.row(b).QueryAfterSales().WithLines().AllX(w.t.Context()))
	if a == nil {
		return
	}
	turn := pick(w, turns[a.Status])
	if turn == nil || w.some(6) == 0 {
		turn = pick(w, always)
	}
	err := turn(w, b, a)
	after := w.db.Client.AfterSale.GetX(w.t.Context(), a.ID)
	w.tried(fmt.Sprintf("%s %s becomes %s", a.Kind, a.Status, after.Status), err)
}

func (w *walker) agree(_ bought, a *ent.AfterSale) error {
	_, err := w.sales.Approve(w.staff[vocab.Merchant], aftersale.ApproveInput{AfterSale: a.ID,
		Warehouse: pick(w, []globalid.ID{{}, w.north.ID})})
	return err
}

func (w *walker) refuse(_ bought, a *ent.AfterSale) error {
	_, err := w.sales.Reject(w.staff[vocab.Merchant], refusal(claimed{id: a.ID}))
	return err
}

func (w *walker) propose(_ bought, a *ent.AfterSale) error {
	in := aftersale.ProposeInput{AfterSale: a.ID, Kind: pick(w, asked), Statement: shown}
	for _, line := range a.Edges.Lines {
		offered := document.ProposalLine{Item: line.ItemID, Quantity: min(line.Quantity, 1+w.some(2))}
		if in.Kind == vocab.PriceDifference {
			amount := 1 + w.some(500)
			offered.Quantity, offered.Amount = 0, &amount
		}
		in.Lines = append(in.Lines, offered)
	}
	_, err := w.sales.Propose(w.staff[vocab.Merchant], in)
	return err
}

func (w *walker) answer(b bought, a *ent.AfterSale) error {
	_, err := w.sales.AnswerProposal(b.buyer, a.ID, w.some(3) > 0)
	return err
}

func (w *walker) chooseWay(b bought, a *ent.AfterSale) error {
	_, err := w.sales.ChooseAfterInterception(b.buyer, a.ID,
		pick(w, []vocab.WayBack{vocab.ByRefusal, vocab.ByReturn}))
	return err
}

func (w *walker) giveBack(b bought, a *ent.AfterSale) error {
	_, err := w.sales.SubmitReturn(b.buyer, aftersale.SendInput{AfterSale: a.ID, Carrier: "post",
		TrackingNumber: a.ID.String()[4:]})
	return err
}

// unpack lets the warehouse find some of what was sent back.
func (w *walker) unpack(_ bought, a *ent.AfterSale) error {
	in := aftersale.ReturnedInput{RejectInput: refusal(claimed{id: a.ID})}
	for _, line := range a.Edges.Lines {
		good := w.some(line.Quantity + 1)
		in.Lines = append(in.Lines, aftersale.InspectedLine{Item: line.ItemID, Good: good,
			Damaged: w.some(line.Quantity - good + 1)})
	}
	_, err := w.sales.ConfirmReturn(w.staff[vocab.Warehouse], in)
	return err
}

func (w *walker) turnDown(_ bought, a *ent.AfterSale) error {
	_, err := w.sales.RefuseReturn(w.staff[vocab.Warehouse], refusal(claimed{id: a.ID}))
	return err
}

func (w *walker) escalate(b bought, a *ent.AfterSale) error {
	_, err := w.sales.Escalate(b.buyer, a.ID, shown)
	return err
}

func (w *walker) revise(b bought, a *ent.AfterSale) error {
	it := w.db.Client.OrderItem.GetX(w.t.Context(), a.Edges.Lines[0].ItemID)
	_, err := w.sales.Revise(b.buyer, aftersale.ReviseInput{AfterSale: a.ID, RequestInput: w.wish(it,
		w.db.Client.SubOrder.GetX(w.t.Context(), a.SubOrderID))})
	return err
}

func (w *walker) rule(_ bought, a *ent.AfterSale) error {
	_, err := w.sales.Rule(w.staff[vocab.Support], aftersale.RuleInput{AfterSale: a.ID,
		Ruling: pick(w, []aftersale.Ruling{aftersale.RuledRefund, aftersale.RuledReturn,
			aftersale.RuledReship, aftersale.RuledClose}),
		Liable:    pick(w, []vocab.LiableSide{vocab.LiableBuyer, vocab.LiableShop}),
		Statement: shown})
	return err
}

func (w *walker) reship(_ bought, a *ent.AfterSale) error {
	_, err := w.sales.Reship(w.staff[vocab.Warehouse], a.ID)
	return err
}

func (w *walker) endReship(b bought, a *ent.AfterSale) error {
	end := pick(w, []func() (globalid.ID, error){
		func() (globalid.ID, error) { return w.sales.ConfirmReship(b.buyer, a.ID) },
		func() (globalid.ID, error) { return w.sales.ChangeToRefund(b.buyer, a.ID) }})
	_, err := end()
	return err
}

func (w *walker) withdraw(b bought, a *ent.AfterSale) error {
	_, err := w.sales.Withdraw(b.buyer, a.ID)
	return err
}

func (w *walker) force(_ bought, a *ent.AfterSale) error {
	_, err := w.sales.ForceRefund(w.staff[vocab.Support], a.ID, shown)
	return err
}

func (w *walker) talk(b bought, a *ent.AfterSale) error {
	_, err := w.sales.AddMessage(b.buyer, a.ID, shown)
	return err
}

func (w *walker) extend(_ bought, a *ent.AfterSale) error {
	_, err := w.sales.Extend(w.staff[vocab.Support], aftersale.ExtendInput{ID: a.ID,
		Kind: aftersale.Deadline(a.Status), Seconds: 3600})
	return err
}

// miss lets the warehouse tell that units are not there.
func (w *walker) miss(b bought) {
	it, sub := w.item(b)
	_, err := w.short.Report(w.staff[vocab.Warehouse], aftersale.ShortageReport{SubOrder: sub.ID,
		Lines: []aftersale.ShortageLine{{Item: it.ID, Quantity: 1 + w.some(2)}}})
	w.tried("report a shortage", err)
}

// choose lets the shop offer something for what lacks, or the buyer choose.
func (w *walker) choose(b bought) {
	s := pick(w, w.row(b).QueryShortages().AllX(w.t.Context()))
	if s == nil {
		return
	}
	options := []vocab.ShortageOption{vocab.OptionTransfer, vocab.OptionWarehouse}
	var err error
	if s.Status == vocab.ShortageOpen && w.some(4) > 0 {
		_, err = w.short.Offer(w.staff[vocab.Merchant], aftersale.ShortageOffer{Shortage: s.ID,
			Options: options, Warehouse: pick(w, []globalid.ID{w.north.ID, w.south.ID})})
	} else {
		_, err = w.short.Choose(b.buyer, aftersale.ShortageChoice{Shortage: s.ID,
			Choice: pick(w, slices.Concat(options, options, []vocab.ShortageOption{
				vocab.OptionRefund}))})
	}
	w.tried("see to a shortage "+string(s.Status), err)
}

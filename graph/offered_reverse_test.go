package graph_test

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// requests tries each request that afterSaleOptions offers for a sub-order, or when it offers none
// each kind of each item, which must be refused.
func requests(
	do func(*aftersale.AfterSales, context.Context, aftersale.RequestInput) (globalid.ID, error),
) attempt {
	return func(w *offered, who offeredTo, sub globalid.ID) (inputs []func() error) {
		all, err := w.AfterSales.OrderOptions(who.ctx, w.order)
		if err != nil && fault.All(err) == nil {
			w.T.Fatal(err)
		}
		for _, options := range all {
			if options.SubOrder != sub {
				continue
			}
			offers := options.Together.Possible
			for _, line := range options.Lines {
				offers = append(offers, line.Possible...)
			}
			w.chance.Shuffle(len(offers), func(i, j int) {
				offers[i], offers[j] = offers[j], offers[i]
			})
			for _, offer := range offers {
				inputs = append(inputs, func() error {
					_, err := do(w.AfterSales, who.ctx, inputOf(sub, offer))
					return err
				})
			}
		}
		if len(inputs) > 0 {
			return inputs
		}
		for _, it := range w.itemsOf(sub) {
			for _, kind := range []vocab.AfterSaleKind{vocab.RefundOnly, vocab.ReturnAndRefund,
				vocab.Exchange, vocab.Reship, vocab.PriceDifference} {
				inputs = append(inputs, func() error {
					in := ordertest.RequestFor(it, kind, 1)
					if kind == vocab.PriceDifference {
						amount := int64(1)
						in.Lines[0].Quantity, in.Lines[0].Amount = 0, &amount
					}
					_, err := do(w.AfterSales, who.ctx, in)
					return err
				})
			}
		}
		return inputs
	}
}

// inputOf is the request that an offer is about.
func inputOf(sub globalid.ID, offer aftersale.Offer) aftersale.RequestInput {
	terms := offer.Terms[0]
	in := aftersale.RequestInput{SubOrder: sub, Kind: offer.Kind, Goods: offer.Goods,
		Way: offer.Way, Reason: terms.Reasons[0]}
	if offer.Parcel != nil {
		in.Parcel = *offer.Parcel
	}
	for _, line := range terms.Preview.Lines {
		if !slices.Contains(offer.Named, line.Item) {
			continue // a gift
		}
		named := aftersale.Line{Item: line.Item, Quantity: line.Quantity}
		if line.Quantity == 0 {
			named.Amount = &line.MostAmount
		}
		in.Lines = append(in.Lines, named)
	}
	return in
}

var (
	saying    = aftersale.Statement{Text: "look", Images: []string{ordertest.Photo}}
	rejection = aftersale.RejectInput{Reason: vocab.RejectionOther, Statement: saying}
)

// afterSaleAttempts are actions on requests.
var afterSaleAttempts = map[string]attempt{
	"AfterSale.WITHDRAW":         onRequest((*aftersale.AfterSales).Withdraw),
	"AfterSale.RESHIP":           onRequest((*aftersale.AfterSales).Reship),
	"AfterSale.CONFIRM_RESHIP":   onRequest((*aftersale.AfterSales).ConfirmReship),
	"AfterSale.CHANGE_TO_REFUND": onRequest((*aftersale.AfterSales).ChangeToRefund),
	"AfterSale.ACCEPT_PROPOSAL":  answerOffer(true),
	"AfterSale.REFUSE_PROPOSAL":  answerOffer(false),
	"AfterSale.CHOOSE_REFUSAL":   chooseWay(vocab.ByRefusal),
	"AfterSale.CHOOSE_RETURN":    chooseWay(vocab.ByReturn),
	"AfterSale.RULE_REFUND":      rule(aftersale.RuledRefund),
	"AfterSale.RULE_RETURN":      rule(aftersale.RuledReturn),
	"AfterSale.RULE_RESHIP":      rule(aftersale.RuledReship),
	"AfterSale.RULE_CLOSE":       rule(aftersale.RuledClose),
	"AfterSale.APPROVE": request(func(w *offered, who offeredTo, a *ent.AfterSale) error {
		_, err := w.AfterSales.Approve(who.ctx, aftersale.ApproveInput{AfterSale: a.ID})
		return err
	}),
	"AfterSale.REJECT": request(func(w *offered, who offeredTo, a *ent.AfterSale) error {
		in := rejection
		in.AfterSale = a.ID
		_, err := w.AfterSales.Reject(who.ctx, in)
		return err
	}),
	"AfterSale.REFUSE_RETURN": request(func(w *offered, who offeredTo, a *ent.AfterSale) error {
		in := rejection
		in.AfterSale = a.ID
		_, err := w.AfterSales.RefuseReturn(who.ctx, in)
		return err
	}),
	"AfterSale.CONFIRM_RETURN": request(confirmReturn),
	"AfterSale.PROPOSE":        request(propose),
	"AfterSale.SEND_RETURN": request(func(w *offered, who offeredTo, a *ent.AfterSale) error {
		_, err := w.AfterSales.SubmitReturn(who.ctx, aftersale.SendInput{AfterSale: a.ID,
			Carrier: "YTO", TrackingNumber: w.Label("B")})
		return err
	}),
	"AfterSale.REVISE": request(revise),
	"AfterSale.ESCALATE": request(func(w *offered, who offeredTo, a *ent.AfterSale) error {
		_, err := w.AfterSales.Escalate(who.ctx, a.ID, saying)
		return err
	}),
	"AfterSale.ADD_MESSAGE": request(func(w *offered, who offeredTo, a *ent.AfterSale) error {
		_, err := w.AfterSales.AddMessage(who.ctx, a.ID, saying)
		return err
	}),
	"AfterSale.FORCE_REFUND": request(func(w *offered, who offeredTo, a *ent.AfterSale) error {
		_, err := w.AfterSales.ForceRefund(who.ctx, a.ID, saying)
		return err
	}),
	"AfterSale.EXTEND_DEADLINE": request(func(w *offered, who offeredTo, a *ent.AfterSale) error {
		_, err := w.AfterSales.Extend(who.ctx, aftersale.ExtendInput{AfterSale: a.ID,
			Kind: aftersale.Deadline(a.Status), Seconds: 60})
		return err
	}),
}

func request(do func(w *offered, who offeredTo, a *ent.AfterSale) error) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		return do(w, who, w.AfterSale(id))
	})
}

func onRequest(
	do func(*aftersale.AfterSales, context.Context, globalid.ID) (globalid.ID, error),
) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := do(w.AfterSales, who.ctx, id)
		return err
	})
}

func answerOffer(accept bool) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.AfterSales.AnswerProposal(who.ctx, id, accept)
		return err
	})
}

func chooseWay(way vocab.WayBack) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.AfterSales.ChooseAfterInterception(who.ctx, id, way)
		return err
	})
}

func rule(ruling aftersale.Ruling) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.AfterSales.Rule(who.ctx, aftersale.RuleInput{AfterSale: id, Ruling: ruling,
			Liable: vocab.LiableShop})
		return err
	})
}

func confirmReturn(w *offered, who offeredTo, a *ent.AfterSale) error {
	in := aftersale.ReturnedInput{RejectInput: rejection}
	in.AfterSale = a.ID
	for _, line := range a.Edges.Lines {
		in.Lines = append(in.Lines,
			aftersale.InspectedLine{Item: line.ItemID, Good: line.Quantity})
	}
	_, err := w.AfterSales.ConfirmReturn(who.ctx, in)
	return err
}

func propose(w *offered, who offeredTo, a *ent.AfterSale) error {
	in := aftersale.ProposeInput{AfterSale: a.ID, Kind: a.Kind, Statement: saying}
	for _, line := range a.Edges.Lines {
		offer := document.ProposalLine{Item: line.ItemID, Quantity: line.Quantity}
		if line.Quantity == 0 {
			offer.Amount = &line.Amount
		}
		in.Lines = append(in.Lines, offer)
	}
	_, err := w.AfterSales.Propose(who.ctx, in)
	return err
}

// revise requests the same again.
func revise(w *offered, who offeredTo, a *ent.AfterSale) error {
	in := aftersale.ReviseInput{AfterSale: a.ID, RequestInput: aftersale.RequestInput{
		Kind: a.Kind, Reason: a.Reason, Goods: a.Goods, Statement: saying}}
	if a.Way != nil {
		in.Way = *a.Way
	}
	if a.ShipmentID != nil {
		in.Parcel = *a.ShipmentID
	}
	for _, line := range a.Edges.Lines {
		in.Lines = append(in.Lines, aftersale.Line{Item: line.ItemID, Quantity: line.Quantity,
			Amount: &line.Amount})
	}
	_, err := w.AfterSales.Revise(who.ctx, in)
	return err
}

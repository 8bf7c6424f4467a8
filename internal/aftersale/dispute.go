package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// ReviseInput asks anew after a refusal: SubOrder is that of the request and may be left out.
type ReviseInput struct {
	AfterSale globalid.ID
	RequestInput
}

// Revise asks for something else, or shows more, after the shop refused 修改申请. What the request
// holds is taken anew.
//
// The buyer may call it before goods have gone back. Faults besides the common ones: those of
// Request. After commit the shop's time to answer runs.
func (s *AfterSales) Revise(ctx context.Context, in ReviseInput) (globalid.ID, error) {
	if err := in.check(); err != nil {
		return in.AfterSale, err
	}
	return s.onRequest(ctx, in.AfterSale, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, d *desk) error {
			in.SubOrder = d.Row.SubOrderID
			if d.mayTake(vocab.ReviseAfterSale, d.role()) {
				if err := d.askAnew(ctx, in.RequestInput); err != nil {
					return err
				}
			}
			return d.step(ctx, step{on: vocab.ReviseAfterSale, by: d.role(),
				reason: string(in.Reason)})
		})
}

// askAnew gives back what the request holds and takes what is asked for now.
func (d *desk) askAnew(ctx context.Context, in RequestInput) error {
	if err := d.unlock(ctx); err != nil {
		return err
	}
	if err := d.drop(ctx); err != nil {
		return err
	}
	_, err := d.tx.AfterSaleLine.Delete().Where(aftersaleline.AfterSaleID(d.Row.ID)).Exec(ctx)
	if err != nil {
		return err
	}
	d.lines = nil
	o, err := d.opening(ctx, d.tx, d.l, in)
	if err != nil {
		return err
	}
	o.revised = true
	p, err := o.plan(ctx)
	if err != nil {
		return err
	}
	update := d.tx.AfterSale.Update().Where(entaftersale.ID(d.Row.ID)).SetKind(p.kind.name).
		SetGoods(p.goods).ClearWay().SetReason(in.Reason).SetText(in.Text).
		SetLiable(side(in.Reason, p.goods)).ClearRejection().ClearShipmentID()
	if p.way != nil {
		update.SetWay(*p.way)
	}
	if p.parcel != nil {
		update.SetShipmentID(p.parcel.ID)
	}
	if err := update.Exec(ctx); err != nil {
		return err
	}
	if d.Row, err = d.tx.AfterSale.Get(ctx, d.Row.ID); err != nil {
		return err
	}
	d.Parcel = p.parcel
	if err := d.take(ctx, p.claims); err != nil {
		return err
	}
	return d.say(ctx, vocab.MessageRequest, in.Statement)
}

// Escalate asks the platform to decide 申请平台介入.
//
// The buyer may call it after a refusal. Faults besides the common ones: INVALID_INPUT,
// LIMIT_EXCEEDED. After commit staff have time to rule.
func (s *AfterSales) Escalate(
	ctx context.Context, id globalid.ID, said Statement,
) (globalid.ID, error) {
	var faults fault.List
	said.check(&faults)
	if err := faults.Err(); err != nil {
		return id, err
	}
	return s.onRequest(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, d *desk) error {
			if err := d.say(ctx, vocab.MessageEvidence, said); err != nil {
				return err
			}
			return d.step(ctx, step{on: vocab.EscalateAfterSale, by: d.role()})
		})
}

// Ruling is what staff decide.
type Ruling string

// The rulings.
const (
	RuledRefund Ruling = "REFUND"
	RuledReturn Ruling = "RETURN_AND_REFUND"
	RuledReship Ruling = "RESHIP"
	RuledClose  Ruling = "CLOSE"
)

// RuleInput decides a dispute. Liable bears the freight.
type RuleInput struct {
	AfterSale globalid.ID
	Ruling    Ruling
	Liable    vocab.LiableSide
	Statement
}

// Rule decides a dispute, for good 平台判定.
//
// Support and platform staff may call it. Faults besides the common ones: INVALID_INPUT,
// LIMIT_EXCEEDED, OUT_OF_STOCK. After commit as Approve, or nothing follows.
func (s *AfterSales) Rule(ctx context.Context, in RuleInput) (globalid.ID, error) {
	on, known := map[Ruling]vocab.AfterSaleAction{
		RuledRefund: vocab.RuleForRefund, RuledReturn: vocab.RuleForReturn,
		RuledReship: vocab.RuleForReship, RuledClose: vocab.RuleAgainst,
	}[in.Ruling]
	var faults fault.List
	if !known {
		faults.Add("ruling", fault.InvalidInput, "There is no such ruling.")
	}
	if in.Liable != vocab.LiableBuyer && in.Liable != vocab.LiableShop {
		faults.Add("liable", fault.InvalidInput, "It must be BUYER or SHOP.")
	}
	in.check(&faults)
	if err := faults.Err(); err != nil {
		return in.AfterSale, err
	}
	return s.onRequest(ctx, in.AfterSale, staff, func(ctx context.Context, d *desk) error {
		k, _ := kindOf(d.Row.Kind)
		if in.Ruling == RuledReturn && (!k.units || d.Row.Goods == vocab.GoodsUnshipped) {
			return fault.At("ruling", fault.InvalidInput, "There are no goods to be returned.")
		}
		if err := d.say(ctx, vocab.MessageRuling, in.Statement); err != nil {
			return err
		}
		return d.step(ctx, step{on: on, by: d.role(), reason: string(in.Liable),
			trigger: vocab.TriggerRuled, change: func(u *ent.AfterSaleUpdate) {
				u.SetLiable(in.Liable)
				if in.Ruling == RuledReturn {
					u.SetKind(vocab.ReturnAndRefund)
					d.byReturn(u)
				}
			}})
	})
}

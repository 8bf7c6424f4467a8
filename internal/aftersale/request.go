package aftersale

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Request opens a request of the buyer 申请售后. What it asks for is taken out of what the order can
// still give back, in the same transaction.
//
// The buyer of the sub-order may call it. Faults besides the common ones: INVALID_INPUT,
// LIMIT_EXCEEDED, MIXED_QUANTITY. After commit the refund of unshipped units runs, or the shop's
// time to answer.
func (s *AfterSales) Request(ctx context.Context, in RequestInput) (globalid.ID, error) {
	v, err := actingRole(ctx, vocab.Buyer)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.openFor(ctx, v, in, vocab.RequestAfterSale, vocab.TriggerUnshipped)
}

// check finds faults of the input that need no order.
func (in RequestInput) check() error {
	var faults fault.List
	if !slices.Contains(reasons, in.Reason) {
		faults.Add("reason", fault.InvalidInput, "There is no such reason.")
	}
	in.Statement.check(&faults)
	return faults.Err()
}

// subOf reads a sub-order that is the viewer's business. Fault: NOT_FOUND.
func (s *AfterSales) subOf(
	ctx context.Context, v *auth.Viewer, id globalid.ID,
) (*ent.SubOrder, error) {
	sub, err := s.db.Client.SubOrder.Get(ctx, id)
	if ent.IsNotFound(err) || err == nil && !order.OfViewer(v, sub) {
		return nil, fault.At("subOrder", fault.NotFound, "There is no such sub-order.")
	}
	return sub, err
}

// openFor opens a request as a viewer's command.
func (s *AfterSales) openFor(
	ctx context.Context, v *auth.Viewer, in RequestInput, on vocab.AfterSaleAction,
	trigger vocab.RefundTrigger,
) (id globalid.ID, err error) {
	if err := in.check(); err != nil {
		return id, err
	}
	seen, err := s.subOf(ctx, v, in.SubOrder)
	if err != nil {
		return id, err
	}
	ids, _, err := s.db.Command(ctx, func(ctx context.Context, tx *store.Tx) (
		[]globalid.ID, error,
	) {
		l, err := order.Lock(ctx, tx, seen.OrderID, order.ActorOf(v))
		if err != nil {
			return nil, err
		}
		o, err := s.opening(ctx, tx, l, in)
		if err != nil {
			return nil, err
		}
		o.staffed = v.IsStaff()
		p, err := o.plan(ctx)
		if err != nil {
			return nil, err
		}
		d, err := s.create(ctx, tx, o, p, start{on: on, by: v.Role, trigger: trigger})
		if err != nil {
			return nil, err
		}
		return []globalid.ID{d.Row.ID}, l.Write(ctx, tx)
	})
	if err != nil {
		return id, err
	}
	return ids[0], nil
}

func (s *AfterSales) opening(
	ctx context.Context, tx *store.Tx, l *order.Locked, in RequestInput,
) (*opening, error) {
	o := &opening{client: tx.Client(), l: l, sub: l.Sub(in.SubOrder), in: in, now: tx.Now}
	var err error
	o.shop, err = tx.Shop.Get(ctx, o.sub.ShopID)
	return o, err
}

// start is how a request begins.
type start struct {
	on      vocab.AfterSaleAction
	by      vocab.Role
	trigger vocab.RefundTrigger
}

// create writes a request, takes what it asks for and lets it go on. Fault: ACTION_NOT_ALLOWED.
func (s *AfterSales) create(
	ctx context.Context, tx *store.Tx, o *opening, p *plan, by start,
) (*desk, error) {
	d := &desk{AfterSales: s, tx: tx, l: o.l, sub: o.sub, Seen: Seen{
		Row:    &ent.AfterSale{Kind: p.kind.name, Goods: p.goods, Way: p.way},
		Parcel: p.parcel, Policy: o.shop.Policy, Now: tx.Now}}
	facts := d.Facts()
	facts.SelfApproved = p.selfApproved
	row, err := lifecycle.AfterSale.Next("", by.on, by.by, facts)
	if err != nil {
		return nil, order.NotAllowed(err)
	}
	create, err := d.draft(ctx, o, p, by.by)
	if err != nil {
		return nil, err
	}
	d.Row, err = create.SetStatus(row.To).SetNillableDueAt(d.dueIn(row.To)).Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.take(ctx, p.claims); err != nil {
		return nil, err
	}
	if err := d.say(ctx, vocab.MessageRequest, o.in.Statement); err != nil {
		return nil, err
	}
	if err := d.l.OpenRequest(ctx, tx, d.sub); err != nil {
		return nil, err
	}
	d.tell(row.Emit, "", row.To, string(o.in.Reason))
	return d, d.enter(ctx, by.trigger)
}

// draft fills the row of a request with what does not change by its status.
func (d *desk) draft(
	ctx context.Context, o *opening, p *plan, by vocab.Role,
) (*ent.AfterSaleCreate, error) {
	before, err := d.tx.AfterSale.Query().
		Where(entaftersale.OrderID(d.l.Order.ID)).Count(ctx)
	if err != nil {
		return nil, err
	}
	create := d.tx.AfterSale.Create().
		SetNumber(fmt.Sprintf("%s-A%d", d.l.Order.Number, before+1)).
		SetOrderID(d.l.Order.ID).SetSubOrderID(d.sub.ID).SetShopID(d.sub.ShopID).
		SetBuyerID(d.sub.BuyerID).SetKind(p.kind.name).SetGoods(p.goods).SetNillableWay(p.way).
		SetReason(o.in.Reason).SetText(o.in.Text).SetOpenedBy(by).
		SetCurrency(d.sub.Currency).SetLiable(side(o.in.Reason, p.goods)).SetCreatedAt(d.Now)
	if p.parcel != nil {
		create.SetShipmentID(p.parcel.ID)
	}
	return create, nil
}

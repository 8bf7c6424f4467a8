package aftersale

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Request opens a request of the buyer 申请售后. What it is about is taken out of what the order can
// still give back, in the same transaction.
//
// The buyer of the sub-order may call it. Faults besides the common ones: INVALID_INPUT,
// LIMIT_EXCEEDED, MIXED_QUANTITY, TOO_MANY. After commit the refund of unshipped units runs, or the
// shop's time to answer.
func (s *AfterSales) Request(ctx context.Context, in RequestInput) (globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Buyer)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.openFor(ctx, v, in, start{
		action: vocab.RequestAfterSale, trigger: vocab.TriggerUnshipped})
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
	if ent.IsNotFound(err) || err == nil && !v.Concerns(sub.BuyerID, sub.ShopID) {
		return nil, fault.At("subOrder", fault.NotFound, "There is no such sub-order.")
	}
	return sub, err
}

// openFor opens a request as a viewer's command.
func (s *AfterSales) openFor(
	ctx context.Context, v *auth.Viewer, in RequestInput, by start,
) (id globalid.ID, err error) {
	if err := in.check(); err != nil {
		return id, err
	}
	found, err := s.subOf(ctx, v, in.SubOrder)
	if err != nil {
		return id, err
	}
	ids, err := s.requests.CommandOnRow(ctx, found.OrderID, v,
		func(ctx context.Context, l *order.Locked) ([]globalid.ID, error) {
			if err := l.Load(ctx); err != nil {
				return nil, err
			}
			draft, err := s.newDraft(ctx, l, in)
			if err != nil {
				return nil, err
			}
			draft.askedBy(s, v)
			p, err := draft.resolve(ctx)
			if err != nil {
				return nil, err
			}
			by.by = v.Role
			request, err := s.create(ctx, draft, p, by)
			if err != nil {
				return nil, err
			}
			return []globalid.ID{request.Row.ID}, nil
		})
	if err != nil {
		return id, err
	}
	return ids[0], nil
}

// overForLong reports whether a sub-order has been over for longer than its shop opens requests.
func (s *AfterSales) overForLong(sub *ent.SubOrder, now time.Time) bool {
	for _, end := range []*time.Time{sub.CompletedAt, sub.ClosedAt} {
		if end != nil && end.Before(now.AddDate(0, 0, -s.OpenDays)) {
			return true
		}
	}
	return false
}

// start is how a request begins.
type start struct {
	action  vocab.AfterSaleAction
	by      vocab.Role
	trigger vocab.RefundTrigger
}

// create makes a request, takes what it is about and takes it on. Fault: ACTION_NOT_ALLOWED.
func (s *AfterSales) create(
	ctx context.Context, draft *requestDraft, p *plan, by start,
) (*session, error) {
	l, liable := draft.l, side(draft.in.Reason, p.goods)
	id := globalid.New(globalid.AfterSale)
	row := &ent.AfterSale{ID: id,
		Number:  requestNumber(l.Order.Number, len(draft.earlier)+1),
		OrderID: l.Order.ID, SubOrderID: draft.sub.ID, ShopID: draft.sub.ShopID,
		PolicyVersion: draft.sub.PolicyVersion,
		BuyerID:       draft.sub.BuyerID, Kind: p.kind.name, Goods: p.goods, Way: p.way,
		Reason: draft.in.Reason, OpenedBy: by.by,
		Text:     s.keys.SealText(draft.in.Text, id, entaftersale.FieldText),
		Currency: draft.sub.Currency, Liable: &liable, CreatedAt: l.Tx.Now}
	if p.parcel != nil {
		row.ShipmentID = &p.parcel.ID
	}
	request := &session{AfterSales: s, Locked: l, sub: draft.sub, made: true, Snapshot: Snapshot{
		Row: row, Parcel: p.parcel, Terms: draft.terms, Now: l.Tx.Now}}
	facts := request.Facts()
	facts.SelfApproved = p.selfApproved
	taken, err := lifecycle.Take(lifecycle.AfterSale, &row.Status, by.action, by.by, facts)
	if err != nil {
		return nil, err
	}
	row.DueAt = request.dueIn(taken.To)
	l.Tx.Insert(row)
	if err := request.take(ctx, p.claims); err != nil {
		return nil, err
	}
	request.addMessage(vocab.MessageRequest, draft.in.Statement)
	l.OpenRequest(draft.sub)
	request.emit(taken, string(draft.in.Reason))
	return request, request.onEnter(ctx, by.trigger)
}

// requestNumber is the number of the n-th request of an order.
func requestNumber(order string, n int) string { return fmt.Sprintf("%s-A%d", order, n) }

package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// desk is a request of a locked order: where one transaction works.
type desk struct {
	*AfterSales
	Seen
	tx    *store.Tx
	l     *order.Locked
	sub   *ent.SubOrder
	lines []*ent.AfterSaleLine
}

// sit loads a request as it is under the order's lock.
func (s *AfterSales) sit(
	ctx context.Context, tx *store.Tx, l *order.Locked, id globalid.ID,
) (*desk, error) {
	request, err := tx.AfterSale.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	d := &desk{AfterSales: s, tx: tx, l: l, sub: l.Sub(request.SubOrderID)}
	seen, err := See(ctx, tx.Client(), tx.Now, request)
	if err != nil {
		return nil, err
	}
	d.Seen = seen[0]
	d.lines, err = tx.AfterSaleLine.Query().Where(aftersaleline.AfterSaleID(id)).
		Order(ent.Asc(aftersaleline.FieldID)).All(ctx)
	return d, err
}

// onRequest runs a command of a viewer on a request: it is idempotent and results in the request.
func (s *AfterSales) onRequest(
	ctx context.Context, id globalid.ID, roles []vocab.Role,
	work func(ctx context.Context, d *desk) error,
) (globalid.ID, error) {
	v, err := actingRole(ctx, roles...)
	if err != nil {
		return id, err
	}
	found, err := s.db.Client.AfterSale.Get(ctx, id)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(found.ShopID) &&
		(!v.IsBuyer() || v.BuyerID != found.BuyerID) {
		return id, fault.New(fault.NotFound, "There is no such after-sale request.")
	}
	if err != nil {
		return id, err
	}
	_, _, err = s.db.Command(ctx, func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
		return []globalid.ID{id}, s.atDesk(ctx, tx, found, order.ActorOf(v), work)
	})
	return id, err
}

// atDesk locks the order of a request, works on the request and writes the order's events.
func (s *AfterSales) atDesk(
	ctx context.Context, tx *store.Tx, seen *ent.AfterSale, actor event.Actor,
	work func(ctx context.Context, d *desk) error,
) error {
	l, err := order.Lock(ctx, tx, seen.OrderID, actor)
	if err != nil {
		return err
	}
	d, err := s.sit(ctx, tx, l, seen.ID)
	if err != nil {
		return err
	}
	if err := work(ctx, d); err != nil {
		return err
	}
	return l.Write(ctx, tx)
}

// role is who acts.
func (d *desk) role() vocab.Role { return d.l.Log.Actor().Role }

// step is one row of the after-sale table to be taken by a request.
type step struct {
	on      vocab.AfterSaleAction
	by      vocab.Role
	reason  string              // what the event says
	trigger vocab.RefundTrigger // of the refund that the step may lead to
	// change adds what else changes in the request's row; it may be nil.
	change func(u *ent.AfterSaleUpdate)
}

// step lets the request go one step, with everything that its new status brings about. Fault:
// ACTION_NOT_ALLOWED.
func (d *desk) step(ctx context.Context, s step) error {
	a := d.Row
	row, err := lifecycle.AfterSale.Next(a.Status, s.on, s.by, d.Facts())
	if err != nil {
		return order.NotAllowed(err)
	}
	from := a.Status
	update := d.tx.AfterSale.Update().SetStatus(row.To).
		Where(entaftersale.ID(a.ID), entaftersale.StatusEQ(from))
	if row.To != from {
		d.schedule(update, row.To)
	}
	if s.change != nil {
		s.change(update)
	}
	n, err := update.Save(ctx)
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.Conflict, "The request was changed meanwhile; read it again.")
	}
	d.tell(row.Emit, from, row.To, s.reason)
	if d.Row, err = d.tx.AfterSale.Get(ctx, a.ID); err != nil || row.To == from {
		return err
	}
	if from == vocab.AfterSaleAwaitingInterception && s.by != vocab.Channel {
		if err := d.parcels.StopIntercepting(ctx, d.tx, d.l, a.ID); err != nil {
			return err
		}
	}
	return d.enter(ctx, s.trigger)
}

// mayTake reports whether the table has a row for an action now.
func (d *desk) mayTake(on vocab.AfterSaleAction, by vocab.Role) bool {
	_, err := lifecycle.AfterSale.Next(d.Row.Status, on, by, d.Facts())
	return err == nil
}

// tell adds an event of the request.
func (d *desk) tell(name string, from, to vocab.AfterSaleStatus, reason string) {
	a := d.Row
	d.l.Log.AddFor(a.ShopID, name, document.Payload{
		SubOrder: a.SubOrderID, AfterSale: a.ID, From: string(from), To: string(to),
		Reason: reason, Amount: a.Amount, Currency: a.Currency,
	})
}

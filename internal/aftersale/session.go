package aftersale

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// session is a request on its locked order, for one transaction.
type session struct {
	*AfterSales
	*order.Locked
	Snapshot
	sub   *ent.SubOrder
	lines []*ent.AfterSaleLine
	made  bool // by this transaction: nothing is sent again for it yet
}

// Facts is what the after-sale table looks at.
func (s *session) Facts() lifecycle.AfterSaleFacts { return s.Snapshot.Facts() }

// load loads a request as it is under the order's lock.
func (s *AfterSales) load(
	ctx context.Context, l *order.Locked, id globalid.ID,
) (*session, error) {
	all, err := requestsOf(ctx, l)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(a *ent.AfterSale) bool { return a.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("aftersale: %s is not of the order", id)
	}
	row := store.Track(l.Tx, all[i])
	loaded := &session{AfterSales: s, Locked: l, sub: l.Sub(row.SubOrderID),
		lines: store.TrackAll(l.Tx, all[i].Edges.Lines)}
	terms, err := l.TermsOf(ctx, loaded.sub)
	if err != nil {
		return nil, err
	}
	loaded.Snapshot = Snapshot{Row: row, Terms: terms, Now: l.Tx.Now}
	return loaded, readParcels(ctx, l.Tx.Client(), &loaded.Snapshot)
}

// requestsOf reads the requests of the order, with their lines, by id.
func requestsOf(ctx context.Context, l *order.Locked) ([]*ent.AfterSale, error) {
	requests, err := order.Parts(ctx, l,
		func(r *ent.AfterSale) (id, order globalid.ID) { return r.ID, r.OrderID },
		func(ctx context.Context, c *ent.Client, orders []globalid.ID) ([]*ent.AfterSale, error) {
			return c.AfterSale.Query().Where(entaftersale.OrderIDIn(orders...)).
				WithLines().All(ctx)
		})
	for _, r := range requests {
		slices.SortFunc(r.Edges.Lines, func(a, b *ent.AfterSaleLine) int { return a.ID.Compare(b.ID) })
	}
	return requests, err
}

// command runs a command of a viewer on a request: it is idempotent and results in the request.
func (s *AfterSales) command(
	ctx context.Context, id globalid.ID, roles []vocab.Role,
	work func(ctx context.Context, s *session) error,
) (globalid.ID, error) {
	v, err := auth.Require(ctx, roles...)
	if err != nil {
		return id, err
	}
	found, err := s.db.Client.AfterSale.Get(ctx, id)
	if ent.IsNotFound(err) || err == nil && !v.Concerns(found.BuyerID, found.ShopID) {
		return id, fault.New(fault.NotFound, "There is no such after-sale request.")
	}
	if err != nil {
		return id, err
	}
	_, err = order.Command(ctx, s.db, found.OrderID, v,
		func(ctx context.Context, l *order.Locked) ([]globalid.ID, error) {
			loaded, err := s.load(ctx, l, id)
			if err != nil {
				return nil, err
			}
			return []globalid.ID{id}, work(ctx, loaded)
		})
	return id, err
}

// step is one row of the after-sale table to be taken by a request.
type step struct {
	action  vocab.AfterSaleAction
	by      vocab.Role             // whoever acts, when it is left out
	reason  string                 // what the event says
	trigger vocab.RefundTrigger    // of the refund that the step may lead to
	change  func(a *ent.AfterSale) // what else changes in the request; it may be nil
}

// transition changes the status of the request, with everything that its new status brings about.
// Fault: ACTION_NOT_ALLOWED.
func (s *session) transition(ctx context.Context, to step) error {
	if to.by == "" {
		to.by = s.Actor.Role
	}
	taken, err := lifecycle.Take(
		lifecycle.AfterSale, &s.Row.Status, to.action, to.by, s.Facts())
	if err != nil {
		return err
	}
	s.emit(taken, to.reason)
	changed := taken.To != taken.From
	if changed {
		s.startDeadline()
	}
	if to.change != nil {
		to.change(s.Row)
	}
	if !changed {
		return nil
	}
	if vocab.AwaitingInterception.Has(taken.From) && to.by != vocab.Channel {
		if err := s.parcels.StopIntercepting(ctx, s.Locked, s.Row.ID); err != nil {
			return err
		}
	}
	return s.onEnter(ctx, to.trigger)
}

// allowed reports whether the table has a row for an action now.
func (s *session) allowed(action vocab.AfterSaleAction, by vocab.Role) bool {
	return lifecycle.Check(lifecycle.AfterSale, s.Row.Status, action, by, s.Facts()) == nil
}

// emit emits an event of the request.
func (s *session) emit(taken lifecycle.Taken[vocab.AfterSaleStatus], reason string) {
	a := s.Row
	s.EmitFor(a.ShopID, taken.Emit, document.Payload{
		SubOrder: a.SubOrderID, AfterSale: a.ID, From: string(taken.From), To: string(taken.To),
		Reason: reason, Amount: a.Amount, Currency: a.Currency,
	})
}

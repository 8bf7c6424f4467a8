package shipment

import (
	"context"

	"orderflow/ent"
	entinterception "orderflow/ent/interception"
	"orderflow/ent/predicate"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Intercept notes that a request needs a parcel brought back 截件 before it is delivered. Several
// requests may need the same parcel; each has its own interception, and the courier's answer is the
// answer to all of them.
//
// Package aftersale calls it under the order's lock for a parcel that is on its way. After commit
// the runner calls the courier; when nobody here can ask it, staff telephone and report the answer.
func (s *Shipments) Intercept(
	_ context.Context, l *order.Locked, parcel *ent.Shipment, afterSale globalid.ID,
) error {
	opened := &session{s, l}
	return opened.intercept(parcel, afterSale)
}

func (s *session) intercept(parcel *ent.Shipment, afterSale globalid.ID) error {
	i := &ent.Interception{ID: globalid.New(globalid.Interception), OrderID: parcel.OrderID,
		BuyerID: parcel.BuyerID, ShopID: parcel.ShopID, ShipmentID: parcel.ID, AfterSaleID: afterSale,
		CreatedAt: s.Tx.Now}
	if s.Tracks(parcel.Carrier) {
		i.NextAttemptAt = s.in(0)
	}
	taken, err := lifecycle.Take(lifecycle.Interception, &i.Status, vocab.WantInterception,
		vocab.System, lifecycle.NoFacts{})
	if err != nil {
		return err
	}
	s.Tx.Insert(i)
	s.emitInterception(i, taken)
	return nil
}

// StopIntercepting gives up the interceptions of a request: the buyer took it back or time ran out.
// The courier may bring the parcel all the same; its track says so.
//
// Package aftersale calls it under the order's lock; InterceptionAnswered is not called. After
// commit nothing follows.
func (s *Shipments) StopIntercepting(
	ctx context.Context, l *order.Locked, afterSale globalid.ID,
) error {
	opened := &session{s, l}
	open, err := opened.openInterceptions(ctx, entinterception.AfterSaleID(afterSale))
	if err != nil {
		return err
	}
	for _, i := range open {
		err := opened.transitionInterception(i, vocab.MissInterception, vocab.System)
		if err != nil {
			return err
		}
	}
	return nil
}

// openInterceptions reads the interceptions that the courier may still answer.
func (s *session) openInterceptions(
	ctx context.Context, where predicate.Interception,
) ([]*ent.Interception, error) {
	query := s.Tx.Interception.Query().Where(where,
		entinterception.StatusIn(vocab.InterceptionOpen...)).
		Order(ent.Asc(entinterception.FieldID))
	if s.Tx.Locks() {
		query.ForUpdate() // the runner postpones them without the order's lock
	}
	open, err := query.All(ctx)
	return store.TrackAll(s.Tx, open), err
}

// transitionInterception changes the status of an interception and emits the event. An open one
// that a courier is asked about has the time of the next question after that.
func (s *session) transitionInterception(
	i *ent.Interception, action vocab.InterceptionAction, by vocab.Role,
) error {
	taken, err := lifecycle.Take(
		lifecycle.Interception, &i.Status, action, by, lifecycle.NoFacts{})
	if err != nil {
		return err
	}
	i.ClaimedUntil, i.Attempts = nil, 0
	switch {
	case !vocab.InterceptionOpen.Has(i.Status):
		i.EndedAt, i.NextAttemptAt = &s.Tx.Now, nil
	case i.NextAttemptAt != nil:
		i.NextAttemptAt = s.in(untilNextCall(i.Status, 0))
	}
	s.emitInterception(i, taken)
	return nil
}

func (s *session) emitInterception(
	i *ent.Interception, taken lifecycle.Taken[vocab.InterceptionStatus],
) {
	s.EmitFor(i.ShopID, taken.Emit, document.Payload{Interception: i.ID,
		Shipment: i.ShipmentID, AfterSale: i.AfterSaleID, From: string(taken.From),
		To: string(taken.To)})
}

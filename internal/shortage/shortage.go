package shortage

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	lease    = time.Minute // of a claimed shortage, in real time
	maxLines = 100         // items that one report names
)

// Shortages runs the commands on shortages. It is safe for concurrent use. Its commands are
// idempotent when the context carries a key. Faults of all of them: UNAUTHENTICATED, FORBIDDEN,
// NOT_FOUND, ACTION_NOT_ALLOWED, CONFLICT.
type Shortages struct {
	db       *store.DB
	payments *payment.Payments
}

// New returns the commands over a database; payments makes the refunds.
func New(db *store.DB, payments *payment.Payments) *Shortages {
	return &Shortages{db: db, payments: payments}
}

// Facts is what the shortage table looks at for an action of a viewer.
func Facts(row *ent.Shortage, on vocab.ShortageAction) (facts lifecycle.ShortageFacts) {
	switch on {
	case vocab.ChooseWarehouse:
		facts.Offered = slices.Contains(row.Options, vocab.OptionWarehouse)
	case vocab.ChooseTransfer:
		facts.Offered = slices.Contains(row.Options, vocab.OptionTransfer)
	}
	return facts
}

// session is one shortage on its locked order, for one transaction.
type session struct {
	*Shortages
	*order.Locked
	row *ent.Shortage
}

// command runs a command of a viewer on a shortage.
func (s *Shortages) command(
	ctx context.Context, id globalid.ID, roles []vocab.Role,
	work func(ctx context.Context, s *session) error,
) (globalid.ID, error) {
	v, err := auth.Require(ctx, roles...)
	if err != nil {
		return id, err
	}
	found, err := s.db.Client.Shortage.Get(ctx, id)
	if ent.IsNotFound(err) || err == nil && !v.Concerns(found.BuyerID, found.ShopID) {
		return id, fault.New(fault.NotFound, "There is no such shortage.")
	}
	if err != nil {
		return id, err
	}
	_, err = order.Command(ctx, s.db, found.OrderID, v,
		func(ctx context.Context, l *order.Locked) ([]globalid.ID, error) {
			session, err := s.load(ctx, l, id)
			if err != nil {
				return nil, err
			}
			return []globalid.ID{id}, work(ctx, session)
		})
	return id, err
}

func (s *Shortages) load(
	ctx context.Context, l *order.Locked, id globalid.ID,
) (*session, error) {
	row, err := l.Tx.Shortage.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return &session{Shortages: s, Locked: l, row: store.Track(l.Tx, row)}, nil
}

// step is one row of the shortage table to be taken.
type step struct {
	action vocab.ShortageAction
	by     vocab.Role // whoever acts, when it is left out
	facts  lifecycle.ShortageFacts
}

// transition changes the status of the shortage, with its deadline and its end, and emits the
// event. Fault: ACTION_NOT_ALLOWED.
func (s *session) transition(ctx context.Context, to step) error {
	if to.by == "" {
		to.by = s.Actor.Role
	}
	taken, err := lifecycle.Take(
		lifecycle.ShortageTable, &s.row.Status, to.action, to.by, to.facts)
	if err != nil {
		return err
	}
	s.row.DueAt, s.row.ClaimedUntil = nil, nil
	switch {
	case vocab.ShortageTimed.Has(taken.To):
		if s.row.DueAt, err = due(ctx, s.Locked, s.Sub(s.row.SubOrderID)); err != nil {
			return err
		}
	case vocab.ShortageFinal.Has(taken.To):
		s.row.EndedAt = &s.Tx.Now
	}
	s.emit(taken)
	return nil
}

// due is when the time of the shop to offer, or of the buyer to choose, is over that begins now.
func due(ctx context.Context, l *order.Locked, sub *ent.SubOrder) (*time.Time, error) {
	terms, err := l.TermsOf(ctx, sub)
	if err != nil {
		return nil, err
	}
	at := l.Tx.Now.Add(document.Hours(terms.ShortageHours))
	return &at, nil
}

func (s *session) emit(taken lifecycle.Taken[vocab.ShortageStatus]) {
	s.EmitFor(s.row.ShopID, taken.Emit, document.Payload{
		Shortage: s.row.ID, SubOrder: s.row.SubOrderID, Quantity: s.row.Quantity,
		From: string(taken.From), To: string(taken.To), Reason: string(s.row.Cause),
		Skus: []globalid.ID{s.item().SkuID},
	})
}

func (s *session) item() *ent.OrderItem { return s.Item(s.row.ItemID) }

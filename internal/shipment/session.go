package shipment

import (
	"context"
	"time"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// session is a locked order whose parcels one transaction works on.
type session struct {
	*Shipments
	*order.Locked
}

// command runs a command of a viewer on an order: it is idempotent and results in one id.
func (s *Shipments) command(
	ctx context.Context, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, s *session) (globalid.ID, error),
) (globalid.ID, error) {
	ids, err := order.Command(ctx, s.db, id, v,
		func(ctx context.Context, l *order.Locked) ([]globalid.ID, error) {
			result, err := work(ctx, &session{s, l})
			return []globalid.ID{result}, err
		})
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}

// onParcel is command for a viewer's command on one parcel, which is the result.
func (s *Shipments) onParcel(
	ctx context.Context, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, s *session, p *ent.Shipment) error,
) (globalid.ID, error) {
	found, err := s.parcel(ctx, v, id)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.command(ctx, found.OrderID, v,
		func(ctx context.Context, s *session) (globalid.ID, error) {
			p, err := s.load(ctx, id)
			if err != nil {
				return id, err
			}
			return id, work(ctx, s, p)
		})
}

// onTrack works on a parcel as its courier.
func (s *Shipments) onTrack(
	ctx context.Context, found *ent.Shipment,
	work func(ctx context.Context, s *session, p *ent.Shipment) error,
) error {
	return order.Run(ctx, s.db, found.OrderID, event.Actor{Role: vocab.Channel},
		func(ctx context.Context, l *order.Locked) error {
			s := &session{s, l}
			p, err := s.load(ctx, found.ID)
			if err != nil {
				return err
			}
			return work(ctx, s, p)
		})
}

// load reads a parcel with its items under the order's lock. The parcel's row is locked too: the
// runner notes in it what came of its calls, without the order's lock.
func (s *session) load(ctx context.Context, id globalid.ID) (*ent.Shipment, error) {
	query := s.Tx.Shipment.Query().Where(entshipment.ID(id)).WithItems(orderedItems)
	if s.Tx.Locks() {
		query.ForUpdate()
	}
	found, err := query.Only(ctx)
	if err != nil {
		return nil, err
	}
	return s.track(found), nil
}

// track tracks a parcel that was read with its items.
func (s *session) track(found *ent.Shipment) *ent.Shipment {
	p := store.Track(s.Tx, found)
	p.Edges.Items = found.Edges.Items
	return p
}

func orderedItems(q *ent.ShipmentItemQuery) { q.Order(ent.Asc(shipmentitem.FieldID)) }

// in is the real time after a while, for the columns of an intent.
func (s *session) in(d time.Duration) *time.Time {
	at := s.db.RealNow().Add(d)
	return &at
}

// transition changes the stage of a parcel and emits the event.
func (s *session) transition(
	ctx context.Context, p *ent.Shipment, action vocab.ParcelAction, by vocab.Role,
) error {
	facts, err := s.facts(ctx, p)
	if err != nil {
		return err
	}
	taken, err := lifecycle.Take(lifecycle.Parcel, &p.Stage, action, by, facts)
	if err != nil {
		return err
	}
	s.emit(p, taken.Emit, string(taken.From), string(taken.To))
	return nil
}

// facts is what the parcel table looks at.
func (s *session) facts(ctx context.Context, p *ent.Shipment) (lifecycle.ParcelFacts, error) {
	found, err := around(ctx, s.Tx.Client(), s.Items, p)
	facts := Facts(p, found[p.ID])
	facts.OnHold = s.onHold(p)
	return facts, err
}

// check reports whether somebody may do something to a parcel that leaves its stage as it is.
func (s *session) check(ctx context.Context, p *ent.Shipment, action vocab.ParcelAction) error {
	facts, err := s.facts(ctx, p)
	if err != nil {
		return err
	}
	return lifecycle.Check(lifecycle.Parcel, p.Stage, action, s.Actor.Role, facts)
}

// emit adds an event of a parcel. It names the sub-order when there is only one.
func (s *session) emit(p *ent.Shipment, name, from, to string) {
	payload := document.Payload{Shipment: p.ID, From: from, To: to}
	if subs := subsOf(p); len(subs) == 1 {
		payload.SubOrder = subs[0]
	}
	s.EmitFor(p.ShopID, name, payload)
}

func subsOf(p *ent.Shipment) []globalid.ID {
	var subs []globalid.ID
	seen := map[globalid.ID]bool{}
	for _, it := range p.Edges.Items {
		if !seen[it.SubOrderID] {
			seen[it.SubOrderID] = true
			subs = append(subs, it.SubOrderID)
		}
	}
	return subs
}

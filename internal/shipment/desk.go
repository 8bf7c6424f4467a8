package shipment

import (
	"context"

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

// desk is a locked order: where one transaction packs.
type desk struct {
	*Shipments
	tx *store.Tx
	l  *order.Locked
}

// command locks an order, works on it as the viewer and writes its events, in one idempotent
// transaction that results in one id.
func (s *Shipments) command(
	ctx context.Context, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, d *desk) (globalid.ID, error),
) (globalid.ID, error) {
	ids, _, err := s.db.Command(ctx, func(ctx context.Context, tx *store.Tx) (
		[]globalid.ID, error,
	) {
		l, err := order.Lock(ctx, tx, id, order.ActorOf(v))
		if err != nil {
			return nil, err
		}
		made, err := work(ctx, &desk{Shipments: s, tx: tx, l: l})
		if err != nil {
			return nil, err
		}
		return []globalid.ID{made}, l.Write(ctx, tx)
	})
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}

// onParcel is command for a viewer's command on one parcel, which is the result.
func (s *Shipments) onParcel(
	ctx context.Context, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, d *desk, p *ent.Shipment) error,
) (globalid.ID, error) {
	seen, err := s.parcel(ctx, v, id)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.command(ctx, seen.OrderID, v,
		func(ctx context.Context, d *desk) (globalid.ID, error) {
			p, err := d.load(ctx, id)
			if err != nil {
				return id, err
			}
			return id, work(ctx, d, p)
		})
}

// onTrack works on a parcel as its courier, in one transaction.
func (s *Shipments) onTrack(
	ctx context.Context, seen *ent.Shipment,
	work func(ctx context.Context, d *desk, p *ent.Shipment) error,
) error {
	return s.db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, seen.OrderID, event.Actor{Role: vocab.Channel})
		if err != nil {
			return err
		}
		d := &desk{Shipments: s, tx: tx, l: l}
		p, err := d.load(ctx, seen.ID)
		if err != nil {
			return err
		}
		if err := work(ctx, d, p); err != nil {
			return err
		}
		return l.Write(ctx, tx)
	})
}

// load reads a parcel with its items under the order's lock.
func (d *desk) load(ctx context.Context, id globalid.ID) (*ent.Shipment, error) {
	return d.tx.Shipment.Query().Where(entshipment.ID(id)).
		WithItems(func(q *ent.ShipmentItemQuery) { q.Order(ent.Asc(shipmentitem.FieldID)) }).
		Only(ctx)
}

// move takes one row of the parcel table; change adds to the update what comes with it.
func (d *desk) move(
	ctx context.Context, p *ent.Shipment, on vocab.ParcelAction, by vocab.Role,
	change func(u *ent.ShipmentUpdate),
) error {
	facts := Facts(p)
	if p.Stage != vocab.StageHandedOver {
		stopped, err := stopped(ctx, d.tx.Client(), d.l, p)
		if err != nil {
			return err
		}
		facts.QuantityLocked = stopped[p.ID]
	}
	row, err := lifecycle.Parcel.Next(p.Stage, on, by, facts)
	if err != nil {
		return order.NotAllowed(err)
	}
	update := d.tx.Shipment.Update().SetStage(row.To).
		Where(entshipment.ID(p.ID), entshipment.StageEQ(p.Stage))
	if change != nil {
		change(update)
	}
	if n, err := update.Save(ctx); err != nil || n != 1 {
		return conflictOr(err)
	}
	d.tell(p, row.Emit, string(p.Stage), string(row.To))
	p.Stage = row.To
	return nil
}

// tell adds an event of a parcel. It names the sub-order when there is only one.
func (d *desk) tell(p *ent.Shipment, name, from, to string) {
	facts := document.Payload{Shipment: p.ID, From: from, To: to}
	if subs := subsOf(p); len(subs) == 1 {
		facts.SubOrder = subs[0]
	}
	d.l.Log.AddFor(p.ShopID, name, facts)
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

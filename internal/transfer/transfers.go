package transfer

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderflow/ent"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	maxQuantity = 1_000_000_000 // units of one transfer
	maxNote     = 200           // characters
)

// Lacks takes what an order will not get, under the order's lock.
type Lacks func(
	ctx context.Context, tx *store.Tx, l *order.Locked, short []order.Shortage,
) error

// Transfers runs the commands on stock transfers. It is safe for concurrent use.
//
// All of them are for MERCHANT and WAREHOUSE of the sku's shop and for PLATFORM, are idempotent
// when the context carries a key, and return the transfer's id. Faults of all of them:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED, CONFLICT.
type Transfers struct {
	db    *store.DB
	lacks Lacks
	// Arrived is told under the order's lock of units that arrive, before they are held for it.
	// Nil is for nobody.
	Arrived func(
		ctx context.Context, tx *store.Tx, l *order.Locked, t *ent.StockTransfer, units int64,
	) error
	// Missed is told under the order's lock that nothing more of a transfer will arrive, and
	// reports whether it was asked for by a shortage, which then sees to the rest. Nil is for
	// nobody.
	Missed func(
		ctx context.Context, tx *store.Tx, l *order.Locked, t *ent.StockTransfer,
	) (bool, error)
}

// New returns the commands over a database. What an order's transfer loses is told to lacks.
func New(db *store.DB, lacks Lacks) *Transfers { return &Transfers{db: db, lacks: lacks} }

// permit returns the viewer when it may work with transfers. Faults: UNAUTHENTICATED, FORBIDDEN.
func permit(ctx context.Context) (*auth.Viewer, error) {
	v := auth.From(ctx)
	if v == nil {
		return nil, fault.New(fault.Unauthenticated, "A token is needed.")
	}
	roles := []vocab.Role{vocab.Merchant, vocab.Warehouse, vocab.Platform}
	if !slices.Contains(roles, v.Role) {
		return nil, fault.New(fault.Forbidden, "The role %s may never do this.", v.Role)
	}
	return v, nil
}

// desk is one transaction on a transfer, with the order that it is for locked, or nil.
type desk struct {
	*Transfers
	tx    *store.Tx
	l     *order.Locked
	actor event.Actor
}

// command runs work in one transaction at a desk and writes the order's events.
func (t *Transfers) command(
	ctx context.Context, v *auth.Viewer, of *globalid.ID,
	work func(ctx context.Context, d *desk) (globalid.ID, error),
) (globalid.ID, error) {
	ids, _, err := t.db.Command(ctx, func(ctx context.Context, tx *store.Tx) (
		[]globalid.ID, error,
	) {
		d := &desk{Transfers: t, tx: tx, actor: order.ActorOf(v)}
		if of != nil {
			var err error
			if d.l, err = order.Lock(ctx, tx, *of, d.actor); err != nil {
				return nil, err
			}
		}
		id, err := work(ctx, d)
		if err != nil {
			return nil, err
		}
		if d.l != nil {
			err = d.l.Write(ctx, tx)
		}
		return []globalid.ID{id}, err
	})
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}

// on is command for a transfer that exists.
func (t *Transfers) on(
	ctx context.Context, id globalid.ID,
	work func(ctx context.Context, d *desk, row *ent.StockTransfer) error,
) (globalid.ID, error) {
	v, err := permit(ctx)
	if err != nil {
		return id, err
	}
	seen, err := t.db.Client.StockTransfer.Query().Where(stocktransfer.ID(id)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(seen.ShopID) {
		return id, fault.New(fault.NotFound, "There is no such transfer.")
	}
	if err != nil {
		return id, err
	}
	return t.command(ctx, v, seen.OrderID, func(ctx context.Context, d *desk) (globalid.ID, error) {
		query := d.tx.StockTransfer.Query().Where(stocktransfer.ID(id))
		if d.tx.Locks() {
			query.ForUpdate()
		}
		row, err := query.Only(ctx)
		if err != nil {
			return id, err
		}
		return id, work(ctx, d, row)
	})
}

// step takes one row of the transfer table; change adds to the update what comes with it, and units
// is what the event tells of.
func (d *desk) step(
	ctx context.Context, row *ent.StockTransfer, on vocab.TransferAction,
	facts lifecycle.TransferFacts, units int64, change func(u *ent.StockTransferUpdate),
) error {
	next, err := lifecycle.Transfer.Next(row.Status, on, d.actor.Role, facts)
	if err != nil {
		return order.NotAllowed(err)
	}
	update := d.tx.StockTransfer.Update().SetStatus(next.To).Where(
		stocktransfer.ID(row.ID), stocktransfer.StatusEQ(row.Status),
		stocktransfer.ReceivedQuantity(row.ReceivedQuantity))
	if change != nil {
		change(update)
	}
	n, err := update.Save(ctx)
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.Conflict, "The transfer was changed meanwhile; read it again.")
	}
	from := row.Status
	row.Status = next.To
	return d.tell(ctx, row, next.Emit, from, units)
}

// tell adds the event to the order's, or appends it as a fact of the shop alone.
func (d *desk) tell(
	ctx context.Context, row *ent.StockTransfer, name string, from vocab.TransferStatus,
	units int64,
) error {
	facts := document.Payload{
		Transfer: row.ID, From: string(from), To: string(row.Status), Quantity: units,
		Skus: []globalid.ID{row.SkuID},
	}
	if d.l == nil {
		return event.AppendShop(ctx, d.tx, row.ShopID, d.actor, name, facts)
	}
	d.l.Log.AddFor(row.ShopID, name, facts)
	return nil
}

func checkNote(faults *fault.List, note string) {
	if !utf8.ValidString(note) || utf8.RuneCountInString(note) > maxNote ||
		strings.ContainsFunc(note, unicode.IsControl) || strings.TrimSpace(note) != note {
		faults.Add("note", fault.InvalidInput, "A note is printable text of at most %d "+
			"characters without a space at its ends.", maxNote)
	}
}

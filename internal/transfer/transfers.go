package transfer

import (
	"context"
	"strings"
	"unicode/utf8"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/text"
	"orderflow/internal/vocab"
)

const (
	maxQuantity = 1_000_000_000 // units of one transfer
	maxNote     = 200           // characters
)

// Transfers runs the commands on stock transfers. It is safe for concurrent use.
//
// All of them are for MERCHANT and WAREHOUSE of the sku's shop and for PLATFORM, are idempotent
// when the context carries a key, and return the transfer's id. Faults of all of them:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED, CONFLICT.
type Transfers struct {
	db *store.DB
	// Hooks is set before the first call.
	Hooks Hooks
}

// Hooks is called when what an order's transfer does has consequences above this package, in the
// transaction and on the locked order in which it happens. aftersale.Hooks implements it.
type Hooks interface {
	// UnitsArrived is called with units that arrive, before they are held for the order.
	UnitsArrived(ctx context.Context, l *order.Locked, t *ent.StockTransfer, units int64) error
	// UnitsMissed is called when nothing more of a transfer will arrive. It reports whether a
	// shortage waited for the transfer, which then takes care of the rest.
	UnitsMissed(ctx context.Context, l *order.Locked, t *ent.StockTransfer) (bool, error)
	// UnitsLost is called with what an order will not get.
	UnitsLost(ctx context.Context, l *order.Locked, missing []order.Missing) error
}

// New returns the commands over a database.
func New(db *store.DB) *Transfers { return &Transfers{db: db} }

// permit returns the viewer when it may work with transfers. Faults: UNAUTHENTICATED, FORBIDDEN.
func permit(ctx context.Context) (*auth.Viewer, error) {
	return auth.Require(ctx, vocab.Merchant, vocab.Warehouse, vocab.Platform)
}

func checkNote(faults *fault.List, note string) {
	if utf8.RuneCountInString(note) > maxNote || text.WrongLine(note) != "" ||
		strings.TrimSpace(note) != note {
		faults.Add("note", fault.InvalidInput, "A note is printable text of at most %d "+
			"characters without a space at its ends.", maxNote)
	}
}

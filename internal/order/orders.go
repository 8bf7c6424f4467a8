package order

import (
	"context"
	"errors"

	"orderflow/internal/auth"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/fsm"
	"orderflow/internal/globalid"
	"orderflow/internal/seal"
	"orderflow/internal/store"
)

// Limits bound one checkout.
type Limits struct {
	Lines    int   // lines of one checkout, after lines of one sku are merged
	Quantity int64 // units of one line
}

// Orders runs the commands of buyers on orders. It is safe for concurrent use.
type Orders struct {
	db     *store.DB
	keys   *seal.Keyring
	blind  *seal.Blind
	limits Limits
}

// New returns the commands over a database. Addresses are sealed with keys and found by blind.
func New(db *store.DB, keys *seal.Keyring, blind *seal.Blind, limits Limits) *Orders {
	return &Orders{db: db, keys: keys, blind: blind, limits: limits}
}

// Refusal is a fault that carries what the caller needs to go on.
type Refusal struct {
	Faults fault.List
	Quote  *Quote        // PRICE_CHANGED: the price now
	Skus   []globalid.ID // OUT_OF_STOCK: which
}

// Error implements error.
func (r *Refusal) Error() string { return r.Faults.Error() }

// Unwrap makes the faults visible to package fault.
func (r *Refusal) Unwrap() error { return r.Faults }

// ActorOf is who a viewer is in the events.
func ActorOf(v *auth.Viewer) event.Actor {
	if v.IsBuyer() {
		return event.Actor{Role: v.Role, ID: v.BuyerID}
	}
	return event.Actor{Role: v.Role, ID: v.StaffID}
}

// buyer returns the viewer when it is a buyer. Faults: UNAUTHENTICATED, FORBIDDEN.
func buyer(ctx context.Context) (*auth.Viewer, error) {
	v := auth.From(ctx)
	if v == nil {
		return nil, fault.New(fault.Unauthenticated, "A token is needed.")
	}
	if !v.IsBuyer() {
		return nil, fault.New(fault.Forbidden, "Only a buyer may do this.")
	}
	return v, nil
}

// NotAllowed turns a refusal of a transition table into a fault; other errors pass.
func NotAllowed(err error) error {
	var refusal *fsm.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	if len(refusal.Guards) == 0 {
		return fault.New(fault.ActionNotAllowed, "%s is not possible in the status %s.",
			refusal.Action, refusal.From)
	}
	return fault.New(fault.ActionNotAllowed, "%s is possible only if: %s.",
		refusal.Action, refusal.Guards[0])
}

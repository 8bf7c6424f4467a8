package order

import (
	"slices"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/seal"
	"orderflow/internal/store"
)

const day = 24 * time.Hour

// Orders runs the commands on placed orders. It is safe for concurrent use.
type Orders struct {
	// Hooks is set before the first call.
	Hooks Hooks

	db    *store.DB
	keys  *seal.Keyring
	blind *seal.Blind
}

// New returns the commands over a database. Addresses and texts are sealed with keys; changed
// addresses are found by blind.
func New(db *store.DB, keys *seal.Keyring, blind *seal.Blind) *Orders {
	return &Orders{db: db, keys: keys, blind: blind}
}

// Refusal is faults with what the caller needs to go on: the skus that stand in the way.
type Refusal struct {
	Faults fault.List
	Skus   []globalid.ID
}

// Error implements error.
func (r *Refusal) Error() string { return r.Faults.Error() }

// Unwrap makes the faults visible to package fault.
func (r *Refusal) Unwrap() error { return r.Faults }

// OutOfStock is the refusal of a command that finds too little of some skus.
func OutOfStock(skus []globalid.ID) error {
	skus = slices.Clone(skus)
	slices.SortFunc(skus, globalid.ID.Compare)
	skus = slices.Compact(skus)
	return &Refusal{Skus: skus, Faults: fault.List{
		fault.New(fault.OutOfStock, "There is not enough stock of %d of the skus.", len(skus)),
	}}
}

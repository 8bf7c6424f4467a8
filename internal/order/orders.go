package order

import (
	"slices"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/seal"
	"orderflow/internal/store"
)

const (
	day = 24 * time.Hour

	defaultShipHours   = 48
	defaultReceiptDays = 7
	defaultReturnDays  = 7
)

// Orders runs the commands on placed orders. It is safe for concurrent use.
type Orders struct {
	db   *store.DB
	keys *seal.Keyring
}

// New returns the commands over a database. Addresses are sealed with keys.
func New(db *store.DB, keys *seal.Keyring) *Orders { return &Orders{db: db, keys: keys} }

// OutOfStock is the fault OUT_OF_STOCK with what the caller needs to go on: which skus lack.
type OutOfStock struct {
	Skus []globalid.ID
}

// Error implements error.
func (e *OutOfStock) Error() string { return e.Unwrap().Error() }

// Unwrap makes the fault visible to package fault.
func (e *OutOfStock) Unwrap() error {
	return fault.New(fault.OutOfStock, "There is not enough stock of %d of the skus.",
		len(e.Skus))
}

// LackingSkus is the error of a command that finds too little of some skus, each named once.
func LackingSkus(skus []globalid.ID) error {
	skus = slices.Clone(skus)
	slices.SortFunc(skus, globalid.ID.Compare)
	return &OutOfStock{Skus: slices.Compact(skus)}
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

package checkout

import (
	"orderflow/internal/fault"
	"orderflow/internal/money"
	"orderflow/internal/seal"
	"orderflow/internal/store"
)

// Limits bound one checkout.
type Limits struct {
	Lines    int   // lines of one checkout, after lines of one sku are merged
	Quantity int64 // units of one line
}

// Checkout quotes and places orders. It is safe for concurrent use.
type Checkout struct {
	db     *store.DB
	keys   *seal.Keyring
	blind  *seal.Blind
	limits Limits
	memory *memory
	queue  *store.Queue[*placement]
}

// New returns the commands over a database. Addresses are sealed with keys and found by blind.
func New(db *store.DB, keys *seal.Keyring, blind *seal.Blind, limits Limits) *Checkout {
	c := &Checkout{db: db, keys: keys, blind: blind, limits: limits, memory: &memory{db: db}}
	c.queue = store.NewQueue(db, c.placeAlone, c.placeTogether)
	return c
}

// PriceChanged is the fault PRICE_CHANGED with the quote to agree to.
type PriceChanged struct{ Quote *Quote }

// Error implements error.
func (e *PriceChanged) Error() string { return e.Unwrap().Error() }

// Unwrap makes the fault visible to package fault.
func (e *PriceChanged) Unwrap() error {
	total := money.Money{Amount: e.Quote.Price.Totals.Payable, Currency: e.Quote.Currency}
	return fault.At("expectedPayable", fault.PriceChanged, "The price is now %s.", total.Text())
}

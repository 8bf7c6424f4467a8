package ordertest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/catalogue"
	"orderflow/internal/checkout"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/review"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shortage"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// TB is what an Env needs of a test, or of one example of a property.
type TB interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Error(args ...any)
	Log(args ...any)
}

// Env is a database with a shop, the nouns over it, and their callers.
type Env struct {
	T     TB
	DB    *store.DB
	Clock *Clock // real time
	Keys  *seal.Keyring
	Bank  *Bank // the channel SANDBOX
	// Courier carries what is sent, when Options say so.
	Courier *Courier

	Checkout   *checkout.Checkout
	Orders     *order.Orders
	Payments   *payment.Payments
	Shipments  *shipment.Shipments
	Transfers  *transfer.Transfers
	Reviews    *review.Reviews
	AfterSales *aftersale.AfterSales
	Shortages  *shortage.Shortages
	Catalogue  *catalogue.Catalogue

	Shop    *ent.Shop
	Product *ent.Product   // of the shop
	South   *ent.Warehouse // in the region of Address, and first by priority
	North   *ent.Warehouse

	// One caller of each role; of the shop when it is bound to shops.
	Buyer, Merchant, Warehouse, Support, Platform context.Context

	Carrier string // of what HandOver hands over

	count atomic.Int64
}

// Options change what an Env begins with.
type Options struct {
	Policy   document.ShopPolicy // of the shop
	Couriers []courier.Port      // those that track parcels
	Tracked  bool                // Courier is one of them
	Start    time.Time           // of the clock; the time of the machine when zero
	// Observe and BeforeWrite are those of store.Options.
	Observe     func(query string)
	BeforeWrite func(c store.Change) bool
	Inexact     bool // rows are written past the commands: no Verify at the end
}

// Each runs a test in parallel on every database of this run, each time in an Env of its own. At
// the end every invariant of the database holds.
func Each(t *testing.T, test func(t *testing.T, e *Env), options ...Options) {
	t.Helper()
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			e := New(t, dialect, options...)
			test(t, e)
			if len(options) == 0 || !options[0].Inexact {
				e.Verify()
			}
		})
	}
}

// New makes an Env on a new database.
func New(t *testing.T, dialect string, options ...Options) *Env {
	t.Helper()
	var o Options
	if len(options) > 0 {
		o = options[0]
	}
	clock := newClock(o.Start)
	e := &Env{T: t, Clock: clock, Bank: newBank(clock), Carrier: "ZTO"}
	e.DB = dbtest.Open(t, dialect, store.Options{SimulatedClock: true, RealNow: clock.Now,
		Observe: o.Observe, BeforeWrite: o.BeforeWrite})
	if o.Tracked {
		e.Courier = &Courier{}
		o.Couriers = append(o.Couriers, e.Courier)
	}
	e.connect(t, o.Couriers)
	e.Shop = e.AddShop("tea", o.Policy)
	e.Product = e.Shop.QueryProducts().OnlyX(t.Context())
	e.South = e.AddWarehouse("S", "South 南仓", Address.Region, 0)
	e.North = e.AddWarehouse("N", "North 北仓", "北京", 1)
	e.Buyer = e.NewBuyer()
	e.Merchant = e.Staff(vocab.Merchant, e.Shop)
	e.Warehouse = e.Staff(vocab.Warehouse, e.Shop)
	e.Support = e.Staff(vocab.Support)
	e.Platform = e.Staff(vocab.Platform)
	return e
}

// Must ends the test with err.
func (e *Env) Must(err error) {
	e.T.Helper()
	if err != nil {
		e.T.Fatal(err)
	}
}

// MustID ends the test with err, and returns what a command made.
func (e *Env) MustID(id globalid.ID, err error) globalid.ID {
	e.T.Helper()
	e.Must(err)
	return id
}

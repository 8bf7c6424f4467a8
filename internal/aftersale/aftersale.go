package aftersale

import (
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// AfterSales runs the commands and jobs on after-sale requests. It is safe for concurrent use.
//
// Commands are idempotent when the context carries a key and return the request's id. Faults of all
// of them: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED, CONFLICT.
type AfterSales struct {
	db       *store.DB
	payments *payment.Payments
	parcels  *shipment.Shipments
	keys     *seal.Keyring // seals return addresses and texts
	requests *order.Queue

	// OpenDays is for how many days after the end of a sub-order its shop may open a request about it,
	// which shows the shop the receiver again; later support and platform staff may.
	OpenDays int
}

// OpenDays is the time of that name unless AfterSales say otherwise.
const OpenDays = 30

// New returns the commands. The caller gives Hooks to payments, shipments and transfers.
func New(
	db *store.DB, payments *payment.Payments, parcels *shipment.Shipments, keys *seal.Keyring,
) *AfterSales {
	return &AfterSales{db: db, payments: payments, parcels: parcels, keys: keys,
		requests: order.NewQueue(db), OpenDays: OpenDays}
}

// Line is a quantity of an item of the sub-order that a request is about.
type Line struct {
	Item     globalid.ID
	Quantity int64  // 0 for a price difference
	Amount   *int64 // minor units; nil for all that these units are worth
	// ExchangeSku is what is wanted instead, of the same product and price; zero for the same sku.
	ExchangeSku globalid.ID
}

// Statement is a text with images: up to 500 characters and 20 links to images.
type Statement struct {
	Text   string
	Images []string
}

// RequestInput is a request for money or goods.
type RequestInput struct {
	SubOrder globalid.ID
	Kind     vocab.AfterSaleKind
	Reason   vocab.AfterSaleReason
	Lines    []Line
	// Unshipped or handed-over units; empty for whichever the quantities fit, unshipped first.
	Goods vocab.GoodsPlace
	// Way is how goods that are on their way are to come back; empty otherwise.
	Way vocab.WayBack
	// Parcel has the goods; zero for the first that has them all.
	Parcel globalid.ID
	Statement
}

// maxEntries bounds the entries of a bulk command.
const maxEntries = 100

var staff = []vocab.Role{vocab.Support, vocab.Platform}

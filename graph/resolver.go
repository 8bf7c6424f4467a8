package graph

import (
	"context"

	"orderflow/graph/read"
	"orderflow/internal/aftersale"
	"orderflow/internal/bill"
	"orderflow/internal/catalogue"
	"orderflow/internal/checkout"
	"orderflow/internal/event"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/review"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
)

// Resolver resolves every field. It is safe for concurrent use.
type Resolver struct {
	read       *read.Reader
	db         *store.DB
	checkout   *checkout.Checkout
	orders     *order.Orders
	payments   *payment.Payments
	shipments  *shipment.Shipments
	transfers  *transfer.Transfers
	reviews    *review.Reviews
	afterSales *aftersale.AfterSales
	shortages  *shortage.Shortages
	catalogue  *catalogue.Catalogue
	bills      *bill.Bills
	feed       *event.Feed
	keys       *seal.Keyring               // opens texts
	drain      func(context.Context) error // nil: the clock is the real one
}

package graph

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/catalogue"
	"orderflow/internal/event"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/review"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
)

// Resolver resolves every field. It is safe for concurrent use.
type Resolver struct {
	db         *store.DB
	orders     *order.Orders
	payments   *payment.Payments
	shipments  *shipment.Shipments
	transfers  *transfer.Transfers
	reviews    *review.Reviews
	afterSales *aftersale.AfterSales
	shortages  *aftersale.Shortages
	catalogue  *catalogue.Catalogue
	feed       *event.Feed
	keys       *seal.Keyring
	blind      *seal.Blind
	drain      func(context.Context) error // nil: the clock is the real one
	read       *ent.Client
}

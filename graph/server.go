package graph

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/graph/generated"
	"orderflow/graph/read"
	"orderflow/graph/view"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/bill"
	"orderflow/internal/catalogue"
	"orderflow/internal/checkout"
	"orderflow/internal/event"
	"orderflow/internal/gqlserver"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/review"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
)

// Deps is what the API is made of.
type Deps struct {
	DB         *store.DB
	Checkout   *checkout.Checkout
	Orders     *order.Orders
	Payments   *payment.Payments
	Shipments  *shipment.Shipments
	Transfers  *transfer.Transfers
	Reviews    *review.Reviews
	AfterSales *aftersale.AfterSales
	Shortages  *shortage.Shortages
	Catalogue  *catalogue.Catalogue
	Bills      *bill.Bills
	Register   *catalogue.Register
	Verifier   *auth.Verifier
	Feed       *event.Feed
	Keys       *seal.Keyring
	Blind      *seal.Blind

	// AddressDays is for how many days after the end of a sub-order staff see the name and street
	// of its receiver.
	AddressDays int

	// Drain runs everything that is due; nil where the clock is the real one and cannot be moved.
	Drain func(context.Context) error

	// Server configures transports and limits; NewServer sets its authentication.
	Server gqlserver.Options
}

// NewServer returns the handler of the GraphQL endpoint.
func NewServer(d Deps) http.Handler {
	options := d.Server
	options.Authenticate = d.authenticate
	options.ViewerKey = func(ctx context.Context) string { return viewerKey(auth.From(ctx)) }
	reader := read.New(read.Deps{DB: d.DB, Feed: d.Feed, Shipments: d.Shipments,
		AfterSales: d.AfterSales, Keys: d.Keys, Blind: d.Blind, AddressDays: d.AddressDays})
	options.Scalars = map[string]func(any) error{
		"String": view.CheckString, "Time": reads(view.UnmarshalTime),
		"Cursor":     reads(view.ParseCursor),
		"FeedCursor": func(v any) error { return new(event.Cursor).UnmarshalGQL(v) },
	}
	options.Extensions = slices.Concat(reader.Extensions(), options.Extensions)
	return gqlserver.New(executable(d, reader), options)
}

// reads is how a scalar is read, for its errors.
func reads[T any](read func(value any) (T, error)) func(value any) error {
	return func(value any) error {
		_, err := read(value)
		return err
	}
}

// Schema is the schema itself, for what prints or traverses it.
func Schema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}

func executable(d Deps, reader *read.Reader) graphql.ExecutableSchema {
	return generated.NewExecutableSchema(generated.Config{
		Resolvers: &Resolver{
			db: d.DB, checkout: d.Checkout, orders: d.Orders, payments: d.Payments, catalogue: d.Catalogue,
			shipments: d.Shipments, transfers: d.Transfers, reviews: d.Reviews,
			afterSales: d.AfterSales, shortages: d.Shortages, bills: d.Bills,
			feed: d.Feed, keys: d.Keys, drain: d.Drain, read: reader,
		},
		Directives: generated.DirectiveRoot{For: onlyFor, Idempotent: idempotent},
	})
}

func (d Deps) authenticate(
	ctx context.Context, token string,
) (context.Context, time.Time, error) {
	viewer, err := d.Verifier.Verify(ctx, token)
	if err != nil {
		return nil, time.Time{}, err
	}
	if err := d.Register.Enroll(ctx, viewer); err != nil {
		return nil, time.Time{}, err
	}
	return auth.With(ctx, viewer), viewer.Expires, nil
}

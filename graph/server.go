package graph

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/graph/generated"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/event"
	"orderflow/internal/gqlserver"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/review"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
)

// Deps is what the API stands on.
type Deps struct {
	DB         *store.DB
	Orders     *order.Orders
	Payments   *payment.Payments
	Shipments  *shipment.Shipments
	Transfers  *transfer.Transfers
	Reviews    *review.Reviews
	AfterSales *aftersale.AfterSales
	Shortages  *aftersale.Shortages
	Catalogue  *catalogue.Catalogue
	Register   *catalogue.Register
	Verifier   *auth.Verifier
	Feed       *event.Feed
	Keys       *seal.Keyring
	Blind      *seal.Blind

	// Drain runs everything that is due; nil where the clock is the real one and cannot be moved.
	Drain func(context.Context) error

	// Server configures transports and limits; who the viewer is, is set here.
	Server gqlserver.Options
}

// NewServer returns the handler of the GraphQL endpoint.
func NewServer(d Deps) http.Handler {
	options := d.Server
	options.Authenticate = d.authenticate
	options.ViewerKey = func(ctx context.Context) string { return viewerKey(auth.From(ctx)) }
	options.Extensions = append([]graphql.HandlerExtension{clock{d.DB}, d.beside()},
		options.Extensions...)
	return gqlserver.New(executable(d), options)
}

// Schema is the schema itself, for what prints or walks it.
func Schema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}

func executable(d Deps) graphql.ExecutableSchema {
	return generated.NewExecutableSchema(generated.Config{
		Resolvers: &Resolver{
			db: d.DB, orders: d.Orders, payments: d.Payments, catalogue: d.Catalogue,
			shipments: d.Shipments, transfers: d.Transfers, reviews: d.Reviews,
			afterSales: d.AfterSales, shortages: d.Shortages,
			feed: d.Feed, keys: d.Keys, blind: d.Blind, drain: d.Drain, read: reader(d.beside()),
		},
		Directives: generated.DirectiveRoot{For: onlyFor, Idempotent: idempotent},
	})
}

func (d Deps) beside() beside { return beside{d.DB, d.Shipments} }

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

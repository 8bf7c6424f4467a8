package read

import (
	"context"

	gen "entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"github.com/99designs/gqlgen/graphql"

	"orderflow/ent"
	"orderflow/ent/event"
	"orderflow/ent/intercept"
	"orderflow/ent/suborder"
	"orderflow/ent/trackingevent"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	feed "orderflow/internal/event"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
)

// Reader reads what the viewer of a context may see. Its client cannot write.
type Reader struct {
	*ent.Client
	preload preloader
	keys    *seal.Keyring
	blind   *seal.Blind

	addressDays int
}

// Deps is what a Reader is made of.
type Deps struct {
	DB         *store.DB
	Feed       *feed.Feed
	Shipments  *shipment.Shipments
	AfterSales *aftersale.AfterSales
	Keys       *seal.Keyring
	Blind      *seal.Blind

	// AddressDays is for how many days after the end of a sub-order staff see the name and street
	// of its receiver.
	AddressDays int
}

// New returns a reader. The server must run its Extensions.
func New(d Deps) *Reader {
	r := &Reader{Client: auth.Scoped(d.DB.Driver()), keys: d.Keys, blind: d.Blind,
		addressDays: d.AddressDays,
		preload:     preloader{db: d.DB, shipments: d.Shipments, afterSales: d.AfterSales}}
	r.preload.intercept(r.Client)
	r.Intercept(intercept.TraverseFunc(orderEagerLists))
	r.Payment.Intercept(intercept.TraversePayment(withVisibleAmount))
	r.Review.Intercept(intercept.TraverseReview(withSubOrder))
	r.Event.Intercept(intercept.TraverseEvent(withAllColumns))
	r.Event.Intercept(intercept.TraverseEvent(epochBefore(d.Feed)))
	return r
}

// Extensions are the parts of the reader that follow operations and responses.
func (r *Reader) Extensions() []graphql.HandlerExtension {
	return []graphql.HandlerExtension{clock{r.preload.db}, r.preload}
}

// orderEagerLists gives eager-loaded lists an order; roots have their own.
func orderEagerLists(ctx context.Context, q intercept.Query) error {
	if root := gen.QueryFromContext(ctx); root != nil && root.Type != q.Type() {
		q.Order(func(s *sql.Selector) {
			if q.Type() == ent.TypeTrackingEvent {
				s.OrderBy(s.C(trackingevent.FieldOccurredAt))
			}
			s.OrderBy(s.C("id"))
		})
	}
	return nil
}

// withSubOrder loads of the sub-order of a review its status, which decides about the actions.
func withSubOrder(ctx context.Context, q *ent.ReviewQuery) error {
	if readsRows(ctx) {
		q.WithSubOrder(func(sub *ent.SubOrderQuery) { sub.Select(suborder.FieldStatus) })
	}
	return nil
}

// withAllColumns reads all of an event, whatever is selected: its name decides its type in the
// graph.
func withAllColumns(ctx context.Context, q *ent.EventQuery) error {
	if readsRows(ctx) {
		q.Select(event.Columns...)
	}
	return nil
}

// readsRows reports whether the root query returns rows, rather than ids or a count.
func readsRows(ctx context.Context) bool {
	root := gen.QueryFromContext(ctx)
	return root == nil || root.Op == gen.OpQueryAll || root.Op == gen.OpQueryOnly
}

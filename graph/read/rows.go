package read

import (
	"context"
	"fmt"

	"entgo.io/contrib/entgql"
	"github.com/99designs/gqlgen/graphql"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/globalid"
)

// rows is a query for rows of one type.
type rows[Q, T any] interface {
	CollectFields(ctx context.Context, satisfies ...string) (Q, error)
	Only(ctx context.Context) (T, error)
	All(ctx context.Context) ([]T, error)
}

// One reads the row of a query with what the field at path selects of it; no row is no error, and a
// field that is not selected is not read.
func One[Q rows[Q, T], T any](ctx context.Context, q Q, name string, path ...string) (T, error) {
	var none T
	ctx = below(ctx, path)
	if len(path) > 0 && len(graphql.GetFieldContext(ctx).Field.Selections) == 0 {
		return none, nil
	}
	q, err := q.CollectFields(ctx, name, "Node")
	if err != nil {
		return none, fmt.Errorf("%s: %w", name, err)
	}
	row, err := q.Only(ctx)
	return row, ent.MaskNotFound(err)
}

// Written is One for a row that the viewer's own command has just committed and returned whole, or
// nil. Where nothing but its columns is selected it is the answer; else the query is. It is for
// types whose rows have no interceptor that adds something for the viewer.
func Written[Q rows[Q, T], T comparable](
	ctx context.Context, row T, q Q, name string, path ...string,
) (T, error) {
	var none T
	if row != none && selectsColumnsOnly(ctx, path) {
		return row, nil
	}
	return One(ctx, q, name, path...)
}

// All reads the rows of a query with what the field at path selects of each.
func All[Q rows[Q, T], T any](ctx context.Context, q Q, name string, path ...string) ([]T, error) {
	return AllAt(ctx, q, name, path)
}

// AllAt is All with what the fields at several paths select.
func AllAt[Q rows[Q, T], T any](
	ctx context.Context, q Q, name string, paths ...[]string,
) ([]T, error) {
	q, err := q.CollectFields(below(ctx, paths...), name, "Node")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return q.All(ctx)
}

// Newest is the direction of a connection unless the client wants another.
const Newest = entgql.OrderDirectionDesc

const (
	maxCount        = 10_000 // bounds totalCount
	defaultPageSize = 20     // the schema's default, also for an explicit null
)

type paginated[Q, C, O any] interface {
	Clone() Q
	Limit(n int) Q
	IDs(ctx context.Context) ([]globalid.ID, error)
	Paginate(ctx context.Context, after *entgql.Cursor[globalid.ID], first *int,
		before *entgql.Cursor[globalid.ID], last *int, options ...O) (*C, error)
}

// Page reads one page of a query and, when totalCount is selected, how many rows there are. Fault:
// BAD_USER_INPUT at after for a cursor of another list.
func Page[Q paginated[Q, C, O], C, O any](
	ctx context.Context, q Q, after *entgql.Cursor[globalid.ID], first *int, order O,
) (page *C, total int, err error) {
	if after, err = view.OfList(ctx, after); err != nil {
		return nil, 0, err
	}
	if selects(ctx, "totalCount") {
		ids, err := q.Clone().Limit(maxCount).IDs(ctx)
		if err != nil {
			return nil, 0, err
		}
		total = len(ids)
	}
	if first == nil {
		size := defaultPageSize
		first = &size
	}
	page, err = q.Paginate(rowsOnly(ctx), after, first, nil, nil, order)
	return page, total, err
}

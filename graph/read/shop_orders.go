package read

import (
	"context"
	"slices"

	"entgo.io/contrib/entgql"
	"entgo.io/ent/dialect/sql"

	"orderflow/ent/order"
	"orderflow/ent/predicate"
	"orderflow/ent/suborder"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
)

// mostMerged is how many shops' lists are merged; a viewer of more gets them in another way.
const mostMerged = 10

// PageOfShops is a condition on the orders of one page for staff of shops, none for others: without
// it the database looks for the shop's parts order by order, which takes the longer the fewer it
// has. The orders are found in the index over shop and order, at most one more than the page has,
// so that the page knows whether another follows. Every other condition and the scope hold beside
// it. It is for lists without a filter and without a count.
func (r *Reader) PageOfShops(
	ctx context.Context, direction entgql.OrderDirection, after *entgql.Cursor[globalid.ID],
	first *int,
) ([]predicate.Order, error) {
	v := auth.From(ctx)
	if v == nil || !v.IsStaff() || v.SeesAllShops() || len(v.Shops) > mostMerged ||
		selects(ctx, "totalCount") {
		return nil, nil
	}
	size := defaultPageSize
	if first != nil {
		size = max(*first, 0)
	}
	newest := direction == entgql.OrderDirectionDesc
	var ids []globalid.ID
	for _, shop := range v.Shops {
		q := r.SubOrder.Query().Where(suborder.ShopID(shop)).Order(func(s *sql.Selector) {
			if newest {
				s.OrderBy(sql.Desc(s.C(suborder.FieldOrderID)))
			} else {
				s.OrderBy(s.C(suborder.FieldOrderID))
			}
		}).Limit(size + 1)
		if after != nil && newest {
			q.Where(sql.FieldLT(suborder.FieldOrderID, after.ID))
		} else if after != nil {
			q.Where(sql.FieldGT(suborder.FieldOrderID, after.ID))
		}
		var found []globalid.ID
		err := q.Unique(true).Select(suborder.FieldOrderID).Scan(ctx, &found)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	slices.SortFunc(ids, globalid.ID.Compare)
	ids = slices.Compact(ids)
	if newest {
		slices.Reverse(ids)
	}
	return []predicate.Order{order.IDIn(ids[:min(len(ids), size+1)]...)}, nil
}

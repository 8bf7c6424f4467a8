package graph_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// A shop's pages, which are found in an index of their own, hold what its list with a filter that
// excludes nothing holds, in both directions, for one shop and for several.
func TestPagesOfShops(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFixture(serve(t, db, gqlserver.Limits{}))
		w := db.Client.Warehouse.Query().OnlyX(t.Context())
		for i := range 7 {
			number, buyer := fmt.Sprint("page", i), f.buyers[0].ID
			o := db.Client.Order.Create().SetNumber(number).SetBuyerID(buyer).SetCurrency("CNY").
				SetStatus(vocab.PendingPayment).SetMerchantAccount("m").SetRegion("浙江").
				SetPayDueAt(time.Now()).SaveX(t.Context())
			for k, shop := range [][]int{{0}, {1}, {0, 0, 1}}[i%3] {
				db.Client.SubOrder.Create().SetOrderID(o.ID).SetBuyerID(buyer).SetWarehouseID(w.ID).
					SetNumber(fmt.Sprint(number, "-", k)).SetShopID(f.shops[shop].shop.ID).
					SetPolicyVersion(1).SetStatus(o.Status).SetCurrency("CNY").SetLogisticsClass(vocab.Ordinary).
					SetFreightShares([]document.Share{}).
					SaveX(t.Context())
			}
		}
		const query = `query($after: Cursor, $direction: OrderDirection!) {
			page: orders(first: 2, after: $after,
				orderBy: {field: CREATED_AT, direction: $direction}) {
				edges { node { id } } pageInfo { hasNextPage endCursor } }
			all: orders(first: 50, filter: {placedFrom: "2000-01-01T00:00:00Z"},
				orderBy: {field: CREATED_AT, direction: $direction}) {
				edges { node { id } } } }`
		for name, token := range map[string]string{
			"one":  f.token("m0", vocab.Merchant, f.shops[0].shop.ID),
			"both": f.token("m1", vocab.Merchant, f.shops[0].shop.ID, f.shops[1].shop.ID),
		} {
			for _, direction := range []string{"ASC", "DESC"} {
				var paged, all []any
				input := vars{"direction": direction}
				for more := true; more; {
					r := f.must(token, query, input)
					all = idsAt(r, "all")
					paged = append(paged, idsAt(r, "page")...)
					more = r.at("page", "pageInfo", "hasNextPage") == true
					input["after"] = r.at("page", "pageInfo", "endCursor")
					if len(paged) > len(all) {
						break
					}
				}
				if !slices.Equal(paged, all) || len(all) < 5 {
					t.Errorf("%s, %s: pages of\n%v, want\n%v", name, direction, paged, all)
				}
			}
		}
	})
}

func idsAt(r response, connection string) (ids []any) {
	for i := range r.at(connection, "edges").([]any) {
		ids = append(ids, r.at(connection, "edges", i, "node", "id"))
	}
	return ids
}

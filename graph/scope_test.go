package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/graph"
	"orderflow/internal/dbtest"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// unlimited are limits under which a test may select more than a client.
var unlimited = gqlserver.Limits{
	BodyBytes: 1 << 26, Tokens: 1 << 24, Selections: 1 << 24, Depth: 100, Aliases: 1 << 24,
	SameName: 1 << 20, Complexity: 1 << 40, PageSize: 1000,
}

const (
	depthOfRoots = 3
	depthOfNodes = 2
)

// TestNobodySeesWhatIsNotTheirs selects every edge of the schema from every root and from every id,
// as every role, and searches the responses for what the role must not see.
func TestNobodySeesWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFixture(serve(t, db, unlimited))
		schema := graph.Schema()
		everything := []string{"buyer0", "buyer1", "buyer0 shop0", "buyer0 shop1", "buyer1 shop1",
			"order0", "order1", "staff of shop0", "staff of shop1"}
		shop0, shop1 := f.shops[0].shop.ID, f.shops[1].shop.ID
		for name, viewer := range map[string]struct {
			token string
			sees  []string
		}{
			"buyer 0": {f.token("buyer-0", vocab.Buyer),
				[]string{"buyer0", "buyer0 shop0", "buyer0 shop1", "order0"}},
			"buyer 1": {f.token("buyer-1", vocab.Buyer),
				[]string{"buyer1", "buyer1 shop1", "order1"}},
			"merchant 0": {f.token("m0", vocab.Merchant, shop0),
				[]string{"buyer0", "buyer0 shop0", "staff of shop0"}},
			"merchant 1": {f.token("m1", vocab.Merchant, shop1),
				[]string{"buyer0", "buyer1", "buyer0 shop1", "buyer1 shop1", "staff of shop1"}},
			"warehouse 0": {f.token("w0", vocab.Warehouse, shop0),
				[]string{"buyer0", "buyer0 shop0", "staff of shop0"}},
			"support":  {f.token("s", vocab.Support), everything},
			"platform": {f.token("p", vocab.Platform), everything},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				seen := f.everythingVisible(t, schema, viewer.token)
				for of, secrets := range f.secrets {
					for _, secret := range secrets {
						received, may := strings.Contains(seen, secret), slices.Contains(viewer.sees, of)
						// A shop alone in an order sees the order's payments, in its own name.
						if received && !may && !f.soleShopSees(name, of, secret) {
							t.Errorf("sees %s of %q", secret, of)
						}
						if may && !received {
							t.Errorf("does not see %s of %q", secret, of)
						}
					}
				}
			})
		}
	})
}

// soleShopSees: order 1 is of shop 1 alone, whose staff see its payments and their refunds too, but
// no events of the order besides those of their sub-order.
func (f *fixture) soleShopSees(viewer, of, secret string) bool {
	return viewer == "merchant 1" && of == "order1" && !strings.HasPrefix(secret, "evt_")
}

// everythingVisible returns the responses to queries that select everything from every root.
func (f *fixture) everythingVisible(t *testing.T, schema *ast.Schema, token string) string {
	t.Helper()
	q := queryBuilder{schema}
	var seen strings.Builder
	post := func(query string) {
		r := f.post(token, query, nil)
		for _, e := range r.Errors {
			if e.Extensions["code"] != "FORBIDDEN" {
				t.Fatalf("%.200s\n→ %s at %v", query, e.Message, e.Path)
			}
		}
		seen.WriteString(r.raw)
	}
	var sent strings.Builder
	send := func(query string) {
		sent.WriteString(query)
		post(query)
	}
	for _, root := range q.roots() {
		result := schema.Query.Fields.ForName(root).Type.Name()
		if schema.Types[result].IsLeafType() {
			continue
		}
		send(fmt.Sprintf("{ Query_%s: %s %s }", root, root, q.selection(result, depthOfRoots)))
	}
	ids := strings.Join(f.everyID(), `" "`)
	for _, node := range schema.GetPossibleTypes(schema.Types["Node"]) {
		send(fmt.Sprintf(`{ nodes(ids: ["%s"]) { ... on %s %s } }`,
			ids, node.Name, q.selection(node.Name, depthOfNodes)))
	}
	// Deeper than nodes go.
	send(`{ afterSales { edges { node { proposal { lines {
		AfterSaleProposalLine_amount: amount { amount } } } } } } }`)
	for _, o := range []string{"N0", "N1"} {
		send(fmt.Sprintf(`{ Query_order: order(number: %q) %s }`, o,
			q.selection("Order", depthOfNodes)))
	}
	for _, edge := range q.edges() {
		root, _, _ := strings.Cut(edge, "_")
		if !strings.Contains(sent.String(), edge) && root != "Query" && root != "Mutation" &&
			root != "Subscription" && !strings.HasPrefix(root, "Quote") &&
			!strings.HasSuffix(root, "Payload") && !strings.HasSuffix(root, "Result") &&
			root != "TrackingUpdate" && !strings.HasPrefix(root, "RefundPreview") &&
			!strings.HasPrefix(root, "AfterSaleOffer") && root != "AfterSaleTerms" {
			t.Errorf("the edge %s was not selected", edge)
		}
	}
	return seen.String()
}

func (f *fixture) everyID() (ids []string) {
	for _, secrets := range f.secrets {
		for _, secret := range secrets {
			if strings.Contains(secret, "_") && !strings.Contains(secret, " ") {
				ids = append(ids, secret)
			}
		}
	}
	for _, seller := range f.shops {
		ids = append(ids, seller.shop.ID.String(), seller.sku.ID.String(),
			seller.sku.ProductID.String(), seller.discount.ID.String())
	}
	return ids
}

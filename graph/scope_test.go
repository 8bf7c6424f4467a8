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

// unlimited lets a test select more than a client may.
var unlimited = gqlserver.Limits{
	BodyBytes: 1 << 26, Tokens: 1 << 24, Selections: 1 << 24, Depth: 100, Aliases: 1 << 24,
	SameName: 1 << 20, Complexity: 1 << 40, PageSize: 1000,
}

const (
	depthOfRoots = 3
	depthOfNodes = 2
)

// TestNobodySeesWhatIsNotTheirs walks every edge of the schema from every root, and from every id
// there is, as every role, and looks for what the role must not see.
func TestNobodySeesWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newScene(serve(t, db, unlimited))
		schema := graph.Schema()
		everything := []string{"buyer0", "buyer1", "buyer0 shop0", "buyer0 shop1", "buyer1 shop1",
			"whole0", "whole1", "staff of shop0", "staff of shop1"}
		shop0, shop1 := s.shops[0].shop.ID, s.shops[1].shop.ID
		for name, viewer := range map[string]struct {
			token string
			sees  []string
		}{
			"buyer 0": {s.token("buyer-0", vocab.Buyer),
				[]string{"buyer0", "buyer0 shop0", "buyer0 shop1", "whole0"}},
			"buyer 1": {s.token("buyer-1", vocab.Buyer),
				[]string{"buyer1", "buyer1 shop1", "whole1"}},
			"merchant 0": {s.token("m0", vocab.Merchant, shop0),
				[]string{"buyer0", "buyer0 shop0", "staff of shop0"}},
			"merchant 1": {s.token("m1", vocab.Merchant, shop1),
				[]string{"buyer0", "buyer1", "buyer0 shop1", "buyer1 shop1", "staff of shop1"}},
			"warehouse 0": {s.token("w0", vocab.Warehouse, shop0),
				[]string{"buyer0", "buyer0 shop0", "staff of shop0"}},
			"support":  {s.token("s", vocab.Support), everything},
			"platform": {s.token("p", vocab.Platform), everything},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				seen := s.walk(t, schema, viewer.token)
				for of, secrets := range s.secrets {
					for _, secret := range secrets {
						told, may := strings.Contains(seen, secret), slices.Contains(viewer.sees, of)
						// A shop alone in an order sees the order's payments, in its own name.
						if told && !may && !s.soleShopSees(name, of, secret) {
							t.Errorf("sees %s of %q", secret, of)
						}
						if may && !told {
							t.Errorf("does not see %s of %q", secret, of)
						}
					}
				}
			})
		}
	})
}

// soleShopSees: order 1 is of shop 1 alone, whose staff see its payments and their refunds too, but
// hear of the order by the events of their sub-order.
func (s *scene) soleShopSees(viewer, of, secret string) bool {
	return viewer == "merchant 1" && of == "whole1" && !strings.HasPrefix(secret, "evt_")
}

// walk answers with everything that a viewer gets to see.
func (s *scene) walk(t *testing.T, schema *ast.Schema, token string) string {
	t.Helper()
	w := walker{schema}
	var seen strings.Builder
	ask := func(query string) {
		r := s.ask(token, query, nil)
		for _, e := range r.Errors {
			if e.Extensions["code"] != "FORBIDDEN" {
				t.Fatalf("%.200s\n→ %s at %v", query, e.Message, e.Path)
			}
		}
		seen.WriteString(r.raw)
	}
	var walked strings.Builder
	walk := func(query string) {
		walked.WriteString(query)
		ask(query)
	}
	for _, root := range w.roots() {
		result := schema.Query.Fields.ForName(root).Type.Name()
		if schema.Types[result].IsLeafType() {
			continue
		}
		walk(fmt.Sprintf("{ Query_%s: %s %s }", root, root, w.selection(result, depthOfRoots)))
	}
	ids := strings.Join(s.everyID(), `" "`)
	for _, node := range schema.GetPossibleTypes(schema.Types["Node"]) {
		walk(fmt.Sprintf(`{ nodes(ids: ["%s"]) { ... on %s %s } }`,
			ids, node.Name, w.selection(node.Name, depthOfNodes)))
	}
	// Deeper than nodes go.
	walk(`{ afterSales { edges { node { proposal { lines {
		AfterSaleProposalLine_amount: amount { amount } } } } } } }`)
	for _, o := range []string{"N0", "N1"} {
		walk(fmt.Sprintf(`{ Query_order: order(number: %q) %s }`, o,
			w.selection("Order", depthOfNodes)))
	}
	for _, edge := range w.edges() {
		root, _, _ := strings.Cut(edge, "_")
		if !strings.Contains(walked.String(), edge) && root != "Query" && root != "Mutation" &&
			root != "Subscription" && !strings.HasPrefix(root, "Quote") &&
			!strings.HasSuffix(root, "Payload") && !strings.HasSuffix(root, "Result") &&
			root != "TrackingUpdate" && !strings.HasPrefix(root, "RefundPreview") {
			t.Errorf("the edge %s was not walked", edge)
		}
	}
	return seen.String()
}

func (s *scene) everyID() (ids []string) {
	for _, secrets := range s.secrets {
		for _, secret := range secrets {
			if strings.Contains(secret, "_") && !strings.Contains(secret, " ") {
				ids = append(ids, secret)
			}
		}
	}
	for _, seller := range s.shops {
		ids = append(ids, seller.shop.ID.String(), seller.sku.ID.String(),
			seller.sku.ProductID.String(), seller.discount.ID.String())
	}
	return ids
}

package graph_test

import (
	"strings"
	"testing"

	"orderflow/internal/vocab"
)

// The proof that a refund was paid outside is for support and the platform.
func TestTheProofOfAnOutsideRefundIsNotForAll(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		refund := e.refundIn(vocab.RefundNeedsStaff)
		e.mutateOK(e.support, "resolveRefund",
			vars{"refund": refund, "paidOutside": "account 77 of Lin"}, "refund { status }")
		const query = "query($id: ID!) { node(id: $id) { ... on Refund { failure } } }"
		for _, token := range []string{e.buyer, e.merchant, e.support} {
			r := e.must(token, query, vars{"id": refund})
			failure, _ := r.at("node", "failure").(string)
			if strings.Contains(failure, "77") != (token == e.support) ||
				!strings.HasPrefix(failure, "paid outside") {
				e.Errorf("the failure is %q", failure)
			}
		}
	})
}

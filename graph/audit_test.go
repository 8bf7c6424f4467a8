package graph_test

import (
	"slices"
	"strings"
	"testing"

	"orderflow/ent"
	"orderflow/ent/auditentry"
	"orderflow/ent/event"
	"orderflow/graph"
	"orderflow/internal/vocab"
)

// traceless are mutations of staff that leave neither an order's event nor an audit entry, with the
// reason.
var traceless = map[string]string{}

// TestEveryCommandOfStaffLeavesATrace calls every mutation that the schema has for staff as each of
// their roles: each leaves an event of an order by the caller, or one audit entry with the caller
// and the request.
func TestEveryCommandOfStaffLeavesATrace(t *testing.T) {
	t.Parallel()
	mutations := mutationsToTry(t)
	eachEnv(t, func(e *env) {
		seen := map[vocab.AuditAction]bool{}
		for _, mutation := range mutations {
			if traceless[mutation] != "" {
				continue
			}
			for _, who := range e.callers() {
				if who.role == "" || who.role == "BUYER" || strings.HasPrefix(who.name, "other") ||
					!mayCall(mutation, who.role) {
					continue
				}
				for _, entry := range e.traceOf(mutation, who) {
					seen[entry.Action] = true
				}
			}
		}
		for _, action := range vocab.AuditActions {
			if !seen[action] {
				e.Errorf("no mutation left an entry %s", action)
			}
		}
	})
}

func mayCall(mutation, role string) bool {
	of := graph.Schema().Mutation.Fields.ForName(mutation).Directives.ForName("for")
	for _, one := range of.Arguments.ForName("roles").Value.Children {
		if one.Value.Raw == role {
			return true
		}
	}
	return false
}

// traceOf calls a mutation and returns the entries that it left, when it left no event.
func (e *env) traceOf(mutation string, who caller) []*ent.AuditEntry {
	e.Helper()
	input := scenarios[mutation](e)
	role := vocab.Role(who.role)
	events := e.db.Client.Event.Query().
		Where(event.ActorRoleEQ(role), event.OrderIDNotNil())
	entries := e.db.Client.AuditEntry.Query().Order(auditentry.ByID())
	eventsBefore := events.Clone().CountX(e.Context())
	before := entries.Clone().IDsX(e.Context())
	r := e.mutate(who.token, mutation, input, "userErrors { code message }")
	if code := errorCode(r, mutation); code != "" {
		e.Errorf("%s for %s: %s", mutation, who.name, r.raw)
		return nil
	}
	added := slices.DeleteFunc(entries.AllX(e.Context()), func(a *ent.AuditEntry) bool {
		return slices.Contains(before, a.ID)
	})
	if len(added) == 0 {
		if events.CountX(e.Context()) == eventsBefore {
			e.Errorf("%s by %s leaves neither an event of an order nor an audit entry: record one "+
				"(internal/audit), or name the mutation in traceless", mutation, who.name)
		}
		return nil
	}
	if len(added) != 1 || added[0].ActorRole != role || added[0].ActorID.IsZero() ||
		added[0].RequestID == "" {
		e.Errorf("%s by %s left %v", mutation, who.name, added)
	}
	return added
}

// The log is the platform's and the shop's merchants', each of their part.
func TestTheAuditLogIsFilteredAndScoped(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		sku := vars{"product": e.product, "code": "s", "title": "100 g", "price": 1}
		e.mutateOK(e.merchant, "setSku", sku, "")
		e.mutateOK(e.otherMerchant, "setPromotion", vars{"shop": e.otherShop(), "code": "ink-1",
			"title": "Ink", "kind": "FIXED_AMOUNT", "scope": "SHOP", "funder": "SHOP",
			"startsAt": "2026-01-01T00:00:00Z", "endsAt": "2098-01-01T00:00:00Z",
			"rule": vars{"amount": 1}}, "")
		log := func(token, filter string) []any {
			e.Helper()
			r := e.must(token, "{ auditLog(first: 100"+filter+") { totalCount edges { node { id shopId "+
				"number action actor { role id } requestId subjectId before after createdAt realAt "+
				"} } } }", nil)
			edges, _ := r.at("auditLog", "edges").([]any)
			return edges
		}
		mine := log(e.merchant, `, filter: {action: [SET_SKU], subject: "`+e.sku+`"}`)
		if len(mine) != 2 {
			e.Fatalf("%d entries of the sku: %v", len(mine), mine)
		}
		last := mine[0].(map[string]any)["node"].(map[string]any)
		if last["before"] != `{"price":2500}` || last["after"] != `{"price":1}` ||
			last["shopId"] != e.shop {
			e.Errorf("the price: %v", last)
		}
		by := last["actor"].(map[string]any)
		if by["role"] != "MERCHANT" || by["id"] == nil {
			e.Errorf("by %v", by)
		}
		first := mine[1].(map[string]any)["node"].(map[string]any)["actor"].(map[string]any)
		if first["role"] != "PLATFORM" || first["id"] != nil {
			e.Errorf("a merchant sees who of the platform: %v", first)
		}
		for _, edge := range log(e.merchant, "") {
			if shop := edge.(map[string]any)["node"].(map[string]any)["shopId"]; shop != e.shop {
				e.Errorf("a merchant sees an entry of %v", shop)
			}
		}
		if n := len(log(e.merchant, `, filter: {shop: "`+e.otherShop()+`"}`)); n != 0 {
			e.Errorf("a merchant sees %d entries of another shop", n)
		}
		if n := len(log(e.platform, `, filter: {shop: "`+e.otherShop()+`"}`)); n == 0 {
			e.Error("the platform sees no entry of a shop")
		}
		if n := len(log(e.platform, `, filter: {to: "2020-01-01T00:00:00Z"}`)); n != 0 {
			e.Errorf("%d entries before the first", n)
		}
		if n := len(log(e.platform, `, filter: {actor: "`+by["id"].(string)+`"}`)); n != 1 {
			e.Errorf("%d entries by the merchant", n)
		}
		id := last["id"].(string)
		for _, token := range []string{e.buyer, e.otherMerchant, e.picker, e.support} {
			r := e.must(token, `{ node(id: "`+id+`") { id } }`, nil)
			e.expect(r, "<nil>", "node")
		}
		for _, token := range []string{e.buyer, e.picker, e.support} {
			if r := e.post(token, "{ auditLog { totalCount } }", nil); r.code() != "FORBIDDEN" {
				e.Errorf("not refused: %s", r.raw)
			}
		}
	})
}

func (e *env) otherShop() string {
	e.Helper()
	id, _ := e.must(e.platform, `{ shop(code: "ink") { id } }`, nil).at("shop", "id").(string)
	return id
}

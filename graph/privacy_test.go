package graph_test

import (
	"testing"
	"time"

	"orderflow/ent/auditentry"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// A month after a sub-order is over its staff see no name and no street any more, and support reads
// them with an entry in the audit log of the shop.
func TestStaffSeeReceiversWhileTheyNeedThem(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.receivedOrder()
		sub, err := globalid.Parse(p.sub)
		if err != nil {
			e.Fatal(err)
		}
		staff := map[string]string{"merchant": e.merchant, "warehouse": e.picker,
			"support": e.support, "platform": e.platform}
		receiver := func(token string) (name, street, phone string) {
			e.Helper()
			r := e.must(token, `{ node(id: "`+p.order+`") { ... on Order {
				address { name street phone region city } } } }`, nil)
			at := func(field string) string {
				text, _ := r.at("node", "address", field).(string)
				return text
			}
			return at("name"), at("street"), at("phone")
		}
		over := func(ago time.Duration) {
			now, err := e.db.Now(e.Context())
			if err != nil {
				e.Fatal(err)
			}
			e.db.Client.SubOrder.UpdateOneID(sub).SetStatus(vocab.Completed).
				SetCompletedAt(now.Add(-ago)).ExecX(e.Context())
		}
		name, street, phone := receiver(e.buyer)
		if name == "" || street == "" {
			e.Fatalf("the buyer sees %q, %q", name, street)
		}
		const day = 24 * time.Hour
		over(29 * day)
		for who, token := range staff {
			if n, s, ph := receiver(token); n != name || s != street || ph != phone {
				e.Errorf("%s sees %q, %q, %q after 29 days", who, n, s, ph)
			}
		}
		over(31 * day)
		for who, token := range staff {
			if n, s, _ := receiver(token); n == name || s == street || n == "" {
				e.Errorf("%s sees %q, %q after 31 days", who, n, s)
			}
		}
		if n, s, _ := receiver(e.buyer); n != name || s != street {
			e.Errorf("the buyer sees %q, %q after 31 days", n, s)
		}
		e.db.Client.SubOrder.UpdateOneID(sub).SetOpenRequests(1).ExecX(e.Context())
		if n, _, _ := receiver(e.merchant); n != name {
			e.Errorf("the merchant sees %q while a request is open", n)
		}

		input := vars{"subOrder": p.sub, "reason": "DISPUTE"}
		r := e.mutateOK(e.support, "revealAddress", input, "address { name street phone }")
		if r.at("revealAddress", "address", "name") != name ||
			r.at("revealAddress", "address", "street") != street ||
			r.at("revealAddress", "address", "phone") == phone {
			e.Errorf("revealed: %s", r.raw)
		}
		entry := e.db.Client.AuditEntry.Query().
			Where(auditentry.ActionEQ(vocab.AuditRevealAddress)).OnlyX(e.Context())
		if *entry.SubjectID != sub || entry.ActorRole != vocab.Support ||
			entry.ShopID.String() != e.shop || entry.After != `{"reason":"DISPUTE"}` {
			e.Errorf("the entry: %v", entry)
		}
		e.expectRefusal(e.support, "revealAddress", vars{"subOrder": globalid.New(
			globalid.SubOrder).String(), "reason": "DISPUTE"}, "NOT_FOUND", "subOrder")
	})
}

// Return addresses are not public: who has a request sees where to send, and nobody else.
func TestReturnAddressesAreForTheParties(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		e.mutateOK(e.platform, "setShop", vars{"id": e.shop, "code": "tea", "name": "Tea",
			"currency": "CNY", "merchantAccount": "m1", "returnAddress": "1 Shop Lane"}, "")
		e.mutateOK(e.platform, "setWarehouse", vars{"id": e.warehouse, "code": "SH",
			"name": "Shanghai", "region": "上海", "returnAddress": "2 House Lane"}, "")
		const nothing = "<nil>"
		for _, tc := range []struct{ who, token, shop, house string }{
			{"buyer", e.buyer, nothing, nothing},
			{"merchant", e.merchant, "1 Shop Lane", nothing},
			{"other merchant", e.otherMerchant, nothing, nothing},
			{"support", e.support, "1 Shop Lane", "2 House Lane"},
		} {
			r := e.must(tc.token, `{ shop: node(id: "`+e.shop+`") { ... on Shop { returnAddress } }
				house: node(id: "`+e.warehouse+`") { ... on Warehouse { returnAddress } } }`, nil)
			e.expect(r, tc.shop, "shop", "returnAddress")
			e.expect(r, tc.house, "house", "returnAddress")
		}
		id := e.requestToReturn()
		for token, want := range map[string]string{
			e.buyer: "2 House Lane", e.merchant: "2 House Lane", e.otherBuyer: nothing,
			e.otherMerchant: nothing,
		} {
			r := e.must(token, `{ node(id: "`+id+`") { ... on AfterSale { returnAddress } } }`, nil)
			e.expect(r, want, "node", "returnAddress")
		}
	})
}

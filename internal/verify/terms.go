package verify

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// terms checks what orders go by: the policies of their shops of the time when they were placed.
func (r *run) terms(ctx context.Context) (func(*orderData), error) {
	kept := r.check(8, "terms.kept", "a sub-order goes by a policy that its shop has or had, its "+
		"requests by the same")
	window := r.check(9, "terms.return_window", "goods can be returned until the return window of "+
		"the policy that their sub-order goes by is over")
	type key struct {
		shop    globalid.ID
		version int32
	}
	rows, err := r.client.PolicyVersion.Query().All(ctx)
	if err != nil {
		return nil, err
	}
	policies := map[key]document.ShopPolicy{}
	for _, row := range rows {
		policies[key{row.ShopID, row.Version}] = row.Policy
	}
	return func(b *orderData) {
		for _, sub := range b.subs {
			kept.Rows++
			policy, known := policies[key{sub.ShopID, sub.PolicyVersion}]
			if !known {
				kept.fail(sub.ID, "shop %s has no policy of version %d", sub.ShopID, sub.PolicyVersion)
			}
			if known && (sub.Status == vocab.Received || sub.Status == vocab.Completed) {
				window.Rows++
				b.returnWindow(window, sub, policy)
			}
		}
		for _, a := range b.requests {
			kept.Rows++
			if sub := b.sub(a.SubOrderID); sub != nil && sub.PolicyVersion != a.PolicyVersion {
				kept.fail(a.ID, "goes by version %d of the policy, its sub-order by %d",
					a.PolicyVersion, sub.PolicyVersion)
			}
		}
	}, nil
}

func (b *orderData) returnWindow(c *Check, sub *ent.SubOrder, policy document.ShopPolicy) {
	until := value(sub.ReceivedAt).Add(document.Days(policy.ReturnWindowDays))
	if sub.CompleteDueAt != nil && sub.CompleteDueAt.Before(until) {
		c.fail(sub.ID, "received at %v, completed at %v, the window is %d days", sub.ReceivedAt,
			sub.CompleteDueAt, policy.ReturnWindowDays)
	}
}

package catalogue

import (
	"context"

	"orderflow/internal/audit"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// FirstPolicy is the version of the policy that a shop begins with.
const FirstPolicy = 1

// PolicyInput is the policy of a shop, as requested.
type PolicyInput struct {
	Shop   globalid.ID
	Policy document.ShopPolicy
	Given  Given
}

// Validate returns all faults of the fields. Zero values mean the default.
func (in PolicyInput) Validate() error {
	var c check
	p := in.Policy
	for _, s := range document.Settings {
		if n := s.Of(p); n != 0 && (n < s.Least || n > s.Most) {
			c.wrong("policy."+s.Name, "The number must be between %d and %d, or 0 for the usual %d.",
				s.Least, s.Most, s.Default)
		}
	}
	oneOf(&c, "policy.autoApproveUntil", p.AutoApproveUntil, "", "PACKED", "HANDED_OVER")
	oneOf(&c, "policy.deduction", p.Deduction, "", vocab.OnOrder, vocab.OnPayment)
	oneOf(&c, "policy.strategy", p.Strategy,
		"", vocab.FewestParcels, vocab.WarehousePriority, vocab.NearestRegion)
	return c.faults.Err()
}

// SetShopPolicy sets a shop's policy and returns the shop's id. MERCHANT of the shop or PLATFORM.
// Faults: INVALID_INPUT, NOT_FOUND. It concerns orders placed from now on: those that were placed
// go by the version of their time, which stays.
func (c *Catalogue) SetShopPolicy(ctx context.Context, in PolicyInput) (globalid.ID, error) {
	if err := requireShop(ctx, in.Shop); err != nil {
		return globalid.ID{}, err
	}
	return c.command(ctx, func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		found, err := lockShop(ctx, tx, in.Shop, "shop")
		if err != nil {
			return in.Shop, err
		}
		base := &PolicyInput{Shop: in.Shop, Policy: found.Policy}
		in, err := complete(in, in.Given, base, PolicyInput{})
		if err != nil {
			return in.Shop, err
		}
		if err := in.Validate(); err != nil {
			return in.Shop, err
		}
		entry := audit.Entry{Shop: in.Shop, Action: vocab.AuditSetShopPolicy, Subject: in.Shop}
		if found.Policy == in.Policy {
			return in.Shop, audit.Record(ctx, tx, entry)
		}
		version := found.PolicyVersion + 1
		update := tx.Shop.UpdateOneID(in.Shop).SetPolicy(in.Policy).SetPolicyVersion(version)
		if err := save(ctx, tx, update, entry); err != nil {
			return in.Shop, err
		}
		return in.Shop, addPolicy(ctx, tx, in.Shop, version, in.Policy)
	})
}

// addPolicy keeps a version of a shop's policy.
func addPolicy(
	ctx context.Context, tx *store.Tx, shop globalid.ID, version int32,
	policy document.ShopPolicy,
) error {
	return tx.PolicyVersion.Create().SetID(globalid.New(globalid.PolicyVersion)).
		SetShopID(shop).SetVersion(version).SetPolicy(policy.Complete()).SetCreatedAt(tx.Now).
		Exec(ctx)
}

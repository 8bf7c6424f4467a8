package catalogue

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// AccountInput approves the account that is proposed for a shop. It names the account, so that
// nobody approves another than the one that was looked at.
type AccountInput struct {
	Shop            globalid.ID
	MerchantAccount string
}

// ApproveAccount sets the account that somebody else has proposed by SetShop and returns the shop's
// id. PLATFORM only. Faults: NOT_FOUND; ACTION_NOT_ALLOWED at merchantAccount when it is not the
// one proposed; SECOND_PERSON when the viewer proposed it, in whatever role.
func (c *Catalogue) ApproveAccount(ctx context.Context, in AccountInput) (globalid.ID, error) {
	viewer, err := auth.Require(ctx, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	return c.command(ctx, func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		shop, err := lockShop(ctx, tx, in.Shop, "shop")
		if err != nil {
			return in.Shop, err
		}
		if shop.ProposedBy == nil || shop.ProposedAccount != in.MerchantAccount {
			return in.Shop, fault.At("merchantAccount", fault.ActionNotAllowed,
				"This account is not proposed for the shop.")
		}
		if err := auth.OtherThan(ctx, tx.Client(), viewer, *shop.ProposedBy); err != nil {
			return in.Shop, err
		}
		update := tx.Shop.UpdateOneID(in.Shop).SetMerchantAccount(in.MerchantAccount).
			SetProposedAccount("").ClearProposedBy()
		return in.Shop, save(ctx, tx, update,
			audit.Entry{Shop: in.Shop, Action: vocab.AuditApproveAccount, Subject: in.Shop})
	})
}

// proposeAccount keeps the account of a shop that exists as it is: another one is proposed, and the
// present one withdraws what was proposed.
func (in ShopInput) proposeAccount(m *ent.ShopMutation, old *ent.Shop, by *auth.Viewer) {
	m.SetMerchantAccount(old.MerchantAccount)
	switch in.MerchantAccount {
	case old.MerchantAccount:
		m.SetProposedAccount("")
		m.ClearProposedBy()
	case old.ProposedAccount: // whoever proposed it first has done so
	default:
		m.SetProposedAccount(in.MerchantAccount)
		m.SetProposedBy(by.StaffID)
	}
}

package catalogue

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/shop"
	"orderflow/ent/sku"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// ShopInput is a shop, as requested. A new shop has the default policy.
type ShopInput struct {
	ID              globalid.ID // zero: the code decides
	Code            string
	Name            string
	Currency        money.Currency
	MerchantAccount string // the account at the channels that the shop is paid on
	ReturnAddress   string
	Given           Given
}

// over is the whole shop that a request asks for; old is nil for a new one.
func (in ShopInput) over(old *ent.Shop, returns string) (ShopInput, error) {
	var base *ShopInput
	if old != nil {
		base = &ShopInput{Code: old.Code, Name: old.Name, Currency: money.Currency(old.Currency),
			MerchantAccount: old.MerchantAccount, ReturnAddress: returns}
		if old.ProposedAccount != "" { // left out, it stays proposed
			base.MerchantAccount = old.ProposedAccount
		}
	}
	in, err := complete(in, in.Given, base, ShopInput{},
		"code", "name", "currency", "merchantAccount")
	if err != nil {
		return in, err
	}
	return in, in.Validate()
}

// Validate returns all faults of the fields.
func (in ShopInput) Validate() error {
	var c check
	c.text("code", in.Code, maxCode)
	c.text("name", in.Name, maxName)
	if !in.Currency.Valid() {
		c.wrong("currency", "A currency is three capital letters, such as CNY.")
	}
	c.text("merchantAccount", in.MerchantAccount, maxCode)
	c.optional("returnAddress", in.ReturnAddress, maxAddress)
	return c.faults.Err()
}

// SetShop makes or changes a shop and returns its id. PLATFORM only. Another account for a shop
// that exists is only proposed; see ApproveAccount. Faults: INVALID_INPUT, NOT_FOUND, CODE_TAKEN;
// ACTION_NOT_ALLOWED at currency when the shop has skus in another.
func (c *Catalogue) SetShop(ctx context.Context, in ShopInput) (globalid.ID, error) {
	viewer, err := auth.Require(ctx, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	return c.set(ctx, "code", func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		where := shop.Code(in.Code)
		if !in.ID.IsZero() {
			where = shop.ID(in.ID)
		}
		query := tx.Shop.Query().Where(where)
		if tx.Locks() {
			query.ForUpdate()
		}
		old, err := query.Only(ctx)
		id, err := target(in.ID, err, globalid.Shop, func() globalid.ID { return old.ID })
		if err != nil {
			return id, err
		}
		var stored string
		if old != nil {
			stored, err = c.keys.OpenText(old.ReturnAddress, id, shop.FieldReturnAddress)
			if err != nil {
				return id, err
			}
		}
		in, err := in.over(old, stored)
		if err != nil {
			return id, err
		}
		entry := audit.Entry{Shop: id, Action: vocab.AuditSetShop, Subject: id}
		if old == nil {
			returns := c.keys.SealText(in.ReturnAddress, id, shop.FieldReturnAddress)
			create := tx.Shop.Create().SetID(id).SetCreatedAt(tx.Now).
				SetPolicy(document.ShopPolicy{}).SetPolicyVersion(FirstPolicy)
			in.fill(create.Mutation(), returns)
			if err := save(ctx, tx, create, entry); err != nil {
				return id, err
			}
			return id, addPolicy(ctx, tx, id, FirstPolicy, document.ShopPolicy{})
		}
		if err := keepCurrency(ctx, tx, id, in.Currency); err != nil {
			return id, err
		}
		update := tx.Shop.UpdateOneID(id)
		in.fill(update.Mutation(),
			c.reseal(old.ReturnAddress, in.ReturnAddress, id, shop.FieldReturnAddress))
		in.proposeAccount(update.Mutation(), old, viewer)
		return id, save(ctx, tx, update, entry)
	})
}

func (in ShopInput) fill(m *ent.ShopMutation, returns []byte) {
	m.SetCode(in.Code)
	m.SetName(in.Name)
	m.SetCurrency(string(in.Currency))
	m.SetMerchantAccount(in.MerchantAccount)
	m.SetReturnAddress(returns)
}

func keepCurrency(
	ctx context.Context, tx *store.Tx, id globalid.ID, currency money.Currency,
) error {
	sells, err := tx.Sku.Query().Where(
		sku.ShopID(id), sku.CurrencyNEQ(string(currency))).Exist(ctx)
	if err == nil && sells {
		return fault.At("currency", fault.ActionNotAllowed,
			"The shop has skus in another currency.")
	}
	return err
}

// lockShop reads a shop and locks it against concurrent changes of its currency and new skus.
func lockShop(
	ctx context.Context, tx *store.Tx, id globalid.ID, field string,
) (*ent.Shop, error) {
	query := tx.Shop.Query().Where(shop.ID(id))
	if tx.Locks() {
		query.ForUpdate()
	}
	found, err := query.Only(ctx)
	return found, notFoundAt(err, field)
}

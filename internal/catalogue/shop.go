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
	if err := in.Validate(); err != nil {
		return globalid.ID{}, err
	}
	return c.set(ctx, "code", func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		where := shop.Code(in.Code)
		if !in.ID.IsZero() {
			where = shop.ID(in.ID)
		}
		found, err := tx.Shop.Query().Where(where).OnlyID(ctx)
		id, exists, err := target(in.ID, found, err, globalid.Shop)
		if err != nil {
			return id, err
		}
		entry := audit.Entry{Shop: id, Action: vocab.AuditSetShop, Subject: id}
		if !exists {
			create := tx.Shop.Create().SetID(id).SetCreatedAt(tx.Now).
				SetPolicy(document.ShopPolicy{})
			in.fill(create.Mutation())
			return id, save(ctx, tx, create, entry)
		}
		old, err := lockShop(ctx, tx, id, "id")
		if err != nil {
			return id, err
		}
		if err := keepCurrency(ctx, tx, id, in.Currency); err != nil {
			return id, err
		}
		update := tx.Shop.UpdateOneID(id)
		in.fill(update.Mutation())
		in.proposeAccount(update.Mutation(), old, viewer)
		return id, save(ctx, tx, update, entry)
	})
}

func (in ShopInput) fill(m *ent.ShopMutation) {
	m.SetCode(in.Code)
	m.SetName(in.Name)
	m.SetCurrency(string(in.Currency))
	m.SetMerchantAccount(in.MerchantAccount)
	m.SetReturnAddress(in.ReturnAddress)
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

// PolicyInput is the policy of a shop, as requested.
type PolicyInput struct {
	Shop   globalid.ID
	Policy document.ShopPolicy
}

// Validate returns all faults of the fields. Zero values mean the default.
func (in PolicyInput) Validate() error {
	const (
		week  = 7 * 24 * 60 // minutes
		month = 30 * 24     // hours
	)
	var c check
	p := in.Policy
	c.number("policy.payMinutes", int64(p.PayMinutes), 0, week)
	c.number("policy.shipHours", int64(p.ShipHours), 0, month)
	c.number("policy.receiptDays", int64(p.ReceiptDays), 0, 90)
	c.number("policy.returnWindowDays", int64(p.ReturnWindowDays), 0, 400)
	c.number("policy.merchantHours", int64(p.MerchantHours), 0, month)
	c.number("policy.packedHours", int64(p.PackedHours), 0, month)
	c.number("policy.buyerAnswerDays", int64(p.BuyerAnswerDays), 0, 90)
	c.number("policy.interceptionDays", int64(p.InterceptionDays), 0, 90)
	c.number("policy.returnDays", int64(p.ReturnDays), 0, 90)
	c.number("policy.confirmReturnDays", int64(p.ConfirmReturnDays), 0, 90)
	c.number("policy.inspectReturnDays", int64(p.InspectReturnDays), 0, 90)
	c.number("policy.escalateDays", int64(p.EscalateDays), 0, 90)
	c.number("policy.reshipHours", int64(p.ReshipHours), 0, month)
	c.number("policy.shortageHours", int64(p.ShortageHours), 0, month)
	oneOf(&c, "policy.autoApproveUntil", p.AutoApproveUntil, "", "PACKED", "HANDED_OVER")
	oneOf(&c, "policy.deduction", p.Deduction, "", vocab.OnOrder, vocab.OnPayment)
	oneOf(&c, "policy.strategy", p.Strategy,
		"", vocab.FewestParcels, vocab.WarehousePriority, vocab.NearestRegion)
	return c.faults.Err()
}

// SetShopPolicy sets a shop's policy and returns the shop's id. MERCHANT of the shop or PLATFORM.
// Faults: INVALID_INPUT, NOT_FOUND. It concerns orders placed from now on.
func (c *Catalogue) SetShopPolicy(ctx context.Context, in PolicyInput) (globalid.ID, error) {
	if err := requireShop(ctx, in.Shop); err != nil {
		return globalid.ID{}, err
	}
	if err := in.Validate(); err != nil {
		return globalid.ID{}, err
	}
	return c.command(ctx, func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		if _, err := lockShop(ctx, tx, in.Shop, "shop"); err != nil {
			return in.Shop, err
		}
		return in.Shop, save(ctx, tx, tx.Shop.UpdateOneID(in.Shop).SetPolicy(in.Policy),
			audit.Entry{Shop: in.Shop, Action: vocab.AuditSetShopPolicy, Subject: in.Shop})
	})
}

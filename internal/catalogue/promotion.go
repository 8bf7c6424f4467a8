package catalogue

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/ent/promotion"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// PromotionInput is a promotion, as requested.
type PromotionInput struct {
	ID            globalid.ID // zero: the code decides
	Shop          globalid.ID // zero: the platform's
	Code          string
	Title         string
	Kind          vocab.PromotionKind
	Scope         vocab.PromotionScope
	Funder        vocab.Funder
	Rule          document.PromotionRule
	StartsAt      time.Time
	EndsAt        time.Time // exclusive
	StackingGroup string    // empty: stacks with everything
	Quota         *int64    // orders in all; nil: unlimited
	QuotaPerBuyer *int64
	Active        bool
	Given         Given
}

// over is the whole promotion that a request asks for; old is nil for a new one.
func (in PromotionInput) over(old *ent.Promotion) (PromotionInput, error) {
	var base *PromotionInput
	if old != nil {
		base = &PromotionInput{Code: old.Code, Title: old.Title, Kind: old.Kind, Scope: old.Scope,
			Funder: old.Funder, Rule: old.Rule, StartsAt: old.StartsAt, EndsAt: old.EndsAt,
			StackingGroup: old.StackingGroup, Quota: old.Quota, QuotaPerBuyer: old.QuotaPerBuyer,
			Active: old.Active, Shop: shopOf(old)}
	}
	in, err := complete(in, in.Given, base, PromotionInput{Active: true},
		"code", "title", "kind", "scope", "funder", "rule", "startsAt", "endsAt")
	if err != nil {
		return in, err
	}
	return in, in.Validate()
}

// Validate returns all faults of the fields.
func (in PromotionInput) Validate() error {
	var c check
	c.text("code", in.Code, maxCode)
	c.text("title", in.Title, maxName)
	oneOf(&c, "scope", in.Scope, vocab.ItemScope, vocab.ShopScope, vocab.OrderScope)
	oneOf(&c, "funder", in.Funder, vocab.FundedByShop, vocab.FundedByPlatform)
	c.window(in.StartsAt, in.EndsAt)
	c.optional("stackingGroup", in.StackingGroup, maxCode)
	if in.Quota != nil {
		c.number("quota", *in.Quota, 1, maxQuantity)
	}
	if in.QuotaPerBuyer != nil {
		c.number("quotaPerBuyer", *in.QuotaPerBuyer, 1, maxQuantity)
	}
	c.rule(in.Kind, in.Scope, in.Rule)
	if in.Kind == vocab.Gift && in.Shop.IsZero() {
		c.wrong("shop", "A gift comes from a shop.")
	}
	return c.faults.Err()
}

func (c *check) window(from, to time.Time) {
	const firstYear, lastYear = 2000, 9998
	if y := from.UTC().Year(); y < firstYear || y > lastYear {
		c.wrong("startsAt", "The year must be between %d and %d.", firstYear, lastYear)
	}
	if y := to.UTC().Year(); y < firstYear || y > lastYear {
		c.wrong("endsAt", "The year must be between %d and %d.", firstYear, lastYear)
	} else if !to.After(from) {
		c.wrong("endsAt", "A promotion ends after it starts.")
	}
}

// SetPromotion makes or changes a promotion and returns its id. MERCHANT for its shop's, funded by
// the shop; PLATFORM for all. Faults: INVALID_INPUT, LIMIT_EXCEEDED, TOO_MANY, NOT_FOUND (also at
// rule.gift and rule.skus), CODE_TAKEN; ACTION_NOT_ALLOWED at kind or shop when it would change, at
// funder for a merchant when the platform pays, and at quota or quotaPerBuyer when it would come or
// go.
func (c *Catalogue) SetPromotion(ctx context.Context, in PromotionInput) (globalid.ID, error) {
	viewer, err := auth.Require(ctx, vocab.Merchant, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	if !in.Shop.IsZero() && !viewer.HasShop(in.Shop) {
		return globalid.ID{}, notFound("shop")
	}
	return c.set(ctx, "code", func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		old, err := in.find(ctx, tx, viewer)
		if err != nil {
			return globalid.ID{}, err
		}
		in, err := in.over(old)
		if err != nil {
			return globalid.ID{}, err
		}
		if err := in.allowed(viewer, old); err != nil {
			return globalid.ID{}, err
		}
		if err := in.references(ctx, tx); err != nil {
			return globalid.ID{}, err
		}
		if err := in.fewEnough(ctx, tx, old); err != nil {
			return globalid.ID{}, err
		}
		entry := audit.Entry{Shop: in.Shop, Action: vocab.AuditSetPromotion}
		if old != nil {
			entry.Subject = old.ID
			update := tx.Promotion.UpdateOneID(old.ID)
			in.fill(update.Mutation())
			return old.ID, save(ctx, tx, update, entry)
		}
		id := globalid.New(globalid.Promotion)
		create := tx.Promotion.Create().SetID(id).SetKind(in.Kind).SetCreatedAt(tx.Now)
		if !in.Shop.IsZero() {
			create.SetShopID(in.Shop)
		}
		in.fill(create.Mutation())
		entry.Subject = id
		return id, save(ctx, tx, create, entry)
	})
}

// fewEnough refuses another promotion of a shop that has as many as every checkout can look at.
func (in PromotionInput) fewEnough(
	ctx context.Context, tx *store.Tx, old *ent.Promotion,
) error {
	if in.Shop.IsZero() || !in.Active || !in.EndsAt.After(tx.Now) {
		return nil
	}
	if _, err := lockShop(ctx, tx, in.Shop, "shop"); err != nil {
		return err
	}
	others := tx.Promotion.Query().Where(promotion.ShopID(in.Shop), promotion.Active(true),
		promotion.EndsAtGT(tx.Now))
	if old != nil {
		others.Where(promotion.IDNEQ(old.ID))
	}
	n, err := others.Count(ctx)
	if err != nil {
		return err
	}
	return limit.Promotions.OneMore(n)
}

// find returns the promotion to change, or nil when it is a new one. Of one that the viewer has
// nothing to do with it says no more than that its code is taken.
func (in PromotionInput) find(
	ctx context.Context, tx *store.Tx, viewer *auth.Viewer,
) (*ent.Promotion, error) {
	where := promotion.Code(in.Code)
	if !in.ID.IsZero() {
		where = promotion.ID(in.ID)
	}
	old, err := tx.Promotion.Query().Where(where).Only(ctx)
	if ent.IsNotFound(err) && in.ID.IsZero() {
		return nil, nil
	}
	if err != nil {
		return nil, notFoundAt(err, "id")
	}
	switch {
	case viewer.HasShop(shopOf(old)):
		return old, nil
	case in.ID.IsZero():
		return nil, codeTaken("code")
	}
	return nil, notFound("id")
}

// shopOf is the shop of a promotion; zero is the platform's.
func shopOf(p *ent.Promotion) (id globalid.ID) {
	if p.ShopID != nil {
		id = *p.ShopID
	}
	return id
}

// allowed refuses what this viewer may not set, and what nobody changes.
func (in PromotionInput) allowed(viewer *auth.Viewer, old *ent.Promotion) error {
	if err := in.mayMake(viewer); err != nil || old == nil {
		return err
	}
	switch {
	case shopOf(old) == in.Shop:
	case in.ID.IsZero():
		return codeTaken("code")
	default:
		return fault.At("shop", fault.ActionNotAllowed, "A promotion stays with its shop.")
	}
	if old.Funder == vocab.FundedByPlatform && viewer.Role != vocab.Platform {
		return fault.At("funder", fault.ActionNotAllowed,
			"Only the platform changes promotions that it pays for.")
	}
	if old.Kind != in.Kind {
		return keepsKind()
	}
	return in.keepsQuotas(old)
}

func (in PromotionInput) mayMake(viewer *auth.Viewer) error {
	switch {
	case viewer.Role == vocab.Platform:
		return nil
	case in.Shop.IsZero():
		return fault.At("shop", fault.InvalidInput, "A merchant's promotion names its shop.")
	case !viewer.HasShop(in.Shop):
		return notFound("shop")
	case in.Funder == vocab.FundedByPlatform:
		return fault.At("funder", fault.ActionNotAllowed,
			"Only the platform makes promotions that it pays for.")
	}
	return nil
}

// keepsQuotas allows other numbers, but neither adding nor removing a quota: earlier uses would
// have to be counted afterwards.
func (in PromotionInput) keepsQuotas(old *ent.Promotion) error {
	var faults fault.List
	const message = "Whether a promotion has this quota cannot change; make another promotion."
	if (old.Quota == nil) != (in.Quota == nil) {
		faults.Add("quota", fault.ActionNotAllowed, message)
	}
	if (old.QuotaPerBuyer == nil) != (in.QuotaPerBuyer == nil) {
		faults.Add("quotaPerBuyer", fault.ActionNotAllowed, message)
	}
	return faults.Err()
}

func (in PromotionInput) fill(m *ent.PromotionMutation) {
	m.SetCode(in.Code)
	m.SetTitle(in.Title)
	m.SetScope(in.Scope)
	m.SetFunder(in.Funder)
	m.SetRule(in.Rule)
	m.SetStartsAt(in.StartsAt.UTC().Truncate(time.Microsecond))
	m.SetEndsAt(in.EndsAt.UTC().Truncate(time.Microsecond))
	m.SetStackingGroup(in.StackingGroup)
	m.ClearQuota()
	if in.Quota != nil {
		m.SetQuota(*in.Quota)
	}
	m.ClearQuotaPerBuyer()
	if in.QuotaPerBuyer != nil {
		m.SetQuotaPerBuyer(*in.QuotaPerBuyer)
	}
	m.SetActive(in.Active)
}

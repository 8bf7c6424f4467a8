package catalogue

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/memberbenefit"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// BenefitInput is a member benefit, as requested.
type BenefitInput struct {
	ID     globalid.ID // zero: the code decides
	Code   string
	Title  string
	Kind   vocab.BenefitKind
	Rule   document.BenefitRule
	Active bool
	Given  Given
}

// over is the whole benefit that a request asks for; old is nil for a new one.
func (in BenefitInput) over(old *ent.MemberBenefit) (BenefitInput, error) {
	var base *BenefitInput
	if old != nil {
		base = &BenefitInput{Code: old.Code, Title: old.Title, Kind: old.Kind, Rule: old.Rule,
			Active: old.Active}
	}
	in, err := complete(in, in.Given, base, BenefitInput{Active: true},
		"code", "title", "kind", "rule")
	if err != nil {
		return in, err
	}
	return in, in.Validate()
}

// Validate returns all faults of the fields.
func (in BenefitInput) Validate() error {
	var c check
	c.text("code", in.Code, maxCode)
	c.text("title", in.Title, maxName)
	oneOf(&c, "kind", in.Kind, vocab.NewCustomer, vocab.LevelDiscount, vocab.FreeShipping)
	c.number("rule.minLevel", int64(in.Rule.MinLevel), 0, maxLevel)
	if in.Kind == vocab.NewCustomer {
		c.number("rule.amount", in.Rule.Amount, 1, maxAmount)
	} else {
		c.unused("rule.amount", in.Rule.Amount)
	}
	if in.Kind == vocab.LevelDiscount {
		c.number("rule.percent", int64(in.Rule.Percent), 1, 100)
	} else {
		c.unused("rule.percent", int64(in.Rule.Percent))
	}
	return c.faults.Err()
}

// SetMemberBenefit makes or changes a member benefit and returns its id. PLATFORM only. Faults:
// INVALID_INPUT, NOT_FOUND, CODE_TAKEN; ACTION_NOT_ALLOWED at kind when it would change.
func (c *Catalogue) SetMemberBenefit(ctx context.Context, in BenefitInput) (globalid.ID, error) {
	if _, err := auth.Require(ctx, vocab.Platform); err != nil {
		return globalid.ID{}, err
	}
	return c.set(ctx, "code", func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		where := memberbenefit.Code(in.Code)
		if !in.ID.IsZero() {
			where = memberbenefit.ID(in.ID)
		}
		old, err := tx.MemberBenefit.Query().Where(where).Only(ctx)
		id, err := target(in.ID, err, globalid.MemberBenefit, func() globalid.ID { return old.ID })
		if err != nil {
			return id, err
		}
		in, err := in.over(old)
		if err != nil {
			return id, err
		}
		entry := audit.Entry{Action: vocab.AuditSetMemberBenefit, Subject: id}
		if old == nil {
			create := tx.MemberBenefit.Create().SetID(id).SetKind(in.Kind).SetCreatedAt(tx.Now)
			in.fill(create.Mutation())
			return id, save(ctx, tx, create, entry)
		}
		if old.Kind != in.Kind {
			return id, keepsKind()
		}
		update := tx.MemberBenefit.UpdateOneID(id)
		in.fill(update.Mutation())
		return id, save(ctx, tx, update, entry)
	})
}

func keepsKind() error {
	return fault.At("kind", fault.ActionNotAllowed, "The kind cannot be changed; make a new one.")
}

func (in BenefitInput) fill(m *ent.MemberBenefitMutation) {
	m.SetCode(in.Code)
	m.SetTitle(in.Title)
	m.SetRule(in.Rule)
	m.SetActive(in.Active)
}

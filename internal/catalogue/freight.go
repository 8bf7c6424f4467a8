package catalogue

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/freighttemplate"
	"orderflow/internal/audit"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/region"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	maxZones     = 100
	maxRegions   = 34
	maxCountries = 249
)

// FreightInput is a freight template, as requested. A shop has one for each logistics class.
type FreightInput struct {
	ID             globalid.ID // zero: shop and class decide
	Shop           globalid.ID
	LogisticsClass vocab.LogisticsClass
	Basis          vocab.FreightBasis
	Rule           FreightRuleInput
	Given          Given
}

// over is the whole template that a request asks for; old is nil for a new one.
func (in FreightInput) over(old *ent.FreightTemplate) (FreightInput, error) {
	var base *FreightInput
	if old != nil {
		base = &FreightInput{Shop: in.Shop, LogisticsClass: old.LogisticsClass, Basis: old.Basis,
			Rule: inputOf(old.Rule)}
	}
	in, err := complete(in, in.Given, base, FreightInput{}, "logisticsClass", "basis", "rule")
	if err != nil {
		return in, err
	}
	return in, in.Validate()
}

// inputOf is a stored rule as a request would say it.
func inputOf(rule document.FreightRule) (in FreightRuleInput) {
	for _, zone := range rule.Zones {
		in.Zones = append(in.Zones, FreightZoneInput{Regions: zone.RegionNames(),
			Countries: zone.Countries, Undelivered: zone.Undelivered, First: zone.First,
			FirstFee: zone.FirstFee, Step: zone.Step, StepFee: zone.StepFee,
			FreeAbove: zone.FreeAbove})
	}
	return in
}

// FreightRuleInput is a freight template's table, as requested.
type FreightRuleInput struct{ Zones []FreightZoneInput }

// FreightZoneInput is a document.FreightZone with divisions of China in any spelling.
type FreightZoneInput struct {
	Regions     []string
	Countries   []string
	Undelivered bool
	First       int64
	FirstFee    int64
	Step        int64
	StepFee     int64
	FreeAbove   int64
}

// Validate returns all faults of the fields.
func (in FreightInput) Validate() error {
	var c check
	oneOf(&c, "logisticsClass", in.LogisticsClass,
		vocab.Ordinary, vocab.Oversized, vocab.ColdChain)
	oneOf(&c, "basis", in.Basis, vocab.ByWeight, vocab.ByPiece)
	c.count("rule.zones", len(in.Rule.Zones), maxZones)
	if len(in.Rule.Zones) == 0 {
		c.wrong("rule.zones", "A template needs a zone.")
	}
	seen := map[string]bool{}
	for i, zone := range in.Rule.Zones[:min(len(in.Rule.Zones), maxZones)] {
		c.zone(fmt.Sprintf("rule.zones[%d]", i), zone, seen)
	}
	return c.faults.Err()
}

// zone checks one zone; seen holds the regions of those before it, and "" for all others.
func (c *check) zone(field string, zone FreightZoneInput, seen map[string]bool) {
	c.number(field+".first", zone.First, 0, maxQuantity)
	c.number(field+".firstFee", zone.FirstFee, 0, maxAmount)
	c.number(field+".step", zone.Step, 0, maxQuantity)
	c.number(field+".stepFee", zone.StepFee, 0, maxAmount)
	c.number(field+".freeAbove", zone.FreeAbove, 0, maxAmount)
	if zone.StepFee > 0 && zone.Step == 0 {
		c.wrong(field+".step", "A fee for each step needs a step.")
	}
	c.count(field+".regions", len(zone.Regions), maxRegions)
	c.count(field+".countries", len(zone.Countries), maxCountries)
	if len(zone.Regions) == 0 && len(zone.Countries) == 0 {
		if seen[""] {
			c.wrong(field+".regions", "Another zone is for the rest of China already.")
		}
		seen[""] = true
	}
	once := func(at, key string) {
		if seen[key] {
			c.wrong(at, "It has a zone already.")
		}
		seen[key] = true
	}
	for i, spelling := range zone.Regions[:min(len(zone.Regions), maxRegions)] {
		at := fmt.Sprintf("%s.regions[%d]", field, i)
		if key, wrong := division(spelling); len(wrong) > 0 {
			c.wrong(at, "%s", wrong[0].Message)
		} else {
			once(at, string(key))
		}
	}
	for i, country := range zone.Countries[:min(len(zone.Countries), maxCountries)] {
		at := fmt.Sprintf("%s.countries[%d]", field, i)
		if wrong := region.CheckCountry(at, country); wrong != nil || country == "" {
			c.wrong(at, "Write it by its two letters of ISO 3166-1.")
		} else {
			once(at, country)
		}
	}
}

// division finds a division of China by how somebody has written it.
func division(spelling string) (region.Key, fault.List) {
	return region.Parse("", region.Input{Region: spelling})
}

// stored is a valid rule as it is stored.
func (in FreightRuleInput) stored() (rule document.FreightRule) {
	for _, zone := range in.Zones {
		keys := make([]region.Key, len(zone.Regions))
		for i, spelling := range zone.Regions {
			keys[i], _ = division(spelling)
		}
		rule.Zones = append(rule.Zones, document.FreightZone{Regions: keys,
			Countries: zone.Countries, Undelivered: zone.Undelivered, First: zone.First,
			FirstFee: zone.FirstFee, Step: zone.Step, StepFee: zone.StepFee,
			FreeAbove: zone.FreeAbove})
	}
	return rule
}

// SetFreightTemplate makes or changes the freight template of a shop's logistics class and returns
// its id. MERCHANT of the shop or PLATFORM. Faults: INVALID_INPUT, LIMIT_EXCEEDED, NOT_FOUND;
// CODE_TAKEN at logisticsClass when another template has it.
func (c *Catalogue) SetFreightTemplate(
	ctx context.Context, in FreightInput,
) (globalid.ID, error) {
	if err := requireShop(ctx, in.Shop); err != nil {
		return globalid.ID{}, err
	}
	return c.set(ctx, "logisticsClass", func(
		ctx context.Context, tx *store.Tx,
	) (globalid.ID, error) {
		if _, err := lockShop(ctx, tx, in.Shop, "shop"); err != nil {
			return globalid.ID{}, err
		}
		where := freighttemplate.LogisticsClassEQ(in.LogisticsClass)
		if !in.ID.IsZero() {
			where = freighttemplate.ID(in.ID)
		}
		found, err := tx.FreightTemplate.Query().
			Where(freighttemplate.ShopID(in.Shop), where).Only(ctx)
		id, err := target(in.ID, err, globalid.FreightTemplate, func() globalid.ID { return found.ID })
		if err != nil {
			return id, err
		}
		in, err := in.over(found)
		if err != nil {
			return id, err
		}
		entry := audit.Entry{Shop: in.Shop, Action: vocab.AuditSetFreightTemplate, Subject: id}
		if found != nil {
			update := tx.FreightTemplate.UpdateOneID(id)
			in.fill(update.Mutation())
			return id, save(ctx, tx, update, entry)
		}
		create := tx.FreightTemplate.Create().SetID(id).SetShopID(in.Shop).SetCreatedAt(tx.Now)
		in.fill(create.Mutation())
		return id, save(ctx, tx, create, entry)
	})
}

func (in FreightInput) fill(m *ent.FreightTemplateMutation) {
	m.SetLogisticsClass(in.LogisticsClass)
	m.SetBasis(in.Basis)
	m.SetRule(in.Rule.stored())
}

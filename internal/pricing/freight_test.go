package pricing_test

import (
	"slices"
	"testing"

	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/pricing"
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

func template(basis vocab.FreightBasis, zones ...document.FreightZone) pricing.FreightTemplate {
	return pricing.FreightTemplate{
		ShopID: shop(1), Class: vocab.Ordinary, Basis: basis,
		Rule: document.FreightRule{Zones: zones},
	}
}

const (
	zhejiang region.Key = "CN-33"
	shanghai region.Key = "CN-31"
	tibet    region.Key = "CN-54"
)

func TestFreight(t *testing.T) {
	t.Parallel()
	near := document.FreightZone{Regions: []region.Key{zhejiang, shanghai}, First: 1000, FirstFee: 600,
		Step: 500, StepFee: 100, FreeAbove: 5000}
	far := document.FreightZone{First: 1000, FirstFee: 1200, Step: 1000, StepFee: 500}
	pieces := document.FreightZone{First: 2, FirstFee: 300, Step: 2, StepFee: 100}
	never := document.FreightZone{Regions: []region.Key{tibet}, Undelivered: true, FirstFee: 1}
	abroad := document.FreightZone{Countries: []string{"GB", "US"}, First: 1000, FirstFee: 9000}
	flat := document.FreightZone{First: 1, FirstFee: 800}
	for _, c := range []struct {
		name     string
		region   region.Key
		template pricing.FreightTemplate
		quantity int // of 500 grams and 1000 minor units each
		want     int64
		refused  bool
	}{
		{"the first units", zhejiang, template(vocab.ByWeight, far, near), 2, 600, false},
		{"a step begun", shanghai, template(vocab.ByWeight, near, far), 3, 700, false},
		{"another region", tibet, template(vocab.ByWeight, near, far), 4, 1700, false},
		{"just below free", zhejiang, template(vocab.ByWeight, near), 4, 800, false},
		{"free above", zhejiang, template(vocab.ByWeight, near), 5, 0, false},
		{"a zone that is never free", tibet, template(vocab.ByWeight, far), 100, 25700, false},
		{"by piece", zhejiang, template(vocab.ByPiece, pieces), 5, 500, false},
		{"without steps", zhejiang, template(vocab.ByPiece, flat), 5, 800, false},
		{"no zone for the region", tibet, template(vocab.ByWeight, near), 1, 0, true},
		{"a zone where nobody delivers", tibet, template(vocab.ByWeight, far, never), 1, 0, true},
		{"the rest is of China", "US-Texas", template(vocab.ByWeight, far), 1, 0, true},
		{"a country", "US-Texas", template(vocab.ByWeight, far, abroad), 1, 9000, false},
		{"no template", zhejiang, pricing.FreightTemplate{ShopID: shop(2)}, 1, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := quote(t, pricing.Input{
				Region:  c.region,
				Lines:   []pricing.Line{line(1, 1000, c.quantity)},
				Freight: []pricing.FreightTemplate{c.template},
			})
			if r.Totals.Freight != c.want || r.Totals.Payable != r.Totals.Goods+c.want {
				t.Errorf("got %+v, want freight %d", r.Totals, c.want)
			}
			want := pricing.FreightGroup{ShopID: shop(1), Class: vocab.Ordinary,
				WeightGrams: 500 * int64(c.quantity), Pieces: int64(c.quantity),
				Base: c.want, Payable: c.want}
			if g := r.Freight[0]; g.WeightGrams != want.WeightGrams || g.Pieces != want.Pieces ||
				g.Base != want.Base || g.Undelivered != c.refused || g.Payable != want.Payable ||
				g.ShopID != want.ShopID {
				t.Errorf("group %+v", g)
			}
		})
	}
}

func TestFreightIsFreeByWhatGoodsCostAfterDiscounts(t *testing.T) {
	t.Parallel()
	zone := document.FreightZone{FirstFee: 600, FreeAbove: 5000}
	in := pricing.Input{
		Region:  zhejiang,
		Lines:   []pricing.Line{line(1, 5000, 1)},
		Freight: []pricing.FreightTemplate{template(vocab.ByPiece, zone)},
	}
	if r := quote(t, in); r.Totals.Freight != 0 {
		t.Errorf("freight %d for goods of 5000", r.Totals.Freight)
	}
	in.Benefits = []pricing.Benefit{benefit(1, vocab.NewCustomer, document.BenefitRule{Amount: 1})}
	if r := quote(t, in); r.Totals.Payable != 4999+600 {
		t.Errorf("payable %d", r.Totals.Payable)
	}
}

func TestMemberBenefits(t *testing.T) {
	t.Parallel()
	reduction := benefit(1, vocab.NewCustomer, document.BenefitRule{Amount: 500})
	silver := benefit(2, vocab.LevelDiscount, document.BenefitRule{MinLevel: 1, Percent: 5})
	gold := benefit(3, vocab.LevelDiscount, document.BenefitRule{MinLevel: 2, Percent: 10})
	carried := benefit(4, vocab.FreeShipping, document.BenefitRule{MinLevel: 2})
	again := benefit(5, vocab.FreeShipping, document.BenefitRule{})
	everything := []pricing.Benefit{carried, gold, reduction, silver}
	for _, c := range []struct {
		name     string
		level    int
		benefits []pricing.Benefit
		payable  int64
		used     []int
	}{
		{"none", 9, nil, 4600, nil},
		{"a new customer without a level", 0, everything, 4100, []int{1}},
		{"the first level", 1, everything, 3900, []int{1, 2}},
		{"the best level discount, free shipping", 2, everything, 3100, []int{1, 3, 4}},
		{"equals go to the lowest id", 2, []pricing.Benefit{again, carried}, 4000, []int{4}},
		{"never below zero", 0, []pricing.Benefit{
			benefit(1, vocab.NewCustomer, document.BenefitRule{Amount: 9999})}, 600, []int{1}},
		{"one that takes nothing is not used", 0, []pricing.Benefit{
			reduction, benefit(7, vocab.LevelDiscount, document.BenefitRule{Percent: 100})},
			600, []int{7}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := quote(t, pricing.Input{
				Lines: []pricing.Line{line(1, 1000, 1), line(2, 3000, 1)}, Level: c.level,
				Benefits: c.benefits, Freight: []pricing.FreightTemplate{
					template(vocab.ByPiece, document.FreightZone{FirstFee: 600})},
			})
			var used []globalid.ID
			for _, u := range r.Benefits {
				used = append(used, u.BenefitID)
			}
			var want []globalid.ID
			for _, n := range c.used {
				want = append(want, id(globalid.MemberBenefit, n))
			}
			if r.Totals.Payable != c.payable || !slices.Equal(used, want) {
				t.Errorf("payable %d by %v, want %d by %v", r.Totals.Payable, used, c.payable, want)
			}
		})
	}
}

func TestFreeShippingIsAShareOfFreight(t *testing.T) {
	t.Parallel()
	r := quote(t, pricing.Input{
		Lines:    []pricing.Line{line(1, 1000, 1)},
		Benefits: []pricing.Benefit{benefit(1, vocab.FreeShipping, document.BenefitRule{})},
		Freight: []pricing.FreightTemplate{
			template(vocab.ByPiece, document.FreightZone{FirstFee: 600})},
	})
	g := r.Freight[0]
	want := document.Share{Source: vocab.FromBenefit, Funder: vocab.FundedByPlatform,
		Ref: id(globalid.MemberBenefit, 1), Label: "FREE_SHIPPING", Amount: 600}
	if g.Base != 600 || g.Payable != 0 || !slices.Equal(g.Shares, []document.Share{want}) {
		t.Errorf("group %+v", g)
	}
	if r.Totals.FreightDiscount != 600 || r.Totals.Payable != 1000 {
		t.Errorf("totals %+v", r.Totals)
	}
}

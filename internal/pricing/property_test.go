package pricing_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/pricing"
	"orderflow/internal/vocab"
)

var (
	kinds = []vocab.PromotionKind{
		vocab.FullReduction, vocab.Percentage, vocab.FixedAmount, vocab.SecondItem, vocab.Gift,
		vocab.CouponOff,
	}
	scopes   = []vocab.PromotionScope{item, store, order}
	someRule = document.PromotionRule{
		Steps: []document.ReductionStep{{Threshold: 100, Amount: 7}, {Threshold: 500, Amount: 51}},
		Gift:  giftSku.SkuID, GiftEvery: 2, Percent: 13, Amount: 37, Threshold: 90,
	}
)

// inputs draws checkouts that Quote accepts.
func inputs(t *rapid.T) pricing.Input {
	in := pricing.Input{
		At: now, Region: zhejiang, Level: rapid.IntRange(0, 2).Draw(t, "level"),
		Gifts: []pricing.Gift{giftSku},
	}
	for n := range rapid.IntRange(1, 12).Draw(t, "lines") {
		l := line(rapid.IntRange(1, 8).Draw(t, "sku"), 0, rapid.IntRange(1, 9).Draw(t, "quantity"))
		l.Key = n
		l.UnitPrice = rapid.OneOf(rapid.Int64Range(0, 200), rapid.Int64Range(0, 1<<40)).
			Draw(t, "price")
		l.ShopID = shop(1 + int(l.SkuID[15])%2)
		l.UnitWeightGrams = rapid.Int64Range(0, 3000).Draw(t, "grams")
		in.Lines = append(in.Lines, l)
	}
	for n := range rapid.IntRange(0, 10).Draw(t, "promotions") {
		in.Promotions = append(in.Promotions, anyPromotion(t, n))
	}
	for n, kind := range []vocab.BenefitKind{
		vocab.NewCustomer, vocab.LevelDiscount, vocab.LevelDiscount, vocab.FreeShipping,
	} {
		if rapid.Bool().Draw(t, "benefit") {
			in.Benefits = append(in.Benefits, benefit(n, kind, document.BenefitRule{
				MinLevel: n % 3, Amount: 300, Percent: rapid.IntRange(-5, 120).Draw(t, "percent"),
			}))
		}
	}
	in.Freight = []pricing.FreightTemplate{template(vocab.ByWeight, document.FreightZone{
		First: 900, FirstFee: 600, Step: 300, StepFee: 70,
		FreeAbove: rapid.Int64Range(0, 5000).Draw(t, "free above"),
	})}
	return in
}

func anyPromotion(t *rapid.T, n int) pricing.Promotion {
	rule := someRule
	rule.Percent = rapid.IntRange(-5, 120).Draw(t, "percent")
	rule.Amount = rapid.Int64Range(-5, 500).Draw(t, "amount")
	rule.GiftEvery = rapid.IntRange(0, 4).Draw(t, "every")
	if rapid.Bool().Draw(t, "narrow") {
		rule.Skus = []globalid.ID{sku(1), sku(2), sku(3)}
	}
	p := promotion(n, rapid.SampledFrom(kinds).Draw(t, "kind"),
		rapid.SampledFrom(scopes).Draw(t, "scope"), rule)
	if rapid.Bool().Draw(t, "platform") {
		p = ofPlatform(p)
	}
	return stacked(rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "group"), p)
}

func TestEveryQuoteAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := inputs(t)
		r, err := pricing.Quote(in)
		if err != nil {
			t.Fatal(err)
		}
		checkLines(t, in, r)
		checkTotals(t, r)
		checkUses(t, r)
	})
}

func checkLines(t *rapid.T, in pricing.Input, r pricing.Result) {
	for i, l := range r.Lines {
		if l.List != l.UnitPrice*int64(l.Quantity) || l.Payable != l.List-sumOf(l.Shares) {
			t.Fatalf("line %d does not add up: %+v", i, l)
		}
		if l.Payable < 0 || l.Gift && l.Payable != 0 || l.Gift != (i >= len(in.Lines)) {
			t.Fatalf("line %d: %+v", i, l)
		}
		if !l.Gift && l.Line != in.Lines[i] {
			t.Fatalf("line %d is not the input's: %+v", i, l)
		}
		for _, s := range l.Shares {
			if s.Amount < 0 || s.Amount == 0 && !l.Gift {
				t.Fatalf("line %d has an empty share: %+v", i, s)
			}
		}
		if !slices.ContainsFunc(r.Freight, func(g pricing.FreightGroup) bool {
			return g.ShopID == l.ShopID && g.Class == l.Class
		}) {
			t.Fatalf("line %d has no freight group", i)
		}
	}
}

func checkTotals(t *rapid.T, r pricing.Result) {
	var want pricing.Totals
	for _, l := range r.Lines {
		want.List += l.List
		want.Discount += sumOf(l.Shares)
		want.Goods += l.Payable
	}
	for _, g := range r.Freight {
		if g.Payable != g.Base-sumOf(g.Shares) || g.Payable < 0 {
			t.Fatalf("freight group does not add up: %+v", g)
		}
		want.FreightBase += g.Base
		want.FreightDiscount += sumOf(g.Shares)
		want.Freight += g.Payable
	}
	want.Payable = want.Goods + want.Freight
	if r.Totals != want {
		t.Fatalf("totals %+v, want %+v", r.Totals, want)
	}
}

// checkUses compares what was used with the shares it left.
func checkUses(t *rapid.T, r pricing.Result) {
	byRef := map[globalid.ID]int64{}
	for _, l := range r.Lines {
		for _, s := range l.Shares {
			byRef[s.Ref] += s.Amount
		}
	}
	for _, g := range r.Freight {
		for _, s := range g.Shares {
			byRef[s.Ref] += s.Amount
		}
	}
	uses := map[globalid.ID]int64{}
	for _, u := range r.Promotions {
		uses[u.PromotionID] = u.Amount
	}
	for _, u := range r.Benefits {
		uses[u.BenefitID] = u.Amount
	}
	if !reflect.DeepEqual(byRef, uses) {
		t.Fatalf("uses %v, shares %v", uses, byRef)
	}
}

func TestTheOrderOfOffersDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := inputs(t)
		first, err := pricing.Quote(in)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		in.Promotions, in.Benefits = slices.Clone(in.Promotions), slices.Clone(in.Benefits)
		random.Shuffle(len(in.Promotions), reflect.Swapper(in.Promotions))
		random.Shuffle(len(in.Benefits), reflect.Swapper(in.Benefits))
		given := slices.Clone(in.Promotions)
		second, err := pricing.Quote(in)
		if err != nil || !reflect.DeepEqual(first, second) {
			t.Fatalf("%v\n%+v\n%+v", err, first, second)
		}
		if !reflect.DeepEqual(given, in.Promotions) {
			t.Fatal("Quote changed its input")
		}
	})
}

func TestAStackingGroupHasOnePromotionPerLineAndScope(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := inputs(t)
		r, err := pricing.Quote(in)
		if err != nil {
			t.Fatal(err)
		}
		type slot struct {
			scope vocab.PromotionScope
			group string
		}
		for _, l := range r.Lines {
			taken := map[slot]bool{}
			for _, s := range l.Shares {
				for _, p := range in.Promotions {
					at := slot{p.Scope, p.StackingGroup}
					if p.ID != s.Ref || at.group == "" {
						continue
					}
					if taken[at] {
						t.Fatalf("group %q twice at %s on %+v", at.group, at.scope, l)
					}
					taken[at] = true
				}
			}
		}
	})
}

func FuzzQuote(f *testing.F) {
	f.Add([]byte("a checkout"))
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		in := inputs(t)
		r, err := pricing.Quote(in)
		if err != nil {
			t.Fatal(err)
		}
		checkLines(t, in, r)
		checkTotals(t, r)
	}))
}

func sumOf(shares []document.Share) (sum int64) {
	for _, s := range shares {
		sum += s.Amount
	}
	return sum
}

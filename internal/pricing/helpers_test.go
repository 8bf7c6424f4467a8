package pricing_test

import (
	"cmp"
	"encoding/binary"
	"testing"
	"time"

	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/pricing"
	"orderflow/internal/vocab"
)

var now = time.Date(2026, 6, 18, 12, 0, 0, 0, time.UTC)

// id is the n-th id of a kind, in ascending order.
func id(kind globalid.Kind, n int) (id globalid.ID) {
	id[6] = byte(kind)
	binary.BigEndian.PutUint32(id[12:], uint32(n))
	return id
}

func shop(n int) globalid.ID { return id(globalid.Shop, n) }
func sku(n int) globalid.ID  { return id(globalid.Sku, n) }

// line wants a quantity of a sku of shop 1, of 500 grams each; its key is the sku's number.
func line(skuNumber int, price int64, quantity int) pricing.Line {
	return pricing.Line{
		Key: skuNumber, SkuID: sku(skuNumber), ProductID: id(globalid.Product, skuNumber),
		ShopID: shop(1), Class: vocab.Ordinary,
		UnitPrice: price, Quantity: quantity, UnitWeightGrams: 500,
	}
}

func of(shopNumber int, l pricing.Line) pricing.Line {
	l.ShopID = shop(shopNumber)
	return l
}

// promotion is one of shop 1 that counts today.
func promotion(
	n int, kind vocab.PromotionKind, scope vocab.PromotionScope, rule document.PromotionRule,
) pricing.Promotion {
	p := pricing.Promotion{
		ID: id(globalid.Promotion, n), ShopID: shop(1), Title: string(kind), Kind: kind,
		Scope: scope, Rule: rule, Funder: vocab.FundedByShop,
		StartsAt: now.Add(-time.Hour), EndsAt: now.Add(time.Hour),
	}
	if kind == vocab.CouponOff {
		p.CouponID = id(globalid.Coupon, n)
	}
	return p
}

func stacked(group string, p pricing.Promotion) pricing.Promotion {
	p.StackingGroup = group
	return p
}

func ofPlatform(p pricing.Promotion) pricing.Promotion {
	p.ShopID, p.Funder = globalid.ID{}, vocab.FundedByPlatform
	return p
}

func benefit(n int, kind vocab.BenefitKind, rule document.BenefitRule) pricing.Benefit {
	return pricing.Benefit{
		ID: id(globalid.MemberBenefit, n), Kind: kind, Title: string(kind), Rule: rule,
	}
}

func quote(t *testing.T, in pricing.Input) pricing.Result {
	t.Helper()
	in.Region = cmp.Or(in.Region, zhejiang)
	in.At = now
	r, err := pricing.Quote(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// payables is what is to be paid for each line, gifts included.
func payables(r pricing.Result) (amounts []int64) {
	for _, l := range r.Lines {
		amounts = append(amounts, l.Payable)
	}
	return amounts
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

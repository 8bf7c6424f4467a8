package pricing_test

import (
	"math"
	"testing"
	"time"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/money"
	"orderflow/internal/pricing"
	"orderflow/internal/vocab"
)

func TestInputsThatUsersCanGetWrong(t *testing.T) {
	t.Parallel()
	lines := func(n int) []pricing.Line {
		made := make([]pricing.Line, n)
		for i := range made {
			made[i] = line(i, 1, 1)
		}
		return made
	}
	heavy := line(1, 1, 2)
	heavy.UnitWeightGrams = money.Max
	dear := template(vocab.ByPiece, document.FreightZone{FirstFee: money.Max})
	steep := template(vocab.ByPiece, document.FreightZone{Step: 1, StepFee: money.Max})
	of := func(lines ...pricing.Line) pricing.Input { return pricing.Input{Lines: lines} }
	carried := func(n int, by pricing.FreightTemplate) pricing.Input {
		return pricing.Input{Region: zhejiang, Lines: lines(n), Freight: []pricing.FreightTemplate{by}}
	}
	for name, c := range map[string]struct {
		in   pricing.Input
		want fault.Code
	}{
		"no lines":        {of(), fault.InvalidInput},
		"too many lines":  {of(lines(1001)...), fault.LimitExceeded},
		"no quantity":     {of(line(1, 1, 0)), fault.InvalidInput},
		"large quantity":  {of(line(1, 1, 1_000_001)), fault.LimitExceeded},
		"large line":      {of(line(1, money.Max, 2)), fault.LimitExceeded},
		"overflow":        {of(line(1, math.MaxInt64, 9)), fault.LimitExceeded},
		"large sum":       {of(line(1, money.Max, 1), line(2, 1, 1)), fault.LimitExceeded},
		"large weight":    {of(heavy), fault.LimitExceeded},
		"large freight":   {carried(1, dear), fault.LimitExceeded},
		"freight product": {carried(2, steep), fault.LimitExceeded},
	} {
		if _, err := pricing.Quote(c.in); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestInputsThatCallersMayNotPass(t *testing.T) {
	t.Parallel()
	twice := promotion(1, vocab.Percentage, item, document.PromotionRule{Percent: 1})
	tmpl := template(vocab.ByPiece, document.FreightZone{})
	negative := template(vocab.ByPiece, document.FreightZone{StepFee: -1})
	one := []pricing.Line{line(1, 1, 1)}
	for name, in := range map[string]pricing.Input{
		"negative price":      {Lines: []pricing.Line{line(1, -1, 1)}},
		"negative gift price": {Lines: one, Gifts: []pricing.Gift{{UnitPrice: -1}}},
		"one key twice":       {Lines: append(one, one...)},
		"one promotion twice": {Lines: one, Promotions: []pricing.Promotion{twice, twice}},
		"two templates":       {Lines: one, Freight: []pricing.FreightTemplate{tmpl, tmpl}},
		"negative freight":    {Lines: one, Freight: []pricing.FreightTemplate{negative}},
	} {
		if _, err := pricing.Quote(in); err == nil || fault.CodeOf(err) != fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheLargestAmountIsPriced(t *testing.T) {
	t.Parallel()
	r := quote(t, pricing.Input{
		Lines: []pricing.Line{line(1, money.Max, 1)},
		Promotions: []pricing.Promotion{
			promotion(1, vocab.Percentage, item, document.PromotionRule{Percent: 50}),
			promotion(2, vocab.FixedAmount, order, document.PromotionRule{Amount: math.MaxInt64}),
		},
	})
	if r.Totals.List != money.Max || r.Totals.Discount != money.Max || r.Totals.Payable != 0 {
		t.Errorf("totals %+v", r.Totals)
	}
}

// Time grows with lines × promotions and not with the square of lines: the largest input has to
// stay far below a request's patience. The bound is wide, as machines differ.
func TestTheLargestInputIsFast(t *testing.T) {
	t.Parallel()
	var in pricing.Input
	for i := range pricing.MaxLines {
		in.Lines = append(in.Lines, of(i%20+1, line(i, int64(100+i), 3)))
	}
	for i, kind := range kinds {
		for j, scope := range scopes {
			p := ofPlatform(promotion(i*3+j, kind, scope, someRule))
			in.Promotions = append(in.Promotions, stacked(string(kind[0]), p))
		}
	}
	in.Gifts = []pricing.Gift{giftSku}
	start := time.Now()
	r := quote(t, in)
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("%d lines took %v", len(r.Lines), took)
	}
}

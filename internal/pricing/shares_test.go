package pricing_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/document"
	"orderflow/internal/money"
	"orderflow/internal/pricing"
)

// A line that is split keeps List − Σ shares = Payable on both sides, whose payables are those of
// the refund arithmetic.
func TestSplitSharesKeepsEveryCent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.Int64Range(1, 50).Draw(t, "r")
		k := rapid.Int64Range(0, r).Draw(t, "k")
		unit := rapid.Int64Range(0, 1<<40).Draw(t, "unit price")
		payable := unit * r
		var shares []document.Share
		for range rapid.IntRange(0, 5).Draw(t, "shares") {
			amount := rapid.Int64Range(0, payable).Draw(t, "amount")
			shares = append(shares, document.Share{Ref: sku(len(shares)), Amount: amount})
			payable -= amount
		}
		moved, kept := pricing.SplitShares(shares, k, r)
		if got, want := unit*k-sumOf(moved), money.Portion(payable, k, r); got != want {
			t.Fatalf("moved %d, want %d", got, want)
		}
		if len(moved) != len(shares) || len(kept) != len(shares) {
			t.Fatalf("shares are missing: %v, %v", moved, kept)
		}
		for i, s := range shares {
			m, rest := moved[i], kept[i]
			if m.Amount < 0 || rest.Amount < 0 || m.Amount+rest.Amount != s.Amount ||
				m.Ref != s.Ref || rest.Ref != s.Ref {
				t.Fatalf("share %+v became %+v and %+v", s, m, rest)
			}
		}
	})
}

func TestAdjustDownTakesNoMoreThanThereIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		payable   []int64
		reduction int64
		want      []int64
	}{
		{[]int64{300, 100}, 100, []int64{75, 25}},
		{[]int64{1, 0, 1}, 1, []int64{1, 0, 0}},
		{[]int64{3, 4}, 10, []int64{3, 4}},
	} {
		if got := pricing.AdjustDown(c.payable, c.reduction); !slices.Equal(got, c.want) {
			t.Errorf("%d off %v: got %v, want %v", c.reduction, c.payable, got, c.want)
		}
	}
}

func TestSpreadFreight(t *testing.T) {
	t.Parallel()
	if got := pricing.SpreadFreight(1000, []int64{500, 0, 1000}); !slices.Equal(got,
		[]int64{333, 0, 667}) {
		t.Errorf("by weight: %v", got)
	}
	if got := pricing.SpreadFreight(5, []int64{0, 0}); !slices.Equal(got, []int64{3, 2}) {
		t.Errorf("without weights: %v", got)
	}
}

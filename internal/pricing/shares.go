package pricing

import (
	"orderflow/internal/document"
	"orderflow/internal/money"
)

// SplitShares divides the shares of a line of r units when k of them move to another line. Both
// results name every share, in order, and add up to what it was.
//
// The moved shares come to ⌈Σ·k/r⌉ together, so that of a line with List, the moved line's List·k/r
// less its shares is exactly money.Portion(Payable, k, r). It panics unless 0 ≤ k ≤ r and r > 0.
func SplitShares(shares []document.Share, k, r int64) (moved, kept []document.Share) {
	amounts := make([]int64, len(shares))
	var sum int64
	for i, s := range shares {
		amounts[i] = s.Amount
		sum += s.Amount
	}
	parts := money.Allocate(sum-money.Portion(sum, r-k, r), amounts)
	for i, s := range shares {
		s.Amount = parts[i]
		moved = append(moved, s)
		s.Amount = amounts[i] - parts[i]
		kept = append(kept, s)
	}
	return moved, kept
}

// AdjustDown spreads a merchant's reduction over the payables of lines and returns what each line
// gives, never more than it has: their sum is the reduction, or Σ payable when that is less.
func AdjustDown(payable []int64, reduction int64) []int64 {
	return money.AllocateCapped(reduction, payable, payable)
}

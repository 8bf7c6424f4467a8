package pricing

import (
	"fmt"
	"slices"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// validate returns faults for the input of users, and errors for invalid data of the caller.
func (in Input) validate() error {
	if len(in.Lines) == 0 {
		return fault.At("lines", fault.InvalidInput, "An order needs a line.")
	}
	if len(in.Lines) > MaxLines {
		return fault.At("lines", fault.LimitExceeded, "An order has at most %d lines.", MaxLines)
	}
	var faults fault.List
	keys := make(map[int]bool, len(in.Lines))
	for i, l := range in.Lines {
		field := fmt.Sprintf("lines[%d].quantity", i)
		switch {
		case l.Quantity < 1:
			faults.Add(field, fault.InvalidInput, "A quantity is at least 1.")
		case l.Quantity > MaxQuantity:
			faults.Add(field, fault.LimitExceeded, "A quantity is at most %d.", MaxQuantity)
		}
		if l.UnitPrice < 0 || l.UnitWeightGrams < 0 || keys[l.Key] {
			return fmt.Errorf("pricing: line %d has a negative number or another's key", i)
		}
		keys[l.Key] = true
	}
	for _, g := range in.Gifts {
		if g.UnitPrice < 0 {
			return fmt.Errorf("pricing: gift %s has a negative price", g.SkuID)
		}
	}
	seen := make(map[globalid.ID]bool, len(in.Promotions))
	for _, p := range in.Promotions {
		if seen[p.ID] {
			return fmt.Errorf("pricing: promotion %s is given twice", p.ID)
		}
		seen[p.ID] = true
	}
	return faults.Err()
}

// livePromotions are those in their window and, of kind COUPON, with a coupon; by id.
func (in Input) livePromotions() []Promotion {
	var live []Promotion
	for _, p := range in.Promotions {
		inWindow := !in.At.Before(p.StartsAt) && in.At.Before(p.EndsAt)
		if inWindow && (p.Kind != vocab.CouponOff || !p.CouponID.IsZero()) {
			live = append(live, p)
		}
	}
	slices.SortFunc(live, byID)
	return live
}

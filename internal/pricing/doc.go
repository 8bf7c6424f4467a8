// Package pricing computes what a checkout costs: list price → item promotions → shop promotions →
// order promotions → member benefit → freight → payable. Quote is a pure function: the same input
// gives the same result whatever the order of its promotions, so a quote and the placement that
// follows it agree. It reads no clock and no database, and it reserves nothing: it only names the
// coupons, quotas and benefits that a placement has to reserve.
//
// Invariants: the shares of a discount add up to it exactly; no line and no freight group goes
// below zero; every amount is an integer of minor units of one currency, at most money.Max.
//
// # Promotions
//
// A promotion counts in [StartsAt, EndsAt) and touches lines of its shop only (the platform's
// touches all), narrowed to Rule.Skus when there are any. Its scope says when it is applied and
// what its target is: each sku (ITEM), the lines of each shop (SHOP) or all lines (ORDER). Two
// kinds differ at every scope: SECOND_ITEM looks at each sku, and COUPON, being used once, at all
// lines it touches together.
//
//   - FULL_REDUCTION takes off the amount of the highest step reached.
//   - PERCENTAGE takes a percentage, FIXED_AMOUNT an amount, once per target.
//   - SECOND_ITEM takes a percentage off every second unit.
//   - COUPON takes its amount or, without one, its percentage.
//   - GIFT adds GiftQuantity (at least 1) for each GiftEvery units of its target, or once when
//     GiftEvery is 0. The gift belongs to the first line of the target, is shown with its list
//     price and one share that covers it, and is in no target and no freight.
//
// Percentages are rounded down to the minor unit. Within one scope all promotions start from the
// amounts that the scope before left, so they do not depend on each other; together they take at
// most what is left. Of a stacking group only one promotion applies to a line at each scope: the
// one that takes most off its target, and of equals the one with the lowest id. A coupon that loses
// or takes nothing is a Problem, not an error.
//
// # Member benefits
//
// The platform funds them. At most one of each kind applies, and only from its MinLevel on: the
// best LEVEL_DISCOUNT, then the best NEW_CUSTOMER off what is left; FREE_SHIPPING covers all
// freight.
//
// # Freight
//
// It is charged per shop and logistics class: FirstFee for the first units and StepFee for every
// further step begun. It is free when the group's goods cost FreeAbove or more after all discounts.
// A group without template, or whose template has no zone for the region, has no freight.
package pricing

// Package redemption owns what a buyer can redeem once with an order: coupons, member benefits and
// the quotas of promotions. An order claims them when it is placed, uses them when it is paid, and
// releases them when it is closed unpaid or all that they applied to is refunded unshipped.
//
// It does not own what they take off a price (package pricing) nor how they are set and issued
// (package catalogue).
//
// Invariants:
//   - Each is claimed by one order at a time: by a conditional update or a unique index.
//   - Benefits and coupons are claimed before quotas, and these in the order of their promotions,
//     so that two orders never wait for one another in a circle.
//   - A quota's counter is the number of its uses that are claimed or used.
package redemption

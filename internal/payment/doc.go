// Package payment owns payment attempts, what channels say about them, and refunds: start, abandon,
// cancel, expire, adjust the price, settle, and the runner's steps of attempts and refunds. What a
// payment does to the order (stock, redeemables, statuses) belongs to package order.
//
// A call to be made to a channel is state on the row that it concerns. Each step is: claim the row
// (Claim…, or the mutation that made it), call the channel outside of any transaction with a number
// that was fixed before the first call, and apply the answer under the order's lock. Only the
// holder of the claim calls; one that dies loses it when the lease runs out. An answer may come
// twice, late or in any order: applying it again changes nothing.
//
// Invariants:
//   - out_trade_no and out_refund_no are the id's text; a number is never used for anything else.
//   - What is not signed settles nothing: it only plans the next question.
//   - Settle is the one place where a channel's word about a payment is applied, whether it came by
//     notice, by query or as the answer to a close.
//   - At most one payment of an order is COUNTED, and only while the order waits for it. Every
//     other success is refunded whole, in the transaction that takes note of it.
//   - An attempt that is CREATED or OPEN belongs to an order that waits for a payment.
//   - The amount of a refund is taken off its lines once, whatever becomes of the refund.
package payment

// Package pay is the payment channel of development: a Client, which is the channel.Port, and a
// Peer, the HTTP server that it calls. Both are built on the engine in package sandbox.
//
// The peer keeps a ledger of charges, payments and refunds, sends notices, and shows a page for the
// payer. It does what real channels do badly when a Fault or a Payment orders it. Instant is a
// channel without a ledger, for measuring.
//
// It owns nothing of orders and knows nothing of our database. It must never be reachable in
// production: its payer and control routes need no token. The wiring ensures that.
//
// Clocks: expiry, paid-at, refunded-at and delays of notices are business time (Options.Now).
// Signatures, retries of notices and the spacing of refunds are real time (Options.RealNow).
//
// # Routes
//
//	POST /v1/charges             open a charge                       signed
//	GET  /v1/charges/{no}        its state                           signed
//	POST /v1/charges/{no}/close  no longer to be paid                signed
//	POST /v1/refunds             refund a payment                    signed
//	GET  /v1/refunds/{no}        its state                           signed
//	GET  /v1/bills/{day}/{from}  a page of a day's bill              signed
//	GET  /pay/{no}               the payer's page
//	POST /pay/{no}               the payer pays: Payment, as JSON or as a form
//	POST /control                Control, as JSON
//	GET  /control/ledger         Ledger, as JSON
//
// Paths are relative to where the peer is mounted (http.StripPrefix).
//
// # Control
//
//	{"action": "fault", "fault": {"kind": "LOSE_ANSWER", "op": "REFUND", "no": "…", "times": 2}}
//	{"action": "clear"}                                      remove all faults
//	{"action": "release", "no": "…"}                         send held notices
//	{"action": "settle", "no": "…", "state": "SUCCEEDED"}    end a refund that is processing
//	{"action": "deliver"}                                    send the notices that are due now
//
// # Invariants
//
//   - One out_trade_no is one charge, one out_refund_no one refund; a repeated call with the same
//     values has the same answer, one with other values is refused.
//   - The refunds of one transaction, closed ones left out, never exceed what it paid.
//   - A bill is of a day that is over, and has what was paid or refunded on it once, unless a fault
//     orders otherwise.
//   - A charge that was paid is never closed; one that was answered as closed is paid only by a
//     payer who pays late.
package pay

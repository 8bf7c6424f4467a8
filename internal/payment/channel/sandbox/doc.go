// Package sandbox is the payment channel of development: a Client, which is the channel.Port, and a
// Peer, the HTTP server that it talks to.
//
// The peer is a real one. It keeps its books in a SQLite file of its own, has its own routes, signs
// what it says, sends notices and repeats them, and outlives the process that asks it. It lives
// inside the binary in development and in the test's process when the server is to be killed. It
// does what real channels do badly when told so (Fault, Payment).
//
// It owns nothing of orders and knows nothing of our database. It must never be reachable in
// production: its payer and control routes take anybody's word. The wiring sees to that.
//
// Clocks: expiry, paid-at, refunded-at and delays of notices are business time (Options.Now).
// Signatures, retries of notices and the spacing of refunds are real time (Options.RealNow).
//
// # Routes
//
//	POST /v1/charges             open a charge                       signed
//	GET  /v1/charges/{no}        what became of it                   signed
//	POST /v1/charges/{no}/close  no longer to be paid                signed
//	POST /v1/refunds             give money back                     signed
//	GET  /v1/refunds/{no}        what became of it                   signed
//	GET  /pay/{no}               the payer's page
//	POST /pay/{no}               the payer pays: Payment, as JSON or as a form
//	POST /control                Control, as JSON
//	GET  /control/ledger         Ledger, as JSON
//
// Paths are relative to where the peer is mounted (http.StripPrefix); signatures cover the relative
// path.
//
// # Signatures
//
// HMAC-SHA256 with one shared secret, in the headers Sandbox-Timestamp, Sandbox-Nonce and
// Sandbox-Signature. A request is bound to method and path, an answer to the request's nonce and
// its own status, a notice to being a notice. Timestamps are valid for five minutes of real time.
//
// # Control
//
//	{"action": "fault", "fault": {"kind": "LOSE_ANSWER", "op": "REFUND", "no": "…", "times": 2}}
//	{"action": "clear"}                                      forget all faults
//	{"action": "release", "no": "…"}                         let held notices go
//	{"action": "settle", "no": "…", "state": "SUCCEEDED"}    end a refund that is processing
//	{"action": "deliver"}                                    send the notices that are due now
//
// # Invariants
//
//   - One out_trade_no is one charge, one out_refund_no one refund; asked again with the same
//     values they are answered, with others refused.
//   - The refunds of one transaction, closed ones left out, never exceed what it paid.
//   - A charge that was paid is never closed; one that was answered as closed is paid only by a
//     payer who pays late.
package sandbox

// Package sandbox is the engine of the sandboxes of development: the parts that the payment channel
// (sandbox/pay) and the courier (sandbox/courier) have in common.
//
// A sandbox has two sides. The Client is what an adapter behind a port calls with. The Peer is the
// HTTP server on the other side. It keeps its state in a SQLite file of its own, signs answers,
// sends messages (notices, pushes) until they are accepted, and outlives the process that calls it.
// Faults order it to misbehave as real services do: lost answers, broken connections, wrong
// signatures.
//
// The engine owns signatures, the database file, faults of calls, the outbox of messages and the
// HTTP plumbing of both sides. It does not know what a call or a message means: a Service adds its
// tables and names, and its package registers routes. It must never be reachable in production: the
// control routes need no token.
//
// # Clocks
//
// What a peer reports as having happened, and the delay of messages, is business time
// (Options.Now). Signatures and the repetition of messages are real time (Options.RealNow).
//
// # Signatures
//
// HMAC-SHA256 with one shared secret, in the headers Sandbox-Timestamp, Sandbox-Nonce and
// Sandbox-Signature. A request is bound to method and path, relative to where the peer is mounted;
// an answer to the nonce of its request and its own status; a message to the use that its service
// names. Timestamps are valid for five minutes of real time.
//
// # Invariants
//
//   - What is not signed, or signed for another use, is an error and never an answer.
//   - A fault is used up by the call or message that it fits, unless its service says otherwise.
//   - A message is stored in the transaction that causes it. It is sent again until it is accepted,
//     eight times at most.
package sandbox

// Package gqlserver serves an executable GraphQL schema: HTTP, event streams and
// WebSocket, limits, request ids and the one presenter of errors.
//
// It owns what every schema needs and nothing of orders: who the viewer is, what a field means
// and what an idempotency key does are passed to it or live in the schema.
//
// Invariants:
//   - Every operation, whatever its transport, passes the same checks in the same order: rate,
//     tokens, size (before validation), validation, variables, page sizes, complexity, values.
//   - No token is looked at of an address of which too many were refused.
//   - Every error leaves with extensions.code. What is no fault leaves as INTERNAL with the
//     request id, without its text, and is logged once. Variables are never logged.
//   - No body is echoed. A request error carries no data entry.
//   - GET never runs a mutation; POST needs a JSON content type, so that a browser sends a
//     preflight before one across sites.
//   - A socket or stream ends when the viewer's token ends: close code 4403, or UNAUTHENTICATED.
//
// Close codes of a socket (graphql-transport-ws): 4400 malformed message, 4401 subscribe before
// the acknowledgement, 4403 no valid token or the token ended, 4406 other subprotocol, 4408 no
// connection_init in time, 4409 id in use, 4429 second connection_init, 4500 the server failed;
// 1009 message too large, 1013 too many refused tokens, 1001 the server stops or the peer is
// silent.
package gqlserver

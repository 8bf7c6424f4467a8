// Package bench measures servers on real tables: how fast they do what becomes due at one moment
// (Bench), and how fast they place, pay, list and refund orders, beside a plain program that does
// the same work by SQL alone (Comparison).
//
// For what becomes due it makes orders in bulk, each with all the rows that a placement writes,
// lets servers run that the caller starts, moves business time past the orders' pay deadline, and
// waits until all are closed. A comparison makes databases and goods of its own, starts a server on
// them in a process of its own (Launch), and is client and payment channel of it. It runs no job
// itself.
//
// Invariants:
//   - A database that bench has written to is as consistent as before: verify finds nothing.
//   - It refuses a database with orders of anybody else, whose deadlines it would bring about; a
//     comparison makes scratch databases and drops them, and touches no other.
//   - A time is told only of a round in which each order was closed exactly once and gave its stock
//     back; figures, only when every order of both sides is there, paid and complete.
//   - Both sides of a comparison use one driver with the same settings, and do the same pieces.
package bench

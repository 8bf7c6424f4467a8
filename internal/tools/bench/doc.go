// Package bench measures servers on real tables: how fast they handle deadlines that pass at one
// moment (Bench), and how fast they place, pay, list, ship and refund orders, beside a plain
// program that does the same work with SQL alone (Comparison).
//
// For deadlines it makes orders in bulk, each with all the rows that a placement writes, runs
// servers that the caller starts, moves business time past the orders' pay deadline, and waits
// until all are closed. A comparison makes its own databases and catalogue, starts a server on them
// in a process of its own (Launch), and is the client and the payment channel of that server. The
// package runs no job itself.
//
// Where there are many orders, a comparison lets its server make a few and copies all their rows
// (template): what a table has is known to ent's schema alone, and a new column is copied as it is.
//
// It shares no client with replay: a piece that is measured is sent once and its failure ends the
// run, whereas replay retries until its server is back.
//
// Invariants:
//   - A database that bench has written to is as consistent as before: verify finds nothing.
//   - It refuses a database with other orders, whose deadlines would pass too; a comparison makes
//     scratch databases and drops them, and touches no other.
//   - A time is reported only for a round in which each order was closed exactly once and released
//     its stock; figures, only when every order of both sides is there, paid and complete.
//   - Both sides of a comparison use one driver with the same settings and do the same pieces. What
//     they exchange with it is counted in the same place.
package bench

// Package bench measures how fast servers do what becomes due at one moment, on real tables.
//
// It makes orders in bulk, each with all the rows that a placement writes, lets servers run that
// the caller starts, moves business time past the orders' pay deadline, and waits until all are
// closed. It runs no job itself and does not know where the servers run.
//
// Invariants:
//   - A database that bench has written to is as consistent as before: verify finds nothing.
//   - It refuses a database with orders of anybody else, whose deadlines it would bring about.
//   - A time is told only of a round in which each order was closed exactly once and gave its stock
//     back.
package bench

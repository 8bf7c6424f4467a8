// Package store opens the database (MySQL, MariaDB or embedded SQLite), runs transactions and
// applies migrations. It knows tables, not rules.
//
// Invariants:
//   - A command is one transaction with one business time (Tx.Now). It is retried as a whole, at
//     most three times, on deadlock, lock timeout or a busy database.
//   - The isolation level is READ COMMITTED; a command that touches an order locks it first.
//   - When the connection is lost during COMMIT, the outcome is determined by a row that only this
//     transaction can have written.
//   - On SQLite one connection writes and a pool of query-only connections reads.
//   - What a job is due by is described once (due.go): the claim, the poll and what a commit
//     announces agree.
//   - What a command changes on tracked rows is written once, at the end (changes.go, flush.go);
//     what it adds to rows that many change is written after that (increment.go).
//   - What waits at the same moment may run in one transaction (queue.go, together.go). A command
//     there decides as it would alone, and one that cannot be done there is done alone.
//   - With Options.Counters every statement is counted at the driver; without, nothing is wrapped.
//   - What many commands want is locked last of all (Tx.Last), by none that waits for more.
//   - No other system is called inside a transaction.
package store

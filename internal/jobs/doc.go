// Package jobs runs what becomes due: deadlines, and intents towards payment channels and couriers.
// One Runner drives all jobs of a server.
//
// It owns the scheduling: when to query, concurrency, timeouts, and that no job takes the server
// down. It does not know what is due: a Job's Due describes it for package store, which finds and
// claims the rows; its Run handles one of them and stores on the row when to try again.
//
// Invariants:
//   - A row is run only by the server that has claimed it. Any number of servers may run the same
//     jobs.
//   - A run ends before its claim expires: runs have 12 s, claims last longer.
//   - A run that fails, panics or dies with its server leaves its claim behind; when that expires
//     the row is due again.
//   - Jobs do not wait for one another: each has workers of its own.
//   - A job queries when a commit of this process has made a row of it due, when a known time has
//     come, and when the poll has found something: one statement for all jobs, after rests that
//     grow to some seconds. Correctness rests on the poll alone.
package jobs

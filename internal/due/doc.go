// Package due runs what has become due: deadlines, and intents towards the outside world. One
// runner drives them all.
//
// It owns when and how often: polling, waking, how many at once, and that nothing a job does takes
// the server down. It does not know what is due: a Job's Claim finds and claims rows, its Run does
// one of them and says on the row when to try again.
//
// Invariants:
//   - A row is run only by the server that has claimed it. Any number of servers may run the same
//     jobs.
//   - A run ends before its claim does: runs have 12 s, claims last longer.
//   - A run that fails, panics or dies with its server leaves its claim behind; when that runs out
//     the row is due again.
//   - Jobs do not wait for one another: each has places of its own.
package due

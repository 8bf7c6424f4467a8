// Package verify checks the invariants of the whole system against a live database: that stock
// adds up, that no cent is lost, held twice or paid back twice, that no unit is both shipped and
// refunded unshipped, that replaying the events gives the statuses, that the feed has neither gap
// nor repeat, that every reference names a row.
//
// It owns the statement of what must hold at every commit, and nothing else: it repairs nothing and
// writes nothing. It derives the expected values from the rows and the transition tables of
// lifecycle by itself, on purpose without calling the commands that it checks, and so names raw
// statuses.
//
// Invariants:
//   - All checks see one snapshot, so a running system does not make them fail.
//   - Memory does not grow with the tables: orders and stock are walked in batches by id, all else
//     is streamed or summed by the database.
//   - A check that finds nothing wrong has read what it says it has; Rows counts it.
package verify

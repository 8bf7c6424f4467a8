// Package event owns the event table and the feed: how commands emit events, how committed events
// get their position, and how a subscriber follows them without loss or repetition. It does not own
// the names of events (vocab), what a viewer may see of them (auth), or how they reach a client.
//
// A command emits through Emit. A Sequencer, one in each server, assigns positions to committed
// events. A Feed reads by position; one in each server serves all its followers.
//
// Invariants:
//   - The events of an order have the sequence 1..n without a gap; they are appended in the
//     command's own transaction, under the order's lock, and never changed or deleted.
//   - A position is assigned once, to a committed event, in the order of each order's sequence;
//     positions become visible in ascending order whoever runs the sequencer. The lock of the
//     feed's head alone ensures this; the lease only avoids contention between servers.
//   - A follower gets each event after its cursor once, in the order of positions, or an error.
//   - A cursor counts in one epoch of one database. NewEpoch, after a restore, expires all that
//     were issued before; servers that run learn of it from what their sequencers read anyway.
//   - An idle process reads the database about once a second for its sequencer, and as often for
//     its followers, if there are any and another's sequencer has the lease. Rests shrink with
//     traffic.
//   - Events hold ids and payloads, never a name, a phone number, an address or a message.
package event

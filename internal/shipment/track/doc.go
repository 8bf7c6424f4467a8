// Package track computes where a parcel is from what its courier told.
//
// It is pure: no database, no clock. A courier tells in any order, late and more than once; a state
// that is a function of the set of events comes out the same whatever the order was.
//
// Invariants:
//
//   - State depends on the set of events alone, not on order or repetition.
//   - Events without a Correction never take a parcel from DELIVERED, nor from RETURNED or LOST to
//     a stage that is not final. When a courier contradicts itself without a correction, DELIVERED
//     stands above RETURNED, and RETURNED above LOST, whichever came first; nothing else would be
//     the same in every order.
//   - A Correction takes back what was told to be final at its time or before. Of several
//     corrections the last one in time counts.
package track

// Package track computes the stage of a parcel from the events that its courier reported.
//
// It is pure: no database, no clock. Couriers report in any order, late and more than once; a state
// that is a function of the set of events is the same whatever the order.
//
// Invariants:
//
//   - State depends on the set of events alone, not on order or repetition.
//   - Events without a Correction never take a parcel from DELIVERED, nor from RETURNED or LOST to
//     a stage that is not final. When a courier contradicts itself without a correction, DELIVERED
//     precedes RETURNED, and RETURNED precedes LOST, whichever came first; nothing else would be
//     the same in every order.
//   - A Correction revokes what was reported as final at its time or before. Of several
//     corrections the last one in time counts.
package track

// Package carrier has the closed list of the companies that parcels go by 快递公司: their codes, names
// and telephone, and what other services call them.
//
// It owns the built-in list (carriers.json) and how a deployment adds to it. It does not own
// parcels, nor the ports by which couriers are asked (package shipment/courier): a carrier on the
// list need not be tracked here.
//
// Invariants:
//   - A code is on a list once. It is written in capital letters, and found in any.
//   - A code of another service that is not known for sure is left out.
package carrier

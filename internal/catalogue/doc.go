// Package catalogue sets what orders need of a catalogue: shops and their policies, warehouses,
// products and skus, promotions, coupons, member benefits, freight templates and stock counts. It
// also makes the rows of buyers and staff. Prices belong to package pricing, the
// use of all this to packages checkout and order: an order keeps copies of what it uses, so that a
// change here affects later orders only.
//
// An input of Go code is the whole object. One of a request says which fields it has (Given): the
// others stay as they are, and null sets the default. An input with an
// id changes that object. One without an id changes the object with its code, or creates it. All
// faults of an input's fields are returned together, each with the path of its field.
//
// Invariants:
//   - What belongs to a shop (products, skus, its promotions, templates) never moves to another.
//   - A sku's currency is its shop's, and a shop with skus keeps its currency.
//   - A promotion and a benefit keep their kind: coupons and frozen shares refer to it.
//   - Each policy that a shop has or had is kept as a version that never changes.
//   - Codes and subjects compare by their bytes.
//   - Each command of staff records an entry of the audit log.
//   - The account of a shop that exists is set by two people.
package catalogue

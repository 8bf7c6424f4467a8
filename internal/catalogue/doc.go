// Package catalogue sets what orders need of a catalogue: shops and their policies, warehouses,
// products and skus, promotions, coupons, member benefits, freight templates and stock counts. It
// also makes the rows of buyers and staff. What a price is and what an order takes of all this
// belongs to packages pricing and order: an order freezes what it uses, so that a change here
// concerns later orders only.
//
// Every command sets the whole object: a field that is left out gets its default. An input with an
// id changes that object. One without an id changes the object that has its code, or makes it. All
// faults of an input's fields come back at once, each with the path of its field.
//
// Invariants:
//   - What belongs to a shop (products, skus, its promotions, templates) never moves to another.
//   - A sku's currency is its shop's, and a shop with skus keeps its currency.
//   - A promotion and a benefit keep their kind: coupons and frozen shares refer to it.
//   - Codes compare by their bytes.
package catalogue

package read

import (
	"slices"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/ent/predicate"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// addressChangeOpen reports whether an address change of a shop waits for an answer.
func addressChangeOpen(changes []*ent.AddressChange, shop globalid.ID) bool {
	return slices.ContainsFunc(changes, func(c *ent.AddressChange) bool {
		return c.ShopID == shop && vocab.AddressOpen.Has(c.Status)
	})
}

// AskedAddressChanges is the condition on address changes of an order that wait for shops.
func AskedAddressChanges(order globalid.ID) predicate.AddressChange {
	return addresschange.And(addresschange.OrderID(order),
		addresschange.StatusIn(vocab.AddressAwaitingShop...))
}

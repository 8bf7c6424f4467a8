package shipment

import (
	"encoding/json"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/terms"
)

// phone opens the receiver's phone number, which some couriers need to tell anything. The parcel
// has its order and its items with their sub-orders; an address changed for the shop comes first.
func (s *Shipments) phone(p *ent.Shipment) (string, error) {
	sealed := p.Edges.Order.Address
	for _, it := range p.Edges.Items {
		if changed := it.Edges.SubOrder.Address; len(changed) > 0 {
			sealed = changed
		}
	}
	plain, err := s.keys.Open(sealed, p.OrderID[:])
	if err != nil {
		return "", fmt.Errorf("address of parcel %s: %w", p.ID, err)
	}
	var address terms.Address
	if err := json.Unmarshal(plain, &address); err != nil {
		return "", fmt.Errorf("address of parcel %s is not an address", p.ID)
	}
	return address.Phone, nil
}

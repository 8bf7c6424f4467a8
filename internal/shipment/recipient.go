package shipment

import (
	"encoding/json"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/document"
)

// recipient opens to whom and where a parcel goes. The parcel has its order and its items with
// their sub-orders; an address changed for the shop comes first.
func (s *Shipments) recipient(p *ent.Shipment) (document.Address, error) {
	var address document.Address
	sealed := p.Edges.Order.Address
	for _, it := range p.Edges.Items {
		if changed := it.Edges.SubOrder.Address; len(changed) > 0 {
			sealed = changed
		}
	}
	plain, err := s.keys.Open(sealed, p.OrderID[:])
	if err != nil {
		return address, fmt.Errorf("address of parcel %s: %w", p.ID, err)
	}
	if err := json.Unmarshal(plain, &address); err != nil {
		return address, fmt.Errorf("address of parcel %s is not an address", p.ID)
	}
	return address, nil
}

package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// claim is what a line of a request takes of an item.
type claim struct {
	item   *ent.OrderItem
	units  int64
	amount int64 // minor units
	sku    *globalid.ID
}

// holds is what the request has taken.
func (s *session) holds() []order.Hold {
	holds := make([]order.Hold, len(s.lines))
	for i, line := range s.lines {
		holds[i] = order.Hold{Item: s.Item(line.ItemID), Units: line.Quantity,
			Amount: line.Amount, Unshipped: s.Row.Goods == vocab.GoodsUnshipped}
	}
	return holds
}

// openUnits is what the request counts of the items as in an open one.
func (s *session) openUnits() map[globalid.ID]int64 {
	units := map[globalid.ID]int64{}
	if vocab.AfterSaleFinal.Has(s.Row.Status) {
		return units
	}
	for _, line := range s.lines {
		units[line.ItemID] += line.Quantity
	}
	return units
}

// take takes the units and the money of the claims, with the freight that comes back with them, and
// adds the lines of the request.
func (s *session) take(ctx context.Context, claims []claim) error {
	a := s.Row
	a.Amount = 0
	for _, c := range claims {
		err := order.Take(order.Hold{Item: c.item, Units: c.units, Amount: c.amount,
			Unshipped: a.Goods == vocab.GoodsUnshipped})
		if err != nil {
			return err
		}
		c.item.AfterSaleQuantity += c.units
		line := &ent.AfterSaleLine{ID: globalid.New(globalid.AfterSaleLine), AfterSaleID: a.ID,
			BuyerID: a.BuyerID, ShopID: a.ShopID,
			ItemID: c.item.ID, Quantity: c.units, Amount: c.amount, Currency: a.Currency,
			ExchangeSkuID: c.sku, CreatedAt: s.Now}
		s.Tx.Insert(line)
		s.lines = append(s.lines, line)
		a.Amount += c.amount
	}
	a.Freight = 0
	if k, _ := kindOf(a.Kind); k.refunds && k.units {
		return s.takeFreight(ctx)
	}
	return nil
}

// releaseLines gives back what the request holds and deletes its lines: it takes anew.
func (s *session) releaseLines() {
	s.unlock()
	s.drop()
	for _, line := range s.lines {
		s.Tx.Delete(line)
	}
	s.lines = nil
}

// drop gives back what the request holds.
func (s *session) drop() {
	for _, h := range s.holds() {
		order.Drop(h)
	}
	s.dropFreight()
}

// unlock counts the units of the request as in no open one.
func (s *session) unlock() {
	for _, line := range s.lines {
		s.Item(line.ItemID).AfterSaleQuantity -= line.Quantity
	}
}

package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// splitOff makes a request of the units that did not come back, with their part of the money, and
// refuses it. What is left of this one goes on.
func (s *session) splitOff(
	ctx context.Context, missing map[globalid.ID]int64, in RejectInput,
) error {
	rest, err := s.splitRequest(ctx)
	if err != nil {
		return err
	}
	kept := s.lines[:0:0]
	for _, line := range s.lines {
		units := missing[line.ItemID]
		if units == 0 {
			kept = append(kept, line)
			continue
		}
		moved := s.splitLine(line, units, rest.Row.ID)
		rest.lines = append(rest.lines, moved)
		rest.Row.Amount += moved.Amount
		s.Row.Amount -= moved.Amount
		if line.Quantity > 0 {
			kept = append(kept, line)
		} else {
			s.Tx.Delete(line)
		}
	}
	s.lines = kept
	rest.emit(lifecycle.Taken[vocab.AfterSaleStatus]{To: rest.Row.Status,
		Emit: vocab.EventAfterSaleRequested}, string(rest.Row.Reason))
	// What is sent again is reserved anew for what came back.
	if err := stock.ReleaseFor(ctx, s.Tx, s.Actor, s.Order.ID, s.Row.ID); err != nil {
		return err
	}
	s.OpenRequest(s.sub)
	return rest.reject(ctx, vocab.RefuseReturn, in)
}

// splitRequest makes a request like this one that has no lines yet. It names every column; a test
// holds it to that.
func (s *session) splitRequest(ctx context.Context) (*session, error) {
	a := s.Row
	before, err := s.Tx.AfterSale.Query().Where(entaftersale.OrderID(a.OrderID)).Count(ctx)
	if err != nil {
		return nil, err
	}
	row := &ent.AfterSale{
		ID: globalid.New(globalid.AfterSale), Number: requestNumber(s.Order.Number, before+1),
		CreatedAt: s.Now, SplitFromID: &a.ID,
		// Copied.
		OrderID: a.OrderID, SubOrderID: a.SubOrderID, ShopID: a.ShopID, BuyerID: a.BuyerID,
		PolicyVersion: a.PolicyVersion,
		Kind:          a.Kind, Goods: a.Goods, Way: a.Way, Reason: a.Reason, OpenedBy: a.OpenedBy,
		Currency: a.Currency, Liable: a.Liable, ShipmentID: a.ShipmentID,
		ReturnWarehouseID: a.ReturnWarehouseID, DueAt: a.DueAt,
		// Computed: by the table here, and with each line that is moved.
		Status: "", Amount: 0, GoodsBack: true,
		// Reset: the freight and the text stay with the request that they were of, and nothing has
		// been answered yet.
		Freight: 0, Text: nil, ReturnAddress: nil, Proposal: nil, Rejection: nil, Trigger: nil,
		EndedAt: nil, NextAttemptAt: nil, Attempts: 0, ClaimedUntil: nil,
	}
	_, err = lifecycle.Take(lifecycle.AfterSale, &row.Status, vocab.RequestAfterSale,
		vocab.System, lifecycle.AfterSaleFacts{TurnedBack: true})
	if err != nil {
		return nil, err
	}
	s.Tx.Insert(row)
	rest := *s
	rest.Row, rest.lines, rest.Replacement = row, nil, nil
	return &rest, nil
}

// splitLine moves units of a line, with their part of its money, to another request. It names every
// column; a test holds it to that.
func (s *session) splitLine(
	line *ent.AfterSaleLine, units int64, to globalid.ID,
) *ent.AfterSaleLine {
	left := line.Quantity - units
	amount := money.Portion(line.Amount, left, line.Quantity)
	moved := &ent.AfterSaleLine{
		ID: globalid.New(globalid.AfterSaleLine), AfterSaleID: to, CreatedAt: s.Now,
		// Copied.
		BuyerID: line.BuyerID, ShopID: line.ShopID, ItemID: line.ItemID,
		Currency: line.Currency, ExchangeSkuID: line.ExchangeSkuID,
		// Divided.
		Quantity: units, Amount: line.Amount - amount,
		// Reset: none of them came back.
		GoodQuantity: 0, DamagedQuantity: 0,
	}
	line.Quantity, line.Amount = left, amount
	s.Tx.Insert(moved)
	return moved
}

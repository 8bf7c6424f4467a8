package aftersale

import (
	"context"
	"fmt"
	"slices"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// InspectedLine is what the warehouse found of one item: units that can be sold again and units
// that cannot.
type InspectedLine struct {
	Item          globalid.ID
	Good, Damaged int64
}

// ReturnedInput is what came back. Every line of the request is named. When units are missing,
// Reason and the statement say why they are refused.
type ReturnedInput struct {
	Lines []InspectedLine
	RejectInput
}

// ConfirmReturn says that the goods are back 确认收到退货: good ones are in stock again, damaged ones
// are written off. Units that are missing become a request of their own, which is refused. It says
// what came back, and nothing about the money: that was agreed when the shop approved the request,
// or follows from the rule that goods which came back are refunded.
//
// Merchant and warehouse staff of the shop may call it. Faults besides the common ones:
// INVALID_INPUT, LIMIT_EXCEEDED. After commit the refund runs, or the shop's time to send.
func (s *AfterSales) ConfirmReturn(ctx context.Context, in ReturnedInput) (globalid.ID, error) {
	return s.command(ctx, in.AfterSale, handlers,
		func(ctx context.Context, s *session) error {
			missing, err := s.inspect(in)
			if err != nil {
				return err
			}
			if !vocab.ReturnInTransit.Has(s.Row.Status) {
				return s.transition(ctx, step{action: vocab.ConfirmReturn}) // refused
			}
			if len(missing) > 0 {
				if err := in.evidence(); err != nil {
					return err
				}
				if err := s.splitOff(ctx, missing, in.RejectInput); err != nil {
					return err
				}
			}
			if err := s.restock(ctx, in.Lines); err != nil {
				return err
			}
			return s.transition(ctx, step{action: vocab.ConfirmReturn,
				trigger: vocab.TriggerReturned})
		})
}

// inspect finds what is wrong with what the warehouse found, and how many units are missing.
func (s *session) inspect(in ReturnedInput) (missing map[globalid.ID]int64, err error) {
	var many fault.List
	if limit.RequestLines.Within(&many, "lines", len(in.Lines)); len(many) > 0 {
		return nil, many
	}
	var faults fault.List
	missing = map[globalid.ID]int64{}
	var found int64
	seen := map[globalid.ID]bool{}
	for i, line := range in.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		held := s.line(line.Item)
		if held == nil || seen[line.Item] {
			faults.Add(at+".item", fault.InvalidInput,
				"It must be an item of the request, named once.")
			continue
		}
		seen[line.Item] = true
		if line.Good < 0 || line.Damaged < 0 || line.Good > held.Quantity ||
			line.Damaged > held.Quantity-line.Good {
			faults.Add(at, fault.InvalidInput, "The request is about %d units.", held.Quantity)
			continue
		}
		found += line.Good + line.Damaged
		if rest := held.Quantity - line.Good - line.Damaged; rest > 0 {
			missing[line.Item] = rest
		}
	}
	if len(seen) < len(s.lines) || found == 0 {
		faults.Add("lines", fault.InvalidInput,
			"Every item of the request is named; if nothing came back the return is refused.")
	}
	return missing, faults.Err()
}

// restock counts the units that came back and adds them to the stock; damaged ones leave it again
// at once, so that the ledger has both.
func (s *session) restock(ctx context.Context, found []InspectedLine) error {
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b InspectedLine) int { // rows of stock are locked in this order
		return s.Item(a.Item).SkuID.Compare(s.Item(b.Item).SkuID)
	})
	house := s.warehouse()
	for _, line := range found {
		back := line.Good + line.Damaged
		if back == 0 {
			continue
		}
		item := s.Item(line.Item)
		item.ReturnedQuantity += back
		held := s.line(line.Item)
		held.GoodQuantity, held.DamagedQuantity = line.Good, line.Damaged
		err := stock.Restock(ctx, s.Tx, s.Actor, stock.Return{Sku: item.SkuID,
			Warehouse: house, Quantity: back, AfterSale: s.Row.ID})
		if err != nil {
			return err
		}
		if line.Damaged == 0 {
			continue
		}
		_, err = stock.Adjust(ctx, s.Tx, s.Actor, stock.Adjustment{Sku: item.SkuID,
			Warehouse: house, Delta: -line.Damaged, Note: "damaged " + s.Row.ID.String()})
		if err != nil {
			return err
		}
	}
	return nil
}

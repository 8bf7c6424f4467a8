package aftersale

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent/aftersaleline"
	"orderflow/ent/orderitem"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// InspectedLine is what the warehouse found of one item: units that can be sold again and units
// that cannot.
type InspectedLine struct {
	Item          globalid.ID
	Good, Damaged int64
}

// ReturnedInput tells what came back. Every line of the request is named. When units are missing,
// Reason and the statement say why they are refused.
type ReturnedInput struct {
	Lines []InspectedLine
	RejectInput
}

// ConfirmReturn tells that the goods are back 确认收到退货: good ones are in stock again, damaged ones
// are written off. Units that are missing become a request of their own, which is refused.
//
// Merchant and warehouse staff of the shop may call it. Faults besides the common ones:
// INVALID_INPUT, LIMIT_EXCEEDED. After commit the refund runs, or the shop's time to send.
func (s *AfterSales) ConfirmReturn(ctx context.Context, in ReturnedInput) (globalid.ID, error) {
	return s.onRequest(ctx, in.AfterSale, answerers,
		func(ctx context.Context, d *desk) error {
			missing, err := d.inspect(in)
			if err != nil {
				return err
			}
			if d.Row.Status != vocab.AfterSaleReturnInTransit {
				return d.step(ctx, step{on: vocab.ConfirmReturn, by: d.role()}) // refused
			}
			if len(missing) > 0 {
				if err := in.evidence(); err != nil {
					return err
				}
				if err := d.splitOff(ctx, missing, in.RejectInput); err != nil {
					return err
				}
			}
			if err := d.shelve(ctx, in.Lines); err != nil {
				return err
			}
			return d.step(ctx, step{on: vocab.ConfirmReturn, by: d.role(),
				trigger: vocab.TriggerReturned})
		})
}

// inspect finds what is wrong with what the warehouse tells, and how many units are missing.
func (d *desk) inspect(in ReturnedInput) (missing map[globalid.ID]int64, err error) {
	if len(in.Lines) > maxEntries {
		return nil, fault.At("lines", fault.InvalidInput, "At most %d lines.", maxEntries)
	}
	var faults fault.List
	missing = map[globalid.ID]int64{}
	var found int64
	seen := map[globalid.ID]bool{}
	for i, line := range in.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		held := d.line(line.Item)
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
	if len(seen) < len(d.lines) || found == 0 {
		faults.Add("lines", fault.InvalidInput,
			"Every item of the request is named; if nothing came back the return is refused.")
	}
	return missing, faults.Err()
}

// shelve counts the units that came back and puts them into the stock; damaged ones leave it again
// at once, so that the ledger tells of both.
func (d *desk) shelve(ctx context.Context, found []InspectedLine) error {
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b InspectedLine) int { // rows of stock are locked in this order
		return d.l.Item(a.Item).SkuID.Compare(d.l.Item(b.Item).SkuID)
	})
	actor, house := d.l.Log.Actor(), d.warehouse()
	for _, line := range found {
		back := line.Good + line.Damaged
		if back == 0 {
			continue
		}
		item := d.l.Item(line.Item)
		item.ReturnedQuantity += back
		err := d.tx.OrderItem.Update().Where(orderitem.ID(item.ID)).
			SetReturnedQuantity(item.ReturnedQuantity).Exec(ctx)
		if err != nil {
			return err
		}
		err = d.tx.AfterSaleLine.Update().Where(aftersaleline.AfterSaleID(d.Row.ID),
			aftersaleline.ItemID(line.Item)).SetGoodQuantity(line.Good).
			SetDamagedQuantity(line.Damaged).Exec(ctx)
		if err != nil {
			return err
		}
		err = stock.Restock(ctx, d.tx, actor, item.SkuID, house, back, d.Row.ID)
		if err != nil {
			return err
		}
		if line.Damaged == 0 {
			continue
		}
		_, err = stock.Adjust(ctx, d.tx, actor, item.SkuID, house, -line.Damaged,
			"damaged "+d.Row.ID.String())
		if err != nil {
			return err
		}
	}
	return nil
}

// RefuseReturn refuses what came back, or did not, with evidence 拒绝退货.
//
// Merchant and warehouse staff of the shop may call it. Faults besides the common ones:
// INVALID_INPUT, also without an image, LIMIT_EXCEEDED. After commit the buyer's time to escalate
// runs.
func (s *AfterSales) RefuseReturn(ctx context.Context, in RejectInput) (globalid.ID, error) {
	if err := in.evidence(); err != nil {
		return in.AfterSale, err
	}
	return s.onRequest(ctx, in.AfterSale, answerers,
		func(ctx context.Context, d *desk) error {
			return d.reject(ctx, vocab.RefuseReturn, in)
		})
}

// evidence is check for a refusal that has to show something.
func (in RejectInput) evidence() error {
	if err := in.check(); err != nil {
		return err
	}
	if len(in.Images) == 0 {
		return fault.At("images", fault.InvalidInput, "At least one image is needed.")
	}
	return nil
}

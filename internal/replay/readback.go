package replay

import (
	"context"
	"fmt"
)

// part is a sub-order as the server tells it in the end.
type part struct {
	Status string
	Price  struct{ Payable struct{ Amount int64 } }
	Items  []struct{ Quantity int64 }
	Order  struct {
		ID, Status string
		Price      struct{ Payable struct{ Amount int64 } }
		Payments   []struct {
			Verdict    string
			PaidAmount *struct{ Amount int64 }
		}
	}
	ShipmentItems []struct {
		Quantity int64
		Shipment struct{ ID, Stage, CarrierStage string }
	}
}

const parts = `query($shop: ID!, $after: Cursor) {
	subOrders(filter: {shop: $shop}, first: 100, after: $after,
		orderBy: {field: CREATED_AT, direction: ASC}) {
		edges { node { status price { payable { amount } } items { quantity }
			order { id status price { payable { amount } }
				payments { verdict paidAmount { amount } } }
			shipmentItems { quantity shipment { id stage carrierStage } } } }
		pageInfo { hasNextPage endCursor } } }`

// everyPart reads all sub-orders of a shop.
func (r *replay) everyPart(
	ctx context.Context, shop string, each func(p part),
) error {
	variables := map[string]any{"shop": shop}
	for {
		var answer struct {
			SubOrders struct {
				Edges    []struct{ Node part }
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		err := r.client.do(ctx, platform, operation{Query: parts, Variables: variables}, &answer)
		if err != nil {
			return fmt.Errorf("read sub-orders: %w", err)
		}
		for _, edge := range answer.SubOrders.Edges {
			each(edge.Node)
		}
		if !answer.SubOrders.PageInfo.HasNextPage {
			return nil
		}
		variables["after"] = answer.SubOrders.PageInfo.EndCursor
	}
}

// seen is an order as its parts tell it.
type seen struct {
	status               string
	payable, parts, paid int64
	sold, shipped        int64
}

// summary reads back what the server has of the file and compares it with the plan.
func (r *replay) summary(ctx context.Context) (*Summary, error) {
	s := &Summary{
		File: r.plan.print, Rows: r.plan.Rows, Invoices: r.plan.Invoices, Skus: len(r.plan.skus),
		Rejected: map[Reason]int{}, Statuses: map[string]int{}, Currency: currency,
		Problems: []string{}, Latencies: r.lap.latencies(),
	}
	for _, reject := range r.plan.Rejects {
		s.Rejected[reject.Reason]++
	}
	mine := map[string]*seen{}
	for _, t := range r.trades {
		mine[t.order] = &seen{}
	}
	for i, shop := range r.shops {
		told := Shop{Code: r.shopCode(i)}
		parcels, orders := map[string]bool{}, map[string]bool{}
		err := r.everyPart(ctx, shop, func(p part) {
			of := mine[p.Order.ID]
			if of == nil {
				s.Strangers++
				return
			}
			orders[p.Order.ID] = true
			told.SubOrders++
			told.Payable += p.Price.Payable.Amount
			told.Units += s.add(of, p, parcels)
		})
		if err != nil {
			return nil, err
		}
		told.Orders, told.Parcels = len(orders), len(parcels)
		s.Shops = append(s.Shops, told)
		s.Parcels += told.Parcels
		s.Units += told.Units
		s.Payable += told.Payable
	}
	for _, t := range r.trades {
		s.judge(t, mine[t.order])
	}
	return s, nil
}

// add notes a sub-order of an order and returns its units.
func (s *Summary) add(of *seen, p part, parcels map[string]bool) (units int64) {
	for _, item := range p.Items {
		units += item.Quantity
	}
	for _, in := range p.ShipmentItems {
		if in.Shipment.Stage == "HANDED_OVER" && in.Shipment.CarrierStage == delivered {
			of.shipped += in.Quantity
			parcels[in.Shipment.ID] = true
		}
	}
	of.status, of.payable, of.paid = p.Order.Status, p.Order.Price.Payable.Amount, 0
	for _, payment := range p.Order.Payments {
		if payment.Verdict == "COUNTED" && payment.PaidAmount != nil {
			of.paid += payment.PaidAmount.Amount
		}
	}
	of.sold += units
	of.parts += p.Price.Payable.Amount
	return units
}

// judge counts an order and tells what is not as it must be.
func (s *Summary) judge(t *trade, is *seen) {
	s.Orders++
	s.Statuses[is.status]++
	s.Paid += is.paid
	var units int64
	for _, l := range t.lines {
		units += l.units
	}
	wrong := func(format string, args ...any) {
		s.Problems = append(s.Problems, fmt.Sprintf("invoice %s, order %s: ", t.number, t.order)+
			fmt.Sprintf(format, args...))
	}
	if is.status != completed {
		wrong("it is %s", is.status)
	}
	if is.payable != t.pence || is.parts != t.pence || is.paid != t.pence {
		wrong("the file says %d; payable is %d, of its parts %d, paid %d",
			t.pence, is.payable, is.parts, is.paid)
	}
	if is.sold != units || is.shipped != units {
		wrong("the file says %d units; sold are %d, delivered %d", units, is.sold, is.shipped)
	}
}

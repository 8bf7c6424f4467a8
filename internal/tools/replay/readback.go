package replay

import (
	"context"
	"fmt"
)

// amount is money in minor units.
type amount struct{ Amount int64 }

// part is a sub-order as the server tells it in the end.
type part struct {
	Status string
	Price  struct{ Payable amount }
	Items  []struct {
		Quantity, RefundedQuantity, RecalledQuantity int64
		Balance                                      balance
	}
	Order struct {
		ID, Status string
		Price      struct{ Payable amount }
		Payments   []struct {
			Verdict    string
			PaidAmount *amount
		}
		Balance balance
	}
	ShipmentItems []struct {
		Quantity int64
		Shipment struct{ ID, Purpose, Stage, CarrierStage string }
	}
}

// balance is where money is.
type balance struct{ Paid, Refunded, Held amount }

const parts = `query($shop: ID!, $after: Cursor) {
	subOrders(filter: {shop: $shop}, first: 100, after: $after,
		orderBy: {field: CREATED_AT, direction: ASC}) {
		edges { node { status price { payable { amount } }
			items { quantity refundedQuantity recalledQuantity
				balance { paid { amount } refunded { amount } held { amount } } }
			order { id status price { payable { amount } }
				payments { verdict paidAmount { amount } }
				balance { paid { amount } refunded { amount } held { amount } } }
			shipmentItems { quantity shipment { id purpose stage carrierStage } } } }
		pageInfo { hasNextPage endCursor } } }`

const requests = `query($shop: ID!, $after: Cursor) {
	afterSales(filter: {shop: $shop}, first: 100, after: $after,
		orderBy: {field: CREATED_AT, direction: ASC}) {
		edges { node { kind goods way status openedBy amount { amount } order { id }
			lines { quantity goodQuantity damagedQuantity } } }
		pageInfo { hasNextPage endCursor } } }`

// every reads all pages of a list of a shop.
func every[T any](
	ctx context.Context, r *replay, list, query, shop string, each func(of T),
) error {
	variables := map[string]any{"shop": shop}
	for {
		var answer map[string]struct {
			Edges    []struct{ Node T }
			PageInfo struct {
				HasNextPage bool
				EndCursor   string
			}
		}
		err := r.client.do(ctx, platform, operation{Query: query, Variables: variables}, &answer)
		if err != nil {
			return fmt.Errorf("read %s: %w", list, err)
		}
		for _, edge := range answer[list].Edges {
			each(edge.Node)
		}
		if !answer[list].PageInfo.HasNextPage {
			return nil
		}
		variables["after"] = answer[list].PageInfo.EndCursor
	}
}

// seen is an order as its parts and requests tell it.
type seen struct {
	status               string
	payable, parts, paid int64
	sold, sent, recalled int64 // units; sent are those that arrived, here or there
	back                 int64 // units that were refunded
	balance              balance
	ofItems              int64 // that they keep
	ofRequests           int64 // that they refunded
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
		err := every(ctx, r, "subOrders", parts, shop, func(p part) {
			of := mine[p.Order.ID]
			if of == nil {
				s.Strangers++
				return
			}
			orders[p.Order.ID] = true
			told.SubOrders++
			told.Payable += p.Price.Payable.Amount
			told.Units += of.add(p, parcels)
		})
		if err != nil {
			return nil, err
		}
		err = every(ctx, r, "afterSales", requests, shop, func(a afterSale) {
			if of := mine[a.Order.ID]; of != nil {
				s.count(of, a)
			}
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
func (of *seen) add(p part, parcels map[string]bool) (units int64) {
	for _, item := range p.Items {
		units += item.Quantity
		of.recalled += item.RecalledQuantity
		of.back += item.RefundedQuantity
		of.ofItems += item.Balance.Paid.Amount - item.Balance.Refunded.Amount
	}
	for _, in := range p.ShipmentItems {
		at := in.Shipment
		if at.Purpose != "ORDER" || at.Stage != "HANDED_OVER" {
			continue
		}
		switch at.CarrierStage {
		case arrived:
			parcels[at.ID] = true
			of.sent += in.Quantity
		case returned:
			of.sent += in.Quantity
		}
	}
	of.status, of.payable, of.paid = p.Order.Status, p.Order.Price.Payable.Amount, 0
	of.balance = p.Order.Balance
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
	s.Refunded += is.balance.Refunded.Amount
	s.Kept += is.ofItems
	var units, back, pence int64
	for _, l := range t.lines {
		units += l.units
		back += l.back
		pence += l.back * l.sku.pence
	}
	wrong := func(format string, args ...any) {
		s.Problems = append(s.Problems, fmt.Sprintf("invoice %s, order %s: ", t.number, t.order)+
			fmt.Sprintf(format, args...))
	}
	if is.status != completed && (is.status != closed || back < units) {
		wrong("it is %s", is.status)
	}
	if is.payable != t.pence || is.parts != t.pence || is.paid != t.pence {
		wrong("the file says %d; payable is %d, of its parts %d, paid %d",
			t.pence, is.payable, is.parts, is.paid)
	}
	if is.sold != units || is.sent != units-is.recalled || is.back != back {
		wrong("the file says %d units, %d cancelled; sold are %d, sent %d, recalled %d, refunded %d",
			units, back, is.sold, is.sent, is.recalled, is.back)
	}
	b := is.balance
	if b.Paid.Amount != is.paid || b.Held.Amount != 0 || b.Refunded.Amount != pence ||
		is.ofRequests != pence || is.ofItems != is.paid-pence {
		wrong("the file says %d cancelled; paid is %d, held %d, refunded %d, by requests %d, "+
			"kept by items %d", pence, b.Paid.Amount, b.Held.Amount, b.Refunded.Amount,
			is.ofRequests, is.ofItems)
	}
}

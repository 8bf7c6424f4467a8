package replay

import (
	"context"
	"fmt"
)

// amount is money in minor units.
type amount struct{ Amount int64 }

// soldPart is a sub-order as it is read back.
type soldPart struct {
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

// balance is the paid, refunded and held money of an order or item.
type balance struct{ Paid, Refunded, Held amount }

const subOrdersQuery = `query($shop: ID!, $after: Cursor) {
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

const afterSalesQuery = `query($shop: ID!, $after: Cursor) {
	afterSales(filter: {shop: $shop}, first: 100, after: $after,
		orderBy: {field: CREATED_AT, direction: ASC}) {
		edges { node { kind goods way status openedBy amount { amount } order { id }
			lines { quantity goodQuantity damagedQuantity } } }
		pageInfo { hasNextPage endCursor } } }`

// eachNode calls each for every node of a list of a shop, over all pages.
func eachNode[T any](
	ctx context.Context, r *replay, list, query, shop string, each func(node T),
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

// orderTotals are the sums of an order's sub-orders and requests.
type orderTotals struct {
	status                  string
	payable, parts, paid    int64
	sold, arrived, recalled int64 // units; arrived ones at the buyer or back
	refunded                int64 // units
	balance                 balance
	keptByItems             int64 // paid − refunded
	refundedByRequests      int64 // refunded
}

// summary reads the orders of the file back from the server and compares them with the plan.
func (r *replay) summary(ctx context.Context) (*Summary, error) {
	s := &Summary{
		File: r.plan.fingerprint, Rows: r.plan.Rows, Invoices: r.plan.Invoices, Skus: len(r.plan.skus),
		Rejected: map[Reason]int{}, Statuses: map[string]int{}, Currency: currency,
		Problems: []string{}, Latencies: r.timings.latencies(),
	}
	for _, reject := range r.plan.Rejects {
		s.Rejected[reject.Reason]++
	}
	totals := map[string]*orderTotals{}
	for _, o := range r.orders {
		totals[o.id] = &orderTotals{}
	}
	for i, shop := range r.shops {
		total := Shop{Code: r.shopCode(i)}
		parcels, orders := map[string]bool{}, map[string]bool{}
		err := eachNode(ctx, r, "subOrders", subOrdersQuery, shop, func(p soldPart) {
			t := totals[p.Order.ID]
			if t == nil {
				s.OtherSubOrders++
				return
			}
			orders[p.Order.ID] = true
			total.SubOrders++
			total.Payable += p.Price.Payable.Amount
			total.Units += t.add(p, parcels)
		})
		if err != nil {
			return nil, err
		}
		err = eachNode(ctx, r, "afterSales", afterSalesQuery, shop, func(a afterSale) {
			if t := totals[a.Order.ID]; t != nil {
				s.countRequest(t, a)
			}
		})
		if err != nil {
			return nil, err
		}
		total.Orders, total.Parcels = len(orders), len(parcels)
		s.Shops = append(s.Shops, total)
		s.Parcels += total.Parcels
		s.Units += total.Units
		s.Payable += total.Payable
	}
	for _, o := range r.orders {
		s.compare(o, totals[o.id])
	}
	return s, nil
}

// add adds a sub-order and returns its units.
func (t *orderTotals) add(p soldPart, parcels map[string]bool) (units int64) {
	for _, item := range p.Items {
		units += item.Quantity
		t.recalled += item.RecalledQuantity
		t.refunded += item.RefundedQuantity
		t.keptByItems += item.Balance.Paid.Amount - item.Balance.Refunded.Amount
	}
	for _, in := range p.ShipmentItems {
		at := in.Shipment
		if at.Purpose != "ORDER" || at.Stage != "HANDED_OVER" {
			continue
		}
		switch at.CarrierStage {
		case stageDelivered:
			parcels[at.ID] = true
			t.arrived += in.Quantity
		case stageReturned:
			t.arrived += in.Quantity
		}
	}
	t.status, t.payable, t.paid = p.Order.Status, p.Order.Price.Payable.Amount, 0
	t.balance = p.Order.Balance
	for _, payment := range p.Order.Payments {
		if payment.Verdict == "COUNTED" && payment.PaidAmount != nil {
			t.paid += payment.PaidAmount.Amount
		}
	}
	t.sold += units
	t.parts += p.Price.Payable.Amount
	return units
}

// compare counts an order and reports differences from the plan.
func (s *Summary) compare(o *order, got *orderTotals) {
	s.Orders++
	s.Statuses[got.status]++
	s.Paid += got.paid
	s.Refunded += got.balance.Refunded.Amount
	s.Kept += got.keptByItems
	var units, cancelled, pence int64
	for _, l := range o.lines {
		units += l.units
		cancelled += l.cancelled
		pence += l.cancelled * l.sku.pence
	}
	wrong := func(format string, args ...any) {
		s.Problems = append(s.Problems, fmt.Sprintf("invoice %s, order %s: ", o.number, o.id)+
			fmt.Sprintf(format, args...))
	}
	if got.status != completed && (got.status != closed || cancelled < units) {
		wrong("it is %s", got.status)
	}
	if got.payable != o.pence || got.parts != o.pence || got.paid != o.pence {
		wrong("the file says %d; payable is %d, of its parts %d, paid %d",
			o.pence, got.payable, got.parts, got.paid)
	}
	if got.sold != units || got.arrived != units-got.recalled || got.refunded != cancelled {
		wrong("the file says %d units, %d cancelled; sold are %d, sent %d, recalled %d, refunded %d",
			units, cancelled, got.sold, got.arrived, got.recalled, got.refunded)
	}
	b := got.balance
	if b.Paid.Amount != got.paid || b.Held.Amount != 0 || b.Refunded.Amount != pence ||
		got.refundedByRequests != pence || got.keptByItems != got.paid-pence {
		wrong("the file says %d cancelled; paid is %d, held %d, refunded %d, by requests %d, "+
			"kept by items %d", pence, b.Paid.Amount, b.Held.Amount, b.Refunded.Amount,
			got.refundedByRequests, got.keptByItems)
	}
}

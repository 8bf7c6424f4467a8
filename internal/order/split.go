package order

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/pricing"
	"orderflow/internal/vocab"
)

// targets are the sub-orders that one command has made for units that move.
type targets map[target]*ent.SubOrder

type target struct{ from, warehouse globalid.ID } // from is the sub-order that they leave

// moveTo moves k units of an item into the sub-order of another warehouse, which it makes at the
// first use, and returns the item that holds them.
func (l *Locked) moveTo(
	ctx context.Context, made targets, item *ent.OrderItem, k int64, warehouse globalid.ID,
) (*ent.OrderItem, error) {
	from := l.Sub(item.SubOrderID)
	key := target{from: from.ID, warehouse: warehouse}
	to := made[key]
	if to == nil {
		var err error
		if to, err = l.openSub(ctx, from, warehouse); err != nil {
			return nil, err
		}
		made[key] = to
	}
	if k == item.Quantity {
		item.SubOrderID = to.ID
		shiftAmounts(from, to, item)
		return item, nil
	}
	moved, err := l.splitItem(item, k, to.ID)
	if err != nil {
		return nil, err
	}
	shiftAmounts(from, to, moved)
	return moved, nil
}

// part is the money that some units of a line carry.
type part struct {
	payable int64
	moved   []document.Share // of the units
	kept    []document.Share // of the rest of the line
}

// divide says what k of the r units of a line carry that no refund has taken. With R left to refund
// on them it is ⌊R·k/r⌋, as a refund of these units would give; their shares are what is missing
// from their list price, spread by largest remainder over the line's. What refunds have taken stays
// with the rest of the line, and so on both lines payable = list − shares, and what refunds took
// and what is left make up the payable. On an untouched line that is k of its quantity. Refunds of
// units never take more than the units' list price, so the shares suffice. One that took money
// without units may have left too little: fault ACTION_NOT_ALLOWED.
func divide(item *ent.OrderItem, k int64) (part, error) {
	amounts := make([]int64, len(item.Shares))
	for i, s := range item.Shares {
		amounts[i] = s.Amount
	}
	payable := money.Portion(item.Refundable, k, item.RefundableQuantity)
	discount := item.UnitPrice*k - payable
	if discount > document.Sum(item.Shares) {
		return part{}, fault.New(fault.ActionNotAllowed,
			"Money of %s was refunded without units; it can no longer be split.", item.SkuCode)
	}
	p := part{payable: payable, moved: []document.Share{}, kept: []document.Share{}}
	for i, amount := range money.Allocate(discount, amounts) {
		moved, kept := item.Shares[i], item.Shares[i]
		moved.Amount = amount
		kept.Amount -= amount
		p.moved, p.kept = append(p.moved, moved), append(p.kept, kept)
	}
	return p, nil
}

// splitItem splits k units that are neither shipped nor in any request off a line. It names every
// column; a test holds it to that.
func (l *Locked) splitItem(
	item *ent.OrderItem, k int64, sub globalid.ID,
) (*ent.OrderItem, error) {
	part, err := divide(item, k)
	if err != nil {
		return nil, err
	}
	moved := &ent.OrderItem{
		ID: globalid.New(globalid.OrderItem), CreatedAt: l.Tx.Now, SubOrderID: sub,
		// Copied.
		OrderID: item.OrderID, BuyerID: item.BuyerID, ShopID: item.ShopID,
		ProductID: item.ProductID,
		SkuID:     item.SkuID, SkuCode: item.SkuCode, Title: item.Title, ImageURL: item.ImageURL,
		WeightGrams: item.WeightGrams, DeductionMode: item.DeductionMode,
		GiftOfID: item.GiftOfID, Currency: item.Currency, UnitPrice: item.UnitPrice,
		// Divided: what is named here is taken off the line below.
		Quantity: k, ListAmount: item.UnitPrice * k, Payable: part.payable, Shares: part.moved,
		Refundable: part.payable, RefundableQuantity: k,
		// Reset: of these units nothing has happened yet; what has stays with the line.
		Refunded: 0, RefundedQuantity: 0, ShippedQuantity: 0, RecalledQuantity: 0,
		CancelledQuantity: 0, ShortQuantity: 0, AfterSaleQuantity: 0, ReturnedQuantity: 0,
	}
	item.Quantity -= moved.Quantity
	item.ListAmount -= moved.ListAmount
	item.Payable -= moved.Payable
	item.Shares = part.kept
	item.Refundable -= moved.Refundable
	item.RefundableQuantity -= moved.RefundableQuantity
	l.Tx.Insert(moved)
	l.Items = append(l.Items, moved)
	return moved, nil
}

// openSub makes an empty sub-order beside another, for units that leave it. It names every column;
// a test holds it to that.
func (l *Locked) openSub(
	ctx context.Context, beside *ent.SubOrder, warehouse globalid.ID,
) (*ent.SubOrder, error) {
	sub := &ent.SubOrder{
		ID: globalid.New(globalid.SubOrder), Number: Number(l.Order.Number, len(l.Subs)+1),
		WarehouseID: warehouse, CreatedAt: l.Tx.Now,
		// Copied.
		OrderID: beside.OrderID, BuyerID: beside.BuyerID, ShopID: beside.ShopID,
		PolicyVersion: beside.PolicyVersion, LogisticsClass: beside.LogisticsClass,
		Currency: beside.Currency,
		Note:     beside.Note,
		Address:  beside.Address, ShipDueAt: beside.ShipDueAt, RemindedAt: beside.RemindedAt,
		AddressDueAt: beside.AddressDueAt,
		// Computed: by the table here, by copyHolds, and by shiftAmounts with each line.
		HeldAt: nil, ShopHold: false, PlatformHold: false,
		Status: "", ListAmount: 0, GoodsPayable: 0, FreightList: 0, Freight: 0,
		FreightRefundable: 0, FreightShares: []document.Share{}, WeightGrams: 0,
		// Reset: refunds stay with the sub-order that they were of, and what happens after shipping
		// has not happened.
		FreightRefunded: 0, CloseReason: nil, ClosedAt: nil, ShippedAt: nil, ReceiptDueAt: nil,
		TroubleDueAt: nil, ReceiptExtended: false, ReceivedAt: nil, CompleteDueAt: nil, CompletedAt: nil,
		ReviewRemindAt: nil, NextDueAt: nil, AwaitingReview: false, OpenRequests: 0, PausedAt: nil,
		PausedSeconds: 0, NextAttemptAt: nil, Attempts: 0, ClaimedUntil: nil,
	}
	taken, err := lifecycle.Take(
		lifecycle.Trade, &sub.Status, vocab.Split, vocab.System, lifecycle.TradeFacts{})
	if err != nil {
		return nil, err
	}
	l.Tx.Insert(sub)
	l.Subs = append(l.Subs, sub)
	l.EmitFor(sub.ShopID, taken.Emit,
		document.Payload{SubOrder: sub.ID, To: string(sub.Status)})
	return sub, l.copyHolds(ctx, beside, sub)
}

// shiftAmounts moves what a moved item carries from one sub-order's sums to another's, and its part
// of the freight by weight.
func shiftAmounts(from, to *ent.SubOrder, moved *ent.OrderItem) {
	weight := moved.WeightGrams * moved.Quantity
	part, of := weight, from.WeightGrams
	if of == 0 {
		part, of = 0, 1
	}
	freight := money.Portion(from.Freight, part, of)
	refundable := money.Portion(from.FreightRefundable, part, of)
	movedShares, kept := pricing.SplitShares(from.FreightShares, part, of)
	list := freight + document.Sum(movedShares)
	to.ListAmount += moved.ListAmount
	to.GoodsPayable += moved.Payable
	to.WeightGrams += weight
	to.Freight += freight
	to.FreightList += list
	to.FreightRefundable += refundable
	to.FreightShares = append(to.FreightShares, movedShares...)
	from.ListAmount -= moved.ListAmount
	from.GoodsPayable -= moved.Payable
	from.WeightGrams -= weight
	from.Freight -= freight
	from.FreightList -= list
	from.FreightRefundable -= refundable
	from.FreightShares = kept
}

// Number is the number of the n-th sub-order of an order.
func Number(order string, n int) string { return fmt.Sprintf("%s-%d", order, n) }

package order

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/ent/suborder"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/pricing"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// parcelKey names what one sub-order holds.
type parcelKey struct {
	from      globalid.ID // the sub-order it is split from
	warehouse globalid.ID
}

// moveTo moves k units of an item into the sub-order of another warehouse, which it makes at the
// first use, and returns the item that holds them.
func (l *Locked) moveTo(
	ctx context.Context, tx *store.Tx, made map[parcelKey]*ent.SubOrder,
	item *ent.OrderItem, k int64, warehouse globalid.ID,
) (*ent.OrderItem, error) {
	from := l.Sub(item.SubOrderID)
	key := parcelKey{from: from.ID, warehouse: warehouse}
	target := made[key]
	if target == nil {
		var err error
		if target, err = l.openSub(ctx, tx, from, warehouse); err != nil {
			return nil, err
		}
		made[key] = target
	}
	if k == item.Quantity {
		item.SubOrderID = target.ID
		err := tx.OrderItem.Update().Where(orderitem.ID(item.ID)).SetSubOrderID(target.ID).Exec(ctx)
		if err != nil {
			return nil, err
		}
		return item, l.shiftAmounts(ctx, tx, from, target, item)
	}
	part, err := divide(item, k)
	if err != nil {
		return nil, err
	}
	copied, err := copyItem(tx, item, target.ID).
		SetQuantity(k).SetListAmount(item.UnitPrice * k).SetPayable(part.payable).
		SetShares(part.moved).SetRefundable(part.payable).SetRefundableQuantity(k).Save(ctx)
	if err != nil {
		return nil, err
	}
	item.Quantity -= k
	item.ListAmount -= item.UnitPrice * k
	item.Payable -= part.payable
	item.Shares = part.kept
	item.Refundable -= part.payable
	item.RefundableQuantity -= k
	err = tx.OrderItem.Update().Where(orderitem.ID(item.ID)).SetQuantity(item.Quantity).
		SetListAmount(item.ListAmount).SetPayable(item.Payable).SetShares(item.Shares).
		SetRefundable(item.Refundable).SetRefundableQuantity(item.RefundableQuantity).Exec(ctx)
	if err != nil {
		return nil, err
	}
	l.Items = append(l.Items, copied)
	return copied, l.shiftAmounts(ctx, tx, from, target, copied)
}

// part is the money that some units of a line carry.
type part struct {
	payable int64
	moved   []document.Share // of the units
	kept    []document.Share // of the rest of the line
}

// divide tells what k of the r units of a line carry that no refund has taken. With R left to
// refund on them it is ⌊R·k/r⌋, as a refund of these units would give; their shares are what is
// missing from their list price, spread by largest remainder over the line's. What refunds have
// taken stays with the rest of the line, and so on both lines payable = list − shares, and what
// refunds took and what is left make up the payable. On an untouched line that is k of its
// quantity.  Refunds of units never take more than the units' list price, so the shares
// suffice. One that took money without units may have left too little: fault
// ACTION_NOT_ALLOWED.
func divide(item *ent.OrderItem, k int64) (part, error) {
	amounts := make([]int64, len(item.Shares))
	for i, s := range item.Shares {
		amounts[i] = s.Amount
	}
	payable := money.Portion(item.Refundable, k, item.RefundableQuantity)
	discount := item.UnitPrice*k - payable
	if discount > sumShares(item.Shares) {
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

// copyItem starts a line that differs from another only in what the caller sets.
func copyItem(tx *store.Tx, it *ent.OrderItem, sub globalid.ID) *ent.OrderItemCreate {
	return tx.OrderItem.Create().SetOrderID(it.OrderID).SetSubOrderID(sub).SetShopID(it.ShopID).
		SetProductID(it.ProductID).SetSkuID(it.SkuID).SetSkuCode(it.SkuCode).SetTitle(it.Title).
		SetImageURL(it.ImageURL).SetWeightGrams(it.WeightGrams).
		SetDeductionMode(it.DeductionMode).SetNillableGiftOfID(it.GiftOfID).
		SetCurrency(it.Currency).SetUnitPrice(it.UnitPrice).SetCreatedAt(tx.Now)
}

// openSub makes an empty sub-order beside another: same shop, class, note and address.
func (l *Locked) openSub(
	ctx context.Context, tx *store.Tx, beside *ent.SubOrder, warehouse globalid.ID,
) (*ent.SubOrder, error) {
	row, err := lifecycle.Trade.Next("", vocab.Split, vocab.System, lifecycle.TradeFacts{})
	if err != nil {
		return nil, NotAllowed(err)
	}
	sub, err := tx.SubOrder.Create().
		SetNumber(subNumber(l.Order.Number, len(l.Subs)+1)).
		SetOrderID(l.Order.ID).SetBuyerID(beside.BuyerID).SetShopID(beside.ShopID).
		SetWarehouseID(warehouse).SetLogisticsClass(beside.LogisticsClass).
		SetStatus(row.To).SetCurrency(beside.Currency).SetNote(beside.Note).
		SetFreightShares([]document.Share{}).SetNillableShipDueAt(beside.ShipDueAt).
		SetAddress(beside.Address).SetNillableRemindedAt(beside.RemindedAt).
		SetCreatedAt(tx.Now).Save(ctx)
	if err != nil {
		return nil, err
	}
	l.Subs = append(l.Subs, sub)
	l.Log.AddFor(sub.ShopID, row.Emit, document.Payload{SubOrder: sub.ID, To: string(sub.Status)})
	return sub, nil
}

// shiftAmounts moves what a moved item carries from one sub-order's sums to another's, and its part
// of the freight by weight.
func (l *Locked) shiftAmounts(
	ctx context.Context, tx *store.Tx, from, to *ent.SubOrder, moved *ent.OrderItem,
) error {
	weight := moved.WeightGrams * moved.Quantity
	part, of := weight, from.WeightGrams
	if of == 0 {
		part, of = 0, 1
	}
	freight := money.Portion(from.Freight, part, of)
	refundable := money.Portion(from.FreightRefundable, part, of)
	movedShares, kept := pricing.SplitShares(from.FreightShares, part, of)
	list := freight + sumShares(movedShares)
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
	for _, sub := range []*ent.SubOrder{from, to} {
		if err := storeAmounts(ctx, tx, sub); err != nil {
			return err
		}
	}
	return nil
}

func storeAmounts(ctx context.Context, tx *store.Tx, sub *ent.SubOrder) error {
	return tx.SubOrder.Update().Where(suborder.ID(sub.ID)).SetListAmount(sub.ListAmount).
		SetGoodsPayable(sub.GoodsPayable).SetWeightGrams(sub.WeightGrams).
		SetFreight(sub.Freight).SetFreightList(sub.FreightList).
		SetFreightRefundable(sub.FreightRefundable).SetFreightShares(sub.FreightShares).Exec(ctx)
}

func sumShares(shares []document.Share) (sum int64) {
	for _, s := range shares {
		sum += s.Amount
	}
	return sum
}

func subNumber(order string, n int) string { return fmt.Sprintf("%s-%d", order, n) }

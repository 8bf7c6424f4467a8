package order

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/pricing"
	"orderflow/internal/store"
	"orderflow/internal/terms"
)

// parcelKey names what one sub-order holds.
type parcelKey struct {
	from      globalid.ID // the sub-order it is split from
	warehouse globalid.ID
}

// moveTo moves k units of an item into the sub-order of another warehouse, which it makes at the
// first use, and returns the item that holds them. No refund has touched the line yet, so money and
// shares divide by k of its quantity, to the cent.
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
		err := tx.OrderItem.UpdateOneID(item.ID).SetSubOrderID(target.ID).Exec(ctx)
		if err != nil {
			return nil, err
		}
		return item, l.shiftAmounts(ctx, tx, from, target, item)
	}
	moved, kept := pricing.SplitShares(item.Shares, k, item.Quantity)
	payable := money.Portion(item.Payable, k, item.Quantity)
	copied, err := copyItem(tx, item, target.ID).
		SetQuantity(k).SetListAmount(item.UnitPrice * k).SetPayable(payable).SetShares(moved).
		SetRefundable(payable).SetRefundableQuantity(k).Save(ctx)
	if err != nil {
		return nil, err
	}
	err = tx.OrderItem.UpdateOneID(item.ID).SetQuantity(item.Quantity - k).
		SetListAmount(item.ListAmount - item.UnitPrice*k).SetPayable(item.Payable - payable).
		SetShares(kept).SetRefundable(item.Refundable - payable).
		SetRefundableQuantity(item.RefundableQuantity - k).Exec(ctx)
	if err != nil {
		return nil, err
	}
	item.Quantity -= k
	item.ListAmount -= item.UnitPrice * k
	item.Payable -= payable
	item.Shares = kept
	item.Refundable -= payable
	item.RefundableQuantity -= k
	l.Items = append(l.Items, copied)
	return copied, l.shiftAmounts(ctx, tx, from, target, copied)
}

// copyItem starts a line that differs from another only in what the caller sets.
func copyItem(tx *store.Tx, it *ent.OrderItem, sub globalid.ID) *ent.OrderItemCreate {
	return tx.OrderItem.Create().SetOrderID(it.OrderID).SetSubOrderID(sub).SetShopID(it.ShopID).
		SetProductID(it.ProductID).SetSkuID(it.SkuID).SetSkuCode(it.SkuCode).SetTitle(it.Title).
		SetImageURL(it.ImageURL).SetWeightGrams(it.WeightGrams).
		SetDeductionMode(it.DeductionMode).SetNillableGiftOfID(it.GiftOfID).
		SetCurrency(it.Currency).SetUnitPrice(it.UnitPrice).SetCreatedAt(tx.Now)
}

// openSub makes an empty sub-order beside another: same shop, class and note.
func (l *Locked) openSub(
	ctx context.Context, tx *store.Tx, beside *ent.SubOrder, warehouse globalid.ID,
) (*ent.SubOrder, error) {
	row, err := lifecycle.Trade.Next("", lifecycle.Split, lifecycle.System, lifecycle.TradeFacts{})
	if err != nil {
		return nil, NotAllowed(err)
	}
	sub, err := tx.SubOrder.Create().
		SetNumber(subNumber(l.Order.Number, len(l.Subs)+1)).
		SetOrderID(l.Order.ID).SetBuyerID(beside.BuyerID).SetShopID(beside.ShopID).
		SetWarehouseID(warehouse).SetLogisticsClass(beside.LogisticsClass).
		SetStatus(row.To).SetCurrency(beside.Currency).SetNote(beside.Note).
		SetFreightShares([]terms.Share{}).SetNillableShipDueAt(beside.ShipDueAt).
		SetCreatedAt(tx.Now).Save(ctx)
	if err != nil {
		return nil, err
	}
	l.Subs = append(l.Subs, sub)
	l.Log.AddFor(sub.ShopID, row.Emit, terms.Facts{SubOrder: sub.ID, To: string(sub.Status)})
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
	movedShares, kept := pricing.SplitShares(from.FreightShares, part, of)
	list := freight + sumShares(movedShares)
	to.ListAmount += moved.ListAmount
	to.GoodsPayable += moved.Payable
	to.WeightGrams += weight
	to.Freight += freight
	to.FreightList += list
	to.FreightRefundable += freight
	to.FreightShares = append(to.FreightShares, movedShares...)
	from.ListAmount -= moved.ListAmount
	from.GoodsPayable -= moved.Payable
	from.WeightGrams -= weight
	from.Freight -= freight
	from.FreightList -= list
	from.FreightRefundable -= freight
	from.FreightShares = kept
	for _, sub := range []*ent.SubOrder{from, to} {
		if err := storeAmounts(ctx, tx, sub); err != nil {
			return err
		}
	}
	return nil
}

func storeAmounts(ctx context.Context, tx *store.Tx, sub *ent.SubOrder) error {
	return tx.SubOrder.UpdateOneID(sub.ID).SetListAmount(sub.ListAmount).
		SetGoodsPayable(sub.GoodsPayable).SetWeightGrams(sub.WeightGrams).
		SetFreight(sub.Freight).SetFreightList(sub.FreightList).
		SetFreightRefundable(sub.FreightRefundable).SetFreightShares(sub.FreightShares).Exec(ctx)
}

func sumShares(shares []terms.Share) (sum int64) {
	for _, s := range shares {
		sum += s.Amount
	}
	return sum
}

func subNumber(order string, n int) string { return fmt.Sprintf("%s-%d", order, n) }

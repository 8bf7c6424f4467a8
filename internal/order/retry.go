package order

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Retry takes RETRY_PAYMENT: stock that is deducted on order is reserved again, within the limits
// on what the buyer's unpaid orders may have. Faults: ACTION_NOT_ALLOWED, OUT_OF_STOCK,
// TOO_MANY_UNPAID_UNITS; a *stock.Short is for NameLacking.
func (l *Locked) Retry(ctx context.Context, facts lifecycle.TradeFacts) error {
	if err := l.Load(ctx); err != nil {
		return err
	}
	err := lifecycle.Check(
		lifecycle.Trade, l.Order.Status, vocab.RetryPayment, l.Actor.Role, facts)
	if err != nil {
		return err
	}
	// Read before anything of the order changes: reading writes what has changed.
	needs, err := l.needs(ctx, vocab.OnOrder)
	if err != nil {
		return err
	}
	if err := l.checkUnits(ctx, needs); err != nil {
		return err
	}
	if err := l.transitionOrder(vocab.RetryPayment, facts, ""); err != nil {
		return err
	}
	return stock.Reserve(l.Tx, l.Actor, needs)
}

// checkUnits refuses to reserve again what the limits on units leave no room for. The units of the
// buyer's failed orders count, those of this one are among them. So retries at once cannot pass
// together: none of them changes what another one finds.
func (l *Locked) checkUnits(ctx context.Context, needs []stock.Need) error {
	if len(needs) == 0 {
		return nil
	}
	shops := map[globalid.ID]*ent.SubOrder{} // by sku
	for _, n := range needs {
		item := l.Item(n.Item)
		shops[item.SkuID] = l.Sub(item.SubOrderID)
	}
	units, there, err := l.unpaidUnits(ctx, shops)
	if err != nil {
		return err
	}
	terms, err := l.readTerms(ctx, l.Subs...)
	if err != nil {
		return err
	}
	refusal := &Refusal{}
	for sku, sub := range shops {
		p := terms[policyOf{sub.ShopID, sub.PolicyVersion}]
		bound := limit.BoundUnits(there[sku], p.UnpaidUnits, p.UnpaidShare)
		if units[sku] <= bound.Units {
			continue
		}
		refusal.Skus = append(refusal.Skus, sku)
		f := bound.By.Reached("", bound.Most, time.Time{})
		if !slices.ContainsFunc(refusal.Faults, func(o *fault.Error) bool { return *o == *f }) {
			refusal.Faults = append(refusal.Faults, f)
		}
	}
	if len(refusal.Skus) == 0 {
		return nil
	}
	slices.SortFunc(refusal.Skus, globalid.ID.Compare)
	return refusal
}

// unpaidUnits reads by one statement how many units of skus the buyer's unpaid orders have, and how
// many are free or reserved by those.
func (l *Locked) unpaidUnits(
	ctx context.Context, skus map[globalid.ID]*ent.SubOrder,
) (units, there map[globalid.ID]int64, err error) {
	ids := slices.Collect(maps.Keys(skus))
	var args []any
	query := "SELECT sku_id, 0, on_hand - reserved FROM stocks WHERE sku_id" +
		store.Among(&args, ids) + " UNION ALL SELECT i.sku_id, i.quantity," +
		" CASE WHEN s.status = ? THEN i.quantity ELSE 0 END" +
		" FROM sub_orders s JOIN order_items i ON i.sub_order_id = s.id WHERE s.buyer_id = ?" +
		" AND s.status IN (?, ?) AND i.deduction_mode = ? AND i.sku_id"
	args = append(args, vocab.PendingPayment, l.Order.BuyerID, vocab.PendingPayment,
		vocab.PaymentFailed, vocab.OnOrder)
	query += store.Among(&args, ids)
	rows, err := l.Tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("unpaid units: %w", err)
	}
	defer rows.Close()
	units, there = map[globalid.ID]int64{}, map[globalid.ID]int64{}
	for rows.Next() {
		var sku globalid.ID
		var n, m int64
		if err := rows.Scan(&sku, &n, &m); err != nil {
			return nil, nil, fmt.Errorf("unpaid units: %w", err)
		}
		units[sku] += n
		there[sku] += m
	}
	return units, there, rows.Err()
}

package graph

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/seal"
	"orderflow/internal/terms"
)

// amount is money of a row with the row's currency.
func amount(minor int64, currency string) (*money.Money, error) {
	m := view.Money(minor, currency)
	return &m, nil
}

// tradeStatus is an order's status as the viewer sees it: that of its visible part.
func tradeStatus(
	ctx context.Context, o *ent.Order,
) (lifecycle.TradeStatus, lifecycle.CloseReason, error) {
	var reason lifecycle.CloseReason
	if v := auth.From(ctx); v.IsBuyer() || v.SeesAllShops() || o.SoleShopID != nil {
		if o.CloseReason != nil {
			reason = *o.CloseReason
		}
		return o.Status, reason, nil
	}
	subs, err := o.Edges.SubOrdersOrErr()
	if err != nil {
		return "", "", err
	}
	children := make([]lifecycle.Child, len(subs))
	for i, s := range subs {
		children[i].Status = s.Status
		if s.CloseReason != nil {
			children[i].Reason = *s.CloseReason
		}
		if s.ClosedAt != nil {
			children[i].ClosedAt = *s.ClosedAt
		}
	}
	status, reason := lifecycle.RollUp(children)
	return status, reason, nil
}

// offered are the actions for which there is a mutation.
var offered = []lifecycle.TradeAction{
	lifecycle.StartPayment, lifecycle.AbandonPayment, lifecycle.AdjustPrice,
	lifecycle.RetryPayment, lifecycle.Cancel, lifecycle.CloseUnshipped, lifecycle.Reassign,
	lifecycle.RequestAddress, lifecycle.RemindShipment, lifecycle.AddMemo,
	lifecycle.ExtendDeadline, lifecycle.Ship, lifecycle.ExtendReceipt, lifecycle.ConfirmReceipt,
	lifecycle.ReviewItem,
}

func allowed(
	status lifecycle.TradeStatus, role lifecycle.Role, facts lifecycle.TradeFacts,
) []lifecycle.TradeAction {
	actions := lifecycle.Trade.Allowed(status, role, facts)
	return slices.DeleteFunc(actions, func(a lifecycle.TradeAction) bool {
		return !slices.Contains(offered, a)
	})
}

// unpaid reports whether an order is still one: later each sub-order goes its own way.
func unpaid(s lifecycle.TradeStatus) bool {
	return s == lifecycle.PendingPayment || s == lifecycle.PaymentFailed
}

func orderActions(
	ctx context.Context, o *ent.Order, now time.Time,
) ([]lifecycle.TradeAction, error) {
	v := auth.From(ctx)
	if !unpaid(o.Status) {
		return wishes(v, o)
	}
	facts := lifecycle.TradeFacts{
		DeadlinePassed: !now.Before(o.PayDueAt), SoleShop: o.SoleShopID != nil,
		NothingToPay: o.Payable == 0,
	}
	if readsPayments(v) {
		payments, err := o.Edges.PaymentsOrErr()
		if err != nil {
			return nil, err
		}
		facts.AttemptOpen = slices.ContainsFunc(payments, attemptOpen)
	}
	return allowed(o.Status, v.Role, facts), nil
}

// readsPayments tells whose actions on an unpaid order depend on its attempts.
func readsPayments(v *auth.Viewer) bool { return v.IsBuyer() || v.SeesAllShops() }

func attemptOpen(p *ent.Payment) bool {
	return p.Status == lifecycle.AttemptCreated || p.Status == lifecycle.AttemptOpen ||
		p.Status == lifecycle.AttemptClosing
}

// refundActions: paid outside or not, staff resolve it by the same mutation.
func refundActions(ctx context.Context, f *ent.Refund) []lifecycle.RefundAction {
	return lifecycle.Refund.Allowed(f.Status, auth.From(ctx).Role, lifecycle.RefundFacts{
		NothingToMove: f.Amount == 0,
	})
}

// deadlineOf lists what is due, if it is.
func deadlineOf(due bool, kind view.DeadlineKind, at *time.Time) []*view.Deadline {
	if !due || at == nil {
		return nil
	}
	return []*view.Deadline{{Kind: kind, DueAt: *at}}
}

// mustShip reports whether some of what the viewer sees is still to be shipped.
func mustShip(subs []*ent.SubOrder) bool {
	return slices.ContainsFunc(subs, func(s *ent.SubOrder) bool {
		return s.Status == lifecycle.AwaitingShipment || s.Status == lifecycle.PartiallyShipped
	})
}

// address opens an order's address for its viewer. Staff of shops get it once the order is paid,
// and the whole phone number while they have something to ship.
func (r *Resolver) address(ctx context.Context, o *ent.Order) (*terms.Address, error) {
	v := auth.From(ctx)
	ships := !v.IsBuyer() && !v.SeesAllShops()
	if ships && o.PaidAt == nil {
		return nil, nil
	}
	subs, err := o.Edges.SubOrdersOrErr()
	if err != nil {
		return nil, err
	}
	return r.opened(o.Address, o.ID, ships && mustShip(subs))
}

// changedAddress opens the address that the buyer changed a sub-order's to, nil for none.
func (r *Resolver) changedAddress(ctx context.Context, s *ent.SubOrder) (*terms.Address, error) {
	v := auth.From(ctx)
	ships := !v.IsBuyer() && !v.SeesAllShops()
	return r.opened(s.Address, s.OrderID, ships && mustShip([]*ent.SubOrder{s}))
}

// opened opens an address that was sealed for an order, nil for none; the phone number is masked
// unless whole.
func (r *Resolver) opened(
	sealed []byte, order globalid.ID, whole bool,
) (*terms.Address, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	plain, err := r.keys.Open(sealed, order[:])
	if err != nil {
		return nil, fmt.Errorf("address of %s: %w", order, err)
	}
	var shown terms.Address
	if err := json.Unmarshal(plain, &shown); err != nil {
		return nil, fmt.Errorf("address of %s is not an address", order)
	}
	if !whole {
		shown.Phone = seal.MaskPhone(shown.Phone)
	}
	return &shown, nil
}

// partOf is the part of a payment's amount that is the viewer's business.
func partOf(ctx context.Context, p *ent.Payment, whole int64) (*money.Money, error) {
	if v := auth.From(ctx); v.IsBuyer() || v.SeesAllShops() {
		return amount(whole, p.Currency)
	}
	part, err := p.Value(visiblePart)
	if err != nil {
		return nil, err
	}
	minor, err := strconv.ParseInt(textOf(part), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("visible part of %s: %w", p.ID, err)
	}
	if minor < 0 {
		return amount(whole, p.Currency)
	}
	return amount(minor, p.Currency)
}

// textOf is a computed number as text: databases differ in how they hand it over.
func textOf(value any) string {
	switch value := value.(type) {
	case []byte:
		return string(value)
	case sql.NullInt64:
		return strconv.FormatInt(value.Int64, 10)
	}
	return fmt.Sprint(value)
}

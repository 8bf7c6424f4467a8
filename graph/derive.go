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
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/seal"
	"orderflow/internal/vocab"
)

// amount is money of a row with the row's currency.
func amount(minor int64, currency string) (*money.Money, error) {
	m := view.Money(minor, currency)
	return &m, nil
}

// tradeStatus is an order's status as the viewer sees it: that of its visible part.
func tradeStatus(
	ctx context.Context, o *ent.Order,
) (vocab.TradeStatus, vocab.CloseReason, error) {
	var reason vocab.CloseReason
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
var offered = []vocab.TradeAction{
	vocab.StartPayment, vocab.AbandonPayment, vocab.AdjustPrice,
	vocab.RetryPayment, vocab.Cancel, vocab.CloseUnshipped, vocab.Reassign,
	vocab.RequestAddress, vocab.RemindShipment, vocab.AddMemo,
	vocab.ExtendDeadline, vocab.Ship, vocab.ExtendReceipt, vocab.ConfirmReceipt,
	vocab.ReviewItem,
}

func allowed(
	status vocab.TradeStatus, role vocab.Role, facts lifecycle.TradeFacts,
) []vocab.TradeAction {
	actions := lifecycle.Trade.Allowed(status, role, facts)
	return slices.DeleteFunc(actions, func(a vocab.TradeAction) bool {
		return !slices.Contains(offered, a)
	})
}

// unpaid reports whether an order is still one: later each sub-order goes its own way.
func unpaid(s vocab.TradeStatus) bool {
	return s == vocab.PendingPayment || s == vocab.PaymentFailed
}

func orderActions(
	ctx context.Context, o *ent.Order, now time.Time,
) ([]vocab.TradeAction, error) {
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
	return p.Status == vocab.AttemptCreated || p.Status == vocab.AttemptOpen ||
		p.Status == vocab.AttemptClosing
}

// refundActions: paid outside or not, staff resolve it by the same mutation.
func refundActions(ctx context.Context, f *ent.Refund) []vocab.RefundAction {
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
		return s.Status == vocab.AwaitingShipment || s.Status == vocab.PartiallyShipped
	})
}

// address opens an order's address for its viewer. Staff of shops get it once the order is paid,
// and the whole phone number while they have something to ship.
func (r *Resolver) address(ctx context.Context, o *ent.Order) (*document.Address, error) {
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
func (r *Resolver) changedAddress(ctx context.Context, s *ent.SubOrder) (*document.Address, error) {
	v := auth.From(ctx)
	ships := !v.IsBuyer() && !v.SeesAllShops()
	return r.opened(s.Address, s.OrderID, ships && mustShip([]*ent.SubOrder{s}))
}

// opened opens an address that was sealed for an order, nil for none; the phone number is masked
// unless whole.
func (r *Resolver) opened(
	sealed []byte, order globalid.ID, whole bool,
) (*document.Address, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	plain, err := r.keys.Open(sealed, order[:])
	if err != nil {
		return nil, fmt.Errorf("address of %s: %w", order, err)
	}
	var shown document.Address
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

package view

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/money"
	"orderflow/internal/vocab"
)

// Viewer is the authenticated caller.
type Viewer struct{ *auth.Viewer }

// Actor is who did something.
type Actor struct {
	Role vocab.Role
	ID   *globalid.ID
}

// ActorOf is who did something. Only the platform and the actors themselves see ids of people.
func ActorOf(ctx context.Context, role vocab.Role, actor string) Actor {
	shown := Actor{Role: role}
	id, err := globalid.Parse(actor)
	if err != nil {
		return shown
	}
	v := auth.From(ctx)
	if v.SeesAllShops() || v != nil && (id == v.BuyerID || id == v.StaffID) {
		shown.ID = &id
	}
	return shown
}

// Money is an amount of a row with the row's currency.
func Money(amount int64, currency string) money.Money {
	return money.Money{Amount: amount, Currency: money.Currency(currency)}
}

// Share is the part of one reduction that a line or a freight carries.
type Share struct {
	Source vocab.ShareSource
	Funder vocab.Funder
	Label  string
	Amount money.Money
}

// Shares gives shares their currency.
func Shares(shares []document.Share, currency string) []*Share {
	out := make([]*Share, len(shares))
	for i, s := range shares {
		out[i] = &Share{s.Source, s.Funder, s.Label, Money(s.Amount, currency)}
	}
	return out
}

// Price is a price in its parts.
type Price struct {
	List, Discount, Goods, Freight, FreightDiscount, Payable money.Money
}

// PriceOf adds up sub-orders of one order.
func PriceOf(currency string, subs ...*ent.SubOrder) *Price {
	var list, goods, freightList, freight int64
	for _, s := range subs {
		list += s.ListAmount
		goods += s.GoodsPayable
		freightList += s.FreightList
		freight += s.Freight
	}
	return &Price{
		List: Money(list, currency), Discount: Money(list-goods, currency),
		Goods: Money(goods, currency), Freight: Money(freight, currency),
		FreightDiscount: Money(freightList-freight, currency),
		Payable:         Money(goods+freight, currency),
	}
}

// Balance is what was paid, refunded, held by open requests, and can still be refunded.
type Balance struct{ Paid, Refunded, Held, Refundable money.Money }

// NewBalance is a balance in minor units of one currency; held is what is neither refunded nor
// refundable.
func NewBalance(paid, refunded, refundable int64, currency string) *Balance {
	return &Balance{
		Paid: Money(paid, currency), Refunded: Money(refunded, currency),
		Held:       Money(paid-refunded-refundable, currency),
		Refundable: Money(refundable, currency),
	}
}

// BalanceOf adds up balances of one currency.
func BalanceOf(currency string, parts ...*Balance) *Balance {
	var paid, refunded, refundable int64
	for _, b := range parts {
		paid += b.Paid.Amount
		refunded += b.Refunded.Amount
		refundable += b.Refundable.Amount
	}
	return NewBalance(paid, refunded, refundable, currency)
}

// UserErrors are the faults of an error, empty when it has none. Those of limits are counted.
func UserErrors(err error) []*UserError {
	out := []*UserError{}
	for _, f := range fault.All(err) {
		shown := &UserError{Code: f.Code, Message: f.Message}
		shown.Limit, shown.Until = limitOf(f)
		limit.Count(f)
		if f.Field != "" {
			shown.Field = &f.Field
		}
		out = append(out, shown)
	}
	return out
}

// UserError is an expected reason why a mutation was not carried out.
type UserError struct {
	Code    fault.Code
	Field   *string
	Message string
	Limit   *int64
	Until   *time.Time
}

// limitOf is what a fault says about the limit that it is of.
func limitOf(f *fault.Error) (most *int64, until *time.Time) {
	if f.Limit == "" {
		return nil, nil
	}
	if !f.Until.IsZero() {
		until = &f.Until
	}
	return &f.Most, until
}

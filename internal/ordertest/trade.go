package ordertest

import (
	"context"

	"orderflow/ent"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/checkout"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// Address is where orders go.
var Address = document.Address{Name: "王芳", Phone: "13812345678", Region: "广东", City: "深圳",
	Street: "科技路 1 号"}

// Line is units of a sku.
func Line(sku *ent.Sku, units int64) checkout.Line {
	return checkout.Line{Sku: sku.ID, Quantity: units}
}

// TryPlace quotes and places an order, which may be refused.
func (e *Env) TryPlace(
	buyer context.Context, lines []checkout.Line, coupons ...globalid.ID,
) (globalid.ID, error) {
	quote, err := e.Checkout.Quote(buyer,
		checkout.QuoteInput{Lines: lines, Region: Address.Region, Coupons: coupons})
	if err != nil {
		return globalid.ID{}, err
	}
	placed, err := e.Checkout.Place(buyer, checkout.PlaceInput{Lines: lines, Coupons: coupons,
		Address: Address, ExpectedPayable: quote.Price.Totals.Payable})
	return placed.Order, err
}

// PlaceAs places an order of a buyer.
func (e *Env) PlaceAs(buyer context.Context, lines ...checkout.Line) globalid.ID {
	e.T.Helper()
	return e.MustID(e.TryPlace(buyer, lines))
}

// Place places an order of Buyer.
func (e *Env) Place(lines ...checkout.Line) globalid.ID {
	e.T.Helper()
	return e.PlaceAs(e.Buyer, lines...)
}

// StartPayment starts a payment of an order at the bank.
func (e *Env) StartPayment(id globalid.ID) *ent.Payment {
	e.T.Helper()
	started, err := e.Payments.Start(e.BuyerOf(id),
		payment.StartInput{Order: id, Channel: vocab.Sandbox})
	e.Must(err)
	if started.Problem != nil {
		e.T.Fatal(started.Problem)
	}
	return e.DB.Client.Payment.GetX(e.T.Context(), started.Payment)
}

// Pay pays an order; one that costs nothing is paid already.
func (e *Env) Pay(id globalid.ID) {
	e.T.Helper()
	if e.DB.Client.Order.GetX(e.T.Context(), id).Payable == 0 {
		return
	}
	p := e.StartPayment(id)
	e.Must(e.Payments.Settle(e.T.Context(), vocab.Sandbox, channel.Charge{
		OutTradeNo: p.ID.String(), State: channel.ChargePaid, Amount: p.Amount,
		TransactionID: "t-" + p.ID.String(), Currency: p.Currency, PaidAt: e.Now()}))
}

// BuyLines places and pays an order of Buyer.
func (e *Env) BuyLines(lines ...checkout.Line) globalid.ID {
	e.T.Helper()
	return e.BuyLinesAs(e.Buyer, lines...)
}

// BuyLinesAs places and pays an order of a buyer.
func (e *Env) BuyLinesAs(buyer context.Context, lines ...checkout.Line) globalid.ID {
	e.T.Helper()
	id := e.PlaceAs(buyer, lines...)
	e.Pay(id)
	return id
}

// Buy places and pays an order of units of a sku and returns their item.
func (e *Env) Buy(sku *ent.Sku, units int64) *ent.OrderItem {
	e.T.Helper()
	return e.ItemOf(e.BuyLines(Line(sku, units)), sku)
}

// ItemOf reads the item of a sku in an order that was not split, no gift.
func (e *Env) ItemOf(id globalid.ID, sku *ent.Sku) *ent.OrderItem {
	e.T.Helper()
	for _, it := range e.Items(id) {
		if it.SkuID == sku.ID && it.GiftOfID == nil {
			return it
		}
	}
	e.T.Fatalf("%s has no item of %s", id, sku.Code)
	return nil
}

// Items reads the items of an order.
func (e *Env) Items(id globalid.ID) []*ent.OrderItem {
	return e.DB.Client.Order.GetX(e.T.Context(), id).QueryItems().Order(ent.Asc("id")).
		AllX(e.T.Context())
}

// Item reads an item.
func (e *Env) Item(id globalid.ID) *ent.OrderItem {
	return e.DB.Client.OrderItem.GetX(e.T.Context(), id)
}

// SubOrder reads a sub-order.
func (e *Env) SubOrder(id globalid.ID) *ent.SubOrder {
	return e.DB.Client.SubOrder.GetX(e.T.Context(), id)
}

// Order reads an order with its sub-orders and their items, by number, and checks that the amounts
// add up.
func (e *Env) Order(id globalid.ID) *ent.Order {
	e.T.Helper()
	o := e.DB.Client.Order.GetX(e.T.Context(), id)
	o.Edges.SubOrders = o.QuerySubOrders().Order(ent.Asc("number")).WithItems().
		AllX(e.T.Context())
	var payable int64
	for _, sub := range o.Edges.SubOrders {
		var goods, list int64
		for _, it := range sub.Edges.Items {
			shares := int64(0)
			for _, s := range it.Shares {
				shares += s.Amount
			}
			if it.ListAmount != it.UnitPrice*it.Quantity || it.Payable != it.ListAmount-shares {
				e.T.Errorf("item %s: list %d of %d × %d, payable %d, shares %d", it.ID,
					it.ListAmount, it.Quantity, it.UnitPrice, it.Payable, shares)
			}
			goods += it.Payable
			list += it.ListAmount
		}
		if goods != sub.GoodsPayable || list != sub.ListAmount || sub.Freight < 0 {
			e.T.Errorf("sub-order %s: %d and %d, items have %d and %d", sub.Number,
				sub.GoodsPayable, sub.ListAmount, goods, list)
		}
		payable += goods + sub.Freight
	}
	if payable != o.Payable {
		e.T.Errorf("order %d, sub-orders %d", o.Payable, payable)
	}
	return o
}

// LowerPrice makes an unpaid order cost less by an amount.
func (e *Env) LowerPrice(id globalid.ID, by int64) error {
	o := e.DB.Client.Order.GetX(e.T.Context(), id)
	_, err := e.Payments.AdjustPrice(e.Merchant, payment.AdjustInput{Order: id,
		Payable: money.Money{Amount: o.Payable - by, Currency: money.CNY}})
	return err
}

// CloseUnshipped gives up units of an item that are not shipped, and refunds them.
func (e *Env) CloseUnshipped(item globalid.ID, units int64) (globalid.ID, error) {
	got, err := e.Payments.CloseUnshipped(e.Merchant, payment.CloseUnshippedInput{
		SubOrder: e.Item(item).SubOrderID,
		Lines:    []payment.UnshippedLine{{Item: item, Quantity: units}}})
	return got.Refund, err
}

// Refunds reads the refunds of an order with their lines.
func (e *Env) Refunds(id globalid.ID) []*ent.Refund {
	return e.DB.Client.Refund.Query().Where(entrefund.OrderID(id)).
		Order(ent.Asc(entrefund.FieldID)).WithLines().AllX(e.T.Context())
}

// Returned is what the bank has paid back of an order.
func (e *Env) Returned(id globalid.ID) (sum int64) {
	for _, r := range e.Refunds(id) {
		sum += e.Bank.refundedBy(r.ID.String())
	}
	return sum
}

package verify_test

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/catalogue"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// fixture is a small database in which everything holds. Its rows cover what the checks look at:
// an order that waits for a payment, a paid one of two shops with refunds, one that expired and was
// paid late, one of which everything was refunded, one that expired while its channel said nothing,
// and purchases by the commands.
type fixture struct {
	*ordertest.Env
	now time.Time

	shops     [2]*ent.Shop
	skus      [2]*ent.Sku
	stocks    [2]globalid.ID
	warehouse *ent.Warehouse
	buyer     *ent.Buyer
	stranger  *ent.Buyer

	couponPromotion, freePromotion *ent.Promotion
	benefit                        *ent.MemberBenefit
	coupon, spareCoupon            *ent.Coupon
	quotas                         [2]*ent.Quota // in all, of the buyer
	paidUse                        *ent.QuotaUse

	pending, paid, late, gone *orderRows
	silent                    purchase // its attempt was given up

	transfer *ent.StockTransfer
	billed   billed

	*forwardPurchases
	*reversePurchases
}

// orderRows are the rows of one order as they were made.
type orderRows struct {
	*ent.Order
	subs     []*ent.SubOrder
	items    []*ent.OrderItem
	payments []*ent.Payment
	refunds  []*ent.Refund
}

func newFixture(e *ordertest.Env) *fixture {
	e.T.Helper()
	w := &fixture{Env: e, now: time.Date(2026, 3, 1, 4, 5, 6, 0, time.UTC)}
	w.silent = givenUp(e)
	w.addCatalogue()
	w.addRedeemables()
	w.addPaid()
	w.addLate()
	w.addGone()
	w.forwardPurchases, w.reversePurchases = newForward(e), newReverse(e)
	w.addPending()
	w.addTransfer()
	w.addBill()
	w.feed()
	return w
}

func (w *fixture) ctx() context.Context { return w.T.Context() }

func (w *fixture) addCatalogue() {
	c, ctx := w.DB.Client, w.ctx()
	w.buyer = c.Buyer.Create().SetSubject("li").SaveX(ctx)
	w.stranger = c.Buyer.Create().SetSubject("wang").SaveX(ctx)
	w.warehouse = c.Warehouse.Create().SetCode("gz").SetName("Guangzhou").SetRegion("广东").
		SaveX(ctx)
	for i, code := range []string{"books", "lamps"} {
		w.shops[i] = c.Shop.Create().SetCode(code).SetName(code).SetCurrency("CNY").
			SetMerchantAccount("m").SetPolicy(document.ShopPolicy{}).SaveX(ctx)
		ordertest.AddPolicy(ctx, w.DB, w.shops[i])
		product := c.Product.Create().SetShopID(w.shops[i].ID).SetCode(code).SetTitle(code).
			SaveX(ctx)
		w.skus[i] = c.Sku.Create().SetShopID(w.shops[i].ID).SetProductID(product.ID).
			SetCode(code).SetTitle(code).SetPrice(1000).SetCurrency("CNY").
			SetLogisticsClass(vocab.Ordinary).SaveX(ctx)
		w.stocks[i] = w.MustID(w.Catalogue.AdjustStock(w.Platform, catalogue.StockInput{
			Sku: w.skus[i].ID, Warehouse: w.warehouse.ID, Delta: 50, Note: "count"}))
	}
}

func (w *fixture) addRedeemables() {
	c, ctx := w.DB.Client, w.ctx()
	promotion := func(code string) *ent.Promotion {
		return c.Promotion.Create().SetCode(code).SetTitle(code).SetKind(vocab.CouponOff).
			SetScope(vocab.OrderScope).SetFunder(vocab.FundedByPlatform).
			SetRule(document.PromotionRule{Amount: 100}).SetStartsAt(w.now).
			SetEndsAt(w.now.Add(time.Hour)).SaveX(ctx)
	}
	w.couponPromotion, w.freePromotion = promotion("held"), promotion("free")
	w.spareCoupon = c.Coupon.Create().SetPromotionID(w.freePromotion.ID).
		SetBuyerID(w.stranger.ID).SetStatus(vocab.UseAvailable).SaveX(ctx)
	w.benefit = c.MemberBenefit.Create().SetCode("new").SetTitle("new").
		SetKind(vocab.NewCustomer).SetRule(document.BenefitRule{Amount: 200}).SaveX(ctx)
	for i, buyer := range []globalid.ID{{}, w.buyer.ID} {
		w.quotas[i] = c.Quota.Create().SetPromotionID(w.couponPromotion.ID).SetBuyerID(buyer).
			SetTaken(2).SaveX(ctx)
	}
}

// run commits fn.
func (w *fixture) run(fn func(ctx context.Context, tx *store.Tx) error) {
	w.T.Helper()
	w.Must(w.DB.Run(w.ctx(), fn))
}

// line is one line of an order to make, and so one sub-order: of the sku of that number.
type line struct {
	sku      int
	quantity int64
	share    document.Share
	freight  int64
}

// order makes an order with a sub-order per line, in one status.
func (w *fixture) order(
	number string, status vocab.TradeStatus, reason vocab.CloseReason, lines ...line,
) *orderRows {
	c, ctx := w.DB.Client, w.ctx()
	m := &orderRows{}
	create := c.Order.Create().SetNumber(number).SetBuyerID(w.buyer.ID).SetStatus(status).
		SetCurrency("CNY").SetMerchantAccount("m").SetRegion("广东").
		SetPayDueAt(w.now.Add(time.Hour)).SetCreatedAt(w.now)
	if len(lines) == 1 {
		create.SetSoleShopID(w.shops[lines[0].sku].ID)
	}
	var payable int64
	for _, l := range lines {
		payable += 1000*l.quantity - l.share.Amount + l.freight
	}
	if reason != "" {
		create.SetCloseReason(reason).SetClosedAt(w.now)
	}
	m.Order = create.SetPayable(payable).SaveX(ctx)
	for _, l := range lines {
		shares := []document.Share{}
		if l.share.Amount > 0 {
			shares = append(shares, l.share)
		}
		goods := 1000*l.quantity - l.share.Amount
		sub := c.SubOrder.Create().SetNumber(number + "-" + w.shops[l.sku].Code).
			SetOrderID(m.ID).SetBuyerID(w.buyer.ID).SetShopID(w.shops[l.sku].ID).
			SetPolicyVersion(w.shops[l.sku].PolicyVersion).
			SetWarehouseID(w.warehouse.ID).SetLogisticsClass(vocab.Ordinary).SetStatus(status).
			SetCurrency("CNY").SetListAmount(1000 * l.quantity).SetGoodsPayable(goods).
			SetFreightList(l.freight).SetFreight(l.freight).SetFreightRefundable(l.freight).
			SetFreightShares([]document.Share{}).SetCreatedAt(w.now)
		if status == vocab.AwaitingShipment {
			sub.SetShipDueAt(w.now.Add(time.Hour)).SetNextDueAt(w.now.Add(time.Hour))
		}
		if reason != "" {
			sub.SetCloseReason(reason).SetClosedAt(w.now)
		}
		m.subs = append(m.subs, sub.SaveX(ctx))
		m.items = append(m.items, c.OrderItem.Create().SetOrderID(m.ID).SetBuyerID(m.BuyerID).
			SetSubOrderID(m.subs[len(m.subs)-1].ID).SetShopID(w.shops[l.sku].ID).
			SetProductID(w.skus[l.sku].ProductID).SetSkuID(w.skus[l.sku].ID).
			SetSkuCode("c").SetTitle("t").SetDeductionMode(vocab.OnOrder).SetCurrency("CNY").
			SetUnitPrice(1000).SetQuantity(l.quantity).SetListAmount(1000*l.quantity).
			SetPayable(goods).SetShares(shares).SetRefundable(goods).
			SetRefundableQuantity(l.quantity).SetCreatedAt(w.now).SaveX(ctx))
	}
	return m
}

// reserve holds stock for every line of an order and returns its reservations.
func (w *fixture) reserve(m *orderRows, lines []line) []*ent.Reservation {
	w.run(func(ctx context.Context, tx *store.Tx) error {
		var needs []stock.Need
		for i, l := range lines {
			needs = append(needs, stock.Need{Order: m.ID, Item: m.items[i].ID,
				Shop:  m.items[i].ShopID,
				Stock: w.stocks[l.sku], Quantity: l.quantity})
		}
		return stock.Reserve(tx, event.Actor{Role: vocab.Buyer}, needs)
	})
	var own []*ent.Reservation
	for _, r := range w.DB.Client.Reservation.Query().AllX(w.ctx()) {
		if r.OrderID == m.ID {
			own = append(own, r)
		}
	}
	return own
}

func (w *fixture) release(reservations ...*ent.Reservation) {
	w.run(func(ctx context.Context, tx *store.Tx) error {
		return stock.Release(tx, event.Actor{Role: vocab.System}, reservations)
	})
}

// attempt makes a payment in its last status.
func (w *fixture) attempt(
	m *orderRows, status vocab.AttemptStatus, verdict vocab.Verdict,
) *ent.Payment {
	create := w.DB.Client.Payment.Create().SetOrderID(m.ID).SetBuyerID(m.BuyerID).
		SetNillableSoleShopID(m.SoleShopID).SetChannel(vocab.Sandbox).
		SetStatus(status).SetCurrency("CNY").SetAmount(m.Payable).SetExpiresAt(w.now).
		SetCreatedAt(w.now)
	if status == vocab.AttemptOpen {
		create.SetNextAttemptAt(w.now)
	}
	if verdict != "" {
		create.SetVerdict(verdict).SetPaidAmount(m.Payable).SetPaidAt(w.now).
			SetTransactionID(globalid.New(globalid.Payment).String())
	}
	m.payments = append(m.payments, create.SaveX(w.ctx()))
	return m.payments[len(m.payments)-1]
}

// refund makes a refund of units of one item with freight; without an item of a whole payment.
func (w *fixture) refund(
	m *orderRows, of *ent.Payment, trigger vocab.RefundTrigger, status vocab.RefundStatus,
	item *ent.OrderItem, units, freight int64, replaces *ent.Refund,
) *ent.Refund {
	c, ctx := w.DB.Client, w.ctx()
	create := c.Refund.Create().SetOrderID(m.ID).SetBuyerID(m.BuyerID).
		SetNillableSoleShopID(m.SoleShopID).SetPaymentID(of.ID).SetTrigger(trigger).
		SetStatus(status).SetCurrency("CNY").SetAmount(of.PaidAmount).SetFreight(freight).
		SetCreatedAt(w.now)
	amount := units * 1000
	if item != nil {
		create.SetSubOrderID(item.SubOrderID).SetShopID(item.ShopID).SetAmount(amount + freight)
	}
	switch status {
	case vocab.RefundSucceeded:
		create.SetSucceededAt(w.now)
	case vocab.RefundRequested:
		create.SetNextAttemptAt(w.now)
	}
	if replaces != nil {
		create.SetReplacesID(replaces.ID)
	}
	row := create.SaveX(ctx)
	if item != nil {
		c.RefundLine.Create().SetBuyerID(m.BuyerID).SetShopID(item.ShopID).
			SetRefundID(row.ID).SetItemID(item.ID).
			SetSubOrderID(item.SubOrderID).SetQuantity(units).SetUnshipped(true).SetAmount(amount).
			SetCurrency("CNY").SetCreatedAt(w.now).SaveX(ctx)
	}
	m.refunds = append(m.refunds, row)
	return row
}

// taken writes down on an item what its refund took.
func (w *fixture) taken(item *ent.OrderItem, units int64) {
	item.Update().AddRefundable(-1000 * units).AddRefundableQuantity(-units).
		AddRefunded(1000 * units).AddRefundedQuantity(units).
		AddRecalledQuantity(units).AddCancelledQuantity(units).ExecX(w.ctx())
}

package aftersale_test

import (
	"flag"
	"math/bits"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/orderitem"
	entrefund "orderflow/ent/refund"
	entshipment "orderflow/ent/shipment"
	entshortage "orderflow/ent/shortage"
	entsuborder "orderflow/ent/suborder"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// walk is one order, and what becomes of it by random actions.
type walk struct {
	*ordertest.Env
	r     *rapid.T
	order globalid.ID
}

// walks is how many walks each property takes on each database, at most -rapid.checks.
var walks = flag.Int("walks", 5, "how many random walks a property takes")

// eachWalk runs a property of walks on every database of this run. An Env has few of them: all of
// its orders are verified after each.
func eachWalk(t *testing.T, property func(w *walk)) {
	t.Helper()
	t.Parallel()
	const perEnv = 20
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var w *walk
			n, failed := 0, false
			rapid.Check(t, func(r *rapid.T) {
				if n >= *walks && !failed { // a failure is repeated, to shorten it
					return
				}
				defer func() { failed = failed || r.Failed() }()
				if n%perEnv == 0 {
					w = newWalk(t, dialect)
				}
				n++
				w.T, w.r = r, r
				w.Bank.Set(ordertest.Pays)
				w.Courier.SetDown(false)
				w.open()
				property(w)
				w.Verify()
			})
		})
	}
}

func newWalk(t *testing.T, dialect string) *walk {
	t.Helper()
	w := &walk{Env: ordertest.New(t, dialect, ordertest.Options{Tracked: true})}
	w.Bank.Allows = channel.Limits{RefundsPerPayment: 6}
	w.ChargeFreight(0, 0)
	return w
}

// sku adds a sku of that price with some units.
func (w *walk) sku(price int64) *ent.Sku {
	return w.NewSku(ordertest.Sku{Price: price, South: 9})
}

func (w *walk) coin(label string) bool { return rapid.Bool().Draw(w.r, label) }

// number draws one of the numbers, all with nearly the same chance: rapid's own ranges prefer the
// first ones.
func (w *walk) number(label string, least, most int64) int64 {
	drawn, size := int64(0), bits.Len64(uint64(most-least))+1
	for _, bit := range rapid.SliceOfN(rapid.Bool(), size, size).Draw(w.r, label) {
		drawn *= 2
		if bit {
			drawn++
		}
	}
	return least + drawn%(most-least+1)
}

func oneOf[T any](w *walk, label string, of ...T) T {
	return of[w.number(label, 0, int64(len(of)-1))]
}

// open places and pays an order of two skus, with discounts, freight and a gift as it comes.
func (w *walk) open() {
	client, ctx := w.DB.Client, w.T.Context()
	w.SetPolicy(document.ShopPolicy{
		AutoApproveUntil:  oneOf(w, "until", "", "PACKED"),
		RefundIntercepted: w.coin("early"),
	})
	fee := w.number("freight", 0, 999)
	client.FreightTemplate.Update().SetRule(ordertest.FreightRule(fee, fee/7)).ExecX(ctx)
	first := w.sku(w.number("price", 0, 999))
	second := w.sku(w.number("price", 1, 999))
	if w.coin("gift") {
		w.AddGift(first, w.sku(50))
	}
	rule := document.PromotionRule{Skus: []globalid.ID{first.ID, second.ID},
		Percent: int(w.number("percent", 1, 99))}
	w.Promotion(vocab.Percentage, vocab.ItemScope, rule).SetShopID(w.Shop.ID).SaveX(ctx)
	w.order = w.Place(ordertest.Line(first, w.number("units", 1, 4)),
		ordertest.Line(second, w.number("units", 1, 3)))
	w.Pay(w.order)
}

func (w *walk) row() *ent.Order { return w.DB.Client.Order.GetX(w.T.Context(), w.order) }

func (w *walk) items() []*ent.OrderItem {
	return w.row().QueryItems().Order(ent.Asc(orderitem.FieldID)).AllX(w.T.Context())
}

func (w *walk) requests() []*ent.AfterSale {
	return w.row().QueryAfterSales().Order(ent.Asc(entaftersale.FieldID)).WithLines().
		AllX(w.T.Context())
}

// allowed ends the test unless err is nil or a fault of the caller, and returns whether it is nil.
func (w *walk) allowed(err error) bool {
	w.T.Helper()
	if err != nil && fault.All(err) == nil {
		w.T.Fatal(err)
	}
	return err == nil
}

// pass moves both clocks, and does what is due then.
func (w *walk) pass(by time.Duration) {
	w.Clock.Advance(10 * time.Minute)
	w.Later(by)
}

// Whatever everybody does, in whatever order: every invariant holds, and in the end nobody waits
// for anything, though nobody does anything any more but pay what the bank refused.
func TestWhateverBecomesOfAnOrder(t *testing.T) {
	eachWalk(t, func(w *walk) {
		actions := w.actions()
		w.begin(oneOf(w, "begin", isPaid, isPaid, isPaid, isShipped, isDelivered, isReceived))
		for range w.number("steps", 8, 24) {
			step := oneOf(w, "action", actions...)
			w.r.Log(step.name)
			step.do()
		}
		w.finish()
		w.wantSettled()
	})
}

// finish moves time until nobody waits for anything any more.
func (w *walk) finish() {
	w.Bank.Set(ordertest.Pays)
	w.Courier.SetDown(false)
	for range 24 {
		if w.over() {
			return
		}
		w.pass(16 * day)
		for _, r := range w.row().QueryRefunds().Where(entrefund.StatusIn(
			vocab.RefundFailed, vocab.RefundNeedsStaff)).AllX(w.T.Context()) {
			w.repay(r)
		}
	}
}

// over reports whether nobody waits for anything any more, but the shop's shipping.
func (w *walk) over() bool {
	ctx := w.T.Context()
	return !w.row().QuerySubOrders().Where(entsuborder.StatusIn(vocab.Shipped,
		vocab.Received)).ExistX(ctx) && !slices.ContainsFunc(w.requests(), func(a *ent.AfterSale) bool {
		return !slices.Contains(vocab.AfterSaleFinal, a.Status)
	}) && !w.row().QueryRefunds().Where(entrefund.StatusNotIn(vocab.RefundSucceeded,
		vocab.RefundClosed)).ExistX(ctx) &&
		!w.row().QueryShortages().Where(entshortage.StatusNotIn(vocab.ShortageRefunded,
			vocab.ShortageResolved)).ExistX(ctx)
}

func (w *walk) repay(r *ent.Refund) {
	w.T.Helper()
	var err error
	if r.Status == vocab.RefundFailed {
		_, err = w.Payments.RetryRefund(w.Support, r.ID)
	} else {
		_, err = w.Payments.ResolveRefund(w.Support,
			payment.ResolveInput{Refund: r.ID, PaidOutside: "in cash"})
	}
	w.Must(err)
}

// wantSettled fails the test when a request is still open or holds units, or when more money was
// given back than was paid.
func (w *walk) wantSettled() {
	w.T.Helper()
	for _, sub := range w.row().QuerySubOrders().AllX(w.T.Context()) {
		if sub.Status == vocab.Shipped || sub.Status == vocab.Received {
			w.T.Errorf("a sub-order is %s, due %v", sub.Status, sub.NextDueAt)
		}
	}
	for _, a := range w.requests() {
		if !slices.Contains(vocab.AfterSaleFinal, a.Status) {
			w.T.Errorf("a request is %s, due %v", a.Status, a.DueAt)
		}
	}
	for _, it := range w.items() {
		if it.AfterSaleQuantity != 0 || it.ShortQuantity != 0 {
			w.T.Errorf("%d units in requests, %d lack", it.AfterSaleQuantity, it.ShortQuantity)
		}
	}
	var sum int64
	for _, r := range w.row().QueryRefunds().AllX(w.T.Context()) {
		if r.Status == vocab.RefundSucceeded {
			sum += r.Amount
		}
	}
	if sum > w.row().Payable {
		w.T.Errorf("%d given back of %d", sum, w.row().Payable)
	}
}

// parcelsIn lists the parcels of the order with that purpose in one of the stages.
func (w *walk) parcelsIn(stages ...vocab.WarehouseStage) []*ent.Shipment {
	return w.DB.Client.Shipment.Query().Where(entshipment.OrderID(w.order),
		entshipment.StageIn(stages...)).Order(ent.Asc(entshipment.FieldID)).AllX(w.T.Context())
}

func (w *walk) label() string { return w.Label("") }

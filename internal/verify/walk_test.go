package verify_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/catalogue"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// walker does anything that anybody may try with its orders.
type walker struct {
	*market
	chance *rand.Rand
	orders []bought
	did    []string // what was not refused
}

// Whatever buyers, shops, couriers, channels and clocks do, in whatever order, every invariant
// holds. What is not possible is refused with a fault.
func TestWhateverIsDone(t *testing.T) {
	t.Parallel()
	for seed := range uint64(dbtest.Size(2, 20)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, db *store.DB) { walk(t, db, seed) })
		})
	}
}

func walk(t *testing.T, db *store.DB, seed uint64) {
	const steps, orders, often = 250, 3, 12
	w := &walker{market: newMarket(t, db), chance: rand.New(rand.NewPCG(seed, seed))}
	w.payments.Channels[vocab.Sandbox] = moody{chance: w.chance}
	w.shop.Update().SetPolicy(document.ShopPolicy{RefundIntercepted: seed%2 == 0}).ExecX(t.Context())
	db.Client.FreightTemplate.Create().SetShopID(w.shop.ID).SetLogisticsClass(vocab.Ordinary).
		SetBasis(vocab.ByPiece).SetRule(document.FreightRule{Zones: []document.FreightZone{
		{First: 1, FirstFee: 701, Step: 1}}}).SaveX(t.Context())
	for range orders {
		w.orders = append(w.orders, w.buy())
	}
	seen := 0
	for step := range steps {
		pick(w, moves)(w, pick(w, w.orders))
		if len(w.did) < seen+often && step < steps-1 {
			continue
		}
		if report := check(t, db); !report.OK() {
			t.Fatalf("seed %d, after %q:%s", seed, w.did[max(0, len(w.did)-20):],
				violations(report))
		}
		seen = len(w.did)
	}
	for _, a := range db.Client.AfterSale.Query().AllX(t.Context()) {
		if a.Status == vocab.AfterSaleCompleted {
			return
		}
	}
	t.Error("no request came to its end: the walk has lost its way")
}

// moves are what anybody may try with an order, often or seldom.
var moves = slices.Concat(
	slices.Repeat([]func(*walker, bought){
		(*walker).pack, (*walker).handOver, (*walker).follow, (*walker).complain,
	}, 3),
	slices.Repeat([]func(*walker, bought){(*walker).negotiate}, 9),
	slices.Repeat([]func(*walker, bought){(*walker).settleRefunds}, 2),
	[]func(*walker, bought){
		(*walker).intercept, (*walker).confirm, (*walker).giveUpUnits, (*walker).reviewAny,
		(*walker).miss, (*walker).choose, (*walker).transfer, (*walker).moveUnits,
		(*walker).wait,
	},
)

func pick[T any](w *walker, list []T) (one T) {
	if len(list) > 0 {
		one = list[w.chance.IntN(len(list))]
	}
	return one
}

func (w *walker) some(n int64) int64 { return w.chance.Int64N(n) }

// tried notes what somebody tried. A fault is an answer; any other error ends the test.
func (w *walker) tried(what string, err error) {
	w.t.Helper()
	switch {
	case err == nil:
		w.did = append(w.did, what)
	case fault.All(err) == nil:
		w.t.Fatalf("after %q, %s: %v", w.did[max(0, len(w.did)-20):], what, err)
	}
}

// buy is a paid order of units of several skus, some of them in the other warehouse too. Of one
// there may be too few when it is paid.
func (w *walker) buy() bought {
	b := w.place()
	w.pay(b)
	rest := catalogue.New(w.db)
	own := w.db.Client.OrderItem.GetX(w.t.Context(), b.item).SkuID
	scarce := w.db.Client.Sku.GetX(w.t.Context(), own)
	skus := []globalid.ID{own}
	for _, earlier := range w.orders {
		for _, it := range w.db.Client.Order.GetX(w.t.Context(), earlier.order).QueryItems().
			AllX(w.t.Context()) {
			if !slices.Contains(skus, it.SkuID) {
				skus = append(skus, it.SkuID)
			}
		}
	}
	var lines []order.Line
	for _, sku := range skus {
		for _, at := range []globalid.ID{w.south.ID, w.north.ID} {
			_, err := rest.AdjustStock(w.staff[vocab.Merchant], catalogue.StockInput{
				Sku: sku, Warehouse: at, Delta: 10, Note: "more"})
			w.must(err)
		}
		lines = append(lines, order.Line{Sku: sku, Quantity: 2 + w.some(5)})
	}
	scarce.Update().SetDeductionMode(vocab.OnPayment).ExecX(w.t.Context())
	quote, err := w.market.orders.Quote(b.buyer, order.QuoteInput{Lines: lines, Region: "广东"})
	w.must(err)
	b.order, err = w.market.orders.Place(b.buyer, order.PlaceInput{Lines: lines,
		ExpectedPayable: quote.Price.Totals.Payable, Address: document.Address{Name: "王芳",
			Phone: "13812345678", Region: "广东", City: "深圳", Street: "科技路 1 号"}})
	w.must(err)
	for _, row := range scarce.QueryStocks().AllX(w.t.Context()) {
		_, err := rest.AdjustStock(w.staff[vocab.Merchant], catalogue.StockInput{Sku: own,
			Warehouse: row.WarehouseID, Delta: row.Reserved - row.OnHand + w.some(3), Note: "fewer"})
		w.must(err)
	}
	w.pay(b)
	return b
}

// item is any item of an order, with its sub-order.
func (w *walker) item(b bought) (*ent.OrderItem, *ent.SubOrder) {
	it := pick(w, w.row(b).QueryItems().AllX(w.t.Context()))
	return it, w.db.Client.SubOrder.GetX(w.t.Context(), it.SubOrderID)
}

func (w *walker) row(b bought) *ent.Order { return w.db.Client.Order.GetX(w.t.Context(), b.order) }

// wait moves business time and does what is due then.
func (w *walker) wait(bought) {
	by := pick(w, []time.Duration{1, 1, 1, 20, 48, 100, 200}) * time.Hour
	w.must(w.db.MoveClock(w.t.Context(), func(now time.Time) time.Time { return now.Add(by) }))
	w.tried("wait "+by.String(), nil)
	for _, job := range []struct {
		name  string
		claim func(context.Context, int) ([]globalid.ID, error)
		run   func(context.Context, globalid.ID) error
	}{
		{"request", w.sales.ClaimDue, w.sales.RunDue},
		{"shortage", w.short.ClaimDue, w.short.RunDue},
		{"receipt", w.market.orders.ClaimReceipts, w.market.orders.RunReceipt},
		{"completion", w.market.orders.ClaimCompletions, w.market.orders.RunCompletion},
		{"shipping", w.market.orders.ClaimShipOverdue, w.market.orders.RunShipOverdue},
		{"review", w.market.orders.ClaimReviewReminders, w.market.orders.RunReviewReminder},
	} {
		ids, err := job.claim(w.t.Context(), 100)
		w.must(err)
		for _, id := range ids {
			w.tried("overdue "+job.name, job.run(w.t.Context(), id))
		}
	}
}

// settleRefunds does with refunds what the runner or staff would do next.
func (w *walker) settleRefunds(b bought) {
	support := w.staff[vocab.Support]
	for _, refund := range w.row(b).QueryRefunds().AllX(w.t.Context()) {
		switch refund.Status {
		case vocab.RefundRequested:
			w.tried("submit refund", w.payments.RunRefund(w.t.Context(), refund.ID))
		case vocab.RefundFailed:
			_, err := w.payments.RetryRefund(support, refund.ID)
			w.tried("retry refund", err)
		case vocab.RefundNeedsStaff:
			_, err := w.payments.ResolveRefund(support,
				payment.ResolveInput{Refund: refund.ID, PaidOutside: "cash"})
			w.tried("pay outside", err)
		}
	}
}

// moody is a channel that does not always pay back.
type moody struct {
	till
	chance *rand.Rand
}

func (m moody) Refund(
	ctx context.Context, in channel.RefundRequest,
) (channel.RefundResult, error) {
	result, err := m.till.Refund(ctx, in)
	switch m.chance.IntN(8) {
	case 0:
		err = &channel.Refusal{Kind: channel.RefusedForGood, Code: "NO"}
	case 1:
		result.State = channel.RefundClosed
	case 2:
		result.State = channel.RefundAbnormal
	}
	return result, err
}

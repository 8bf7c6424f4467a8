package graph_test

import (
	"slices"
	"testing"

	"orderflow/internal/aftersale"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/review"
	"orderflow/internal/vocab"
)

// eachOffered runs a test on every database, and checks every invariant at its end.
func eachOffered(t *testing.T, test func(t *testing.T, w *offered)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			w := newOffered(t, dialect, ordertest.Options{})
			test(t, w)
			w.Verify()
		})
	}
}

// wantOffered compares what of some actions is offered to a role on an object of an order.
func (w *offered) wantOffered(
	role vocab.Role, order, object globalid.ID, of []string, want ...string,
) {
	w.T.Helper()
	w.order = order
	_, on := w.actions(w.as(role))
	got := slices.DeleteFunc(slices.Clone(on[object.String()]),
		func(action string) bool { return !slices.Contains(of, action) })
	want = slices.Clone(want)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.T.Errorf("%s is offered %v of %v, want %v", role, got, of, want)
	}
}

// onUnits are the actions on units that were not handed over.
var onUnits = []string{"SPLIT", "REASSIGN", "SHIP", "CLOSE_UNSHIPPED", "REPORT_SHORTAGE",
	"REQUEST_TRANSFER"}

func TestUnitsInAParcelAreNotOfferedToBeShippedOrMoved(t *testing.T) {
	eachOffered(t, func(_ *testing.T, w *offered) {
		it := w.Buy(w.Sku(5), 2)
		w.wantOffered(vocab.Merchant, it.OrderID, it.SubOrderID, onUnits, onUnits...)
		w.Pack(it, 1)
		w.wantOffered(vocab.Merchant, it.OrderID, it.SubOrderID, onUnits,
			"SPLIT", "SHIP", "CLOSE_UNSHIPPED", "REPORT_SHORTAGE", "REQUEST_TRANSFER")
		w.Pack(it, 1)
		w.wantOffered(vocab.Merchant, it.OrderID, it.SubOrderID, onUnits,
			"CLOSE_UNSHIPPED", "REPORT_SHORTAGE")
		w.wantOffered(vocab.Warehouse, it.OrderID, it.SubOrderID, onUnits, "REPORT_SHORTAGE")
		w.wantOffered(vocab.Buyer, it.OrderID, it.SubOrderID, onUnits)
	})
}

func TestUnitsInARequestAreNotOfferedForAnythingElse(t *testing.T) {
	eachOffered(t, func(_ *testing.T, w *offered) {
		it := w.Buy(w.Sku(5), 2)
		w.MustID(w.Shipments.Pack(w.Warehouse, w.Pack(it, 2)))
		w.Request(ordertest.RequestFor(it, vocab.RefundOnly, 2))
		w.wantOffered(vocab.Merchant, it.OrderID, it.SubOrderID, onUnits)
		w.wantOffered(vocab.Buyer, it.OrderID, it.SubOrderID, []string{"REQUEST_AFTER_SALE"})
	})
}

func TestASingleUnitIsNotOfferedToBeSplit(t *testing.T) {
	eachOffered(t, func(_ *testing.T, w *offered) {
		it := w.Buy(w.Sku(5), 1)
		w.wantOffered(vocab.Merchant, it.OrderID, it.SubOrderID, []string{"SPLIT", "REASSIGN"},
			"REASSIGN")
	})
}

func TestBeginningAnAfterSaleIsOfferedToWhoMay(t *testing.T) {
	eachOffered(t, func(t *testing.T, w *offered) {
		begin := []string{"REQUEST_AFTER_SALE", "OPEN_FOR_BUYER", "FORCE_REFUND"}
		it := w.BuyAndReceive(w.Sku(5), 1)
		offeredNow := func(buyer, shop, staff bool) {
			t.Helper()
			for role, want := range map[vocab.Role][]string{
				vocab.Buyer: begin[:1], vocab.Merchant: begin[1:2], vocab.Support: begin[1:],
				vocab.Platform: begin[1:], vocab.Warehouse: nil,
			} {
				may := map[vocab.Role]bool{vocab.Buyer: buyer, vocab.Merchant: shop}[role]
				if !may && (role == vocab.Buyer || role == vocab.Merchant) || !staff {
					want = nil
				}
				w.wantOffered(role, it.OrderID, it.SubOrderID, begin, want...)
			}
		}
		offeredNow(true, true, true)
		w.Later(7 * ordertest.Day) // the window is over, the trade has succeeded
		offeredNow(false, true, true)
		w.Later(31 * ordertest.Day)
		offeredNow(false, false, true)
		in := ordertest.RequestFor(it, vocab.RefundOnly, 1)
		w.MustID(w.AfterSales.ForceNewRefund(w.Support, in))
		w.Run()
		offeredNow(false, false, false)
	})
}

func TestAReviewOfRefundedGoodsIsOfferedUntilItIsWritten(t *testing.T) {
	eachOffered(t, func(_ *testing.T, w *offered) {
		kept, sentBack := w.Sku(5), w.Sku(5)
		order := w.BuyLines(ordertest.Line(kept, 1), ordertest.Line(sentBack, 1))
		it := w.ItemOf(order, kept)
		for _, it := range w.Items(order) {
			w.Track(w.Ship(it, 1), vocab.CarrierDelivered)
		}
		w.ConfirmReceipt(it)
		w.MustID(w.AfterSales.ForceNewRefund(w.Support,
			ordertest.RequestFor(w.ItemOf(order, sentBack), vocab.RefundOnly, 1)))
		w.Run()
		of := []string{"REVIEW"}
		w.MustID(w.Reviews.Review(w.Buyer, review.Input{Item: it.ID, Rating: 5}))
		w.wantOffered(vocab.Buyer, order, it.SubOrderID, of, of...)
		w.MustID(w.Reviews.Review(w.Buyer,
			review.Input{Item: w.ItemOf(order, sentBack).ID, Rating: 1}))
		w.wantOffered(vocab.Buyer, order, it.SubOrderID, of)
	})
}

func TestARulingForAReturnIsOfferedOnlyAboutGoods(t *testing.T) {
	eachOffered(t, func(_ *testing.T, w *offered) {
		it := w.BuyAndReceive(w.Sku(5), 1)
		in := ordertest.RequestFor(it, vocab.PriceDifference, 0)
		amount := int64(100)
		in.Lines[0].Amount = &amount
		id := w.Request(in)
		w.Reject(id)
		_, err := w.AfterSales.Escalate(w.Buyer, id, saying)
		w.Must(err)
		w.wantOffered(vocab.Support, it.OrderID, id, []string{"RULE_REFUND", "RULE_RETURN"},
			"RULE_REFUND")
		_, err = w.AfterSales.Rule(w.Support, aftersale.RuleInput{AfterSale: id,
			Ruling: aftersale.RuledReturn, Liable: vocab.LiableShop})
		w.WantFault(err, fault.ActionNotAllowed)
	})
}

package aftersale_test

import (
	"math/bits"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/orderitem"
	entrefund "orderflow/ent/refund"
	entshipment "orderflow/ent/shipment"
	entshortage "orderflow/ent/shortage"
	"orderflow/internal/aftersale"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// story is one order in a bazaar, and all that becomes of it.
type story struct {
	*bazaar
	r     *rapid.T
	ahead *atomic.Int64 // how far real time was moved
	order globalid.ID
}

// onStories runs a property of five stories, in a soak of all that rapid draws, on every database of
// this run. A bazaar has few of them: all of them are verified after each.
func onStories(t *testing.T, tell func(s *story)) {
	t.Helper()
	t.Parallel()
	const each = 20 // in one bazaar
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var s *story
			told := 0
			dbtest.Check(t, 5, func(r *rapid.T) {
				if told%each == 0 {
					s = newStory(t, dialect)
				}
				told++
				s.t, s.r = r, r
				s.bank.be(pays)
				s.open()
				tell(s)
				s.verify()
			})
		})
	}
}

func newStory(t *testing.T, dialect string) *story {
	t.Helper()
	s := &story{ahead: &atomic.Int64{}}
	now := func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	db := dbtest.Open(t, dialect, store.Options{SimulatedClock: true, RealNow: now})
	s.bazaar = newBazaar(t, db, document.ShopPolicy{})
	s.charge(0)
	return s
}

func (s *story) coin(label string) bool { return rapid.Bool().Draw(s.r, label) }

// number draws one of the numbers, all with nearly the same chance: rapid's own ranges prefer the
// first ones.
func (s *story) number(label string, least, most int64) int64 {
	drawn, size := int64(0), bits.Len64(uint64(most-least))+1
	for _, bit := range rapid.SliceOfN(rapid.Bool(), size, size).Draw(s.r, label) {
		drawn *= 2
		if bit {
			drawn++
		}
	}
	return least + drawn%(most-least+1)
}

func oneOf[T any](s *story, label string, of ...T) T {
	return of[s.number(label, 0, int64(len(of)-1))]
}

// open places and pays an order of two skus, with discounts, freight and a gift as it comes.
func (s *story) open() {
	client, ctx := s.db.Client, s.t.Context()
	client.Shop.UpdateOneID(s.shop.ID).SetPolicy(document.ShopPolicy{
		AutoApproveUntil:  oneOf(s, "until", "", "PACKED"),
		RefundIntercepted: s.coin("early"),
	}).ExecX(ctx)
	fee := s.number("freight", 0, 999)
	client.FreightTemplate.Update().SetRule(document.FreightRule{Zones: []document.FreightZone{
		{First: 1, FirstFee: fee, Step: 1, StepFee: fee / 7}}}).ExecX(ctx)
	first := s.priced(9, s.number("price", 0, 999))
	second := s.priced(9, s.number("price", 1, 999))
	if s.coin("gift") {
		s.give(first.ID, s.priced(9, 50).ID)
	}
	rule := document.PromotionRule{Skus: []globalid.ID{first.ID, second.ID},
		Percent: int(s.number("percent", 1, 99))}
	client.Promotion.Create().SetShopID(s.shop.ID).SetCode(second.ID.String()).SetTitle("off").
		SetKind(vocab.Percentage).SetScope(vocab.ItemScope).SetFunder(vocab.FundedByShop).
		SetRule(rule).SetStartsAt(s.now().Add(-time.Hour)).SetEndsAt(s.now().Add(time.Hour)).
		SaveX(ctx)
	s.order = s.place(order.Line{Sku: first.ID, Quantity: s.number("units", 1, 4)},
		order.Line{Sku: second.ID, Quantity: s.number("units", 1, 3)})
	if s.row().Payable > 0 {
		s.pay(s.order)
	}
}

func (s *story) row() *ent.Order { return s.db.Client.Order.GetX(s.t.Context(), s.order) }

func (s *story) items() []*ent.OrderItem {
	return s.row().QueryItems().Order(ent.Asc(orderitem.FieldID)).AllX(s.t.Context())
}

func (s *story) requests() []*ent.AfterSale {
	return s.row().QueryAfterSales().Order(ent.Asc(entaftersale.FieldID)).WithLines().
		AllX(s.t.Context())
}

// took fails the test unless err is nil or something that a caller can have done wrong, and reports
// whether it is nil.
func (s *story) took(err error) bool {
	s.t.Helper()
	if err != nil && fault.All(err) == nil {
		s.t.Fatal(err)
	}
	return err == nil
}

// pass moves both clocks, and does what is due then.
func (s *story) pass(by time.Duration) {
	s.ahead.Add(int64(10 * time.Minute))
	s.later(by)
}

// Whatever everybody does, in whatever order: every invariant holds, and in the end no request is
// left open.
func TestWhateverBecomesOfAnOrder(t *testing.T) {
	onStories(t, func(s *story) {
		steps := s.steps()
		s.begin(oneOf(s, "begin", isPaid, isPaid, isPaid, isShipped, isDelivered, isReceived))
		for range s.number("steps", 8, 24) {
			step := oneOf(s, "step", steps...)
			s.r.Log(step.name)
			step.do()
		}
		s.end()
		s.settled()
	})
}

// end lets time pass until nobody waits for anything any more.
func (s *story) end() {
	s.bank.be(pays)
	for range 12 {
		if s.over() {
			return
		}
		s.pass(16 * day)
		for _, r := range s.row().QueryRefunds().Where(entrefund.StatusIn(
			vocab.RefundFailed, vocab.RefundNeedsStaff)).AllX(s.t.Context()) {
			s.repay(r)
		}
		for _, a := range s.requests() {
			switch a.Status {
			case vocab.AfterSaleReshipping:
				_, err := s.sales.ChangeToRefund(s.buyer, a.ID)
				s.took(err)
			case vocab.AfterSaleInArbitration:
				_, err := s.sales.Rule(s.judge, aftersale.RuleInput{AfterSale: a.ID,
					Ruling: aftersale.RuledClose, Liable: vocab.LiableBuyer})
				s.must(err)
			default:
			}
		}
	}
}

// over reports whether nobody waits for anything any more.
func (s *story) over() bool {
	ctx := s.t.Context()
	return !slices.ContainsFunc(s.requests(), func(a *ent.AfterSale) bool {
		return !slices.Contains(vocab.AfterSaleFinal, a.Status)
	}) && !s.row().QueryRefunds().Where(entrefund.StatusNotIn(vocab.RefundSucceeded,
		vocab.RefundClosed)).ExistX(ctx) &&
		!s.row().QueryShortages().Where(entshortage.StatusNotIn(vocab.ShortageRefunded,
			vocab.ShortageResolved)).ExistX(ctx)
}

func (s *story) repay(r *ent.Refund) {
	s.t.Helper()
	var err error
	if r.Status == vocab.RefundFailed {
		_, err = s.pays.RetryRefund(s.judge, r.ID)
	} else {
		_, err = s.pays.ResolveRefund(s.judge,
			payment.ResolveInput{Refund: r.ID, PaidOutside: "in cash"})
	}
	s.must(err)
}

// settled fails the test when a request is still open, holds stock, or when more money was given
// back than was paid.
func (s *story) settled() {
	s.t.Helper()
	for _, a := range s.requests() {
		if !slices.Contains(vocab.AfterSaleFinal, a.Status) {
			s.t.Errorf("a request is %s, due %v", a.Status, a.DueAt)
		}
	}
	for _, it := range s.items() {
		if it.AfterSaleQuantity != 0 || it.ShortQuantity != 0 {
			s.t.Errorf("%d units in requests, %d lack", it.AfterSaleQuantity, it.ShortQuantity)
		}
	}
	var sum int64
	for _, r := range s.row().QueryRefunds().AllX(s.t.Context()) {
		if r.Status == vocab.RefundSucceeded {
			sum += r.Amount
		}
	}
	if sum > s.row().Payable {
		s.t.Errorf("%d given back of %d", sum, s.row().Payable)
	}
}

// parcelsOf lists the parcels of the order with that purpose in one of the stages.
func (s *story) parcelsOf(stages ...vocab.WarehouseStage) []*ent.Shipment {
	return s.db.Client.Shipment.Query().Where(entshipment.OrderID(s.order),
		entshipment.StageIn(stages...)).Order(ent.Asc(entshipment.FieldID)).AllX(s.t.Context())
}

func (s *story) label() string { return strconv.FormatInt(s.count.Add(1), 10) }

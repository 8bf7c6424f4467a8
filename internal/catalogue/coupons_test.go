package catalogue_test

import (
	"slices"
	"testing"
	"time"

	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestCouponsAreIssuedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newFixture(t, db)
		second := &auth.Viewer{Subject: "wang", Role: vocab.Buyer}
		if err := catalogue.NewRegister(db).Enroll(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		ctx := as(t, vocab.Merchant, w.shop)
		in := catalogue.CouponsInput{Promotion: w.shopsCoupon, Buyers: []globalid.ID{w.buyer}}
		first, err := w.IssueCoupons(ctx, in)
		if err != nil || len(first) != 1 {
			t.Fatalf("%v, %v", first, err)
		}
		in.Buyers = []globalid.ID{second.BuyerID, w.buyer}
		both, err := w.IssueCoupons(ctx, in)
		if err != nil || len(both) != 2 || both[1] != first[0] {
			t.Fatalf("%v after %v, %v", both, first, err)
		}
		coupon, err := db.Client.Coupon.Get(ctx, both[0])
		if err != nil || coupon.BuyerID != second.BuyerID || coupon.PromotionID != w.shopsCoupon ||
			coupon.Status != vocab.UseAvailable {
			t.Errorf("coupon %+v, %v", coupon, err)
		}
		if n, err := db.Client.Coupon.Query().Count(ctx); err != nil || n != 2 {
			t.Errorf("%d coupons, %v", n, err)
		}
	})
}

func TestCouponsThatCannotBeIssued(t *testing.T) {
	t.Parallel()
	w := newFixture(t, dbtest.Open(t, dbtest.SQLite))
	ctx := platform(t)
	issue := func(promotion globalid.ID, buyers ...globalid.ID) error {
		_, err := w.IssueCoupons(ctx, catalogue.CouponsInput{Promotion: promotion, Buyers: buyers})
		return err
	}
	stranger := globalid.New(globalid.Buyer)
	expect(t, "nobody", issue(w.promotion), fault.InvalidInput, "buyers")
	expect(t, "twice", issue(w.promotion, w.buyer, w.buyer), fault.InvalidInput, "buyers[1]")
	expect(t, "too many", issue(w.promotion, make([]globalid.ID, 201)...),
		fault.LimitExceeded, "buyers")
	expect(t, "a stranger", issue(w.promotion, w.buyer, stranger), fault.NotFound, "buyers[1]")
	expect(t, "no promotion", issue(stranger, w.buyer), fault.NotFound, "promotion")

	percentage := promotionInput("p", w.shop, vocab.Percentage, document.PromotionRule{Percent: 5})
	id := must(t)(w.SetPromotion(ctx, percentage))
	expect(t, "another kind", issue(id, w.buyer), fault.InvalidInput, "promotion")

	err := w.db.MoveClock(ctx,
		store.ClockMove{To: func(now time.Time) time.Time { return now.Add(2 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "over", issue(w.promotion, w.buyer), fault.ActionNotAllowed, "promotion")
	if n, err := w.db.Client.Coupon.Query().Count(ctx); err != nil || n != 0 {
		t.Errorf("%d coupons were issued, %v", n, err)
	}
}

func TestAdjustStock(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newFixture(t, db)
		ctx := as(t, vocab.Warehouse, w.shop)
		in := catalogue.StockInput{Sku: w.sku, Warehouse: w.warehouse, Delta: 5, Note: "到货"}
		keyed := store.WithKey(ctx, store.Key{Viewer: "v", Mutation: "adjustStock", Key: "k"})
		id := must(t)(w.AdjustStock(keyed, in))
		if again := must(t)(w.AdjustStock(keyed, in)); again != id {
			t.Errorf("rows %s and %s", id, again)
		}
		row, err := db.Client.Stock.Get(ctx, id)
		if err != nil || row.OnHand != 5 || row.ShopID != w.shop {
			t.Errorf("row %+v, %v", row, err)
		}
		ledger, err := row.QueryMovements().All(ctx)
		if err != nil || len(ledger) != 1 || ledger[0].Note != "到货" ||
			ledger[0].ActorRole != vocab.Warehouse ||
			ledger[0].Actor != auth.From(ctx).StaffID.String() {
			t.Errorf("ledger %+v, %v", ledger, err)
		}
		in.Delta = -6
		_, err = w.AdjustStock(ctx, in)
		expect(t, "more than there is", err, fault.InvalidInput, "delta")
		in.Delta = 1
		in.Sku = w.otherSku
		_, err = w.AdjustStock(ctx, in)
		expect(t, "another shop's sku", err, fault.NotFound, "sku")
		in.Sku, in.Warehouse = w.sku, globalid.New(globalid.Warehouse)
		_, err = w.AdjustStock(ctx, in)
		expect(t, "no warehouse", err, fault.NotFound, "warehouse")
	})
}

func TestAFewMoreLimitsOfStock(t *testing.T) {
	t.Parallel()
	for _, delta := range []int64{0, 1_000_000_001, -1_000_000_001} {
		err := catalogue.StockInput{Delta: delta}.Validate()
		if got := fields(err); !slices.Equal(got, []string{"delta"}) {
			t.Errorf("%d: %v", delta, err)
		}
	}
}

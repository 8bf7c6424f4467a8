package seed_test

import (
	"strings"
	"testing"

	"orderflow/ent"
	"orderflow/ent/sku"
	"orderflow/internal/dbtest"
	"orderflow/internal/ordertest"
	"orderflow/internal/store"
	"orderflow/internal/tools/seed"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

func run(t *testing.T, db *store.DB) string {
	t.Helper()
	var progress strings.Builder
	if err := seed.Demo(t.Context(), db, ordertest.Keys(t), &progress); err != nil {
		t.Fatal(err)
	}
	return progress.String()
}

func TestDemo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		if lines := strings.Count(run(t, db), "\n"); lines != 10 {
			t.Errorf("%d lines of progress, want one per step", lines)
		}
		client, ctx := db.Client, t.Context()
		for name, c := range map[string]struct {
			count func() (int, error)
			least int
		}{
			"shops":      {func() (int, error) { return client.Shop.Query().Count(ctx) }, 3},
			"warehouses": {func() (int, error) { return client.Warehouse.Query().Count(ctx) }, 5},
			"skus":       {func() (int, error) { return client.Sku.Query().Count(ctx) }, 24},
			"stocks":     {func() (int, error) { return client.Stock.Query().Count(ctx) }, 24},
			"buyers":     {func() (int, error) { return client.Buyer.Query().Count(ctx) }, 5},
			"coupons":    {func() (int, error) { return client.Coupon.Query().Count(ctx) }, 5},
			"benefits":   {func() (int, error) { return client.MemberBenefit.Query().Count(ctx) }, 3},
		} {
			if n, err := c.count(); err != nil || n < c.least {
				t.Errorf("%d %s (%v), want at least %d", n, name, err, c.least)
			}
		}
		for _, class := range []vocab.LogisticsClass{
			vocab.Ordinary, vocab.Oversized, vocab.ColdChain,
		} {
			if some, err := client.Sku.Query().Where(sku.LogisticsClassEQ(class)).
				Exist(ctx); err != nil || !some {
				t.Errorf("no sku is %s (%v)", class, err)
			}
		}
		everyKind(t, client)
		if report, err := verify.Run(ctx, db, ordertest.Keys(t), nil); err != nil || !report.OK() {
			t.Errorf("the invariants do not hold: %+v, %v", report, err)
		}
	})
}

func everyKind(t *testing.T, client *ent.Client) {
	t.Helper()
	found := map[vocab.PromotionKind]bool{}
	for _, p := range client.Promotion.Query().AllX(t.Context()) {
		found[p.Kind] = true
	}
	for _, kind := range []vocab.PromotionKind{
		vocab.FullReduction, vocab.Percentage, vocab.FixedAmount, vocab.SecondItem, vocab.Gift,
		vocab.CouponOff,
	} {
		if !found[kind] {
			t.Errorf("no promotion is of the kind %s", kind)
		}
	}
}

func TestDemoAgainKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	run(t, db)
	changed := db.Client.Sku.Query().Where(sku.Code("TEA-TS-6")).OnlyX(t.Context())
	db.Client.Sku.UpdateOne(changed).SetPrice(1).ExecX(t.Context())
	movements := db.Client.StockMovement.Query().CountX(t.Context())
	again := run(t, db)
	for line := range strings.Lines(again) {
		if !strings.Contains(line, "  0 made") {
			t.Errorf("the second run made something: %s", line)
		}
	}
	if price := db.Client.Sku.GetX(t.Context(), changed.ID).Price; price != 1 {
		t.Errorf("a price that somebody set became %d", price)
	}
	if n := db.Client.StockMovement.Query().CountX(t.Context()); n != movements {
		t.Errorf("%d movements became %d", movements, n)
	}
}

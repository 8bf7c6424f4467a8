package order_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/quota"
	"orderflow/internal/catalogue"
	"orderflow/internal/checkout"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/seal"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// inParallel runs fn n times from at most that many goroutines.
func inParallel(clients, n int, fn func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				fn(i)
			}
		})
	}
	wg.Wait()
}

func TestStockIsNeverOversold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name            string
		each            int64
		buyers, clients int
		south, north    int64
	}{
		{name: "300 orders of 1, 100 there", each: 1, buyers: 300, clients: 64, south: 100},
		{name: "96 buyers of 2, 20 there", each: 2, buyers: 96, clients: 32, south: 20},
		{name: "over two warehouses", each: 2, buyers: 60, clients: 32, south: 21, north: 19},
	} {
		t.Run(test.name, func(t *testing.T) {
			ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
				sku := e.NewSku(ordertest.Sku{Price: 1000, South: test.south, North: test.north})
				buyers := make([]context.Context, test.buyers)
				for i := range buyers {
					buyers[i] = e.NewBuyer()
				}
				var sold, refused atomic.Int64
				inParallel(test.clients, test.buyers, func(i int) {
					_, err := e.TryPlace(buyers[i], []checkout.Line{{Sku: sku.ID, Quantity: test.each}})
					var refusal *order.Refusal
					switch {
					case err == nil:
						sold.Add(test.each)
					case fault.Is(err, fault.OutOfStock) && errors.As(err, &refusal) &&
						slices.Equal(refusal.Skus, []globalid.ID{sku.ID}):
						refused.Add(1)
					default:
						t.Errorf("buyer %d: %v", i, err)
					}
				})
				there := test.south + test.north
				if sold.Load() != there || e.Available(sku) != 0 {
					t.Errorf("sold %d of %d, %d left, %d refused", sold.Load(), there,
						e.Available(sku), refused.Load())
				}
			})
		})
	}
}

func TestAnOrderIsSplitByShopClassAndWarehouse(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		other := e.AddShop("books", document.ShopPolicy{})
		tea := e.NewSku(ordertest.Sku{Price: 999, South: 2, North: 3})
		cold := e.NewSku(ordertest.Sku{Price: 5000, North: 9, Class: vocab.ColdChain})
		book := e.NewSku(ordertest.Sku{Price: 4550, South: 9, Shop: other})
		for _, s := range []*ent.Shop{e.Shop, other} {
			e.DB.Client.FreightTemplate.Create().SetShopID(s.ID).SetLogisticsClass(vocab.Ordinary).
				SetBasis(vocab.ByWeight).SetRule(document.FreightRule{Zones: []document.FreightZone{
				{First: 300, FirstFee: 801, Step: 100, StepFee: 99}}}).SaveX(t.Context())
		}
		e.Promotion(vocab.FullReduction, vocab.OrderScope, document.PromotionRule{
			Steps: []document.ReductionStep{{Threshold: 100, Amount: 1000}}}).
			SetFunder(vocab.FundedByPlatform).SaveX(t.Context())
		id := e.Place(ordertest.Line(tea, 3),
			ordertest.Line(cold, 1), ordertest.Line(book, 1),
			ordertest.Line(tea, 2))
		o := e.Order(id)
		if len(o.Edges.SubOrders) != 4 { // tea south, tea north, cold, book
			t.Fatalf("%d sub-orders", len(o.Edges.SubOrders))
		}
		list := int64(5*999 + 5000 + 4550)
		freight := int64(801+2*99) + 801
		if o.Payable != list-1000+freight || o.Status != vocab.PendingPayment ||
			o.SoleShopID != nil || o.EventSequence != 5 {
			t.Errorf("payable %d, want %d; %s, sequence %d", o.Payable, list-1000+freight,
				o.Status, o.EventSequence)
		}
		if due := o.PayDueAt.Sub(o.CreatedAt); due != 30*time.Minute {
			t.Errorf("pay deadline after %v", due)
		}
	})
}

func TestPlacingIsRefusedWhenThePriceChanged(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 1000, South: 5})
		buyer := e.NewBuyer()
		_, err := e.Checkout.Place(buyer, checkout.PlaceInput{
			Address: ordertest.Address, ExpectedPayable: 999,
			Lines: []checkout.Line{{Sku: sku.ID, Quantity: 1}}})
		var changed *checkout.PriceChanged
		if !fault.Is(err, fault.PriceChanged) || !errors.As(err, &changed) ||
			changed.Quote.Price.Totals.Payable != 1000 {
			t.Errorf("err %v", err)
		}
		if n := e.DB.Client.Order.Query().CountX(t.Context()); n != 0 || e.Available(sku) != 5 {
			t.Errorf("%d orders, %d available", n, e.Available(sku))
		}
	})
}

// Each server keeps the catalogue in memory. What one of them changes holds at once on the others.
func TestAChangeOfTheCatalogueHoldsOnEveryServer(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 1000, South: 50})
		blind, err := seal.ParseBlind(seal.DevelopmentBlindKey())
		e.Must(err)
		other := checkout.New(e.DB, e.Keys, blind, checkout.Limits{Lines: 10, Quantity: 10})
		lines := []checkout.Line{ordertest.Line(sku, 1)}
		place := func(price int64) error {
			_, err := other.Place(e.NewBuyer(), checkout.PlaceInput{Lines: lines,
				Address: ordertest.Address, ExpectedPayable: price})
			return err
		}
		e.Must(place(1000)) // the other server knows the price now
		set := catalogue.SkuInput{ID: sku.ID, Product: sku.ProductID, Code: sku.Code,
			Title: sku.Title, Price: 1200, LogisticsClass: sku.LogisticsClass, OnSale: true}
		e.MustID(e.Catalogue.SetSku(e.Platform, set))
		e.WantFault(place(1000), fault.PriceChanged)
		e.Must(place(1200))
		set.OnSale = false
		e.MustID(e.Catalogue.SetSku(e.Platform, set))
		e.WantFault(place(1200), fault.NotSold)
		set.OnSale = true
		e.MustID(e.Catalogue.SetSku(e.Platform, set))
		policy := e.Shop.Policy
		policy.PayMinutes = 45
		e.MustID(e.Catalogue.SetShopPolicy(e.Platform,
			catalogue.PolicyInput{Shop: e.Shop.ID, Policy: policy}))
		placed, err := other.Place(e.NewBuyer(), checkout.PlaceInput{Lines: lines,
			Address: ordertest.Address, ExpectedPayable: 1200})
		o := e.DB.Client.Order.GetX(t.Context(), e.MustID(placed.Order, err))
		if due := o.PayDueAt.Sub(o.CreatedAt); due != 45*time.Minute {
			t.Errorf("pay deadline after %v", due)
		}
	})
}

// A price that changes while orders are placed is the one of before or the one of after: no order
// has another price than was agreed to, and once the change is made none has the old one.
func TestPricesChangeWhileOrdersArePlaced(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 1000, South: 1000})
		var changed atomic.Bool
		var wait sync.WaitGroup
		for range 4 {
			buyer := e.NewBuyer()
			wait.Go(func() {
				for late := 0; late < 3; {
					after := changed.Load()
					_, err := e.Checkout.Place(buyer, checkout.PlaceInput{ExpectedPayable: 1000,
						Lines: []checkout.Line{ordertest.Line(sku, 1)}, Address: ordertest.Address})
					switch {
					case err != nil && !fault.Is(err, fault.PriceChanged):
						t.Error(err)
						return
					case after && err == nil:
						t.Error("an order has the price of before")
						return
					case after:
						late++
					}
				}
			})
		}
		e.MustID(e.Catalogue.SetSku(e.Platform, catalogue.SkuInput{ID: sku.ID,
			Product: sku.ProductID, Code: sku.Code, Title: sku.Title, Price: 1200,
			LogisticsClass: sku.LogisticsClass, OnSale: true}))
		changed.Store(true)
		wait.Wait()
	})
}

func TestInputIsCheckedBeforeAnything(t *testing.T) {
	t.Parallel()
	e := ordertest.New(t, dbtest.SQLite)
	sku := e.NewSku(ordertest.Sku{Price: 1000, South: 5})
	other := e.AddShop("elsewhere", document.ShopPolicy{})
	other.Update().SetMerchantAccount("another account").ExecX(t.Context())
	foreign := e.NewSku(ordertest.Sku{Price: 100, South: 5, Shop: other})
	line := ordertest.Line(sku, 1)
	many := make([]checkout.Line, 1001)
	for name, test := range map[string]struct {
		in   checkout.PlaceInput
		code fault.Code
		at   string
	}{
		"no lines": {checkout.PlaceInput{Address: ordertest.Address}, fault.InvalidInput, "lines"},
		"many lines": {checkout.PlaceInput{Address: ordertest.Address, Lines: many},
			fault.LimitExceeded, "lines"},
		"no quantity": {checkout.PlaceInput{Address: ordertest.Address,
			Lines: []checkout.Line{{Sku: sku.ID}}},
			fault.InvalidInput, "lines[0].quantity"},
		"too much": {checkout.PlaceInput{Address: ordertest.Address, Lines: []checkout.Line{line,
			{Sku: sku.ID, Quantity: 100_000}}}, fault.LimitExceeded, "lines[1].quantity"},
		"unknown sku": {checkout.PlaceInput{Address: ordertest.Address, Lines: []checkout.Line{line,
			{Sku: globalid.New(globalid.Sku), Quantity: 1}}}, fault.NotSold, "lines[1].sku"},
		"no phone": {checkout.PlaceInput{Address: document.Address{Name: "x", Region: "x", Street: "x"},
			Lines: []checkout.Line{line}}, fault.InvalidInput, "address.phone"},
		"two accounts": {checkout.PlaceInput{Address: ordertest.Address, ExpectedPayable: 1100,
			Lines: []checkout.Line{line, {Sku: foreign.ID, Quantity: 1}}}, fault.AccountsDiffer, "lines"},
		"unknown coupon": {checkout.PlaceInput{Address: ordertest.Address, ExpectedPayable: 1000,
			Lines: []checkout.Line{line}, Coupons: []globalid.ID{globalid.New(globalid.Coupon)}},
			fault.CouponUnavailable, "coupons"},
		"unknown sku after a repeated one": {checkout.PlaceInput{Address: ordertest.Address,
			Lines: []checkout.Line{line, line, {Sku: globalid.New(globalid.Sku), Quantity: 1}}},
			fault.NotSold, "lines[2].sku"},
		"long region": {checkout.PlaceInput{Address: document.Address{Name: "x", Street: "x",
			Phone:  ordertest.Address.Phone,
			Region: strings.Repeat("x", 65)}, Lines: []checkout.Line{line}},
			fault.InvalidInput, "address.region"},
	} {
		_, err := e.Checkout.Place(e.NewBuyer(), test.in)
		if all := fault.All(err); len(all) == 0 || all[0].Code != test.code || all[0].Field != test.at {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := e.Checkout.Place(t.Context(), checkout.PlaceInput{})
	if !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("nobody: %v", err)
	}
}

// TestOneKeyPlacesOneOrder repeats a placement that takes the last unit: every repetition gets the
// order, also one that prices the checkout when the unit has just gone.
func TestOneKeyPlacesOneOrder(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		for round := range 5 {
			sku := e.NewSku(ordertest.Sku{Price: 1000, South: 1})
			ctx := store.WithKey(e.NewBuyer(), store.Key{Viewer: "me", Mutation: "placeOrder",
				Key: fmt.Sprint(round)})
			in := checkout.PlaceInput{Address: ordertest.Address, ExpectedPayable: 1000,
				Lines: []checkout.Line{{Sku: sku.ID, Quantity: 1}}}
			var placed sync.Map
			inParallel(8, 24, func(int) {
				result, err := e.Checkout.Place(ctx, in)
				if err != nil {
					t.Error(err)
				}
				placed.Store(result.Order, true)
			})
			orders := 0
			placed.Range(func(any, any) bool { orders++; return true })
			if orders != 1 {
				t.Errorf("%d orders under one key", orders)
			}
		}
	})
}

func TestRedeemablesHaveOneWinner(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		ctx := t.Context()
		sku := e.NewSku(ordertest.Sku{Price: 10_000, South: 500})
		e.DB.Client.MemberBenefit.Create().SetCode("new").SetTitle("新人立减").
			SetKind(vocab.NewCustomer).SetRule(document.BenefitRule{Amount: 500}).SaveX(ctx)
		rule := document.PromotionRule{Amount: 100}
		couponed := e.Promotion(vocab.CouponOff, vocab.OrderScope, rule).SaveX(ctx)
		limited := e.Promotion(vocab.FixedAmount, vocab.OrderScope, rule).SetQuota(7).
			SetQuotaPerBuyer(3).SaveX(ctx)
		buyer := e.NewBuyer()
		coupon := e.NewCoupon(couponed, ordertest.ViewerID(buyer))
		lines := []checkout.Line{{Sku: sku.ID, Quantity: 1}}
		var placed sync.Map
		inParallel(8, 16, func(int) {
			id, err := e.TryPlace(buyer, lines, coupon.ID)
			switch code := fault.CodeOf(err); {
			case err == nil:
				placed.Store(id, true)
			case code == fault.CouponUnavailable, code == fault.CouponHeld,
				code == fault.BenefitUnavailable, code == fault.PriceChanged:
			default:
				t.Error(err)
			}
		})
		var winner globalid.ID
		n := 0
		placed.Range(func(id, _ any) bool { winner, n = id.(globalid.ID), n+1; return true })
		if n != 1 {
			t.Fatalf("%d orders hold one coupon", n)
		}
		if o := e.Order(winner); o.Payable != 10_000-100-100-500 {
			t.Errorf("payable %d", o.Payable)
		}
		var others atomic.Int64
		inParallel(16, 40, func(int) {
			id, err := e.TryPlace(e.NewBuyer(), lines)
			if err != nil {
				if c := fault.CodeOf(err); c != fault.QuotaExhausted && c != fault.PriceChanged {
					t.Error(err)
				}
				return
			}
			if e.DB.Client.Order.GetX(ctx, id).Payable == 10_000-100-500 {
				others.Add(1)
			}
		})
		if others.Load() != 6 {
			t.Errorf("quota of 7 given %d times", others.Load()+1)
		}
		if _, err := e.Payments.Cancel(buyer, winner); err != nil {
			t.Fatal(err)
		}
		if got := e.DB.Client.Coupon.GetX(ctx, coupon.ID); got.Status != vocab.UseAvailable {
			t.Errorf("coupon %s after the cancellation", got.Status)
		}
		if taken := e.DB.Client.Quota.Query().Where(quota.PromotionID(limited.ID),
			quota.BuyerID(globalid.ID{})).OnlyX(ctx).Taken; taken != 6 {
			t.Errorf("quota taken %d after the cancellation", taken)
		}
		if id, err := e.TryPlace(buyer, lines, coupon.ID); err != nil {
			t.Errorf("the coupon cannot be used again: %v", err)
		} else if o := e.Order(id); o.Payable != 10_000-100-100-500 {
			t.Errorf("payable %d the second time", o.Payable)
		}
	})
}

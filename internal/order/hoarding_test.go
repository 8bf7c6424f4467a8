package order_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/internal/checkout"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/ordertest"
	"orderflow/internal/seal"
	"orderflow/internal/vocab"
)

// limitOf is the one fault of a limit in an error.
func limitOf(t *testing.T, err error, code fault.Code) *fault.Error {
	t.Helper()
	all := fault.All(err)
	if len(all) != 1 || all[0].Code != code || all[0].Limit == "" {
		t.Fatalf("%v, want one %s", err, code)
	}
	return all[0]
}

// placeMany places n orders of one buyer at once, through two queues, and returns how
// many were placed; all others are refused with the code.
func placeMany(
	t *testing.T, e *ordertest.Env, n int, code fault.Code, lines ...checkout.Line,
) int64 {
	t.Helper()
	quote, err := e.Checkout.Quote(e.Buyer,
		checkout.QuoteInput{Lines: lines, Region: ordertest.Address.Region})
	e.Must(err)
	blind, err := seal.ParseBlind(seal.DevelopmentBlindKey())
	e.Must(err)
	other := checkout.New(e.DB, e.Keys, blind, checkout.Limits{Lines: 100, Quantity: 100_000})
	var placed atomic.Int64
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			at := e.Checkout
			if i%2 == 1 {
				at = other
			}
			_, err := at.Place(e.Buyer, checkout.PlaceInput{Lines: lines,
				Address: ordertest.Address, ExpectedPayable: quote.Price.Totals.Payable})
			switch {
			case err == nil:
				placed.Add(1)
			case !fault.Is(err, code) && !fault.Is(err, fault.Conflict):
				t.Error(err)
			}
		})
	}
	all.Wait()
	return placed.Load()
}

// Of many orders of one buyer at once no more are placed than each limit allows, and at least as
// many as fit when they come one by one.
func TestOrdersAtOnceKeepTheLimits(t *testing.T) {
	const most = 4
	for name, c := range map[string]struct {
		policy document.ShopPolicy
		code   fault.Code
		units  int64
	}{
		"orders": {document.ShopPolicy{UnpaidOrders: most}, fault.TooManyUnpaidOrders, 1},
		"units":  {document.ShopPolicy{UnpaidUnits: 3*most + 2}, fault.TooManyUnpaidUnits, 3},
		"share":  {document.ShopPolicy{UnpaidShare: 40}, fault.TooManyUnpaidUnits, 10},
		"pace":   {document.ShopPolicy{HourlyOrders: most}, fault.TooManyOrders, 1},
	} {
		t.Run(name, func(t *testing.T) {
			ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
				sku := e.Sku(100)
				line := ordertest.Line(sku, c.units)
				placed := placeMany(t, e, 32, c.code, line)
				if placed > most {
					t.Errorf("%d orders were placed at once, most %d", placed, most)
				}
				for range most - placed {
					e.Place(line)
				}
				_, err := e.TryPlace(e.Buyer, []checkout.Line{line})
				limitOf(t, err, c.code)
				e.PlaceAs(e.NewBuyer(), line) // others are not concerned
			}, ordertest.Options{Policy: c.policy})
		})
	}
}

// Three orders cannot take all that there is of a sku that deducts at placement.
func TestABuyerCannotTakeAll(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		big, small, paid := e.Sku(5000), e.Sku(3), e.Sku(5000)
		e.Must(e.DB.Client.Sku.UpdateOne(paid).SetDeductionMode(vocab.OnPayment).Exec(e.T.Context()))
		refused := func(lines ...checkout.Line) *fault.Error {
			t.Helper()
			_, err := e.TryPlace(e.Buyer, lines)
			return limitOf(t, err, fault.TooManyUnpaidUnits)
		}
		if f := refused(ordertest.Line(big, 501)); f.Most != 500 || !f.Until.IsZero() {
			t.Errorf("limit %d until %s", f.Most, f.Until)
		}
		e.Place(ordertest.Line(big, 400))
		first := e.Place(ordertest.Line(big, 100), ordertest.Line(paid, 4000))
		if f := refused(ordertest.Line(big, 1)); f.Until.IsZero() || f.Until.Before(e.Now()) {
			t.Errorf("until %s", f.Until)
		}
		e.Place(ordertest.Line(small, 3)) // the last pieces of what is scarce may be bought
		e.Pay(first)
		e.Place(ordertest.Line(big, 100)) // what is paid does not count
		half := e.Sku(40)
		if f := refused(ordertest.Line(half, 21)); f.Most != 50 || f.Limit != "unpaid-share" {
			t.Errorf("%s: %d", f.Limit, f.Most)
		}
	})
}

// A buyer whose orders expire one after the other waits, until the oldest of them is a day old; at
// another shop they do not.
func TestExpiriesPauseABuyer(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		line := ordertest.Line(e.Sku(100), 1)
		elsewhere := ordertest.Line(e.NewSku(ordertest.Sku{Price: 1, South: 9,
			Shop: e.AddShop("other", document.ShopPolicy{})}), 1)
		cancelled := e.Place(line)
		_, err := e.Payments.Cancel(e.Buyer, cancelled)
		e.Must(err)
		var ended time.Time
		for i := range 2 {
			e.Place(line)
			e.Later(time.Hour)
			if i == 0 {
				ended = e.Now()
			}
		}
		_, err = e.TryPlace(e.Buyer, []checkout.Line{line})
		f := limitOf(t, err, fault.OrderingPaused)
		if d := f.Until.Sub(ended.Add(24 * time.Hour)); f.Most != 2 || d.Abs() > time.Minute {
			t.Errorf("limit %d until %s, %s off", f.Most, f.Until, d)
		}
		e.Place(elsewhere)
		e.PlaceAs(e.NewBuyer(), line)
		e.Move(f.Until.Sub(e.Now()))
		e.Place(line)
	}, ordertest.Options{Policy: document.ShopPolicy{DailyExpiries: 2}})
}

// The pace is of all shops, and an order becomes possible with time.
func TestThePaceOfOrders(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		line := ordertest.Line(e.Sku(100), 1)
		for range 3 {
			e.Place(line)
		}
		_, err := e.TryPlace(e.Buyer, []checkout.Line{line})
		f := limitOf(t, err, fault.TooManyOrders)
		if wait := f.Until.Sub(e.Now()); f.Most != 3 || wait <= 0 || wait > 20*time.Minute {
			t.Errorf("limit %d, wait %s", f.Most, wait)
		}
		e.Move(f.Until.Sub(e.Now()))
		e.Place(line)
		_, err = e.TryPlace(e.Buyer, []checkout.Line{line})
		limitOf(t, err, fault.TooManyOrders)
	}, ordertest.Options{Policy: document.ShopPolicy{HourlyOrders: 3}})
}

// Orders of several buyers and of one wait together and see one another.
func TestABatchKeepsTheLimits(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		line := ordertest.Line(e.Sku(100), 1)
		e.Place(line)
		buyers := []context.Context{e.Buyer, e.NewBuyer(), e.NewBuyer()}
		var placed [3]atomic.Int64
		var all sync.WaitGroup
		release := e.DB.HoldSlots()
		for i := range 12 {
			all.Go(func() {
				order, err := e.Checkout.Place(buyers[i%3], checkout.PlaceInput{
					Lines: []checkout.Line{line}, Address: ordertest.Address, ExpectedPayable: 1000})
				if !order.Order.IsZero() {
					placed[i%3].Add(1)
				} else if !fault.Is(err, fault.TooManyUnpaidOrders) {
					t.Error(err)
				}
			})
			dbtest.AwaitQueued(t, e.DB, i+1)
		}
		release()
		all.Wait()
		for i, want := range []int64{1, 2, 2} {
			if n := placed[i].Load(); n != want {
				t.Errorf("buyer %d placed %d, want %d", i, n, want)
			}
		}
	}, ordertest.Options{Policy: document.ShopPolicy{UnpaidOrders: 2}})
}

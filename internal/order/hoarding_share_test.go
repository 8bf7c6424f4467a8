package order_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/checkout"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

// abandoned places an order and gives up its payment.
func abandoned(e *ordertest.Env, lines ...checkout.Line) globalid.ID {
	e.T.Helper()
	id := e.Place(lines...)
	e.StartPayment(id)
	_, err := e.Payments.Abandon(e.Buyer, id)
	e.Must(err)
	if got := e.Order(id).Status; got != vocab.PaymentFailed {
		e.T.Fatal(got)
	}
	return id
}

func retry(e *ordertest.Env, id globalid.ID) error {
	_, err := e.Payments.Start(e.BuyerOf(id),
		payment.StartInput{Order: id, Channel: vocab.Sandbox})
	return err
}

func reservedOf(e *ordertest.Env, sku *ent.Sku) (units int64) {
	for _, row := range e.DB.Client.Stock.Query().AllX(e.T.Context()) {
		if row.SkuID == sku.ID {
			units += row.Reserved
		}
	}
	return units
}

// Units of failed orders are free, and count once: half is half, by whatever way.
func TestFailedOrdersMakeNoRoom(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(200)
		first := abandoned(e, ordertest.Line(sku, 60))
		second := abandoned(e, ordertest.Line(sku, 40))
		_, err := e.TryPlace(e.Buyer, []checkout.Line{ordertest.Line(sku, 1)})
		limitOf(t, err, fault.TooManyUnpaidUnits)
		e.Must(retry(e, first))
		_, err = e.TryPlace(e.Buyer, []checkout.Line{ordertest.Line(sku, 1)})
		limitOf(t, err, fault.TooManyUnpaidUnits)
		e.Must(retry(e, second))
		if n := reservedOf(e, sku); n != 100 {
			t.Errorf("%d units are reserved", n)
		}
	})
}

// A retry is refused where others have bought meanwhile, until the buyer wants less.
func TestARetryKeepsTheLimits(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku, paid := e.Sku(200), e.Sku(50)
		e.Must(e.DB.Client.Sku.UpdateOne(paid).SetDeductionMode(vocab.OnPayment).Exec(e.T.Context()))
		large := abandoned(e, ordertest.Line(sku, 60), ordertest.Line(paid, 40))
		small := abandoned(e, ordertest.Line(sku, 40))
		other := e.NewBuyer()
		e.Pay(e.PlaceAs(other, ordertest.Line(sku, 100)))
		err := retry(e, large)
		if f := limitOf(t, err, fault.TooManyUnpaidUnits); f.Most != 50 || f.Limit != "unpaid-share" {
			t.Errorf("%s: %d", f.Limit, f.Most)
		}
		var refusal *order.Refusal
		if !errors.As(err, &refusal) || len(refusal.Skus) != 1 || refusal.Skus[0] != sku.ID {
			t.Errorf("%+v", refusal)
		}
		if got := e.Order(large).Status; got != vocab.PaymentFailed {
			t.Error(got)
		}
		limitOf(t, retry(e, small), fault.TooManyUnpaidUnits) // both together are too much
		_, err = e.Payments.Cancel(e.Buyer, large)
		e.Must(err)
		e.Must(retry(e, small))
	})
}

// Retries at once, in one batch or not, do not pass together.
func TestRetriesAtOnceKeepTheShare(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(200)
		var failed []globalid.ID
		for range 5 {
			failed = append(failed, abandoned(e, ordertest.Line(sku, 20)))
		}
		e.Pay(e.PlaceAs(e.NewBuyer(), ordertest.Line(sku, 40)))
		var all sync.WaitGroup
		var passed atomic.Int64
		for _, id := range failed {
			all.Go(func() {
				switch err := retry(e, id); {
				case err == nil:
					passed.Add(1)
				case !fault.Is(err, fault.TooManyUnpaidUnits):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := passed.Load(); n != 0 { // 100 of 160
			t.Errorf("%d retries passed", n)
		}
		_, err := e.Payments.Cancel(e.Buyer, failed[0])
		e.Must(err)
		for _, id := range failed[1:] {
			all.Go(func() { e.Must(retry(e, id)) })
		}
		all.Wait()
		if n := reservedOf(e, sku); n != 40+80 {
			t.Errorf("%d units are reserved", n)
		}
	})
}

// Who cancels late has held the stock like one whose order expires.
func TestLateCancelsCountAsExpired(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		line := ordertest.Line(e.Sku(100), 1)
		cancel := func(after time.Duration) time.Time {
			t.Helper()
			id := e.Place(line)
			e.Move(after)
			_, err := e.Payments.Cancel(e.Buyer, id)
			e.Must(err)
			return e.Now()
		}
		cancel(14 * time.Minute)
		first := cancel(16 * time.Minute)
		cancel(time.Minute)
		cancel(29 * time.Minute)
		_, err := e.TryPlace(e.Buyer, []checkout.Line{line})
		f := limitOf(t, err, fault.OrderingPaused)
		if d := f.Until.Sub(first.Add(24 * time.Hour)); d.Abs() > time.Minute {
			t.Errorf("until %s, %s off", f.Until, d)
		}
		e.Move(f.Until.Sub(e.Now()))
		e.Place(line)
	}, ordertest.Options{Policy: document.ShopPolicy{DailyExpiries: 2}})
}

// With several shops a refusal names its shop, once for each limit.
func TestRefusalsNameTheShop(t *testing.T) {
	few := document.ShopPolicy{UnpaidOrders: 1, HourlyOrders: 1}
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		other := e.AddShop("other", few)
		elsewhere := func() checkout.Line {
			return ordertest.Line(e.NewSku(ordertest.Sku{Price: 1, South: 40, Shop: other}), 21)
		}
		lines := []checkout.Line{ordertest.Line(e.Sku(100), 1), elsewhere(), elsewhere()}
		e.Place(lines[0])
		_, err := e.TryPlace(e.Buyer, lines)
		var said []string
		for _, f := range fault.All(err) {
			said = append(said, f.Limit+" "+strings.SplitN(f.Message, "At most", 2)[0])
			if f.Limit == "unpaid-share" && (f.Most != 50 || !strings.HasPrefix(f.Message,
				"other: At most 50 percent of what is there of one sku")) {
				t.Errorf("%d, %s", f.Most, f.Message)
			}
		}
		want := "unpaid-orders tea: /hourly-orders /unpaid-share other: "
		if got := strings.Join(said, "/"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		quote, err := e.Checkout.Quote(context.WithoutCancel(e.Buyer),
			checkout.QuoteInput{Lines: lines, Region: ordertest.Address.Region})
		e.Must(err)
		if p := quote.Problems[len(quote.Problems)-1]; len(p.Skus) != 2 {
			t.Errorf("%d skus", len(p.Skus))
		}
	}, ordertest.Options{Policy: few})
}

package payment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderflow/ent"
	entorder "orderflow/ent/order"
	"orderflow/internal/checkout"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const ofABatch = 16

// together runs n commands in one batch, which come one after the other.
func together(e *ordertest.Env, t *testing.T, n int, command func(i int)) {
	t.Helper()
	release := e.DB.HoldSlots()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { command(i) })
		dbtest.AwaitQueued(t, e.DB, i+1)
	}
	release()
	all.Wait()
}

// batches is a database with what batches are made of: 16 buyers, and a sku in each of five shops.
type batches struct {
	*ordertest.Env
	t          *testing.T
	statements *dbtest.Statements
	buyers     []context.Context
	skus       []*ent.Sku
}

func eachBatches(t *testing.T, policy document.ShopPolicy, test func(b *batches)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			b := &batches{t: t, statements: &dbtest.Statements{}}
			b.Env = ordertest.New(t, dialect, ordertest.Options{Policy: policy,
				Observe: b.statements.Observe})
			for i := range 5 {
				shop := b.Shop
				if i > 0 {
					shop = b.AddShop(fmt.Sprint("shop", i), policy)
				}
				b.skus = append(b.skus, b.NewSku(ordertest.Sku{Price: 1000, South: 1000, Shop: shop}))
			}
			for range ofABatch {
				b.buyers = append(b.buyers, b.NewBuyer())
			}
			b.Place(b.lines(5)...) // the catalogue is read
			test(b)
			b.Verify()
		})
	}
}

func (b *batches) lines(shops int) (lines []checkout.Line) {
	for _, s := range b.skus[:shops] {
		lines = append(lines, ordertest.Line(s, 1))
	}
	return lines
}

// run runs 16 commands together and bounds the statements.
func (b *batches) run(what string, most int, command func(i int) error) {
	b.t.Helper()
	b.statements.Take()
	together(b.Env, b.t, ofABatch, func(i int) {
		if err := command(i); err != nil {
			b.t.Errorf("%s %d: %v", what, i, err)
		}
	})
	b.within(what, most)
}

// within bounds the statements since they were taken last, without those that read a simulated
// clock, of which production has none.
func (b *batches) within(what string, most int) {
	b.t.Helper()
	seen := slices.DeleteFunc(b.statements.Take(), func(query string) bool {
		return strings.HasPrefix(query, "SELECT `settings`")
	})
	b.byID(seen)
	for _, query := range seen {
		if strings.Contains(query, "`order_id` IN (") && strings.Contains(query, "ORDER BY") {
			b.t.Errorf("MariaDB may read the whole table in this order: %s", query)
		}
	}
	b.t.Logf("%s: %d statements", what, len(seen))
	if len(seen) > most {
		for i, query := range seen {
			seen[i] = query[:min(len(query), 150)]
		}
		b.t.Errorf("%s: %d statements, most %d:\n%s", what, len(seen), most,
			strings.Join(seen, "\n"))
	}
}

// byID checks that SQLite finds the rows of every update by their ids.
func (b *batches) byID(statements []string) {
	b.t.Helper()
	if b.DB.Dialect != dbtest.SQLite {
		return
	}
	for _, query := range statements {
		if !strings.HasPrefix(query, "UPDATE") {
			continue
		}
		var a, c, d int
		var plan string
		err := b.DB.SQL().QueryRowContext(b.t.Context(), "EXPLAIN QUERY PLAN "+query,
			make([]any, strings.Count(query, "?"))...).Scan(&a, &c, &d, &plan)
		if err != nil || !strings.Contains(plan, "(id=?)") {
			b.t.Errorf("%v: %s\n%s", err, plan, query)
		}
	}
	b.statements.Take()
}

func (b *batches) place(buyer context.Context, shops int) (globalid.ID, error) {
	placed, err := b.Checkout.Place(buyer, checkout.PlaceInput{Lines: b.lines(shops),
		Address: ordertest.Address, ExpectedPayable: int64(shops) * 1000})
	return placed.Order, err
}

// paid is the channel's word that an attempt was paid.
func paid(p *ent.Payment, at time.Time) channel.Charge {
	return channel.Charge{OutTradeNo: p.ID.String(), State: channel.ChargePaid, Amount: p.Amount,
		TransactionID: "t-" + p.ID.String(), Currency: p.Currency, PaidAt: at}
}

// TestBudgetOfABatch bounds what 16 commands that wait at the same moment send to the database.
func TestBudgetOfABatch(t *testing.T) {
	eachBatches(t, document.ShopPolicy{}, func(b *batches) {
		ctx := t.Context()
		orders := make([]globalid.ID, ofABatch)
		attempts := make([]*ent.Payment, ofABatch)
		for _, shops := range []int{2, 5} {
			b.run("placing", 24, func(i int) (err error) {
				key := store.Key{Viewer: fmt.Sprint(i), Key: fmt.Sprint(shops)}
				orders[i], err = b.place(store.WithKey(b.buyers[i], key), shops)
				return err
			})
		}
		b.run("starting payments", 8+16*2, func(i int) error {
			started, err := b.Payments.Start(b.buyers[i],
				payment.StartInput{Order: orders[i], Channel: vocab.Sandbox})
			attempts[i] = &ent.Payment{ID: started.Payment, Amount: 5000, Currency: "CNY"}
			return errors.Join(err, problem(started.Problem))
		})
		at := b.Now()
		b.run("settling payments", 32, func(i int) error {
			return b.Payments.Settle(ctx, vocab.Sandbox, paid(attempts[i], at))
		})
		for i, id := range orders {
			if o := b.Order(id); o.Status != vocab.AwaitingShipment {
				t.Errorf("order %d is %s", i, o.Status)
			}
		}
	})
}

// TestBudgetOfOneOrder bounds what one order sends to the database until a refund of it is
// requested, of two shops and of five with two lines each.
func TestBudgetOfOneOrder(t *testing.T) {
	eachBatches(t, document.ShopPolicy{}, func(b *batches) {
		ctx := t.Context()
		for i := range 5 {
			b.skus = append(b.skus, b.NewSku(ordertest.Sku{Price: 1000, South: 1000,
				Shop: b.DB.Client.Shop.GetX(ctx, b.skus[i].ShopID)}))
		}
		b.Place(b.lines(10)...) // the catalogue is read
		for _, order := range []struct{ lines, place, start, settle, request int }{
			{2, 12, 9, 11, 21}, {10, 12, 9, 11, 21},
		} {
			b.statements.Take()
			key := store.Key{Viewer: "v", Key: fmt.Sprint(order.lines)}
			id := b.MustID(b.place(store.WithKey(b.Buyer, key), order.lines))
			b.within("placing", order.place)
			key.Mutation = "startPayment"
			started, err := b.Payments.Start(store.WithKey(b.Buyer, key),
				payment.StartInput{Order: id, Channel: vocab.Sandbox})
			b.Must(err)
			b.within("starting a payment", order.start)
			attempt := b.DB.Client.Payment.GetX(ctx, started.Payment)
			at := b.Now()
			b.statements.Take()
			b.Must(b.Payments.Settle(ctx, vocab.Sandbox, paid(attempt, at)))
			b.within("settling it", order.settle)
			item := b.ItemOf(id, b.skus[0])
			b.statements.Take()
			b.MustID(b.AfterSales.Request(b.Buyer, ordertest.RequestFor(item,
				vocab.RefundOnly, 1)))
			b.within("requesting a refund", order.request)
		}
	})
}

func problem(p *fault.Error) error {
	if p == nil {
		return nil
	}
	return p
}

func TestDeadlinesRunTogether(t *testing.T) {
	eachBatches(t, document.ShopPolicy{}, func(b *batches) {
		ctx := t.Context()
		for i := range ofABatch {
			b.MustID(b.place(b.buyers[i], 2))
		}
		due := b.DB.Client.Order.Query().IDsX(ctx)
		b.Move(time.Hour)
		b.run("expiring", 24, func(i int) error { return b.Payments.RunExpire(ctx, due[i]) })
		if n := b.DB.Client.Order.Query().Where(entorder.StatusEQ(vocab.Closed)).
			CountX(ctx); n != ofABatch {
			t.Errorf("%d are closed", n)
		}
	})
}

// One placement of a batch that is refused, in each way, writes nothing, disturbs nobody and says
// why.
func TestOnePlacementOfABatchIsRefused(t *testing.T) {
	eachBatches(t, document.ShopPolicy{}, func(b *batches) {
		ctx := t.Context()
		promotion := b.Promotion(vocab.CouponOff, vocab.OrderScope,
			document.PromotionRule{Amount: 100}).SaveX(ctx)
		coupon := b.NewCoupon(promotion, ordertest.ViewerID(b.Buyer))
		scarce := b.NewSku(ordertest.Sku{Price: 1000, South: 3})
		unsold := b.NewSku(ordertest.Sku{Price: 1000, South: 3})
		unsold.Update().SetOnSale(false).ExecX(ctx)
		used := store.Key{Viewer: "v", Mutation: "placeOrder", Key: "used", Hash: [32]byte{1}}
		b.MustID(b.place(store.WithKey(b.Buyer, used), 1))
		used.Hash[0]++
		sound := func(i int) checkout.PlaceInput {
			return checkout.PlaceInput{Lines: b.lines(1 + i%3), Address: ordertest.Address,
				ExpectedPayable: int64(1+i%3) * 1000}
		}
		for name, poison := range map[string]struct {
			code  fault.Code
			alter func(in *checkout.PlaceInput)
			key   *store.Key
		}{
			"price": {fault.PriceChanged, func(in *checkout.PlaceInput) { in.ExpectedPayable-- }, nil},
			"stock": {fault.OutOfStock, func(in *checkout.PlaceInput) {
				in.Lines = []checkout.Line{ordertest.Line(scarce, 4)}
			}, nil},
			"not sold": {fault.NotSold, func(in *checkout.PlaceInput) {
				in.Lines = []checkout.Line{ordertest.Line(unsold, 1)}
			}, nil},
			"coupon": {fault.CouponUnavailable, func(in *checkout.PlaceInput) {
				in.Coupons = []globalid.ID{coupon.ID}
			}, nil},
			"key": {fault.IdempotencyKeyReused, func(*checkout.PlaceInput) {}, &used},
		} {
			before := b.DB.Client.Order.Query().CountX(ctx)
			together(b.Env, t, ofABatch, func(i int) {
				in, buyer := sound(i), b.buyers[i]
				if i == 7 {
					poison.alter(&in)
					if poison.key != nil {
						buyer = store.WithKey(buyer, *poison.key)
					}
				}
				_, err := b.Checkout.Place(buyer, in)
				switch {
				case i != 7 && err != nil:
					t.Errorf("%s: placement %d: %v", name, i, err)
				case i == 7 && !fault.Is(err, poison.code):
					t.Errorf("%s: %v, want %s", name, err, poison.code)
				}
			})
			if n := b.DB.Client.Order.Query().CountX(ctx) - before; n != ofABatch-1 {
				t.Errorf("%s: %d orders", name, n)
			}
		}
	})
}

// The last units are sold to those who came first, and every other gets OUT_OF_STOCK; deducted on
// payment, to those who paid first.
func TestABatchForTheLastUnits(t *testing.T) {
	for _, mode := range []vocab.DeductionMode{vocab.OnOrder, vocab.OnPayment} {
		t.Run(string(mode), func(t *testing.T) {
			eachBatches(t, document.ShopPolicy{Deduction: mode}, func(b *batches) {
				const there = 7
				scarce := b.NewSku(ordertest.Sku{Price: 1000, South: 2 * there, Shop: b.Shop})
				orders := make([]globalid.ID, ofABatch)
				together(b.Env, t, ofABatch, func(i int) {
					placed, err := b.Checkout.Place(b.buyers[i], checkout.PlaceInput{
						Lines:   []checkout.Line{ordertest.Line(scarce, 2)},
						Address: ordertest.Address, ExpectedPayable: 2000})
					if got := mode == vocab.OnPayment || i < there; got != (err == nil) ||
						err != nil && !fault.Is(err, fault.OutOfStock) {
						t.Errorf("placement %d: %v", i, err)
					}
					orders[i] = placed.Order
				})
				orders = slices.DeleteFunc(orders, globalid.ID.IsZero)
				attempts := make([]*ent.Payment, len(orders))
				for i, id := range orders {
					attempts[i] = b.StartPayment(id)
				}
				at := b.Now()
				together(b.Env, t, len(orders), func(i int) {
					if err := b.Payments.Settle(t.Context(), vocab.Sandbox,
						paid(attempts[i], at)); err != nil {
						t.Errorf("payment %d: %v", i, err)
					}
				})
				for i, id := range orders {
					if lacks := b.ItemOf(id, scarce).ShortQuantity; (lacks > 0) != (i >= there) {
						t.Errorf("order %d lacks %d", i, lacks)
					}
				}
				if n := b.Available(scarce); n != 0 {
					t.Errorf("%d are left", n)
				}
			})
		})
	}
}

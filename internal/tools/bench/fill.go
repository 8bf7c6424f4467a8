package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

const (
	// fillShops is the number of shops where there are many orders: the first has three quarters of
	// them, the second a hundredth of that, the others share the rest and have a part in each.
	fillShops = 6
	// largest and smallest are the shops with most and with fewest orders.
	largest, smallest = 0, 1
	// fillSpan is how far back in time the orders go. It is below the time to ship: none is late.
	fillSpan = 28 * 24 * time.Hour
	// fillBatch is the number of orders that one transaction makes.
	fillBatch = 200
)

// filling is the orders that exist before anything is measured, the same on both sides. The server
// makes a few, the rest are copies of these.
type filling struct {
	buyers []globalid.ID
	// baskets[i] is the content of the i-th template, and copies the templates of the other orders,
	// oldest first.
	baskets []basket
	copies  []int
	shares  [fillShops]int // orders of each shop
}

// planFilling plans n orders, at least readerCount.
func planFilling(n, skus int) *filling {
	large, small := n*3/4, max(n*3/400, min(30, n/8))
	f := &filling{}
	r := rand.New(rand.NewPCG(0, uint64(n)))
	add := func(orders int, pairs [][2]int) {
		first := len(f.baskets)
		for i, pair := range pairs {
			b := basket{buyer: (first + i) % readerCount}
			for at, shop := range pair {
				b.skus[at] = shop + fillShops*r.IntN((skus-shop+fillShops-1)/fillShops)
			}
			f.baskets = append(f.baskets, b)
		}
		for i := range orders {
			pair := pairs[i%len(pairs)]
			f.shares[pair[0]]++
			f.shares[pair[1]]++
			if i >= len(pairs) {
				f.copies = append(f.copies, first+i%len(pairs))
			}
		}
	}
	add(large, [][2]int{{0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 2}, {0, 3}, {0, 4}, {0, 5}})
	add(small, [][2]int{{1, 2}, {1, 3}, {1, 4}, {1, 5}})
	add(n-large-small, [][2]int{{2, 3}, {4, 5}, {2, 4}, {3, 5}, {2, 5}, {3, 4}})
	r.Shuffle(len(f.copies), func(i, j int) { f.copies[i], f.copies[j] = f.copies[j], f.copies[i] })
	return f
}

// buyerOf is the buyer of the i-th copy.
func (f *filling) buyerOf(i int) int { return i % len(f.buyers) }

// pageOfBuyer and pageOfShop are the least number of orders on the first page of a list.
func (f *filling) pageOfBuyer() int { return min(len(f.copies)/len(f.buyers), pageSize) }

func (f *filling) pageOfShop(shop int) int { return min(f.shares[shop], pageSize) }

// enrollBuyers makes the buyers: one for every hundred orders, but some in any case.
func (e *environment) enrollBuyers(ctx context.Context, f *filling) error {
	const most = 2000
	register := catalogue.NewRegister(e.serverDB)
	for i := range min(max(e.Orders/100, readerCount), most) {
		buyer := &auth.Viewer{Subject: buyerSubject(i), Role: vocab.Buyer}
		if err := register.Enroll(ctx, buyer); err != nil {
			return err
		}
		f.buyers = append(f.buyers, buyer.BuyerID)
	}
	return nil
}

// openFilled is open, with orders on both sides.
func (c *Comparison) openFilled(ctx context.Context) (*environment, *filling, error) {
	if c.Orders < readerCount {
		return nil, nil, fmt.Errorf("there must be at least %d orders, one for each buyer", readerCount)
	}
	e, err := c.open(ctx, fillShops)
	if err != nil {
		return nil, nil, err
	}
	f, err := e.fill(ctx)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("make orders: %w", err), e.close(ctx))
	}
	return e, f, nil
}

// fill makes the same orders on both sides, all paid, analyzes the tables, and starts the server.
func (e *environment) fill(ctx context.Context) (f *filling, err error) {
	f = planFilling(e.Orders, e.Skus)
	if err := e.enrollBuyers(ctx, f); err != nil {
		return nil, err
	}
	if err := e.serve(ctx); err != nil {
		return nil, err
	}
	ids := make([]globalid.ID, len(f.baskets))
	for i, b := range f.baskets {
		text, _, err := e.client.order(ctx, b)
		if err != nil {
			return nil, err
		}
		if ids[i], err = globalid.Parse(text); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(e.settle(ctx), e.stop()); err != nil {
		return nil, err
	}
	if err := e.copyOrders(ctx, f, ids); err != nil {
		return nil, err
	}
	err = e.plain.makeOrders(ctx, f, func(done, all int) { e.progress("plain", done, all) })
	if err != nil {
		return nil, err
	}
	if err := e.analyze(ctx); err != nil {
		return nil, err
	}
	if err := e.serve(ctx); err != nil {
		return nil, err
	}
	return f, e.checkCopies(ctx)
}

// skusOf counts the units that were sold of each sku.
func (f *filling) skusOf() map[int]int {
	sold := map[int]int{}
	add := func(b basket) {
		for _, sku := range b.skus {
			sold[sku]++
		}
	}
	for _, b := range f.baskets {
		add(b)
	}
	for _, template := range f.copies {
		add(f.baskets[template])
	}
	return sold
}

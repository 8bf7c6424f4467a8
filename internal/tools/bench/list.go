package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

var countsQuery = newOperation(
	`{ viewer { orderCounts { pendingPayment toShip toReceive toReview afterSale } } }`)

// orderCounts is what a shop's page shows beside its lists.
type orderCounts struct{ PendingPayment, ToShip, ToReceive, ToReview, AfterSale int }

// List measures reading the newest orders with their contents, as a buyer, as a shop with most of
// the orders and as one with few; and the counts that these shops see beside their lists.
func (c *Comparison) List(ctx context.Context) (r *Report, err error) {
	e, f, err := c.openFilled(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.close(ctx)) }()
	if err := e.plain.makeCountsIndex(ctx); err != nil {
		return nil, err
	}
	if err := e.compareLists(ctx); err != nil {
		return nil, err
	}
	workloads := []workload{{
		name: "a buyer's",
		api: func(ctx context.Context, _, i uint64) error {
			return e.client.list(ctx, e.client.buyers[i%readerCount], f.pageOfBuyer())
		},
		plain: func(ctx context.Context, _, i uint64) error {
			_, err := e.plain.ofBuyer(ctx, int(i%readerCount))
			return err
		},
	}}
	shops := []int{largest, smallest}
	for _, shop := range shops {
		workloads = append(workloads, e.listOf(f, shop))
	}
	for _, shop := range shops {
		workloads = append(workloads, e.countsOf(f, shop))
	}
	r, err = e.measure(ctx, "list", workloads)
	if err != nil {
		return nil, err
	}
	for i, work := range []string{"a shop's list", "its counts"} {
		many, few := workloads[1+2*i].name, workloads[2+2*i].name
		r.addGrowth(Growth{
			Work: work, ManyOrders: f.shares[largest], FewOrders: f.shares[smallest],
		}, many, few)
	}
	return r, e.check(ctx, c.Orders, c.Orders, 0)
}

func (e *environment) listOf(f *filling, shop int) workload {
	return workload{
		name: fmt.Sprintf("list of %d", f.shares[shop]),
		api: func(ctx context.Context, _, _ uint64) error {
			return e.client.list(ctx, e.client.staff[shop], f.pageOfShop(shop))
		},
		plain: func(ctx context.Context, _, _ uint64) error {
			_, err := e.plain.ofShop(ctx, shop)
			return err
		},
	}
}

func (e *environment) countsOf(f *filling, shop int) workload {
	return workload{
		name: fmt.Sprintf("counts of %d", f.shares[shop]),
		api: func(ctx context.Context, _, _ uint64) error {
			_, err := e.client.counts(ctx, e.client.staff[shop])
			return err
		},
		plain: func(ctx context.Context, _, _ uint64) error {
			_, err := e.plain.counts(ctx, shop)
			return err
		},
	}
}

// shown are counts as a shop's page shows them: beyond 1000 nobody counts.
func (c orderCounts) shown() orderCounts {
	const most = 1000
	return orderCounts{min(c.PendingPayment, most), min(c.ToShip, most), min(c.ToReceive, most),
		min(c.ToReview, most), min(c.AfterSale, most)}
}

// counts reads how many orders wait for what.
func (c *client) counts(ctx context.Context, token string) (orderCounts, error) {
	data, err := call[struct {
		Viewer struct{ OrderCounts *orderCounts }
	}](ctx, c, token, countsQuery, nil)
	if err != nil {
		return orderCounts{}, err
	}
	counts := data.Viewer.OrderCounts
	if counts == nil || counts.ToShip == 0 {
		return orderCounts{}, fmt.Errorf("the viewer has no orders to ship: %+v", counts)
	}
	return *counts, nil
}

// compareLists reads every kind of list on both sides and fails when they differ.
func (e *environment) compareLists(ctx context.Context) error {
	for _, l := range []struct {
		token string
		plain func(ctx context.Context, of int) ([]byte, error)
		of    int
	}{
		{e.client.buyers[0], e.plain.ofBuyer, 0},
		{e.client.staff[largest], e.plain.ofShop, largest},
		{e.client.staff[smallest], e.plain.ofShop, smallest},
	} {
		page, err := call[apiPage](ctx, e.client, l.token, listQuery, listVariables)
		if err != nil {
			return err
		}
		body, err := l.plain(ctx, l.of)
		if err != nil {
			return err
		}
		var plain plainPage
		if err := json.Unmarshal(body, &plain); err != nil {
			return err
		}
		if got, want := page.contents(), plain.contents(); got != want || got.Orders == 0 {
			return fmt.Errorf("the lists differ: %+v by GraphQL, %+v by SQL", got, want)
		}
	}
	for _, shop := range []int{largest, smallest} {
		got, err := e.client.counts(ctx, e.client.staff[shop])
		if err != nil {
			return err
		}
		want, err := e.plain.counts(ctx, shop)
		if err != nil {
			return err
		}
		if got != want.shown() {
			return fmt.Errorf("the counts differ: %+v by GraphQL, %+v by SQL", got, want)
		}
	}
	return nil
}

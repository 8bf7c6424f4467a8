package bench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"orderflow/ent/aftersale"
	"orderflow/ent/refund"
	"orderflow/internal/vocab"
)

const (
	itemsQuery = `query($id: ID!) { node(id: $id) { ... on Order {
  subOrders { id items { id } } } } }`
	refundMutation = `mutation($in: RequestAfterSaleInput!, $key: String!) {
  requestAfterSale(input: $in) @idempotent(key: $key) {
    afterSale { id status amount { amount } } userErrors { code message }
  }
}`
	refundQuery = `query($id: ID!) { node(id: $id) { ... on AfterSale {
  status refunds { status } } } }`
)

// Refund measures requests of refunds before shipping, from the request until the money is back:
// of orders as Place makes them, what one of the two shops sends.
func (c *Comparison) Refund(ctx context.Context) (r *Report, err error) {
	w, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close(ctx)) }()
	if err := w.serve(ctx); err != nil {
		return nil, err
	}
	of := &refunds{world: w}
	r, err = w.measure(ctx, "refund", []job{{
		name: "before shipping", prepare: of.restock,
		api: func(ctx context.Context, _, _ uint64) error {
			return take(of, &of.paid).refund(ctx, w.calls)
		},
		plain: func(ctx context.Context, _, _ uint64) error {
			return w.program.refund(ctx, take(of, &of.plain))
		},
	}})
	if err != nil {
		return nil, err
	}
	return r, of.check(ctx, r)
}

// refunds are the paid orders of both sides of which nothing was refunded yet.
type refunds struct {
	*world
	mu    sync.Mutex // while a run takes them
	paid  []paidOrder
	plain []int64
	made  [2]int // orders in all: the server's, the plain program's
}

// paidOrder is an order that waits for shipment.
type paidOrder struct {
	buyer              string // token
	payment, sub, item string // ids
}

// restock pays as many orders as a run may refund, and tells how many there are.
func (of *refunds) restock(ctx context.Context, api bool) (n int, err error) {
	const side = 8 // by side
	have := len(of.plain)
	if api {
		have = len(of.paid)
	}
	lack := max(of.Orders-have, 0)
	server, program := make([]paidOrder, lack), make([]int64, lack)
	_, err = crew(ctx, side, func(i int) bool { return i < lack },
		func(ctx context.Context, i int) (err error) {
			b := spread(of.Skus, uint64(of.made[0]+of.made[1]), uint64(i))
			if api {
				server[i], err = of.calls.stock(ctx, b)
			} else {
				program[i], err = of.program.order(ctx, b)
			}
			return err
		})
	if err != nil {
		return 0, fmt.Errorf("make orders: %w", err)
	}
	if api {
		of.paid = append(of.paid, server...)
		of.made[0] += lack
		return len(of.paid), of.settle(ctx)
	}
	of.plain = append(of.plain, program...)
	of.made[1] += lack
	return len(of.plain), nil
}

// take takes an order away from those that are left.
func take[T any](of *refunds, left *[]T) T {
	of.mu.Lock()
	defer of.mu.Unlock()
	last := len(*left) - 1
	order := (*left)[last]
	*left = (*left)[:last]
	return order
}

// stock buys an order and looks up what of it will be refunded.
func (a *api) stock(ctx context.Context, b basket) (o paidOrder, err error) {
	order, payment, err := a.order(ctx, b)
	if err != nil {
		return o, err
	}
	var seen struct {
		Node struct {
			SubOrders []struct {
				ID    string
				Items []struct{ ID string }
			}
		}
	}
	token := a.buyers[b.buyer]
	err = a.do(ctx, token, itemsQuery, map[string]any{"id": order}, &seen)
	if err == nil && len(seen.Node.SubOrders) != shops {
		err = fmt.Errorf("order %s has %+v", order, seen.Node)
	}
	if err != nil {
		return o, err
	}
	sub := seen.Node.SubOrders[0]
	return paidOrder{buyer: token, payment: payment, sub: sub.ID, item: sub.Items[0].ID}, nil
}

// refund asks for the money of the order's first part. It returns when the server tells that the
// refund has succeeded.
func (o paidOrder) refund(ctx context.Context, a *api) error {
	var asked struct {
		RequestAfterSale struct {
			AfterSale  *struct{ ID string }
			UserErrors json.RawMessage
		}
	}
	err := a.do(ctx, o.buyer, refundMutation, map[string]any{"key": rand.Text(),
		"in": map[string]any{
			"subOrder": o.sub, "kind": "REFUND_ONLY", "reason": "NOT_WANTED",
			"lines": []map[string]any{{"item": o.item, "quantity": 1}},
		}}, &asked)
	if err != nil {
		return err
	}
	request := asked.RequestAfterSale.AfterSale
	if request == nil {
		return fmt.Errorf("requestAfterSale: %s", asked.RequestAfterSale.UserErrors)
	}
	waiting, done := context.WithTimeout(ctx, stall)
	defer done()
	if err := a.channel.AwaitRefund(waiting, o.payment); err != nil {
		return fmt.Errorf("no refund of %s is asked for: %w", o.payment, err)
	}
	for pause := 2 * time.Millisecond; ; pause *= 2 {
		var seen struct {
			Node struct {
				Status  string
				Refunds []struct{ Status string }
			}
		}
		err := a.do(waiting, o.buyer, refundQuery, map[string]any{"id": request.ID}, &seen)
		if err != nil {
			return err
		}
		if seen.Node.Status == string(vocab.AfterSaleCompleted) {
			return nil
		}
		select {
		case <-waiting.Done():
			return fmt.Errorf("request %s stays %+v", request.ID, seen.Node)
		case <-time.After(pause):
		}
	}
}

// check counts what was refunded in the databases of both sides, beside what check counts.
func (of *refunds) check(ctx context.Context, r *Report) error {
	api, plain := r.pieces()
	ended, err := of.api.Client.AfterSale.Query().
		Where(aftersale.StatusEQ(vocab.AfterSaleCompleted)).Count(ctx)
	if err != nil {
		return err
	}
	back, err := of.api.Client.Refund.Query().Where(refund.StatusEQ(vocab.RefundSucceeded),
		refund.Amount(price+freight), refund.Freight(freight)).Count(ctx)
	if err != nil {
		return err
	}
	program, err := of.program.refunded(ctx)
	if err != nil {
		return err
	}
	if ended != api || back != api || program != plain {
		return fmt.Errorf("of %d requests %d have ended, with %d refunds; of the plain "+
			"program's %d, %d", api, ended, back, plain, program)
	}
	return of.world.check(ctx, of.made[0], of.made[1], plain)
}

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

var (
	itemsQuery = newOperation(`query($id: ID!) { node(id: $id) { ... on Order {
  subOrders { id items { id } } } } }`)
	refundMutation = newOperation(`mutation($in: RequestAfterSaleInput!, $key: String!) {
  requestAfterSale(input: $in) @idempotent(key: $key) {
    afterSale { id status amount { amount } } userErrors { code message }
  }
}`)
	refundQuery = newOperation(`query($id: ID!) { node(id: $id) { ... on AfterSale {
  status refunds { status } } } }`)
)

type (
	idVariables struct {
		ID string `json:"id"`
	}
	refundInput struct {
		SubOrder string          `json:"subOrder"`
		Kind     string          `json:"kind"`
		Reason   string          `json:"reason"`
		Lines    [1]itemQuantity `json:"lines"`
	}
	itemQuantity struct {
		Item     string `json:"item"`
		Quantity int    `json:"quantity"`
	}
)

// Refund measures refunds before shipping, from the request until the money is back: what one of
// the two shops sends of an order that Place makes.
func (c *Comparison) Refund(ctx context.Context) (r *Report, err error) {
	e, err := c.open(ctx, shopCount)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.close(ctx)) }()
	if err := e.serve(ctx); err != nil {
		return nil, err
	}
	work := &refundWork{environment: e}
	r, err = e.measure(ctx, "refund", []workload{{
		name: "before shipping", prepare: work.prepare,
		api: func(ctx context.Context, _, _ uint64) error {
			return pop(&work.mu, &work.serverOrders).refund(ctx, e.client)
		},
		plain: func(ctx context.Context, _, _ uint64) error {
			return e.plain.refund(ctx, pop(&work.mu, &work.plainOrders))
		},
	}})
	if err != nil {
		return nil, err
	}
	return r, work.check(ctx, r)
}

// refundWork holds the paid orders of both sides without a refund.
type refundWork struct {
	*environment
	mu           sync.Mutex // guards the slices during a run
	serverOrders []paidOrder
	plainOrders  []int64
	placed       [2]int // all orders: of the server, of the plain program
}

// paidOrder is an order that awaits shipment.
type paidOrder struct {
	buyer              string // token
	payment, sub, item string // ids
}

// prepare pays as many orders as a run may refund and returns how many there are.
func (w *refundWork) prepare(ctx context.Context, api bool) (n int, err error) {
	const workers = 8 // per side
	ready := len(w.plainOrders)
	if api {
		ready = len(w.serverOrders)
	}
	missing := max(w.Orders-ready, 0)
	serverOrders, plainOrders := make([]paidOrder, missing), make([]int64, missing)
	_, err = runClients(ctx, workers, func(i int) bool { return i < missing },
		func(ctx context.Context, i int) (err error) {
			b := randomBasket(w.Skus, uint64(w.placed[0]+w.placed[1]), uint64(i))
			if api {
				serverOrders[i], err = w.client.payForRefund(ctx, b)
			} else {
				plainOrders[i], err = w.plain.order(ctx, b)
			}
			return err
		})
	if err != nil {
		return 0, fmt.Errorf("make orders: %w", err)
	}
	if api {
		w.serverOrders = append(w.serverOrders, serverOrders...)
		w.placed[0] += missing
		return len(w.serverOrders), w.settle(ctx)
	}
	w.plainOrders = append(w.plainOrders, plainOrders...)
	w.placed[1] += missing
	return len(w.plainOrders), nil
}

// pop removes the last of a slice that concurrent pieces share, and returns it.
func pop[T any](mu *sync.Mutex, all *[]T) T {
	mu.Lock()
	defer mu.Unlock()
	last := len(*all) - 1
	taken := (*all)[last]
	*all = (*all)[:last]
	return taken
}

// payForRefund buys an order and reads what of it will be refunded.
func (c *client) payForRefund(ctx context.Context, b basket) (o paidOrder, err error) {
	order, payment, err := c.order(ctx, b)
	if err != nil {
		return o, err
	}
	token := c.buyers[b.buyer]
	found, err := call[struct {
		Node struct {
			SubOrders []struct {
				ID    string
				Items []struct{ ID string }
			}
		}
	}](ctx, c, token, itemsQuery, idVariables{order})
	if err == nil && len(found.Node.SubOrders) != shopCount {
		err = fmt.Errorf("order %s has %+v", order, found.Node)
	}
	if err != nil {
		return o, err
	}
	sub := found.Node.SubOrders[0]
	return paidOrder{buyer: token, payment: payment, sub: sub.ID, item: sub.Items[0].ID}, nil
}

// refund requests the money of the order's first sub-order and returns when the server reports that
// the request has ended.
func (o paidOrder) refund(ctx context.Context, c *client) error {
	in := refundInput{SubOrder: o.sub, Kind: "REFUND_ONLY", Reason: "NOT_WANTED",
		Lines: [1]itemQuantity{{Item: o.item, Quantity: 1}}}
	requested, err := call[struct {
		RequestAfterSale struct {
			AfterSale  *struct{ ID string }
			UserErrors json.RawMessage
		}
	}](ctx, c, o.buyer, refundMutation, keyed[refundInput]{rand.Text(), in})
	if err != nil {
		return err
	}
	request := requested.RequestAfterSale.AfterSale
	if request == nil {
		return fmt.Errorf("requestAfterSale: %s", requested.RequestAfterSale.UserErrors)
	}
	waiting, done := context.WithTimeout(ctx, stallLimit)
	defer done()
	if err := c.channel.AwaitRefund(waiting, o.payment); err != nil {
		return fmt.Errorf("the channel received no refund of %s: %w", o.payment, err)
	}
	for pause := 2 * time.Millisecond; ; pause *= 2 {
		current, err := call[struct {
			Node struct {
				Status  string
				Refunds []struct{ Status string }
			}
		}](waiting, c, o.buyer, refundQuery, idVariables{request.ID})
		if err != nil {
			return err
		}
		if current.Node.Status == string(vocab.AfterSaleCompleted) {
			return nil
		}
		select {
		case <-waiting.Done():
			return fmt.Errorf("request %s stays %+v", request.ID, current.Node)
		case <-time.After(pause):
		}
	}
}

// check counts the refunds in the databases of both sides, and then checks the orders.
func (w *refundWork) check(ctx context.Context, r *Report) error {
	api, plain := r.pieces()
	ended, err := w.serverDB.Client.AfterSale.Query().
		Where(aftersale.StatusEQ(vocab.AfterSaleCompleted)).Count(ctx)
	if err != nil {
		return err
	}
	refunded, err := w.serverDB.Client.Refund.Query().Where(refund.StatusEQ(vocab.RefundSucceeded),
		refund.Amount(price+freight), refund.Freight(freight)).Count(ctx)
	if err != nil {
		return err
	}
	plainRefunds, err := w.plain.refunded(ctx)
	if err != nil {
		return err
	}
	if ended != api || refunded != api || plainRefunds != plain {
		return fmt.Errorf("of %d requests %d have ended, with %d refunds; of the plain "+
			"program's %d, %d", api, ended, refunded, plain, plainRefunds)
	}
	return w.environment.check(ctx, w.placed[0], w.placed[1], plain)
}

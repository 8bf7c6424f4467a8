package replay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// Statuses of an order that decide what is to be done.
const (
	pendingPayment   = "PENDING_PAYMENT"
	awaitingShipment = "AWAITING_SHIPMENT"
	partiallyShipped = "PARTIALLY_SHIPPED"
	shipped          = "SHIPPED"
	received         = "RECEIVED"
	completed        = "COMPLETED"
	closed           = "CLOSED"
)

// placed is what placeOrder tells of an order.
type placed struct {
	Order struct {
		ID, Status string
		SubOrders  []subOrder
	}
}

type subOrder struct {
	ID, Status   string
	OpenRequests int
	Items        []struct {
		ID                         string
		Quantity, RecalledQuantity int64
	}
}

// whose tells who buys; empty is a guest.
func (of *invoice) whose() string { return of.customer }

// buyer is who bought an invoice; a guest has no second one.
func (t *trade) buyer(print string) user {
	if t.customer != "" {
		return user{role: "BUYER", subject: "customer-" + t.customer}
	}
	return user{role: "BUYER", subject: "guest-" + print + "-" + t.number}
}

// buy quotes, places and pays an invoice and ships what was bought; of an order that is farther
// already it does the rest.
func (r *replay) buy(ctx context.Context, t *trade) error {
	who := t.buyer(r.plan.print)
	lines := make([]map[string]any, len(t.lines))
	for i, l := range t.lines {
		lines[i] = map[string]any{"sku": r.skus[l.sku], "quantity": l.units}
	}
	if err := r.quote(ctx, who, t, lines); err != nil {
		return err
	}
	stop := r.lap.start(Place)
	p, err := mutate[placed](ctx, r.client, who, wish{
		mutation: "placeOrder", key: r.key(t.number, "place"),
		want: "order { id status subOrders { id status " +
			"items { id quantity recalledQuantity } } }",
		input: map[string]any{
			"lines": lines, "expectedPayable": t.pence, "address": t.address(),
		},
	})
	if err != nil {
		return err
	}
	t.order, t.status = p.Order.ID, p.Order.Status
	if t.status == pendingPayment {
		stop()
		if err := r.pay(ctx, who, t); err != nil {
			return err
		}
	}
	switch t.status {
	case awaitingShipment, partiallyShipped:
		if t.waits = t.cancelledAtOnce; t.waits {
			return nil
		}
		return r.ship(ctx, t, p.Order.SubOrders)
	case shipped, received, completed, closed:
		return nil
	}
	return fmt.Errorf("its order %s is %s", t.order, t.status)
}

// quote asks for the price. What stands in the way of placing is for placeOrder to say: of an order
// that was placed before, the goods are gone.
func (r *replay) quote(
	ctx context.Context, who user, t *trade, lines []map[string]any,
) error {
	stop := r.lap.start(Quote)
	var answer struct {
		Quote struct {
			Price struct{ Payable struct{ Amount int64 } }
		}
	}
	err := r.client.do(ctx, who, operation{
		Query:     "query($in: QuoteInput!) { quote(input: $in) { price { payable { amount } } } }",
		Variables: map[string]any{"in": map[string]any{"lines": lines, "region": t.country}},
	}, &answer)
	if err != nil {
		return fmt.Errorf("quote: %w", err)
	}
	stop()
	if got := answer.Quote.Price.Payable.Amount; got != t.pence {
		return fmt.Errorf("quoted at %d, the file says %d", got, t.pence)
	}
	return nil
}

func (t *trade) address() map[string]any {
	name := "Guest " + t.number
	if t.customer != "" {
		name = "Customer " + t.customer
	}
	return map[string]any{
		"name": name, "phone": fmt.Sprintf("138%08d", hash(name)%100_000_000),
		"region": t.country, "street": "1 Retail Road",
	}
}

// started is what startPayment tells.
type started struct {
	Payment *struct {
		Status       string
		ClientParams []struct{ Name, Value string }
	}
}

// pay starts a payment, pays it at the channel and waits until the server knows.
func (r *replay) pay(ctx context.Context, who user, t *trade) error {
	defer r.lap.start(Pay)()
	var page string
	err := r.client.until(ctx, "the channel takes a payment", func() (bool, error) {
		p, err := mutate[started](ctx, r.client, who, wish{
			mutation: "startPayment", key: r.key(t.number, "pay"),
			want:  "payment { status clientParams { name value } }",
			input: map[string]any{"order": t.order, "channel": "SANDBOX"},
		})
		var refused *Refused
		if errors.As(err, &refused) && refused.Code == "CHANNEL_PENDING" {
			return false, nil
		}
		if err != nil || p.Payment == nil {
			return true, err
		}
		for _, param := range p.Payment.ClientParams {
			if param.Name == "pay_url" {
				page = param.Value
			}
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	if page != "" { // otherwise it was paid before
		if err := r.atChannel(ctx, page); err != nil {
			return err
		}
	}
	return r.client.until(ctx, "the server hears of the payment", func() (bool, error) {
		var answer struct{ Node struct{ Status string } }
		err := r.client.do(ctx, who, operation{
			Query:     "query($id: ID!) { node(id: $id) { ... on Order { status } } }",
			Variables: map[string]any{"id": t.order},
		}, &answer)
		t.status = answer.Node.Status
		return t.status != pendingPayment, err
	})
}

// atChannel does what the buyer does on the channel's page. A conflict means that it was done
// before.
func (r *replay) atChannel(ctx context.Context, page string) error {
	return r.client.insist(ctx, func() error {
		status, answer, err := r.client.send(ctx, http.MethodPost, page, "", nil, callLimit)
		if err == nil && status != http.StatusNoContent && status != http.StatusConflict {
			err = fmt.Errorf("the channel answers %d: %s", status, answer)
		}
		return err
	})
}

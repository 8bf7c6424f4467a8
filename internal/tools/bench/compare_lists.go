package bench

import (
	"context"
	"encoding/json"
	"fmt"
)

// compareLists reads every kind of list on both sides and fails when they differ.
func (e *environment) compareLists(ctx context.Context) error {
	for _, l := range []struct {
		token string
		plain func(ctx context.Context, of int) ([]byte, error)
	}{{e.client.buyers[0], e.plain.ofBuyer}, {e.client.staff[0], e.plain.ofShop}} {
		body, err := e.client.list(ctx, l.token)
		if err != nil {
			return err
		}
		var page apiPage
		if err := json.Unmarshal(body, &page); err != nil {
			return err
		}
		if body, err = l.plain(ctx, 0); err != nil {
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
	return nil
}

// contents is what two lists of the same orders have in common.
type contents struct {
	Orders, Subs, Items   int
	Payable, OfSubs, Each int64
	More                  bool
}

type payableAmount struct{ Payable struct{ Amount int64 } }

// apiPage is the response to listQuery.
type apiPage struct {
	Orders struct {
		Edges []struct {
			Node struct {
				Price     payableAmount
				SubOrders []struct {
					Price payableAmount
					Items []payableAmount
				}
			}
		}
		PageInfo struct{ HasNextPage bool }
	}
}

func (p apiPage) contents() (c contents) {
	c.Orders, c.More = len(p.Orders.Edges), p.Orders.PageInfo.HasNextPage
	for _, edge := range p.Orders.Edges {
		c.Payable += edge.Node.Price.Payable.Amount
		c.Subs += len(edge.Node.SubOrders)
		for _, s := range edge.Node.SubOrders {
			c.OfSubs += s.Price.Payable.Amount
			c.Items += len(s.Items)
			for _, i := range s.Items {
				c.Each += i.Payable.Amount
			}
		}
	}
	return c
}

func (p plainPage) contents() (c contents) {
	c.Orders, c.More = len(p.Orders), p.HasNextPage
	for _, o := range p.Orders {
		c.Payable += o.Payable
		c.Subs += len(o.SubOrders)
		for _, s := range o.SubOrders {
			c.OfSubs += s.Payable
			c.Items += len(s.Items)
			for _, i := range s.Items {
				c.Each += i.Payable
			}
		}
	}
	return c
}

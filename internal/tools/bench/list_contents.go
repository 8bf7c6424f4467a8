package bench

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

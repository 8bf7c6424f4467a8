package graph_test

import (
	"time"

	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// evidence is a link that may be shown.
const evidence = "https://images.example/broken.jpg"

// request asks for one unit of the part.
func (p part) request(kind string) vars {
	return vars{"subOrder": p.sub, "kind": kind, "reason": "NOT_WANTED", "lines": p.lines(1)}
}

// offer is a refund of half of what one unit is worth.
func (p part) offer(request string) vars {
	line := p.lines(1)[0]
	line["amount"] = 1000
	return vars{"afterSale": request, "kind": "REFUND_ONLY", "lines": []vars{line}}
}

func of(request string) vars { return vars{"afterSale": request} }

// asked opens a request of the buyer.
func (c *cast) asked(p part, kind string) string {
	c.Helper()
	return c.id(c.buyer, "requestAfterSale", p.request(kind), "afterSale")
}

func (c *cast) rejected(p part) string {
	c.Helper()
	id := c.asked(p, "REFUND_ONLY")
	c.done(c.merchant, "rejectAfterSale", vars{"afterSale": id, "reason": "NO_EVIDENCE"}, "")
	return id
}

func (c *cast) offered(p part) string {
	c.Helper()
	id := c.asked(p, "REFUND_ONLY")
	c.done(c.merchant, "proposeAfterSale", p.offer(id), "")
	return id
}

// approved opens a request about received goods, to which the shop agrees.
func (c *cast) approved(kind string) (string, part) {
	c.Helper()
	p := c.received()
	id := c.asked(p, kind)
	c.done(c.merchant, "approveAfterSale", of(id), "")
	return id, p
}

func (c *cast) toReturn() string { id, _ := c.approved("RETURN_AND_REFUND"); return id }

func (c *cast) toReship() string { id, _ := c.approved("RESHIP"); return id }

func (c *cast) sentBack() (string, part) {
	c.Helper()
	id, p := c.approved("RETURN_AND_REFUND")
	label := c.label("")
	delete(label, "shipment")
	label["afterSale"] = id
	c.done(c.buyer, "submitReturnShipment", label, "")
	return id, p
}

// overdueReship is a request of which the shop has not sent the goods in time.
func (c *cast) overdueReship() string {
	c.Helper()
	id := c.toReship()
	row, err := globalid.Parse(id)
	if err != nil {
		c.Fatal(err)
	}
	c.db.Client.AfterSale.UpdateOneID(row).SetDueAt(time.Unix(0, 0).UTC()).ExecX(c.Context())
	return id
}

// notIntercepted is a request about a parcel that its courier did not bring back.
func (c *cast) notIntercepted() string {
	c.Helper()
	in := c.shipped().request("REFUND_ONLY")
	in["way"] = "INTERCEPTION"
	id := c.id(c.buyer, "requestAfterSale", in, "afterSale")
	c.done(c.merchant, "approveAfterSale", of(id), "")
	for _, i := range c.db.Client.Interception.Query().AllX(c.Context()) {
		if i.Status == vocab.InterceptionRequested {
			if err := c.parcels.RunInterception(c.Context(), i.ID); err != nil {
				c.Fatal(err)
			}
		}
	}
	return id
}

// lacking is a shortage of one unit.
func (c *cast) lacking() string {
	c.Helper()
	p := c.paid()
	r := c.done(c.hand, "reportShortage", vars{"subOrder": p.sub, "lines": p.lines(1)},
		"shortages { id }")
	id, _ := r.at("reportShortage", "shortages", 0, "id").(string)
	return id
}

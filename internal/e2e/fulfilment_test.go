package e2e_test

import (
	"io"
	"net/http"
	"time"

	sandbox "orderflow/internal/sandbox/pay"
)

// staff are the users of a shop.
type staff struct{ merchant, warehouse *user }

func (m *catalogue) staff(s *server) staff {
	return staff{s.user("MERCHANT", "mei", m.shop), s.user("WAREHOUSE", "wu", m.shop)}
}

const fulfilmentQuery = `query($id: ID!) { node(id: $id) { ... on Order {
	status closeReason
	subOrders { id status warehouse { id } address { street } availableActions awaitingReview
		deadlines { kind dueAt }
		items { id quantity shippedQuantity refundedQuantity sku { id } } }
	shipments { id number stage carrierStage needsMerchant deliveredAt trackingStaleSince
		tracking { occurredAt stage correction text } items { quantity } }
	addressChanges { shop { id } status reason }
	timeline { sequence type actor { role } }
} } }`

func (u *user) fulfilment(s *server, order string) fields {
	u.t.Helper()
	return u.do(s, fulfilmentQuery, fields{"id": order})["node"].(fields)
}

// paid places and pays an order and returns it when it is to be shipped.
func (sys *system) paid(s *server, u *user, lines []fields) string {
	sys.t.Helper()
	order := u.place(s, lines)
	sys.pay(u.startPayment(s, order), sandbox.Payment{})
	u.settles(s, order, "AWAITING_SHIPMENT")
	return order
}

// create makes a parcel of units of lines and returns its id.
func (st staff) create(s *server, lines ...fields) string {
	st.warehouse.t.Helper()
	return str(must(st.warehouse.t, st.warehouse.mutate(s, "createShipment",
		fields{"lines": lines}, "shipment { id }")), "shipment", "id")
}

func units(item string, quantity int64) fields {
	return fields{"item": item, "quantity": quantity}
}

// handOver takes a parcel through the warehouse and gives it to the courier.
func (st staff) handOver(s *server, parcel, number string) {
	t := st.warehouse.t
	t.Helper()
	for _, step := range []string{"printPickList", "startPicking", "pack"} {
		must(t, st.warehouse.mutate(s, step, fields{"shipment": parcel}, "shipment { stage }"))
	}
	must(t, st.warehouse.mutate(s, "handOver", fields{"shipment": parcel, "carrier": "SANDBOX",
		"trackingNumber": number}, "shipment { stage }"))
}

// sendParcel is create and handOver.
func (st staff) sendParcel(s *server, number string, lines ...fields) (parcel string) {
	st.warehouse.t.Helper()
	parcel = st.create(s, lines...)
	st.handOver(s, parcel, number)
	return parcel
}

// ship ships a whole sub-order by one call and returns its parcel.
func (st staff) ship(s *server, sub, number string) (parcel string) {
	t := st.merchant.t
	t.Helper()
	p := must(t, st.merchant.mutate(s, "shipOrders", fields{"entries": []fields{{"subOrder": sub,
		"carrier": "SANDBOX", "trackingNumber": number}}},
		"results { shipment { id } userErrors { code message } }"))
	must(t, at(p, "results", 0).(fields))
	return str(p, "results", 0, "shipment", "id")
}

// pickListAt is the address of a parcel's pick list; empty for those who may not fetch it.
func (u *user) pickListAt(s *server, parcel string) string {
	u.t.Helper()
	return str(u.do(s, "query($ids: [ID!]!) { pickListUrl(shipments: $ids) }",
		fields{"ids": []string{parcel}}), "pickListUrl")
}

// pickList fetches the page.
func (u *user) pickList(s *server, parcel string) string {
	u.t.Helper()
	res, err := client.Get(s.url + u.pickListAt(s, parcel))
	if err != nil {
		u.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		u.t.Fatalf("%s %v %s", res.Status, err, page)
	}
	return string(page)
}

// findItem finds the sub-order of an order that has a sku, and its line; with several, the first.
func findItem(order fields, sku string) (sub, item fields) {
	for _, s := range order["subOrders"].([]any) {
		for _, it := range at(s, "items").([]any) {
			if str(it, "sku", "id") == sku {
				return s.(fields), it.(fields)
			}
		}
	}
	return nil, nil
}

// parcel reads a parcel as the user sees it.
func (u *user) parcel(s *server, id string) fields {
	u.t.Helper()
	found, _ := u.do(s, `query($id: ID!) { node(id: $id) { ... on Shipment { carrierStage
		needsMerchant deliveredAt trackingStaleSince items { quantity }
		tracking { occurredAt stage correction text } } } }`,
		fields{"id": id})["node"].(fields)
	return found
}

// due is when a deadline of a sub-order ends, or the zero time.
func (u *user) due(s *server, sub, kind string) (at time.Time) {
	u.t.Helper()
	found := u.do(s, `query($id: ID!) { node(id: $id) { ... on SubOrder {
		deadlines { kind dueAt } } } }`, fields{"id": sub})["node"].(fields)
	for _, d := range found["deadlines"].([]any) {
		if str(d, "kind") == kind {
			at, _ = time.Parse(time.RFC3339Nano, str(d, "dueAt"))
		}
	}
	return at
}

// count is the totalCount of a query that is named so.
func (u *user) count(s *server, connection, filter string) int64 {
	u.t.Helper()
	return num(u.do(s, "{ c: "+connection+"(filter: {"+filter+"}) { totalCount } }", nil),
		"c", "totalCount")
}

// happened counts the events of a type in an order's timeline.
func happened(order fields, event string) (n int) {
	for _, e := range order["timeline"].([]any) {
		if str(e, "type") == event {
			n++
		}
	}
	return n
}

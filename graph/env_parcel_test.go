package graph_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/verify"
)

// later moves business time through the API and does what is due then.
func (e *env) later(by time.Duration) {
	e.Helper()
	e.mutateOK(e.platform, "advanceClock", vars{"seconds": int64(by / time.Second)}, "now")
	for e.runOnce() > 0 {
	}
}

// runOnce does what is due now and returns how many rows that were.
func (e *env) runOnce() (n int) {
	e.Helper()
	for _, job := range []struct {
		due store.Due
		run func(context.Context, globalid.ID) error
	}{
		{aftersale.Due, e.deps.AfterSales.RunDue},
		{payment.RefundsDue, e.payments.RunRefund},
		{shipment.InterceptionsDue, e.shipments.RunInterception},
		{shipment.TrackingDue, e.shipments.RunTracking},
		{order.Due, e.deps.Orders.RunDue},
	} {
		ids, err := e.db.Take(e.Context(), job.due, 100)
		if err != nil {
			e.Fatal(err)
		}
		for _, id := range ids {
			if err := job.run(e.Context(), id); err != nil {
				e.Fatal(err)
			}
		}
		n += len(ids)
	}
	return n
}

// verify fails the test unless every invariant of the database holds.
func (e *env) verify() {
	e.Helper()
	report, err := verify.Run(e.Context(), e.db, e.keys, nil)
	if err != nil {
		e.Fatal(err)
	}
	for _, c := range report.Checks {
		for _, v := range c.Violations {
			e.Errorf("%s: %s %s", c.Name, v.ID, v.Detail)
		}
	}
}

// now is business time.
func (e *env) now() time.Time {
	e.Helper()
	now, err := e.db.Now(e.Context())
	if err != nil {
		e.Fatal(err)
	}
	return now
}

// sent is an order of three units in one parcel, which goes by a carrier that nobody is asked
// about.
type sent struct {
	placedOrder
	parcel string
}

func (e *env) sentOrder() (s sent) {
	e.Helper()
	s.placedOrder = e.paidOrder()
	s.parcel = e.newParcel(s.placedOrder, 3, 4)
	return s
}

// report notes as the shop's warehouse what became of a parcel now.
func (e *env) report(parcel, stage string) {
	e.Helper()
	e.mutateOK(e.picker, "reportTracking", vars{"shipment": parcel, "stage": stage}, "")
}

// wantNode expects the values of fields of an object, by how they print.
func (e *env) wantNode(id, typ string, want map[string]any) {
	e.Helper()
	for field, value := range want {
		r := e.must(e.support, fmt.Sprintf("query($id: ID!) { node(id: $id) { ... on %s { %s } } }",
			typ, field), vars{"id": id})
		name, _, _ := strings.Cut(field, " ")
		e.expect(r, fmt.Sprint(value), "node", name)
	}
}

func (e *env) wantTrade(s placedOrder, status string) {
	e.Helper()
	e.wantNode(s.sub, "SubOrder", map[string]any{"status": status})
}

func (e *env) wantRequest(id, status string) {
	e.Helper()
	e.wantNode(id, "AfterSale", map[string]any{"status": status})
}

// systemRequest is the only request about a sub-order.
func (e *env) systemRequest(s placedOrder) string {
	e.Helper()
	r := e.must(e.merchant, `query($s: ID!) { afterSales(filter: {subOrder: $s}) {
		edges { node { id } } } }`, vars{"s": s.sub})
	id, _ := r.at("afterSales", "edges", 0, "node", "id").(string)
	if id == "" {
		e.Fatalf("no request: %s", r.raw)
	}
	return id
}

// request asks for all units of a sent order.
func (e *env) request(s sent, kind, way string) string {
	e.Helper()
	in := s.requestInput(kind)
	in["lines"] = s.lines(3)
	if way != "" {
		in["way"] = way
	}
	id := e.mutateID(e.buyer, "requestAfterSale", in, "afterSale")
	e.mutateOK(e.merchant, "approveAfterSale", afterSaleInput(id), "")
	return id
}

// reshipped makes the parcel of what a request sends again.
func (e *env) reshipped(request string) (parcel string) {
	e.Helper()
	r := e.mutateOK(e.picker, "reshipAfterSale", afterSaleInput(request),
		"afterSale { parcels { id } }")
	parcel, _ = r.at("reshipAfterSale", "afterSale", "parcels", 0, "id").(string)
	return parcel
}

// leftOf is the time until the deadline of a request.
func (e *env) leftOf(request string) time.Duration {
	e.Helper()
	r := e.must(e.support, `query($id: ID!) { node(id: $id) { ... on AfterSale {
		deadlines { dueAt } } } }`, vars{"id": request})
	text, _ := r.at("node", "deadlines", 0, "dueAt").(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		e.Fatalf("no deadline: %s", r.raw)
	}
	return at.Sub(e.now())
}

// confirmReturned says that all units of a request came back well.
func (e *env) confirmReturned(id string, s sent, units int) {
	e.Helper()
	e.mutateOK(e.picker, "confirmReturn", vars{"afterSale": id,
		"lines": []vars{{"item": s.item, "good": units}}}, "")
	for e.runOnce() > 0 {
	}
}

// actions are what somebody may do with an object.
func (e *env) actions(token, id, typ string) string {
	e.Helper()
	r := e.must(token, "query($id: ID!) { node(id: $id) { ... on "+typ+
		" { availableActions } } }", vars{"id": id})
	return fmt.Sprint(r.at("node", "availableActions"))
}

// stockOf is what the warehouse of orders has of the sku: there and reserved.
func (e *env) stockOf() string {
	e.Helper()
	r := e.must(e.merchant, `query($w: ID!) { stock(filter: {warehouse: $w}) {
		edges { node { onHand reserved } } } }`, vars{"w": e.warehouse})
	return fmt.Sprint(r.at("stock", "edges", 0, "node"))
}

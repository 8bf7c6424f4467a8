package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const dealQuery = `query($id: ID!) { node(id: $id) { ... on Order {
	status closeReason availableActions
	balance { paid { amount } refunded { amount } held { amount } refundable { amount } }
	subOrders { id status closeReason openRequests warehouse { id } deadlines { kind dueAt }
		items { id quantity shippedQuantity refundedQuantity returnedQuantity sku { id } } }
	payments { id verdict }
	refunds { id status trigger failure availableActions amount { amount } }
	afterSales { id status splitFromId openedBy }
	shortages { id status }
	shipments { id purpose stage stopped availableActions }
	timeline { type }
} } }`

// view is the order as its buyer sees it.
func (d *deal) view() fields {
	d.Helper()
	return d.buyer.do(d.server, dealQuery, fields{"id": d.order})["node"].(fields)
}

const requestQuery = `query($id: ID!) { now node(id: $id) { ... on AfterSale {
	status kind goods way openedBy reason trigger liable rejection returnAddress
	amount { amount } freight { amount } availableActions deadlines { kind dueAt }
	lines { quantity goodQuantity damagedQuantity amount { amount } }
	proposal { kind } messages { kind author { role } }
	parcels { id purpose stage items { quantity } } interceptions { status }
} } }`

// requestAs is the request as a user sees it; nil for those who do not.
func (d *deal) requestAs(by *user) fields {
	d.Helper()
	found, _ := by.do(d.server, requestQuery, fields{"id": d.request})["node"].(fields)
	return found
}

// awaitStatus waits until the request has that status. Unless it is empty, the deadline runs out in
// that time; business time goes on meanwhile.
func (d *deal) awaitStatus(status, deadline string, in time.Duration) fields {
	d.Helper()
	var all fields
	d.sys.until("the request is "+status, func() bool {
		all = d.buyer.do(d.server, requestQuery, fields{"id": d.request})
		return str(all, "node", "status") == status
	})
	found := all["node"].(fields)
	deadlines := found["deadlines"].([]any)
	if deadline == "" {
		if len(deadlines) != 0 {
			d.Errorf("%s, and %v runs", status, deadlines)
		}
		return found
	}
	if len(deadlines) != 1 || str(deadlines[0], "kind") != deadline ||
		!near(timeBetween(all["now"], at(deadlines[0], "dueAt")), in) {
		d.Errorf("%s, and at %v runs %v, want %s in %v", status, all["now"], deadlines, deadline, in)
	}
	return found
}

// timeBetween is the time between two times of responses.
func timeBetween(now, then any) time.Duration {
	a, _ := time.Parse(time.RFC3339Nano, now.(string))
	b, _ := time.Parse(time.RFC3339Nano, then.(string))
	return b.Sub(a)
}

// near allows for business time that passes during a test.
func near(got, want time.Duration) bool {
	return got <= want && got > want-10*time.Minute
}

// expectActions compares everything that a user can do to the request now.
func (d *deal) expectActions(who *user, want string) {
	d.Helper()
	if got := sortedActions(d.requestAs(who)["availableActions"]); got != want {
		d.Errorf("the request can be %q, want %q", got, want)
	}
}

// balance is where the money of the deal is, in minor units.
type balance struct{ paid, refunded, held, refundable int64 }

func (d *deal) balance() balance {
	d.Helper()
	b := d.view()["balance"]
	return balance{num(b, "paid", "amount"), num(b, "refunded", "amount"), num(b, "held", "amount"),
		num(b, "refundable", "amount")}
}

// stockMovements are the changes of the deal's stock since it was paid, the southern warehouse
// first: where, why, how many more on hand and how many more reserved.
func (d *deal) stockMovements() string {
	d.Helper()
	begun := []string{fmt.Sprintf("S ADJUSTED %+d +0", dealStock),
		fmt.Sprintf("S RESERVED +0 %+d", dealUnits)}
	south := d.movementsAt(d.catalogue.south)
	if len(south) < 2 || !slices.Equal(south[:2], begun) {
		d.Fatalf("the stock began with %v", south)
	}
	return strings.Join(append(south[2:], d.movementsAt(d.catalogue.north)...), ", ")
}

func (d *deal) movementsAt(warehouse string) (all []string) {
	d.Helper()
	const query = `query($sku: ID!, $at: ID!) { stock(filter: {sku: $sku, warehouse: $at}) {
		edges { node { id warehouse { code } } } } }`
	row := at(d.platform.do(d.server, query, fields{"sku": d.sku, "at": warehouse}),
		"stock", "edges", 0, "node")
	if row == nil {
		return nil
	}
	found := d.platform.do(d.server, `query($id: ID!) { m: stockMovements(
		filter: {stock: $id}, orderBy: {field: CREATED_AT, direction: ASC}, first: 50) {
		edges { node { cause onHandDelta reservedDelta } } } }`, fields{"id": str(row, "id")})
	for _, edge := range at(found, "m", "edges").([]any) {
		all = append(all, fmt.Sprintf("%s %s %+d %+d", str(row, "warehouse", "code"),
			str(edge, "node", "cause"), num(edge, "node", "onHandDelta"),
			num(edge, "node", "reservedDelta")))
	}
	return all
}

// sortedActions lists actions in order, without those that change nothing.
func sortedActions(actions any) string {
	var all []string
	for _, action := range actions.([]any) {
		switch action {
		case "ADD_MESSAGE", "ADD_MEMO", "EXTEND_DEADLINE":
		default:
			all = append(all, action.(string))
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// eventNames are the events of the order's timeline about requests, about interceptions in
// brackets, and about shortages.
func (d *deal) eventNames() string {
	d.Helper()
	var all []string
	for _, e := range d.view()["timeline"].([]any) {
		name := str(e, "type")
		if short, ok := strings.CutPrefix(name, "AFTER_SALE_"); ok {
			all = append(all, short)
		} else if short, ok := strings.CutPrefix(name, "INTERCEPTION_"); ok {
			all = append(all, "("+short+")")
		} else if strings.HasPrefix(name, "SHORTAGE_") {
			all = append(all, name)
		}
	}
	return strings.Join(all, " ")
}

// outcome is how a deal ends.
type outcome struct {
	order, sub, reason string // statuses; why it was closed
	refunds            []int64
	trigger            string // of the refunds
	events             string
	movements          string
}

// expect waits until all refunds have succeeded and compares the deal with its outcome. Nothing
// is held any more, and the channel has exactly what was not refunded.
func (d *deal) expect(want outcome) {
	d.Helper()
	d.buyer.settles(d.server, d.order, want.order)
	refunds := d.buyer.waitForRefunds(d.server, d.order, len(want.refunds))
	found := d.view()
	sub, _ := findItem(found, d.sku)
	if str(sub, "status") != want.sub || str(found, "closeReason") != want.reason ||
		num(sub, "openRequests") != 0 {
		d.Errorf("%v, sub-order %v, want %v", found["closeReason"], sub, want)
	}
	var sum int64
	var got []int64
	for _, r := range refunds {
		got = append(got, num(r, "amount", "amount"))
		sum += num(r, "amount", "amount")
		if str(r, "trigger") != want.trigger {
			d.Errorf("refunded because of %s, want %s", str(r, "trigger"), want.trigger)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want.refunds) {
		d.Errorf("refunded %v, want %v", got, want.refunds)
	}
	if b := d.balance(); b != (balance{dealPaid, sum, 0, dealPaid - sum}) {
		d.Errorf("refunded %d, the balance is %+v", sum, b)
	}
	if events := d.eventNames(); events != want.events {
		d.Errorf("events %s\nwant   %s", events, want.events)
	}
	if movements := d.stockMovements(); movements != want.movements {
		d.Errorf("moved %s\nwant  %s", movements, want.movements)
	}
	d.waitForMoney(dealPaid - sum)
}

// waitForMoney waits until the channel has that much of the deal's money.
func (d *deal) waitForMoney(amount int64) {
	d.Helper()
	d.sys.until("the channel has what it should", func() bool {
		ledger, err := d.sys.peer.Ledger(d.Context())
		if err != nil {
			d.Fatal(err)
		}
		charge := ledger.Charge(d.payment)
		return charge.Paid-charge.Refunded == amount
	})
}

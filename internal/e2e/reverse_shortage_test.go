package e2e_test

import (
	"testing"
	"time"
)

// TestReverseShortage lets units be missing at packing.
func TestReverseShortage(t *testing.T) {
	reverse(t, []row{
		{name: "the buyer takes the money", run: (*deal).shortRefunded},
		{name: "the buyer waits for a transfer", run: (*deal).shortTransferred},
		{name: "a transfer brings less", run: (*deal).shortAgain},
		{name: "another warehouse sends them", run: (*deal).shortElsewhere},
		{name: "the shop offers nothing", run: (*deal).shortWithoutOffer},
		{name: "the buyer does not choose", run: (*deal).shortWithoutChoice},
		{name: "nothing is there", run: (*deal).shortOfAll},
	})
}

// lacks reports units missing and returns the shortage.
func (d *deal) lacks(units int64) (shortage string) {
	d.Helper()
	p := must(d.T, d.st.warehouse.mutate(d.server, "reportShortage", fields{"subOrder": d.sub,
		"lines": []fields{{"item": d.item, "quantity": units}}}, "shortages { id cause quantity }"))
	if str(p, "shortages", 0, "cause") != "PACKING" || num(p, "shortages", 0, "quantity") != units {
		d.Errorf("reported %v", p)
	}
	shortage = str(p, "shortages", 0, "id")
	d.shortIs(shortage, "OPEN", "SHORTAGE_OFFER")
	return shortage
}

// shortIs waits until a shortage has that status. Unless it is empty, the deadline runs for a day.
func (d *deal) shortIs(shortage, status, deadline string) {
	d.Helper()
	var all fields
	d.sys.until("the shortage is "+status, func() bool {
		all = d.buyer.do(d.server, `query($id: ID!) { now node(id: $id) { ... on Shortage {
			status deadlines { kind dueAt } } } }`, fields{"id": shortage})
		return str(all, "node", "status") == status
	})
	running := at(all, "node", "deadlines").([]any)
	if deadline == "" && len(running) == 0 {
		return
	}
	if len(running) != 1 || str(running[0], "kind") != deadline ||
		!near(until(all["now"], at(running[0], "dueAt")), day) {
		d.Errorf("%s, and at %v runs %v, want %s in a day", status, all["now"], running, deadline)
	}
}

// mayShort tells everything that somebody can do to a shortage now.
func (d *deal) mayShort(who *user, shortage, want string) {
	d.Helper()
	found := who.do(d.server, `query($id: ID!) { node(id: $id) { ... on Shortage {
		availableActions } } }`, fields{"id": shortage})
	if got := can(at(found, "node", "availableActions")); got != want {
		d.Errorf("the shortage can be %q, want %q", got, want)
	}
}

func (d *deal) offers(shortage, option string) {
	d.Helper()
	in := fields{"shortage": shortage, "options": []string{option}}
	if option != "REFUND" {
		in["warehouse"] = d.market.north
	}
	must(d.T, d.st.merchant.mutate(d.server, "offerShortageOptions", in, "shortage { status }"))
	d.shortIs(shortage, "OFFERED", "SHORTAGE_CHOICE")
}

func (d *deal) answers(shortage, choice string) {
	d.Helper()
	must(d.T, d.buyer.mutate(d.server, "answerShortage",
		fields{"shortage": shortage, "choice": choice}, "shortage { status }"))
}

func (d *deal) shortRefunded() {
	shortage := d.lacks(2)
	in := d.wants("REFUND_ONLY", "NOT_WANTED", 2)
	if p := d.buyer.mutate(d.server, "requestAfterSale", in, "afterSale { id }"); code(p) !=
		"LIMIT_EXCEEDED" {
		d.Errorf("missing units are asked for: %v", p)
	}
	d.mayShort(d.buyer, shortage, "REQUEST_REFUND")
	d.mayShort(d.st.merchant, shortage, "OFFER REQUEST_REFUND")
	d.offers(shortage, "REFUND")
	d.mayShort(d.buyer, shortage, "CHOOSE_REFUND REQUEST_REFUND")
	d.answers(shortage, "REFUND")
	d.shortIs(shortage, "REFUNDED", "")
	d.mayShort(d.buyer, shortage, "")
	d.ship()
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "SHORTAGE",
		told:  "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		moved: "S LACKING -2 -2, S SHIPPED -1 -1"})
}

// waits lets the buyer choose the transfer, which is sent.
func (d *deal) waits(shortage string) (transfer fields) {
	d.Helper()
	d.market.stock(d.server, d.sku, d.market.north, 2)
	d.offers(shortage, "TRANSFER")
	d.mayShort(d.buyer, shortage, "CHOOSE_REFUND CHOOSE_TRANSFER REQUEST_REFUND")
	d.answers(shortage, "TRANSFER")
	d.shortIs(shortage, "WAITING", "")
	found := d.st.warehouse.do(d.server, `query($order: ID!) { stockTransfers(
		filter: {order: $order}) { edges { node { id quantity } } } }`, fields{"order": d.order})
	transfer = fields{"transfer": str(found, "stockTransfers", "edges", 0, "node", "id")}
	must(d.T, d.st.warehouse.mutate(d.server, "shipTransfer", transfer, "transfer { status }"))
	return transfer
}

func (d *deal) shortTransferred() {
	shortage := d.lacks(2)
	transfer := d.waits(shortage)
	transfer["quantity"] = 2
	must(d.T, d.st.warehouse.mutate(d.server, "receiveTransfer", transfer, "transfer { status }"))
	d.shortIs(shortage, "RESOLVED", "")
	d.ship()
	d.ends(end{order: "SHIPPED", sub: "SHIPPED",
		told: "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_WAITING SHORTAGE_RESOLVED",
		moved: "S LACKING -2 -2, S TRANSFER_IN +2 +2, S SHIPPED -1 -1, S SHIPPED -2 -2, " +
			"N ADJUSTED +2 +0, N RESERVED +0 +2, N TRANSFER_OUT -2 -2"})
}

func (d *deal) shortAgain() {
	shortage := d.lacks(2)
	transfer := d.waits(shortage)
	transfer["quantity"], transfer["last"] = 1, true
	must(d.T, d.st.warehouse.mutate(d.server, "receiveTransfer", transfer, "transfer { status }"))
	d.shortIs(shortage, "OPEN", "SHORTAGE_OFFER")
	must(d.T, d.st.merchant.mutate(d.server, "refundShortage", fields{"shortage": shortage},
		"shortage { status }"))
	d.shortIs(shortage, "REFUNDED", "")
	d.ship()
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "SHORTAGE",
		told: "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_WAITING SHORTAGE_REPORTED " +
			"SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		moved: "S LACKING -2 -2, S TRANSFER_IN +1 +1, S SHIPPED -1 -1, S SHIPPED -1 -1, " +
			"N ADJUSTED +2 +0, N RESERVED +0 +2, N TRANSFER_OUT -2 -2"})
}

func (d *deal) shortElsewhere() {
	shortage := d.lacks(2)
	d.market.stock(d.server, d.sku, d.market.north, 2)
	d.offers(shortage, "OTHER_WAREHOUSE")
	d.mayShort(d.buyer, shortage, "CHOOSE_REFUND CHOOSE_WAREHOUSE REQUEST_REFUND")
	d.answers(shortage, "OTHER_WAREHOUSE")
	d.shortIs(shortage, "RESOLVED", "")
	d.ship()
	var other fields
	for _, sub := range d.see()["subOrders"].([]any) {
		if str(sub, "warehouse", "id") == d.market.north {
			other = sub.(fields)
		}
	}
	if other == nil || num(other, "items", 0, "quantity") != 2 {
		d.Fatalf("the north sends %v", other)
	}
	d.st.ship(d.server, str(other, "id"), d.number+"N")
	d.ends(end{order: "SHIPPED", sub: "SHIPPED",
		told: "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_RESOLVED",
		moved: "S LACKING -2 -2, S SHIPPED -1 -1, " +
			"N ADJUSTED +2 +0, N RESERVED +0 +2, N SHIPPED -2 -2"})
}

func (d *deal) shortWithoutOffer() {
	shortage := d.lacks(2)
	d.passes(day + time.Minute)
	d.shortIs(shortage, "REFUNDED", "")
	d.ship()
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "SHORTAGE",
		told:  "SHORTAGE_REPORTED SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		moved: "S LACKING -2 -2, S SHIPPED -1 -1"})
}

func (d *deal) shortWithoutChoice() {
	d.market.stock(d.server, d.sku, d.market.north, 2)
	shortage := d.lacks(2)
	d.offers(shortage, "OTHER_WAREHOUSE")
	d.passes(day + time.Minute)
	d.shortIs(shortage, "REFUNDED", "")
	d.ship()
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "SHORTAGE",
		told:  "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		moved: "S LACKING -2 -2, S SHIPPED -1 -1, N ADJUSTED +2 +0"})
}

// shortOfAll closes the trade, with the freight.
func (d *deal) shortOfAll() {
	shortage := d.lacks(3)
	d.offers(shortage, "REFUND")
	d.answers(shortage, "REFUND")
	d.shortIs(shortage, "REFUNDED", "")
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "OUT_OF_STOCK", refunds: []int64{dealPaid},
		trigger: "SHORTAGE",
		told:    "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		moved:   "S LACKING -3 -3"})
}

package e2e_test

import (
	"testing"
	"time"
)

// TestReverseShortage: units are missing at packing.
func TestReverseShortage(t *testing.T) {
	reverse(t, []scenario{
		{name: "the buyer takes the money", run: (*deal).shortRefunded},
		{name: "the buyer waits for a transfer", run: (*deal).shortTransferred},
		{name: "a transfer brings less", run: (*deal).shortAgain},
		{name: "another warehouse sends them", run: (*deal).shortElsewhere},
		{name: "the shop offers nothing", run: (*deal).shortWithoutOffer},
		{name: "the buyer does not choose", run: (*deal).shortWithoutChoice},
		{name: "nothing is there", run: (*deal).shortOfAll},
	})
}

// reportShortage reports units missing and returns the shortage.
func (d *deal) reportShortage(units int64) (shortage string) {
	d.Helper()
	p := must(d.T, d.st.warehouse.mutate(d.server, "reportShortage", fields{"subOrder": d.sub,
		"lines": []fields{{"item": d.item, "quantity": units}}}, "shortages { id cause quantity }"))
	if str(p, "shortages", 0, "cause") != "PACKING" || num(p, "shortages", 0, "quantity") != units {
		d.Errorf("reported %v", p)
	}
	shortage = str(p, "shortages", 0, "id")
	d.waitForShortage(shortage, "OPEN", "SHORTAGE_OFFER")
	return shortage
}

// waitForShortage waits until a shortage has that status. Unless it is empty, the deadline runs for
// a day.
func (d *deal) waitForShortage(shortage, status, deadline string) {
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
		!near(timeBetween(all["now"], at(running[0], "dueAt")), day) {
		d.Errorf("%s, and at %v runs %v, want %s in a day", status, all["now"], running, deadline)
	}
}

// expectShortageActions compares everything that a user can do to a shortage now.
func (d *deal) expectShortageActions(who *user, shortage, want string) {
	d.Helper()
	found := who.do(d.server, `query($id: ID!) { node(id: $id) { ... on Shortage {
		availableActions } } }`, fields{"id": shortage})
	if got := sortedActions(at(found, "node", "availableActions")); got != want {
		d.Errorf("the shortage can be %q, want %q", got, want)
	}
}

func (d *deal) offer(shortage, option string) {
	d.Helper()
	in := fields{"shortage": shortage, "options": []string{option}}
	if option != "REFUND" {
		in["warehouse"] = d.catalogue.north
	}
	must(d.T, d.st.merchant.mutate(d.server, "offerShortageOptions", in, "shortage { status }"))
	d.waitForShortage(shortage, "OFFERED", "SHORTAGE_CHOICE")
}

func (d *deal) choose(shortage, choice string) {
	d.Helper()
	must(d.T, d.buyer.mutate(d.server, "answerShortage",
		fields{"shortage": shortage, "choice": choice}, "shortage { status }"))
}

func (d *deal) shortRefunded() {
	shortage := d.reportShortage(2)
	in := d.requestInput("REFUND_ONLY", "NOT_WANTED", 2)
	if p := d.buyer.mutate(d.server, "requestAfterSale", in, "afterSale { id }"); code(p) !=
		"LIMIT_EXCEEDED" {
		d.Errorf("missing units are requested: %v", p)
	}
	d.expectShortageActions(d.buyer, shortage, "REQUEST_REFUND")
	d.expectShortageActions(d.st.merchant, shortage, "OFFER REQUEST_REFUND")
	d.offer(shortage, "REFUND")
	d.expectShortageActions(d.buyer, shortage, "CHOOSE_REFUND REQUEST_REFUND")
	d.choose(shortage, "REFUND")
	d.waitForShortage(shortage, "REFUNDED", "")
	d.expectShortageActions(d.buyer, shortage, "")
	d.ship()
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "SHORTAGE",
		events:    "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		movements: "S LACKING -2 -2, S SHIPPED -1 -1"})
}

// chooseTransfer offers the transfer, which the buyer chooses, and ships it.
func (d *deal) chooseTransfer(shortage string) (transfer fields) {
	d.Helper()
	d.catalogue.stock(d.server, d.sku, d.catalogue.north, 2)
	d.offer(shortage, "TRANSFER")
	d.expectShortageActions(d.buyer, shortage, "CHOOSE_REFUND CHOOSE_TRANSFER REQUEST_REFUND")
	d.choose(shortage, "TRANSFER")
	d.waitForShortage(shortage, "WAITING", "")
	found := d.st.warehouse.do(d.server, `query($order: ID!) { stockTransfers(
		filter: {order: $order}) { edges { node { id quantity } } } }`, fields{"order": d.order})
	transfer = fields{"transfer": str(found, "stockTransfers", "edges", 0, "node", "id")}
	must(d.T, d.st.warehouse.mutate(d.server, "shipTransfer", transfer, "transfer { status }"))
	return transfer
}

func (d *deal) shortTransferred() {
	shortage := d.reportShortage(2)
	transfer := d.chooseTransfer(shortage)
	transfer["quantity"] = 2
	must(d.T, d.st.warehouse.mutate(d.server, "receiveTransfer", transfer, "transfer { status }"))
	d.waitForShortage(shortage, "RESOLVED", "")
	d.ship()
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED",
		events: "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_WAITING SHORTAGE_RESOLVED",
		movements: "S LACKING -2 -2, S TRANSFER_IN +2 +2, S SHIPPED -1 -1, S SHIPPED -2 -2, " +
			"N ADJUSTED +2 +0, N RESERVED +0 +2, N TRANSFER_OUT -2 -2"})
}

func (d *deal) shortAgain() {
	shortage := d.reportShortage(2)
	transfer := d.chooseTransfer(shortage)
	transfer["quantity"], transfer["last"] = 1, true
	must(d.T, d.st.warehouse.mutate(d.server, "receiveTransfer", transfer, "transfer { status }"))
	d.waitForShortage(shortage, "OPEN", "SHORTAGE_OFFER")
	must(d.T, d.st.merchant.mutate(d.server, "refundShortage", fields{"shortage": shortage},
		"shortage { status }"))
	d.waitForShortage(shortage, "REFUNDED", "")
	d.ship()
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "SHORTAGE",
		events: "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_WAITING SHORTAGE_REPORTED " +
			"SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		movements: "S LACKING -2 -2, S TRANSFER_IN +1 +1, S SHIPPED -1 -1, S SHIPPED -1 -1, " +
			"N ADJUSTED +2 +0, N RESERVED +0 +2, N TRANSFER_OUT -2 -2"})
}

func (d *deal) shortElsewhere() {
	shortage := d.reportShortage(2)
	d.catalogue.stock(d.server, d.sku, d.catalogue.north, 2)
	d.offer(shortage, "OTHER_WAREHOUSE")
	d.expectShortageActions(d.buyer, shortage, "CHOOSE_REFUND CHOOSE_WAREHOUSE REQUEST_REFUND")
	d.choose(shortage, "OTHER_WAREHOUSE")
	d.waitForShortage(shortage, "RESOLVED", "")
	d.ship()
	var other fields
	for _, sub := range d.view()["subOrders"].([]any) {
		if str(sub, "warehouse", "id") == d.catalogue.north {
			other = sub.(fields)
		}
	}
	if other == nil || num(other, "items", 0, "quantity") != 2 {
		d.Fatalf("the north sends %v", other)
	}
	d.st.ship(d.server, str(other, "id"), d.number+"N")
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED",
		events: "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_RESOLVED",
		movements: "S LACKING -2 -2, S SHIPPED -1 -1, " +
			"N ADJUSTED +2 +0, N RESERVED +0 +2, N SHIPPED -2 -2"})
}

func (d *deal) shortWithoutOffer() {
	shortage := d.reportShortage(2)
	d.advance(day + time.Minute)
	d.waitForShortage(shortage, "REFUNDED", "")
	d.ship()
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "SHORTAGE",
		events:    "SHORTAGE_REPORTED SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		movements: "S LACKING -2 -2, S SHIPPED -1 -1"})
}

func (d *deal) shortWithoutChoice() {
	d.catalogue.stock(d.server, d.sku, d.catalogue.north, 2)
	shortage := d.reportShortage(2)
	d.offer(shortage, "OTHER_WAREHOUSE")
	d.advance(day + time.Minute)
	d.waitForShortage(shortage, "REFUNDED", "")
	d.ship()
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "SHORTAGE",
		events:    "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		movements: "S LACKING -2 -2, S SHIPPED -1 -1, N ADJUSTED +2 +0"})
}

// shortOfAll closes the trade, with the freight.
func (d *deal) shortOfAll() {
	shortage := d.reportShortage(3)
	d.offer(shortage, "REFUND")
	d.choose(shortage, "REFUND")
	d.waitForShortage(shortage, "REFUNDED", "")
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "OUT_OF_STOCK",
		refunds: []int64{dealPaid}, trigger: "SHORTAGE",
		events:    "SHORTAGE_REPORTED SHORTAGE_OFFERED SHORTAGE_REFUNDING SHORTAGE_REFUNDED",
		movements: "S LACKING -3 -3"})
}

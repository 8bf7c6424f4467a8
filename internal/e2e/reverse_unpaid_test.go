package e2e_test

import (
	"strings"
	"testing"
	"time"

	sandbox "orderflow/internal/sandbox/pay"
)

// TestReverseUnpaid ends orders before they are paid, or pays them too late or too often.
func TestReverseUnpaid(t *testing.T) {
	reverse(t, []scenario{
		{name: "cancelled", unpaid: true, run: (*deal).cancelled},
		{name: "failed, then retried", unpaid: true, run: (*deal).failedThenRetried},
		{name: "failed, then closed", unpaid: true, run: (*deal).failedThenClosed},
		{name: "paid late", unpaid: true, run: (*deal).paidLate},
		{name: "paid twice", unpaid: true, run: (*deal).paidTwice},
	})
}

// expectOrderActions compares everything that the buyer can do to the order now.
func (d *deal) expectOrderActions(want string) {
	d.Helper()
	if got := sortedActions(d.view()["availableActions"]); got != want {
		d.Errorf("the order can be %q, want %q", got, want)
	}
}

// unpaidOutcome is how a deal without a request ends.
type unpaidOutcome struct {
	order, reason     string
	balance           balance
	kept              int64  // by the channel, of all attempts
	refunded          string // why a payment was refunded in full; empty when none was
	events, movements string
}

func (d *deal) expectUnpaid(want unpaidOutcome, attempts ...string) {
	d.Helper()
	seen := d.buyer.settles(d.server, d.order, want.order)
	if str(seen, "closeReason") != want.reason {
		d.Errorf("%s because of %v, want %s", want.order, seen["closeReason"], want.reason)
	}
	if want.refunded != "" {
		refund := d.buyer.waitForRefunds(d.server, d.order, 1)[0]
		if str(refund, "trigger") != want.refunded || num(refund, "amount", "amount") != dealPaid {
			d.Errorf("refunded %v", refund)
		}
	}
	d.sys.until("the channel has what it should", func() bool {
		ledger, err := d.sys.peer.Ledger(d.Context())
		d.peer.check(err)
		var kept int64
		for _, no := range attempts {
			kept += ledger.Charge(no).Paid - ledger.Charge(no).Refunded
		}
		return kept == want.kept
	})
	var events []string
	for _, e := range d.view()["timeline"].([]any) {
		if fact, ok := strings.CutPrefix(str(e, "type"), "ORDER_"); ok {
			events = append(events, fact)
		}
	}
	if got := strings.Join(events, " "); got != want.events {
		d.Errorf("events %s\nwant   %s", got, want.events)
	}
	if b := d.balance(); b != want.balance {
		d.Errorf("the balance is %+v, want %+v", b, want.balance)
	}
	if movements := d.stockMovements(); movements != want.movements {
		d.Errorf("moved %s\nwant  %s", movements, want.movements)
	}
}

func (d *deal) cancelled() {
	d.expectOrderActions("ABANDON_PAYMENT CANCEL START_PAYMENT")
	must(d.T, d.buyer.mutate(d.server, "cancelOrder", fields{"order": d.order}, "order { id }"))
	d.expectUnpaid(unpaidOutcome{order: "CLOSED", reason: "BUYER_CANCELLED",
		events: "PLACED PRICE_ADJUSTED CANCELLED", movements: "S RELEASED +0 -3"}, d.payment)
	d.expectOrderActions("")
}

// failPayment fails the payment: its stock is released until the retry.
func (d *deal) failPayment() {
	d.Helper()
	d.sys.pay(d.payment, sandbox.Payment{Fail: true})
	d.buyer.settles(d.server, d.order, "PAYMENT_FAILED")
	if n := d.catalogue.available(d.server, d.sku); n != dealStock {
		d.Errorf("%d of %d can be sold", n, dealStock)
	}
	d.expectOrderActions("CANCEL RETRY_PAYMENT")
}

func (d *deal) failedThenRetried() {
	d.failPayment()
	again := d.buyer.startPayment(d.server, d.order)
	d.sys.pay(again, sandbox.Payment{})
	d.expectUnpaid(unpaidOutcome{order: "AWAITING_SHIPMENT",
		balance: balance{dealPaid, 0, 0, dealPaid}, kept: dealPaid,
		events:    "PLACED PRICE_ADJUSTED PAYMENT_FAILED PAYMENT_RETRIED PAID",
		movements: "S RELEASED +0 -3, S RESERVED +0 +3"}, d.payment, again)
}

func (d *deal) failedThenClosed() {
	d.failPayment()
	d.advance(31 * time.Minute)
	d.expectUnpaid(unpaidOutcome{order: "CLOSED", reason: "PAYMENT_TIMEOUT",
		events: "PLACED PRICE_ADJUSTED PAYMENT_FAILED EXPIRED", movements: "S RELEASED +0 -3"}, d.payment)
	d.expectOrderActions("")
}

func (d *deal) paidLate() {
	d.advance(31 * time.Minute)
	d.buyer.settles(d.server, d.order, "CLOSED")
	d.sys.pay(d.payment, sandbox.Payment{Late: true})
	d.expectUnpaid(unpaidOutcome{order: "CLOSED", reason: "PAYMENT_TIMEOUT", refunded: "LATE",
		events: "PLACED PRICE_ADJUSTED EXPIRED", movements: "S RELEASED +0 -3"}, d.payment)
}

func (d *deal) paidTwice() {
	d.sys.pay(d.payment, sandbox.Payment{Twice: true})
	d.expectUnpaid(unpaidOutcome{order: "AWAITING_SHIPMENT",
		balance: balance{dealPaid, 0, 0, dealPaid}, kept: dealPaid, refunded: "DUPLICATE",
		events: "PLACED PRICE_ADJUSTED PAID"}, d.payment)
}

package e2e_test

import (
	"strings"
	"testing"
	"time"

	sandbox "orderflow/internal/sandbox/pay"
)

// TestReverseUnpaid ends orders before they are paid, or pays them too late or too often.
func TestReverseUnpaid(t *testing.T) {
	reverse(t, []row{
		{name: "cancelled", unpaid: true, run: (*deal).cancelled},
		{name: "failed, then retried", unpaid: true, run: (*deal).failedThenRetried},
		{name: "failed, then closed", unpaid: true, run: (*deal).failedThenClosed},
		{name: "paid late", unpaid: true, run: (*deal).paidLate},
		{name: "paid twice", unpaid: true, run: (*deal).paidTwice},
	})
}

// mayTrade tells everything that the buyer can do to the order now.
func (d *deal) mayTrade(want string) {
	d.Helper()
	if got := can(d.see()["availableActions"]); got != want {
		d.Errorf("the order can be %q, want %q", got, want)
	}
}

// unpaid is how a deal ends about which nobody made a request.
type unpaid struct {
	order, reason string
	balance       balance
	kept          int64  // by the channel, of all attempts
	refunded      string // why a whole payment was given back; empty when none was
	told, moved   string
}

func (d *deal) endsUnpaid(want unpaid, attempts ...string) {
	d.Helper()
	seen := d.buyer.settles(d.server, d.order, want.order)
	if str(seen, "closeReason") != want.reason {
		d.Errorf("%s because of %v, want %s", want.order, seen["closeReason"], want.reason)
	}
	if want.refunded != "" {
		refund := d.buyer.refunded(d.server, d.order, 1)[0]
		if str(refund, "trigger") != want.refunded || num(refund, "amount", "amount") != dealPaid {
			d.Errorf("refunded %v", refund)
		}
	}
	d.sys.until("the channel has what it should", func() bool {
		ledger, err := d.sys.peer.Ledger(d.Context())
		d.peer.do(err)
		var kept int64
		for _, no := range attempts {
			kept += ledger.Charge(no).Paid - ledger.Charge(no).Refunded
		}
		return kept == want.kept
	})
	var told []string
	for _, e := range d.see()["timeline"].([]any) {
		if fact, ok := strings.CutPrefix(str(e, "type"), "ORDER_"); ok {
			told = append(told, fact)
		}
	}
	if got := strings.Join(told, " "); got != want.told {
		d.Errorf("told %s\nwant %s", got, want.told)
	}
	if b := d.balance(); b != want.balance {
		d.Errorf("the balance is %+v, want %+v", b, want.balance)
	}
	if moved := d.moves(); moved != want.moved {
		d.Errorf("moved %s\nwant  %s", moved, want.moved)
	}
}

func (d *deal) cancelled() {
	d.mayTrade("ABANDON_PAYMENT CANCEL START_PAYMENT")
	must(d.T, d.buyer.mutate(d.server, "cancelOrder", fields{"order": d.order}, "order { id }"))
	d.endsUnpaid(unpaid{order: "CLOSED", reason: "BUYER_CANCELLED",
		told: "PLACED PRICE_ADJUSTED CANCELLED", moved: "S RELEASED +0 -3"}, d.pay)
	d.mayTrade("")
}

// fails lets the payment fail: the stock is for others until it is retried.
func (d *deal) fails() {
	d.Helper()
	d.sys.pay(d.pay, sandbox.Payment{Fail: true})
	d.buyer.settles(d.server, d.order, "PAYMENT_FAILED")
	if n := d.market.available(d.server, d.sku); n != dealStock {
		d.Errorf("%d of %d can be sold", n, dealStock)
	}
	d.mayTrade("CANCEL RETRY_PAYMENT")
}

func (d *deal) failedThenRetried() {
	d.fails()
	again := d.buyer.start(d.server, d.order)
	d.sys.pay(again, sandbox.Payment{})
	d.endsUnpaid(unpaid{order: "AWAITING_SHIPMENT", balance: balance{dealPaid, 0, 0, dealPaid},
		kept: dealPaid, told: "PLACED PRICE_ADJUSTED PAYMENT_FAILED PAYMENT_RETRIED PAID",
		moved: "S RELEASED +0 -3, S RESERVED +0 +3"}, d.pay, again)
}

func (d *deal) failedThenClosed() {
	d.fails()
	d.passes(31 * time.Minute)
	d.endsUnpaid(unpaid{order: "CLOSED", reason: "PAYMENT_TIMEOUT",
		told: "PLACED PRICE_ADJUSTED PAYMENT_FAILED EXPIRED", moved: "S RELEASED +0 -3"}, d.pay)
	d.mayTrade("")
}

func (d *deal) paidLate() {
	d.passes(31 * time.Minute)
	d.buyer.settles(d.server, d.order, "CLOSED")
	d.sys.pay(d.pay, sandbox.Payment{Late: true})
	d.endsUnpaid(unpaid{order: "CLOSED", reason: "PAYMENT_TIMEOUT", refunded: "LATE",
		told: "PLACED PRICE_ADJUSTED EXPIRED", moved: "S RELEASED +0 -3"}, d.pay)
}

func (d *deal) paidTwice() {
	d.sys.pay(d.pay, sandbox.Payment{Twice: true})
	d.endsUnpaid(unpaid{order: "AWAITING_SHIPMENT", balance: balance{dealPaid, 0, 0, dealPaid},
		kept: dealPaid, refunded: "DUPLICATE", told: "PLACED PRICE_ADJUSTED PAID"}, d.pay)
}

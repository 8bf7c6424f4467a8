package e2e_test

import (
	"encoding/json"
	"testing"

	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
)

// TestKilledBetweenTwoStepsOfARefund kills the server while a request is refunded. After the
// restart the money goes back once, under the number that was stored first.
func TestKilledBetweenTwoStepsOfARefund(t *testing.T) {
	rows := []scenario{
		{name: "nothing is held yet", run: (*deal).killedBeforeTheHold},
		{name: "the channel takes its time", run: (*deal).killedWhileProcessing},
		{name: "the notice of its success arrives", run: (*deal).killedAtTheNotice},
	}
	for _, moment := range killPoints {
		rows = append(rows, scenario{name: moment.name, run: func(d *deal) {
			d.sys.killWhen(d.server, moment, sandbox.OpRefund)
			_, _ = d.requestOnce()
			<-d.server.done
			d.restart()
			d.expectOneRefund()
		}})
	}
	reverse(t, rows)
}

// requestOnce requests a refund of everything; repeated, it returns the same request.
func (d *deal) requestOnce() (fields, error) {
	return d.buyer.tryMutate(d.server, "requestAfterSale",
		d.requestInput("REFUND_ONLY", "NOT_WANTED", 3), "afterSale { id }", d.number)
}

// expectOneRefund repeats the request, as a client without a response does, and waits for the
// money.
func (d *deal) expectOneRefund() {
	d.Helper()
	d.sys.hooks.set(nil)
	p, err := d.requestOnce()
	if err != nil {
		d.Fatal(err)
	}
	d.request = str(must(d.T, p), "afterSale", "id")
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "UNSHIPPED", events: "REQUESTED COMPLETED", movements: "S RELEASED +0 -3"})
	ledger, err := d.sys.peer.Ledger(d.Context())
	d.peer.check(err)
	back := ledger.Charge(d.payment).Refunds
	if number := str(d.view(), "refunds", 0, "id"); len(back) != 1 || back[0].OutRefundNo != number {
		d.Errorf("the channel refunded %v, requested as %s", back, number)
	}
}

func (d *deal) killedBeforeTheHold() {
	body, err := json.Marshal(fields{
		"query": "mutation($in: RequestAfterSaleInput!) { requestAfterSale(input: $in) { " +
			"afterSale { id } } }",
		"variables": fields{"in": d.requestInput("REFUND_ONLY", "NOT_WANTED", 3)}})
	if err != nil {
		d.Fatal(err)
	}
	release := d.sys.lockOrder(d.order)
	d.buyer.send(d.server, string(body))
	d.server.kill()
	release()
	d.restart()
	if seen := d.view(); len(seen["afterSales"].([]any)) != 0 || len(seen["refunds"].([]any)) != 0 {
		d.Errorf("half a request: %v", seen)
	}
	if b := d.balance(); b != (balance{dealPaid, 0, 0, dealPaid}) {
		d.Errorf("half a hold: %+v", b)
	}
	d.expectOneRefund()
}

// holdRefund makes the channel accept a refund without settling it.
func (d *deal) holdRefund() (number string) {
	d.Helper()
	d.sys.fault(sandbox.Fault{Kind: sandbox.HoldRefund, Op: sandbox.OpRefund})
	if _, err := d.requestOnce(); err != nil {
		d.Fatal(err)
	}
	return str(d.waitForRefund("SUBMITTED"), "id")
}

func (d *deal) killedWhileProcessing() {
	number := d.holdRefund()
	d.server.kill()
	d.peer.check(d.sys.peer.SettleRefund(d.Context(), number, channel.RefundSucceeded))
	d.restart()
	d.expectOneRefund()
}

func (d *deal) killedAtTheNotice() {
	number := d.holdRefund()
	d.sys.killAt(d.server, sandbox.Before, sandbox.OpNotice)
	d.peer.check(d.sys.peer.SettleRefund(d.Context(), number, channel.RefundSucceeded))
	<-d.server.done
	d.restart()
	d.expectOneRefund()
}

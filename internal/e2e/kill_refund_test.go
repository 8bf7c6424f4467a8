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
	rows := []row{
		{name: "nothing is held yet", run: (*deal).killedBeforeTheHold},
		{name: "the channel takes its time", run: (*deal).killedWhileProcessing},
		{name: "the notice of its success arrives", run: (*deal).killedAtTheNotice},
	}
	for _, moment := range moments {
		rows = append(rows, row{name: moment.name, run: func(d *deal) {
			d.sys.killWhen(d.server, moment, sandbox.OpRefund)
			_, _ = d.asksOnce()
			<-d.server.done
			d.restarts()
			d.isRefundedOnce()
		}})
	}
	reverse(t, rows)
}

// asksOnce asks for everything; asked again, it answers with the same request.
func (d *deal) asksOnce() (fields, error) {
	return d.buyer.tryMutate(d.server, "requestAfterSale",
		d.wants("REFUND_ONLY", "NOT_WANTED", 3), "afterSale { id }", d.number)
}

// isRefundedOnce asks again, as a client that got no answer does, and waits for the money.
func (d *deal) isRefundedOnce() {
	d.Helper()
	d.sys.hooks.set(nil)
	p, err := d.asksOnce()
	if err != nil {
		d.Fatal(err)
	}
	d.request = str(must(d.T, p), "afterSale", "id")
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "UNSHIPPED", told: "REQUESTED COMPLETED", moved: "S RELEASED +0 -3"})
	ledger, err := d.sys.peer.Ledger(d.Context())
	d.peer.do(err)
	back := ledger.Charge(d.pay).Refunds
	if number := str(d.see(), "refunds", 0, "id"); len(back) != 1 || back[0].OutRefundNo != number {
		d.Errorf("the channel gave back %v, asked as %s", back, number)
	}
}

func (d *deal) killedBeforeTheHold() {
	body, err := json.Marshal(fields{
		"query": "mutation($in: RequestAfterSaleInput!) { requestAfterSale(input: $in) { " +
			"afterSale { id } } }",
		"variables": fields{"in": d.wants("REFUND_ONLY", "NOT_WANTED", 3)}})
	if err != nil {
		d.Fatal(err)
	}
	release := d.sys.holding(d.order)
	d.buyer.send(d.server, string(body))
	d.server.kill()
	release()
	d.restarts()
	if seen := d.see(); len(seen["afterSales"].([]any)) != 0 || len(seen["refunds"].([]any)) != 0 {
		d.Errorf("half a request: %v", seen)
	}
	if b := d.balance(); b != (balance{dealPaid, 0, 0, dealPaid}) {
		d.Errorf("half a hold: %+v", b)
	}
	d.isRefundedOnce()
}

// held lets the channel take a refund without doing it.
func (d *deal) held() (number string) {
	d.Helper()
	d.sys.fault(sandbox.Fault{Kind: sandbox.HoldRefund, Op: sandbox.OpRefund})
	if _, err := d.asksOnce(); err != nil {
		d.Fatal(err)
	}
	return str(d.refundIs("SUBMITTED"), "id")
}

func (d *deal) killedWhileProcessing() {
	number := d.held()
	d.server.kill()
	d.peer.do(d.sys.peer.SettleRefund(d.Context(), number, channel.RefundSucceeded))
	d.restarts()
	d.isRefundedOnce()
}

func (d *deal) killedAtTheNotice() {
	number := d.held()
	d.sys.killAt(d.server, sandbox.Before, sandbox.OpNotice)
	d.peer.do(d.sys.peer.SettleRefund(d.Context(), number, channel.RefundSucceeded))
	<-d.server.done
	d.restarts()
	d.isRefundedOnce()
}

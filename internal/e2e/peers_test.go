package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"orderflow/internal/sandbox"
	"orderflow/internal/sandbox/pay"
)

// TestPeersClientSaysItPaid sends the server a notice of a payment that the channel does not know.
func TestPeersClientSaysItPaid(t *testing.T) {
	reverse(t, []scenario{{name: "forged", unpaid: true, run: (*deal).forgedNotice}})
}

func (d *deal) forgedNotice() {
	body := fmt.Appendf(nil, `{"id":"1","charge":{"out_trade_no":%q,"state":"PAID",
		"transaction_id":"x","amount":%d,"currency":"CNY","paid_at":"2026-01-01T00:00:00Z"}}`,
		d.payment, dealPaid)
	forger, err := sandbox.NewSigner([]byte("a secret of the client alone, long enough"), time.Now)
	if err != nil {
		d.Fatal(err)
	}
	for _, sign := range []bool{false, true} {
		req, err := http.NewRequestWithContext(d.Context(), http.MethodPost,
			d.server.url+"/callbacks/sandbox", bytes.NewReader(body))
		if err != nil {
			d.Fatal(err)
		}
		if sign {
			forger.Sign(req.Header, body, "notice")
		}
		res, err := client.Do(req)
		if err != nil {
			d.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode < 400 {
			d.Errorf("a forged notice is answered with %s", res.Status)
		}
	}
	if seen := d.view(); seen["status"] != "PENDING_PAYMENT" {
		d.Errorf("%v by the word of a client", seen["status"])
	}
	d.payOrder()
}

// TestPeersCancelledStockIsLost cancels what was the last of a sku that is not on sale any more.
func TestPeersCancelledStockIsLost(t *testing.T) {
	reverse(t, []scenario{{name: "off sale, sold out", unpaid: true, run: (*deal).cancelledOffSale}})
}

func (d *deal) cancelledOffSale() {
	d.buyer.place(d.server, lines(d.sku, dealStock-dealUnits))
	found := d.platform.do(d.server, `query($id: ID!) { node(id: $id) { ... on Sku {
		code product { id } } } }`, fields{"id": d.sku})["node"]
	d.catalogue.set(d.server, "setSku", "sku", fields{"id": d.sku, "code": str(found, "code"),
		"product": str(found, "product", "id"), "title": "gone", "price": dealGoods,
		"weightGrams": 100, "onSale": false})
	must(d.T, d.buyer.mutate(d.server, "cancelOrder", fields{"order": d.order}, "order { id }"))
	if n := d.catalogue.available(d.server, d.sku); n != dealUnits {
		d.Errorf("%d are back of %d", n, dealUnits)
	}
}

// TestPeersHeldStockIsForgotten ends the server between order and deadline.
func TestPeersHeldStockIsForgotten(t *testing.T) {
	reverse(t, []scenario{{name: "killed", unpaid: true, run: func(d *deal) {
		d.server.kill()
		d.restart()
		d.advance(31 * time.Minute)
		d.expectUnpaid(unpaidOutcome{order: "CLOSED", reason: "PAYMENT_TIMEOUT",
			events: "PLACED PRICE_ADJUSTED EXPIRED", movements: "S RELEASED +0 -3"}, d.payment)
	}}})
}

// TestPeersLinesOfOneSkuOversell orders more than there is in two lines of which each would fit.
func TestPeersLinesOfOneSkuOversell(t *testing.T) {
	reverse(t, []scenario{{name: "two lines", run: func(d *deal) {
		twice := append(lines(d.sku, 5), lines(d.sku, 5)...)
		p := d.buyer.mutate(d.server, "placeOrder", fields{"lines": twice, "address": address,
			"expectedPayable": 10*dealGoods + dealFreight}, orderFields)
		if code(p) != "OUT_OF_STOCK" || p["order"] != nil {
			d.Errorf("sold 10 of %d: %v", dealStock-dealUnits, p)
		}
		if n := d.catalogue.available(d.server, d.sku); n != dealStock-dealUnits {
			d.Errorf("%d can be sold", n)
		}
	}}})
}

// TestPeersWarehousesTogether sells what only two warehouses together have.
func TestPeersWarehousesTogether(t *testing.T) {
	reverse(t, []scenario{{name: "seven and three", run: func(d *deal) {
		d.catalogue.stock(d.server, d.sku, d.catalogue.north, 3)
		order := d.sys.paid(d.server, d.buyer, lines(d.sku, 10))
		if n := d.catalogue.available(d.server, d.sku); n != 0 {
			d.Errorf("%d are left", n)
		}
		subs := d.buyer.view(d.server, order)["subOrders"].([]any)
		if len(subs) != 2 {
			d.Errorf("sent as %v", subs)
		}
		for i, sub := range subs {
			d.st.ship(d.server, str(sub, "id"), fmt.Sprint(d.number, "W", i))
		}
		d.buyer.settles(d.server, order, "SHIPPED")
	}}})
}

// TestPeersChannelCallLocksTheOrder keeps the channel from answering a refund while others work on
// the same order, and on the same rows of stock.
func TestPeersChannelCallLocksTheOrder(t *testing.T) {
	reverse(t, []scenario{{name: "a slow answer", run: func(d *deal) {
		called, answer := make(chan struct{}), make(chan struct{})
		var once sync.Once
		d.sys.hooks.set(func(stage sandbox.Stage, op sandbox.Op, _ string) {
			if stage == sandbox.Before && op == pay.OpRefund {
				once.Do(func() { close(called) })
				<-answer
			}
		})
		d.makeRequest(d.requestInput("REFUND_ONLY", "NOT_WANTED", 1))
		<-called
		must(d.T, d.st.merchant.mutate(d.server, "addMemo", fields{"subOrder": d.sub,
			"text": "refund"}, "memo { id }"))
		d.buyer.place(d.server, lines(d.sku, 1))
		d.ship()
		close(answer)
		d.sys.hooks.set(nil)
		d.awaitStatus("COMPLETED", "", 0)
	}}})
}

// TestPeersSecondPaymentIsRefundedAgain requests a refund of an order that was paid twice.
func TestPeersSecondPaymentIsRefundedAgain(t *testing.T) {
	reverse(t, []scenario{{name: "paid twice", unpaid: true, run: func(d *deal) {
		d.paidTwice()
		d.makeRequest(d.requestInput("REFUND_ONLY", "NOT_WANTED", 3))
		if d.requested != dealPaid {
			d.Errorf("%d are requested", d.requested)
		}
		d.awaitStatus("COMPLETED", "", 0)
		d.waitForMoney(0)
	}}})
}

// named is a test in docs/peers.md: its package's folder and its name.
var named = regexp.MustCompile("`((?:internal|cmd|graph)[a-z0-9/]*)\\.(Test[A-Za-z0-9]+)`")

// TestPeersTable looks for the tests that docs/peers.md names.
func TestPeersTable(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/peers.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		if rows++; rows <= 2 {
			continue // the head
		}
		tests := named.FindAllStringSubmatch(line, -1)
		if len(tests) == 0 {
			t.Errorf("no test in %s", line)
		}
		for _, test := range tests {
			if !declared(t, "../../"+test[1], test[2]) {
				t.Errorf("there is no %s in %s", test[2], test[1])
			}
		}
	}
	if rows < 10 {
		t.Errorf("%d rows", rows)
	}
}

// declared reports whether a folder has a test of that name.
func declared(t *testing.T, folder, test string) bool {
	t.Helper()
	files, err := filepath.Glob(folder + "/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("\nfunc "+test+"(t *testing.T)")) {
			return true
		}
	}
	return false
}

package e2e_test

import (
	"testing"
	"time"

	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// pay pays at the channel, as the buyer's phone does.
func (sys *system) pay(no string, how sandbox.Payment) {
	sys.t.Helper()
	if err := sys.peer.Pay(sys.t.Context(), no, how); err != nil {
		sys.t.Fatal(err)
	}
}

func (sys *system) fault(f sandbox.Fault) {
	sys.t.Helper()
	if err := sys.peer.AddFault(sys.t.Context(), f); err != nil {
		sys.t.Fatal(err)
	}
}

// kept is the money that the channel took and did not refund.
func (sys *system) kept() (sum int64) {
	sys.t.Helper()
	ledger, err := sys.peer.Ledger(sys.t.Context())
	if err != nil {
		sys.t.Fatal(err)
	}
	for _, account := range ledger.Accounts {
		sum += account.Paid - account.Refunded
	}
	return sum
}

// keeps waits until the channel has exactly that much of the buyers' money.
func (sys *system) keeps(amount int64) {
	sys.t.Helper()
	sys.until("all money is where it belongs", func() bool { return sys.kept() == amount })
}

// available is how many units of a sku can be sold, by the API.
func (m *catalogue) available(s *server, sku string) (sum int64) {
	m.sys.t.Helper()
	data := m.platform.do(s, `query($sku: ID!) { stock(filter: {sku: $sku}) {
		edges { node { available } } } }`, fields{"sku": sku})
	for _, edge := range at(data, "stock", "edges").([]any) {
		sum += num(edge, "node", "available")
	}
	return sum
}

// verdicts counts the payments of an order by verdict.
func verdicts(order fields) map[string]int {
	count := map[string]int{}
	for _, p := range order["payments"].([]any) {
		if v := str(p, "verdict"); v != "" {
			count[v]++
		}
	}
	return count
}

// TestWaysToPay takes orders to each outcome before shipping and checks where the money is.
func TestWaysToPay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		s := sys.start()
		m := sys.newCatalogue(s, vocab.OnOrder)
		sku := m.sku(s, 5000, 1000)
		const payable = 5800
		var kept int64
		buyer := s.user("BUYER", "ann")
		begin := func() (order, payment string) {
			order = buyer.place(s, lines(sku, 1))
			return order, buyer.startPayment(s, order)
		}
		expect := func(order, status, reason string, keeps int64) fields {
			t.Helper()
			seen := buyer.settles(s, order, status)
			if got := str(seen, "closeReason"); got != reason {
				t.Errorf("%s because of %q, want %q", status, got, reason)
			}
			kept += keeps
			sys.keeps(kept)
			return seen
		}

		t.Run("paid", func(t *testing.T) {
			order, payment := begin()
			sys.pay(payment, sandbox.Payment{})
			expect(order, "AWAITING_SHIPMENT", "", payable)
		})
		t.Run("paid, and the notice never comes", func(t *testing.T) {
			order, payment := begin()
			sys.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: payment})
			sys.pay(payment, sandbox.Payment{})
			expect(order, "AWAITING_SHIPMENT", "", payable)
		})
		t.Run("paid, and the notice comes four times", func(t *testing.T) {
			order, payment := begin()
			sys.fault(sandbox.Fault{Kind: sandbox.DuplicateNotice, No: payment, Copies: 4})
			sys.pay(payment, sandbox.Payment{})
			seen := expect(order, "AWAITING_SHIPMENT", "", payable)
			if n := len(seen["payments"].([]any)); n != 1 {
				t.Errorf("%d payments", n)
			}
		})
		t.Run("cancelled", func(t *testing.T) {
			order, _ := begin()
			must(t, buyer.mutate(s, "cancelOrder", fields{"order": order}, "order { id }"))
			expect(order, "CLOSED", "BUYER_CANCELLED", 0)
		})
		t.Run("cancelled, then paid all the same", func(t *testing.T) {
			order, payment := begin()
			must(t, buyer.mutate(s, "cancelOrder", fields{"order": order}, "order { id }"))
			sys.pay(payment, sandbox.Payment{Late: true})
			seen := expect(order, "CLOSED", "BUYER_CANCELLED", 0)
			sys.until("the late payment is refunded", func() bool {
				seen = buyer.view(s, order)
				return str(seen, "refunds", 0, "status") == "SUCCEEDED"
			})
			if v := verdicts(seen); v["LATE"] != 1 || len(v) != 1 {
				t.Errorf("verdicts %v", v)
			}
		})
		t.Run("failed, retried, paid", func(t *testing.T) {
			order, payment := begin()
			sys.pay(payment, sandbox.Payment{Fail: true})
			expect(order, "PAYMENT_FAILED", "", 0)
			again := buyer.startPayment(s, order)
			if again == payment {
				t.Fatal("the retry has the failed attempt's number")
			}
			sys.pay(again, sandbox.Payment{})
			expect(order, "AWAITING_SHIPMENT", "", payable)
		})
		t.Run("abandoned, then closed by the clock", func(t *testing.T) {
			order, _ := begin()
			must(t, buyer.mutate(s, "abandonPayment", fields{"order": order}, "order { id }"))
			expect(order, "PAYMENT_FAILED", "", 0)
			m.advance(s, 31*time.Minute)
			expect(order, "CLOSED", "PAYMENT_TIMEOUT", 0)
		})
		t.Run("paid twice", func(t *testing.T) {
			order, payment := begin()
			sys.pay(payment, sandbox.Payment{Twice: true})
			expect(order, "AWAITING_SHIPMENT", "", payable)
			sys.until("both payments have their verdict", func() bool {
				v := verdicts(buyer.view(s, order))
				return v["COUNTED"] == 1 && v["DUPLICATE"] == 1
			})
		})
		t.Run("paid the wrong amount, then the right one", func(t *testing.T) {
			order, payment := begin()
			sys.pay(payment, sandbox.Payment{Amount: 17})
			sys.keeps(kept)
			seen := buyer.settles(s, order, "PENDING_PAYMENT")
			sys.until("the wrong payment is known", func() bool {
				seen = buyer.view(s, order)
				return verdicts(seen)["MISMATCHED"] == 1
			})
			sys.pay(buyer.startPayment(s, order), sandbox.Payment{})
			expect(order, "AWAITING_SHIPMENT", "", payable)
		})
		t.Run("expired, then paid", func(t *testing.T) {
			order, payment := begin()
			m.advance(s, 31*time.Minute)
			expect(order, "CLOSED", "PAYMENT_TIMEOUT", 0)
			sys.pay(payment, sandbox.Payment{Late: true})
			sys.until("the late payment is refunded", func() bool {
				return str(buyer.view(s, order), "refunds", 0, "status") == "SUCCEEDED"
			})
			sys.keeps(kept)
		})
		t.Run("adjusted to nothing", func(t *testing.T) {
			free := m.sku(s, 900, 5)
			order := buyer.place(s, lines(free, 1))
			merchant := s.user("MERCHANT", "mei", m.shop)
			p := merchant.mutate(s, "adjustPrice", fields{"order": order,
				"payable": fields{"amount": 800, "currency": "CNY"}}, "order { id }")
			must(t, p)
			if got := num(buyer.view(s, order), "price", "payable", "amount"); got != 800 {
				t.Errorf("payable %d", got)
			}
			sys.pay(buyer.startPayment(s, order), sandbox.Payment{})
			expect(order, "AWAITING_SHIPMENT", "", 800)
		})
		sys.verify()
	})
}

// TestShortageIsRefunded sells 2 + 2 of 3 pieces when stock is deducted on payment. The shop offers
// nothing for what is missing.
func TestShortageIsRefunded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		s := sys.start()
		m := sys.newCatalogue(s, vocab.OnPayment)
		sku := m.sku(s, 5000, 3)
		ann, bob := s.user("BUYER", "ann"), s.user("BUYER", "bob")
		first, second := ann.place(s, lines(sku, 2)), bob.place(s, lines(sku, 2))
		sys.pay(ann.startPayment(s, first), sandbox.Payment{})
		ann.settles(s, first, "AWAITING_SHIPMENT")
		sys.pay(bob.startPayment(s, second), sandbox.Payment{})
		bob.settles(s, second, "AWAITING_SHIPMENT")
		sys.keeps(2 * 10_800)
		m.advance(s, day+time.Minute)
		sys.keeps(10_800 + 5_800)
		sys.until("the shortage is refunded", func() bool {
			seen := bob.view(s, second)
			return str(seen, "refunds", 0, "trigger") == "SHORTAGE" &&
				num(seen, "subOrders", 0, "items", 0, "refundedQuantity") == 1
		})
		cat := s.user("BUYER", "cat")
		m.stock(s, sku, m.north, 1)
		third := cat.place(s, lines(sku, 1))
		m.stock(s, sku, m.north, -1)
		sys.pay(cat.startPayment(s, third), sandbox.Payment{})
		cat.settles(s, third, "AWAITING_SHIPMENT")
		m.advance(s, day+time.Minute)
		seen := cat.settles(s, third, "CLOSED")
		if str(seen, "closeReason") != "OUT_OF_STOCK" {
			t.Errorf("closed because of %v", seen["closeReason"])
		}
		sys.keeps(10_800 + 5_800)
		sys.verify()
	})
}

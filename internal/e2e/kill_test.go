package e2e_test

import (
	"sync"
	"testing"

	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// killAt arms the peer to kill the server, once, at a stage of an operation.
func (sys *system) killAt(s *server, stage sandbox.Stage, op sandbox.Op) {
	var once sync.Once
	sys.hooks.set(func(at sandbox.Stage, of sandbox.Op, _ string) {
		if at == stage && of == op {
			once.Do(s.kill)
		}
	})
}

// killPoint is a step of a call to the channel at which the server dies.
type killPoint struct {
	name        string
	stage       sandbox.Stage
	unreachable bool
}

// killPoints are: intent stored and nothing done, done and not answered, answered.
var killPoints = []killPoint{
	{"the intent is stored, the peer has not acted", sandbox.Before, true},
	{"the peer has acted and not answered", sandbox.Acted, false},
	{"the peer has answered", sandbox.Answered, false},
}

// killWhen arms the peer to kill the server at a step of an operation.
func (sys *system) killWhen(s *server, when killPoint, op sandbox.Op) {
	if when.unreachable {
		sys.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: op})
	}
	sys.killAt(s, when.stage, op)
}

func TestKilledWhilePaying(t *testing.T) {
	t.Parallel()
	for _, moment := range killPoints {
		t.Run(moment.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, sys *system) {
				c := sys.checkout(vocab.OnOrder)
				s, buyer, order := c.server, c.buyer, c.order
				sys.killWhen(s, moment, sandbox.OpOpen)
				_, _ = buyer.tryMutate(s, "startPayment",
					fields{"order": order, "channel": "SANDBOX"}, "payment { id }", "")
				<-s.done
				s = sys.start()
				var payment string
				sys.until("the attempt is open", func() bool {
					seen := buyer.view(s, order)
					payment = str(seen, "payments", 0, "id")
					return str(seen, "payments", 0, "status") == "OPEN"
				})
				if again := buyer.startPayment(s, order); again != payment {
					t.Errorf("a second attempt %s beside %s", again, payment)
				}
				sys.pay(payment, sandbox.Payment{})
				buyer.settles(s, order, "AWAITING_SHIPMENT")
				sys.keeps(5800)
				sys.verify()
			})
		})
	}
}

func TestKilledWhileANoticeArrives(t *testing.T) {
	t.Parallel()
	for _, stage := range []sandbox.Stage{sandbox.Before, sandbox.Answered} {
		t.Run(string(stage), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, sys *system) {
				c := sys.checkout(vocab.OnPayment)
				s, buyer, order := c.server, c.buyer, c.order
				payment := buyer.startPayment(s, order)
				sys.killAt(s, stage, sandbox.OpNotice)
				sys.pay(payment, sandbox.Payment{})
				<-s.done
				s = sys.start()
				buyer.settles(s, order, "AWAITING_SHIPMENT")
				sys.keeps(5800)
				if left := c.catalogue.available(s, c.sku); left != 9 {
					t.Errorf("%d left of 10", left)
				}
				sys.verify()
			})
		})
	}
}

func TestKilledWhileRefunding(t *testing.T) {
	t.Parallel()
	for _, moment := range killPoints {
		t.Run(moment.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, sys *system) {
				c := sys.checkout(vocab.OnOrder)
				s, buyer, order := c.server, c.buyer, c.order
				payment := buyer.startPayment(s, order)
				sys.killWhen(s, moment, sandbox.OpRefund)
				sys.pay(payment, sandbox.Payment{Twice: true})
				<-s.done
				s = sys.start()
				buyer.settles(s, order, "AWAITING_SHIPMENT")
				sys.until("the refund has succeeded", func() bool {
					return str(buyer.view(s, order), "refunds", 0, "status") == "SUCCEEDED"
				})
				sys.keeps(5800)
				if n := len(buyer.view(s, order)["refunds"].([]any)); n != 1 {
					t.Errorf("%d refunds", n)
				}
				sys.verify()
			})
		})
	}
}

func TestKilledWhileClosing(t *testing.T) {
	t.Parallel()
	for _, moment := range killPoints {
		t.Run(moment.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, sys *system) {
				c := sys.checkout(vocab.OnOrder)
				s, buyer, order := c.server, c.buyer, c.order
				payment := buyer.startPayment(s, order)
				sys.killWhen(s, moment, sandbox.OpClose)
				_, _ = buyer.tryMutate(s, "abandonPayment", fields{"order": order}, "order { id }", "")
				<-s.done
				s = sys.start()
				buyer.settles(s, order, "PAYMENT_FAILED")
				if left := c.catalogue.available(s, c.sku); left != 10 {
					t.Errorf("%d left of 10", left)
				}
				sys.pay(payment, sandbox.Payment{Late: true})
				buyer.settles(s, order, "AWAITING_SHIPMENT")
				sys.keeps(5800)
				sys.verify()
			})
		})
	}
}

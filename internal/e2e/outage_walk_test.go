package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"orderflow/ent"
	entorder "orderflow/ent/order"
	entpayment "orderflow/ent/payment"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// outageWalk is two servers, three buyers, and all that can be lost between them, the channel and
// the database.
type outageWalk struct {
	*system
	catalogue *catalogue
	sku       string
	proxy     *dbtest.Proxy // nil: the database is a file
	restart   func()        // of the database's server; nil: it is shared with other tests
	rand      *rand.Rand

	mu      sync.RWMutex // held to read by whoever calls a server, to write by whoever replaces one
	servers [2]*server
	address [2]string

	books  sync.Mutex
	keys   int             // placements that were tried
	orders map[string]bool // those that were answered; true: paid in time
	errors map[string]int  // what callers were told
	done   atomic.Bool     // the buyers stop
}

// TestOutages has servers killed and stopped, connections cut, swallowed and slow, in a soak also
// the database killed, and a channel that fails, while buyers place, pay and ask for refunds.
// Afterwards every order that was paid in time counts, every key has made one order, no caller was
// told of an internal error, the money at the channel is what the books say, and all invariants
// hold.
func TestOutages(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			newOutageWalk(t, dialect).run()
		})
	}
}

func newOutageWalk(t *testing.T, dialect string) *outageWalk {
	w := &outageWalk{rand: rand.New(rand.NewPCG(10, 1)), orders: map[string]bool{},
		errors: map[string]int{}}
	if dialect == dbtest.MySQL && dbtest.Size(0, 1) == 1 {
		var name string
		name, w.restart = dbtest.OwnServer(t)
		w.system = newSystemOn(t, name)
	} else {
		w.system = newSystem(t, dialect)
	}
	if dialect == dbtest.MySQL {
		w.proxy, w.name = dbtest.NewProxy(t, w.name)
	}
	w.servers[0] = w.start()
	w.address[0] = w.system.address
	w.servers[1] = w.startAnother()
	w.address[1] = w.servers[1].url[len("http://"):]
	w.catalogue = w.newCatalogue(w.servers[0], vocab.OnOrder)
	w.sku = w.catalogue.sku(w.servers[0], 5000, 1_000_000)
	return w
}

func (w *outageWalk) run() {
	var buyers sync.WaitGroup
	for i := range 3 {
		u := w.servers[0].user("BUYER", fmt.Sprint("buyer-", i))
		random := rand.New(rand.NewPCG(uint64(i), 2))
		buyers.Go(func() {
			for !w.done.Load() {
				w.buy(u, random)
			}
		})
	}
	wrongs := []func(){w.kill, w.stop, w.silentChannel, w.loseNotices, w.loseAnswers}
	if w.proxy != nil {
		wrongs = append(wrongs, w.proxy.Cut, w.proxy.SwallowPresent, w.swallow, w.slow)
	}
	if w.restart != nil {
		wrongs = append(wrongs, w.restart)
	}
	for range dbtest.Size(40, 400) {
		wrongs[w.rand.IntN(len(wrongs))]()
		w.pause(time.Second)
	}
	w.done.Store(true)
	w.heal()
	buyers.Wait()
	w.settle()
	w.check()
}

// pause lets the system work for up to some time.
func (w *outageWalk) pause(most time.Duration) {
	time.Sleep(time.Duration(w.rand.Int64N(int64(most))))
}

// kill kills a server and starts it again.
func (w *outageWalk) kill() {
	i := w.rand.IntN(len(w.servers))
	w.servers[i].kill()
	w.pause(time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.system.address = w.address[i]
	w.servers[i] = w.start()
}

// stop has a server stand still, perhaps for longer than its leases.
func (w *outageWalk) stop() {
	s := w.servers[w.rand.IntN(len(w.servers))]
	_ = s.cmd.Process.Signal(syscall.SIGSTOP)
	most := []time.Duration{time.Second, time.Second, 8 * time.Second}
	if dbtest.Size(0, 1) == 1 {
		most = append(most, 40*time.Second)
	}
	w.pause(most[w.rand.IntN(len(most))])
	_ = s.cmd.Process.Signal(syscall.SIGCONT)
}

// swallow has the database be silent for a while.
func (w *outageWalk) swallow() {
	w.proxy.Swallow()
	w.pause(4 * time.Second)
	w.proxy.Pass()
}

// slow has every answer of the database take its time.
func (w *outageWalk) slow() {
	w.proxy.Delay(100 * time.Millisecond)
	w.pause(2 * time.Second)
	w.proxy.Pass()
}

func (w *outageWalk) silentChannel() {
	ops := []sandbox.Op{sandbox.OpOpen, sandbox.OpQuery, sandbox.OpClose, sandbox.OpRefund}
	w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: ops[w.rand.IntN(len(ops))], Times: 3})
}

func (w *outageWalk) loseNotices() { w.fault(sandbox.Fault{Kind: sandbox.NoNotice, Times: 2}) }

func (w *outageWalk) loseAnswers() {
	ops := []sandbox.Op{sandbox.OpOpen, sandbox.OpClose, sandbox.OpRefund}
	w.fault(sandbox.Fault{Kind: sandbox.LoseAnswer, Op: ops[w.rand.IntN(len(ops))]})
}

// heal ends all that is wrong.
func (w *outageWalk) heal() {
	if w.proxy != nil {
		w.proxy.Pass()
		w.proxy.Cut() // what was swallowed stays lost, and is closed for the callers
	}
	if err := w.peer.ClearFaults(w.t.Context()); err != nil {
		w.t.Error(err)
	}
}

// buy places an order and pays it, or not; some of what is paid is asked back.
func (w *outageWalk) buy(u *user, random *rand.Rand) {
	w.books.Lock()
	w.keys++
	key := fmt.Sprint("key-", w.keys)
	w.books.Unlock()
	placed, ok := w.mutate(u, random, "placeOrder", key, fields{"lines": lines(w.sku, 1),
		"address": address, "expectedPayable": 5800},
		"order { id subOrders { id items { id } } }")
	if !ok {
		return
	}
	order := str(placed, "order", "id")
	w.note(order, false)
	if random.IntN(5) == 0 {
		return // left alone
	}
	started, ok := w.mutate(u, random, "startPayment", key, fields{"order": order,
		"channel": "SANDBOX"}, "payment { id status }")
	if !ok || str(started, "payment", "id") == "" {
		return
	}
	payment := str(started, "payment", "id")
	if w.peer.Pay(context.Background(), payment, sandbox.Payment{}) != nil {
		return // it is not open there yet
	}
	w.note(order, true)
	if random.IntN(3) > 0 || !w.isPaid(order) {
		return
	}
	w.mutate(u, random, "requestAfterSale", key, fields{
		"subOrder": str(placed, "order", "subOrders", 0, "id"), "kind": "REFUND_ONLY",
		"reason": "NOT_WANTED", "lines": []fields{{"quantity": 1,
			"item": str(placed, "order", "subOrders", 0, "items", 0, "id")}}}, "afterSale { id }")
}

// isPaid waits for a while until the servers know that an order is paid.
func (w *outageWalk) isPaid(order string) bool {
	id, err := globalid.Parse(order)
	if err != nil {
		return false
	}
	for range 50 {
		n, err := w.db.Client.Order.Query().Where(entorder.ID(id),
			entorder.StatusEQ(vocab.AwaitingShipment)).Count(context.Background())
		if err == nil && n == 1 {
			return true
		}
		time.Sleep(100 * time.Millisecond)
	}
	return false
}

func (w *outageWalk) note(order string, paid bool) {
	w.books.Lock()
	defer w.books.Unlock()
	w.orders[order] = paid
}

// mutate sends a mutation to either server until it is answered, under one key. A refusal is an
// answer, and not ok.
func (w *outageWalk) mutate(
	u *user, random *rand.Rand, name, key string, in fields, want string,
) (fields, bool) {
	query := mutation(name, want, key)
	for range 200 {
		w.mu.RLock()
		s := w.servers[random.IntN(len(w.servers))]
		w.mu.RUnlock()
		a, err := u.try(s, query, fields{"in": in})
		switch {
		case err != nil:
			w.told("connection")
		case len(a.Errors) > 0:
			w.told(fmt.Sprint(a.Errors[0].Extensions["code"]))
		default:
			payload := a.Data["m"].(fields)
			if refused := code(payload); refused != "" {
				w.told(refused)
			}
			return payload, code(payload) == ""
		}
		time.Sleep(time.Duration(random.IntN(500)) * time.Millisecond)
	}
	w.t.Errorf("%s was not answered", name)
	return nil, false
}

func (w *outageWalk) told(code string) {
	w.books.Lock()
	defer w.books.Unlock()
	w.errors[code]++
}

// settle lets everything end: first what is under way, then, past the pay deadline, what is unpaid.
func (w *outageWalk) settle() {
	ctx := w.t.Context()
	w.until("refunds have ended", func() bool {
		n, err := w.db.Client.Refund.Query().Where(
			entrefund.StatusNEQ(vocab.RefundSucceeded)).Count(ctx)
		return err == nil && n == 0
	})
	w.until("the clock can be moved", func() bool {
		_, err := w.catalogue.platform.tryMutate(w.servers[0], "advanceClock",
			fields{"seconds": int64(31 * time.Minute / time.Second)}, "now", "the end")
		return err == nil
	})
	w.until("no order waits for a payment", func() bool {
		n, err := w.db.Client.Order.Query().Where(
			entorder.StatusIn(vocab.Unpaid...)).Count(ctx)
		return err == nil && n == 0
	})
}

func (w *outageWalk) check() {
	w.t.Helper()
	ctx := w.t.Context()
	rows := w.db.Client.Order.Query().WithPayments().AllX(ctx)
	if n := w.errors["INTERNAL"]; n > 0 {
		w.t.Errorf("%d callers were told of an internal error", n)
	}
	if len(rows) > w.keys || len(rows) < len(w.orders) {
		w.t.Errorf("%d orders by %d keys, %d were answered", len(rows), w.keys, len(w.orders))
	}
	for _, row := range rows {
		counted := slices.ContainsFunc(row.Edges.Payments, func(p *ent.Payment) bool {
			return p.Verdict != nil && *p.Verdict == vocab.Counted
		})
		if paid := w.orders[row.ID.String()]; paid != counted {
			w.t.Errorf("%s is %s: paid in time %t, counted %t", row.ID, row.Status, paid, counted)
		}
	}
	paid := w.db.Client.Payment.Query().Where(
		entpayment.VerdictEQ(vocab.Counted)).CountX(ctx)
	refunded := w.db.Client.Refund.Query().CountX(ctx)
	w.t.Logf("%d orders by %d keys, %d paid, %d refunded; callers were told %v", len(rows), w.keys,
		paid, refunded, w.errors)
	w.keeps(int64(paid-refunded) * 5800)
	w.verify()
}

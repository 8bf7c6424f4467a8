package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	entorder "orderflow/ent/order"
	"orderflow/internal/dbtest"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// TestKilledInsideBatches kills the server while many buyers place and start to pay at once, so
// that most of it runs in batches. Each sends the same again, with the same keys, to the next
// server: everybody has one order and one attempt, that of the first answer if there was one.
func TestKilledInsideBatches(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		s := sys.start()
		m := sys.newCatalogue(s, vocab.OnOrder)
		const buyers = 48
		rounds := dbtest.Size(2, 12)
		sku := m.sku(s, 5000, int64(buyers*rounds))
		users := make([]*user, buyers)
		for i := range users {
			users[i] = s.user("BUYER", fmt.Sprintf("buyer-%d", i))
		}
		attempts := map[string]bool{}
		for round := range rounds {
			var answers, first atomic.Int64
			var known sync.Map // what was answered, by key
			death := 1 + rand.Int64N(2*buyers*3/4)
			// answered keeps an answer, which must be the same every time.
			answered := func(key, id string) {
				if before, some := known.LoadOrStore(key, id); some && before != id {
					t.Errorf("%s: %s, at first %v", key, id, before)
				}
				if answers.Add(1) == death && first.CompareAndSwap(0, 1) {
					s.kill()
				}
			}
			send := func(s *server, i int) (attempt string, err error) {
				key := fmt.Sprintf("%d of %d", round, i)
				p, err := users[i].tryMutate(s, "placeOrder", fields{"lines": lines(sku, 1),
					"address": address, "expectedPayable": 5800}, "order { id }", "place "+key)
				if err != nil {
					return "", err
				}
				if code(p) != "" {
					return "", fmt.Errorf("place: %v", p)
				}
				order := str(p, "order", "id")
				answered("place "+key, order)
				p, err = users[i].tryMutate(s, "startPayment", fields{"order": order,
					"channel": "SANDBOX"}, "payment { id }", "start "+key)
				if err != nil {
					return "", err
				}
				attempt = str(p, "payment", "id")
				answered("start "+key, attempt)
				return attempt, nil
			}
			inParallel(buyers, buyers, func(i int) { _, _ = send(s, i) })
			if first.Load() == 0 {
				s.kill()
			}
			s = sys.start()
			found := make([]string, buyers)
			inParallel(buyers, buyers, func(i int) {
				var err error
				if found[i], err = send(s, i); err != nil {
					t.Error(err)
				}
			})
			for _, id := range found {
				attempts[id] = true
			}
		}
		n := sys.db.Client.Order.Query().CountX(t.Context())
		started := sys.db.Client.Payment.Query().CountX(t.Context())
		if want := buyers * rounds; n != want || started != want || len(attempts) != want {
			t.Errorf("%d orders, %d attempts, %d answered; want %d", n, started, len(attempts), want)
		}
		for id := range attempts {
			sys.until("the attempt can be paid", func() bool {
				return sys.peer.Pay(t.Context(), id, sandbox.Payment{}) == nil
			})
		}
		sys.until("all orders are paid", func() bool {
			return sys.db.Client.Order.Query().Where(entorder.StatusEQ(vocab.AwaitingShipment)).
				CountX(t.Context()) == n
		})
		sys.keeps(int64(5800 * buyers * rounds))
		sys.verify()
	})
}

package e2e_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"

	"orderflow/internal/globalid"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// lockOrder keeps an order locked, as another command would, until release is called.
func (sys *system) lockOrder(order string) (release func()) {
	sys.t.Helper()
	id, err := globalid.Parse(order)
	if err != nil {
		sys.t.Fatal(err)
	}
	held, over, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	enough := errors.New("enough")
	go func() {
		defer close(done)
		err := sys.db.Run(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.LockOrder(ctx, id); err != nil {
				return err
			}
			close(held)
			<-over
			return enough
		})
		if !errors.Is(err, enough) {
			sys.t.Errorf("locking the order: %v", err)
		}
	}()
	<-held
	return func() {
		close(over)
		<-done
	}
}

// send sends an operation and returns when the server has it; the response is not read.
func (u *user) send(s *server, body string) {
	u.t.Helper()
	sent := make(chan struct{})
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/graphql",
		strings.NewReader(body))
	if err != nil {
		u.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+u.token)
	go func() {
		if res, err := client.Do(req); err == nil {
			_ = res.Body.Close()
		}
	}()
	<-sent
}

func TestKilledBeforeTheIntentIsStored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		c := sys.checkout(vocab.OnOrder)
		s, buyer, order := c.server, c.buyer, c.order
		release := sys.lockOrder(order)
		buyer.send(s, `{"query":"mutation{startPayment(input:{order:\"`+order+
			`\",channel:SANDBOX}){payment{id}}}"}`)
		s.kill()
		release()
		s = sys.start()
		seen := buyer.view(s, order)
		if seen["status"] != "PENDING_PAYMENT" || len(seen["payments"].([]any)) != 0 {
			t.Errorf("half an intent: %v", seen)
		}
		sys.pay(buyer.startPayment(s, order), sandbox.Payment{})
		buyer.settles(s, order, "AWAITING_SHIPMENT")
		sys.keeps(5800)
		sys.verify()
	})
}

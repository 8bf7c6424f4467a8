package payment_test

import (
	"bytes"
	"net/http"
	"testing"

	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

func TestNoticesComeTwiceAndInAnyOrder(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.DuplicateNotice, No: id.String(), Copies: 3})
		e.addFault(sandbox.Fault{Kind: sandbox.ReorderNotice, No: id.String()})
		e.pay(id, sandbox.Payment{Twice: true})
		e.deliver()
		e.wantVerdict(id, vocab.Counted)
		e.Run()
		e.deliver()
		if n := e.DB.Client.ChannelNotice.Query().CountX(e.T.Context()); n != 3 {
			e.T.Errorf("%d notices are kept, want those of two payments and a refund", n)
		}
		e.wantMoney(p.id, 2*payable, payable)
	})
}

func TestANoticeIsKeptSealed(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.pay(id, sandbox.Payment{})
		e.deliver()
		kept := e.DB.Client.ChannelNotice.Query().OnlyX(e.T.Context())
		if bytes.Contains(kept.Body, []byte(id.String())) {
			e.T.Error("the notice can be read in the database")
		}
		plain, err := e.Keys.Open(kept.Body, kept.ID[:])
		if err != nil || !bytes.Contains(plain, []byte(id.String())) {
			e.T.Errorf("kept %q, %v", plain, err)
		}
	})
}

func TestAnUnverifiedNoticeIsOnlyCounted(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for path, want := range map[string]int{
			"SANDBOX": http.StatusUnauthorized, "NOBODY": http.StatusNotFound,
		} {
			resp, err := http.Post(e.notify+path, "application/json",
				bytes.NewReader([]byte(`{"id":"n"}`)))
			if err != nil {
				e.T.Fatal(err)
			}
			if err := resp.Body.Close(); err != nil {
				e.T.Error(err)
			}
			if resp.StatusCode != want {
				e.T.Errorf("%s: status %d, want %d", path, resp.StatusCode, want)
			}
		}
		kept := e.DB.Client.ChannelNotice.Query().CountX(e.T.Context())
		if n := e.Payments.Counters.UnverifiedNotices.Load(); n != 1 || kept != 0 {
			e.T.Errorf("%d counted, %d kept", n, kept)
		}
	})
}

func TestANoticeIsRepeatedWhenWeFail(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.pay(id, sandbox.Payment{})
		rename := func(from, to string) {
			_, err := e.DB.SQL().ExecContext(e.T.Context(), "ALTER TABLE "+from+" RENAME TO "+to)
			if err != nil {
				e.T.Fatal(err)
			}
		}
		rename("sub_orders", "gone") // kept, but not applied
		if _, err := e.DB.Take(e.T.Context(), payment.AttemptsDue, 1); err != nil {
			e.T.Fatal(err)
		}
		e.deliver()
		e.wantAttempt(id, vocab.AttemptOpen)
		rename("gone", "sub_orders")
		e.minuteLater()
		e.deliver()
		e.wantVerdict(id, vocab.Counted)
		if n := e.DB.Client.ChannelNotice.Query().CountX(e.T.Context()); n != 1 {
			e.T.Errorf("%d notices are kept, want 1", n)
		}
		e.wantMoney(p.id, payable, 0)
	})
}

package payment_test

import (
	"bytes"
	"net/http"
	"testing"

	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

func TestNoticesComeTwiceAndInAnyOrder(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.DuplicateNotice, No: id.String(), Copies: 3})
		w.fault(sandbox.Fault{Kind: sandbox.ReorderNotice, No: id.String()})
		w.pay(id, sandbox.Payment{Twice: true})
		w.deliver()
		w.wantVerdict(id, vocab.Counted)
		w.run()
		w.deliver()
		if n := w.db.Client.ChannelNotice.Query().CountX(w.t.Context()); n != 3 {
			w.t.Errorf("%d notices are kept, want those of two payments and a refund", n)
		}
		w.wantMoney(c.id, 2*payable, payable)
	})
}

func TestANoticeIsKeptSealed(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.pay(id, sandbox.Payment{})
		w.deliver()
		kept := w.db.Client.ChannelNotice.Query().OnlyX(w.t.Context())
		if bytes.Contains(kept.Body, []byte(id.String())) {
			w.t.Error("the notice can be read in the database")
		}
		plain, err := w.keys.Open(kept.Body, kept.ID[:])
		if err != nil || !bytes.Contains(plain, []byte(id.String())) {
			w.t.Errorf("kept %q, %v", plain, err)
		}
	})
}

func TestWhatIsNotTheChannelsWordIsOnlyCounted(t *testing.T) {
	each(t, func(w *world) {
		for path, want := range map[string]int{
			"SANDBOX": http.StatusUnauthorized, "NOBODY": http.StatusNotFound,
		} {
			resp, err := http.Post(w.notify+path, "application/json",
				bytes.NewReader([]byte(`{"id":"n"}`)))
			if err != nil {
				w.t.Fatal(err)
			}
			if err := resp.Body.Close(); err != nil {
				w.t.Error(err)
			}
			if resp.StatusCode != want {
				w.t.Errorf("%s: status %d, want %d", path, resp.StatusCode, want)
			}
		}
		kept := w.db.Client.ChannelNotice.Query().CountX(w.t.Context())
		if n := w.payments.Counters.UnverifiedNotices.Load(); n != 1 || kept != 0 {
			w.t.Errorf("%d counted, %d kept", n, kept)
		}
	})
}

func TestANoticeIsRepeatedWhenWeFail(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.pay(id, sandbox.Payment{})
		rename := func(from, to string) {
			_, err := w.db.SQL().ExecContext(w.t.Context(), "ALTER TABLE "+from+" RENAME TO "+to)
			if err != nil {
				w.t.Fatal(err)
			}
		}
		rename("reservations", "gone") // kept, but not applied
		if _, err := w.payments.ClaimAttempts(w.t.Context(), 1); err != nil {
			w.t.Fatal(err)
		}
		w.deliver()
		w.wantAttempt(id, vocab.AttemptOpen)
		rename("gone", "reservations")
		w.soon()
		w.deliver()
		w.wantVerdict(id, vocab.Counted)
		if n := w.db.Client.ChannelNotice.Query().CountX(w.t.Context()); n != 1 {
			w.t.Errorf("%d notices are kept, want 1", n)
		}
		w.wantMoney(c.id, payable, 0)
	})
}

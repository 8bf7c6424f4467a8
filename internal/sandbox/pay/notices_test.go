package pay_test

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox/pay"
	"orderflow/internal/sandbox/sandboxtest"
)

func TestNoticeIsRepeatedUntilAccepted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.open(t, "pay_1")
	r.inbox.Status.Store(http.StatusInternalServerError)
	must(t, r.peer.Pay(t.Context(), "pay_1", pay.Payment{}))
	first := r.deliver(t)
	if len(first) != 1 {
		t.Fatalf("%d notices, want 1", len(first))
	}
	if again := r.deliver(t); len(again) != 0 {
		t.Fatalf("repeated before its time: %+v", again)
	}
	r.real.Advance(time.Second)
	r.inbox.Status.Store(http.StatusNoContent)
	if again := r.deliver(t); len(again) != 1 || again[0].ID != first[0].ID {
		t.Fatalf("repeated %+v, want %s", again, first[0].ID)
	}
	r.real.Advance(24 * time.Hour)
	if again := r.deliver(t); len(again) != 0 {
		t.Fatalf("repeated after it was accepted: %+v", again)
	}
}

func TestNoticeIsGivenUpAfterEightTries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.open(t, "pay_1")
	r.inbox.Status.Store(http.StatusInternalServerError)
	must(t, r.peer.Pay(t.Context(), "pay_1", pay.Payment{}))
	tries := 0
	for range 20 {
		tries += len(r.deliver(t))
		r.real.Advance(time.Hour)
	}
	if tries != 8 {
		t.Fatalf("%d tries, want 8", tries)
	}
}

// payWith pays pay_1, whose next notice has the fault.
func payWith(t *testing.T, f pay.Fault) *rig {
	t.Helper()
	r := newRig(t)
	r.open(t, "pay_1")
	f.No = "pay_1"
	r.fault(t, f)
	must(t, r.peer.Pay(t.Context(), "pay_1", pay.Payment{}))
	return r
}

func expect(t *testing.T, got []channel.Notice, want int) {
	t.Helper()
	if len(got) != want {
		t.Fatalf("%d notices, want %d", len(got), want)
	}
}

func TestNoticeFaults(t *testing.T) {
	t.Parallel()
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		r := payWith(t, pay.Fault{Kind: pay.NoNotice})
		r.real.Advance(time.Hour)
		expect(t, r.deliver(t), 0)
	})
	t.Run("held", func(t *testing.T) {
		t.Parallel()
		r := payWith(t, pay.Fault{Kind: pay.HoldNotice})
		r.business.Advance(time.Hour)
		expect(t, r.deliver(t), 0)
		must(t, r.peer.ReleaseMessages(t.Context(), "pay_1"))
		expect(t, r.deliver(t), 1)
	})
	t.Run("delayed", func(t *testing.T) {
		t.Parallel()
		r := payWith(t, pay.Fault{Kind: pay.DelayNotice, Delay: time.Minute})
		expect(t, r.deliver(t), 0)
		r.business.Advance(time.Minute)
		expect(t, r.deliver(t), 1)
	})
	t.Run("duplicated", func(t *testing.T) {
		t.Parallel()
		r := payWith(t, pay.Fault{Kind: pay.DuplicateNotice, Copies: 3})
		got := r.deliver(t)
		expect(t, got, 3)
		if got[0].ID != got[1].ID || got[1].ID != got[2].ID {
			t.Fatalf("the copies differ: %+v", got)
		}
	})
}

func TestReorderedNotice(t *testing.T) {
	t.Parallel()
	r := payWith(t, pay.Fault{Kind: pay.ReorderNotice})
	expect(t, r.deliver(t), 0)
	refund(t, r, "ref_1", "pay_1", 10)
	got := r.deliver(t)
	expect(t, got, 2)
	if got[0].Refund == nil || got[1].Charge == nil {
		t.Fatalf("in order: %+v", got)
	}
	// What was sent before does not set it free, only what comes after it.
	r.fault(t, pay.Fault{Kind: pay.ReorderNotice, No: "ref_2"})
	refund(t, r, "ref_2", "pay_1", 10)
	expect(t, r.deliver(t), 0)
}

func refund(t *testing.T, r *rig, refundNo, tradeNo string, amount int64) channel.RefundResult {
	t.Helper()
	paid, err := r.Query(t.Context(), tradeNo)
	must(t, err)
	got, err := r.Refund(t.Context(), channel.RefundRequest{
		OutRefundNo: refundNo, OutTradeNo: tradeNo, TransactionID: paid.TransactionID,
		Amount: amount, Total: paid.Amount, Currency: "CNY", Account: "m1",
	})
	must(t, err)
	return got
}

func TestRunSendsWithoutBeingAsked(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.open(t, "pay_1")
	must(t, r.peer.Pay(t.Context(), "pay_1", pay.Payment{}))
	sandboxtest.RunUntil(t, r.peer.Run, r.inbox.Arrived)
}

func TestLedgerOutlivesThePeer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "peer.db")
	var options pay.Options
	r := newRig(t, func(o *pay.Options) {
		o.Path = path
		options = *o
	})
	r.open(t, "pay_1")
	must(t, r.peer.Pay(t.Context(), "pay_1", pay.Payment{}))
	refund(t, r, "ref_1", "pay_1", 10)
	r.fault(t, pay.Fault{Kind: pay.NoNotice, No: "ref_2"})
	must(t, r.peer.Close())

	r.peer = newPeer(t, options)
	got := r.deliver(t)
	if len(got) != 2 || got[0].Charge == nil || got[1].Refund == nil {
		t.Fatalf("notices after the restart: %+v", got)
	}
	ledger, err := r.peer.Ledger(t.Context())
	must(t, err)
	if c := ledger.Charge("pay_1"); c.Paid != 1000 || c.Refunded != 10 || len(c.Refunds) != 1 {
		t.Fatalf("ledger after the restart: %+v", c)
	}
}

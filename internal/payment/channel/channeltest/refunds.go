package channeltest

import (
	"sync"
	"testing"

	"orderflow/internal/payment/channel"
)

func runRefunds(able Harness, run runner) {
	run("refund again is the same refund", true, refundAgain)
	run("refund at once by many moves money once", true, refundByMany)
	run("unknown refund is missing", true, unknownRefund)
	run("refund of nothing paid is refused", true, refundUnpaid)
	run("refunds never exceed the payment", true, refundTooMuch)
	run("refused refund moves nothing", able.RefuseRefund != nil, refusedRefund)
	run("refund without balance may be requested again", able.RefuseRefund != nil, noBalance)
	run("refund that takes its time", able.HoldRefund != nil, heldRefund)
	run("closed refund gives way to another", able.HoldRefund != nil, closedRefund)
	run("second payment is refunded by its id", able.PayTwice != nil, refundSecond)
	run("spacing is kept", able.PassSpacing != nil, spacing)
	run("number of refunds is kept", true, numberOfRefunds)
}

func refundAgain(t *testing.T, h Harness) {
	paid := h.paid(t)
	req := h.refundOf(paid, 5_000)
	first := h.refund(t, req)
	again := h.refund(t, req)
	if again.RefundID != first.RefundID {
		t.Fatalf("requested again %s, want %s", again.RefundID, first.RefundID)
	}
	other := req
	other.Amount = 5_001
	_, err := h.Port.Refund(testContext(t), other)
	mustRefuse(t, err, channel.RefusedForGood)
	done := h.queryRefund(t, req.OutRefundNo, channel.RefundSucceeded)
	if done.RefundID != first.RefundID || done.Amount != 5_000 || done.SucceededAt.IsZero() {
		t.Fatalf("QueryRefund = %+v", done)
	}
	h.moved(t, paid.OutTradeNo, chargeAmount, 5_000)
	h.query(t, paid.OutTradeNo, channel.ChargePaid)
}

func refundByMany(t *testing.T, h Harness) {
	paid := h.paid(t)
	req := h.refundOf(paid, chargeAmount)
	ctx := testContext(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := h.Port.Refund(ctx, req); err != nil {
				t.Errorf("Refund: %v", err)
			}
		})
	}
	group.Wait()
	h.moved(t, paid.OutTradeNo, chargeAmount, chargeAmount)
}

func unknownRefund(t *testing.T, h Harness) {
	h.queryRefund(t, newNo("ref"), channel.RefundMissing)
}

func refundUnpaid(t *testing.T, h Harness) {
	for _, no := range []string{newNo("pay"), h.open(t)} {
		req := h.refundOf(channel.Charge{OutTradeNo: no, Amount: chargeAmount}, chargeAmount)
		_, err := h.Port.Refund(testContext(t), req)
		mustRefuse(t, err, channel.RefusedForGood)
		h.queryRefund(t, req.OutRefundNo, channel.RefundMissing)
	}
}

func refundTooMuch(t *testing.T, h Harness) {
	paid := h.paid(t)
	h.refund(t, h.refundOf(paid, chargeAmount-100))
	h.space(t)
	tooMuch := h.refundOf(paid, 101)
	_, err := h.Port.Refund(testContext(t), tooMuch)
	mustRefuse(t, err, channel.RefusedForGood)
	h.queryRefund(t, tooMuch.OutRefundNo, channel.RefundMissing)
	h.refund(t, h.refundOf(paid, 100))
	h.moved(t, paid.OutTradeNo, chargeAmount, chargeAmount)
}

func refusedRefund(t *testing.T, h Harness) {
	paid := h.paid(t)
	req := h.refundOf(paid, chargeAmount)
	h.RefuseRefund(t, req.OutRefundNo, channel.RefusedForGood)
	_, err := h.Port.Refund(testContext(t), req)
	mustRefuse(t, err, channel.RefusedForGood)
	h.moved(t, paid.OutTradeNo, chargeAmount, 0)
}

func noBalance(t *testing.T, h Harness) {
	paid := h.paid(t)
	req := h.refundOf(paid, chargeAmount)
	h.RefuseRefund(t, req.OutRefundNo, channel.RefusedNoBalance)
	_, err := h.Port.Refund(testContext(t), req)
	mustRefuse(t, err, channel.RefusedNoBalance)
	h.queryRefund(t, req.OutRefundNo, channel.RefundMissing)
	h.refund(t, req)
	h.moved(t, paid.OutTradeNo, chargeAmount, chargeAmount)
}

func heldRefund(t *testing.T, h Harness) {
	paid := h.paid(t)
	req := h.refundOf(paid, chargeAmount)
	h.HoldRefund(t, req.OutRefundNo)
	if got := h.refund(t, req); got.State != channel.RefundProcessing {
		t.Fatalf("Refund = %+v, want it processing", got)
	}
	h.queryRefund(t, req.OutRefundNo, channel.RefundProcessing)
	h.moved(t, paid.OutTradeNo, chargeAmount, 0)
	h.SettleRefund(t, req.OutRefundNo, channel.RefundAbnormal)
	h.queryRefund(t, req.OutRefundNo, channel.RefundAbnormal)
	h.moved(t, paid.OutTradeNo, chargeAmount, 0)
	h.SettleRefund(t, req.OutRefundNo, channel.RefundSucceeded)
	h.queryRefund(t, req.OutRefundNo, channel.RefundSucceeded)
	h.moved(t, paid.OutTradeNo, chargeAmount, chargeAmount)
}

func closedRefund(t *testing.T, h Harness) {
	paid := h.paid(t)
	first := h.refundOf(paid, chargeAmount)
	h.HoldRefund(t, first.OutRefundNo)
	h.refund(t, first)
	h.SettleRefund(t, first.OutRefundNo, channel.RefundClosed)
	h.space(t)
	if got := h.refund(t, first); got.State != channel.RefundClosed {
		t.Fatalf("requested again %+v, want it closed", got)
	}
	h.refund(t, h.refundOf(paid, chargeAmount))
	h.moved(t, paid.OutTradeNo, chargeAmount, chargeAmount)
}

func refundSecond(t *testing.T, h Harness) {
	no := h.open(t)
	h.PayTwice(t, no)
	h.moved(t, no, 2*chargeAmount, 0)
	seen := map[string]bool{}
	for _, received := range h.Received(t) {
		notice, err := received.parse(h.Port)
		if err != nil || notice.Charge == nil {
			t.Fatalf("notice %+v, %v", notice, err)
		}
		seen[notice.Charge.TransactionID] = true
		h.refund(t, h.refundOf(*notice.Charge, chargeAmount))
	}
	if len(seen) != 2 {
		t.Fatalf("%d transactions were reported, want 2", len(seen))
	}
	h.moved(t, no, 2*chargeAmount, 2*chargeAmount)
}

func spacing(t *testing.T, h Harness) {
	paid := h.paid(t)
	first := h.refundOf(paid, 1)
	h.refund(t, first)
	second := h.refundOf(paid, 1)
	_, err := h.Port.Refund(testContext(t), second)
	mustRefuse(t, err, channel.RefusedTooOften)
	h.refund(t, first)
	h.PassSpacing(t)
	h.refund(t, second)
	h.moved(t, paid.OutTradeNo, chargeAmount, 2)
}

func numberOfRefunds(t *testing.T, h Harness) {
	paid := h.paid(t)
	for range h.Port.Limits().RefundsPerPayment {
		h.refund(t, h.refundOf(paid, 1))
		h.space(t)
	}
	_, err := h.Port.Refund(testContext(t), h.refundOf(paid, 1))
	mustRefuse(t, err, channel.RefusedForGood)
	h.moved(t, paid.OutTradeNo, chargeAmount, int64(h.Port.Limits().RefundsPerPayment))
}

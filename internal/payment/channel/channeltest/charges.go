package channeltest

import (
	"sync"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
)

func runCharges(able Harness, run runner) {
	run("open again is the same payment", true, openAgain)
	run("open with other values is refused", true, openOther)
	run("open at once by many is one payment", true, openByMany)
	run("unknown charge is missing", true, unknownCharge)
	run("paid charge says what was paid", true, paidCharge)
	run("closed charge stays closed", true, closedCharge)
	run("paid charge cannot be closed", true, closePaid)
	run("expired charge is closed", able.Advance != nil, expiredCharge)
	run("failed charge", able.Fail != nil, failedCharge)
	run("late payment is reported", able.PayLate != nil, latePayment)
	run("wrong amount is reported", able.PayAmount != nil, wrongAmount)
}

func openAgain(t *testing.T, h Harness) {
	req := h.request()
	first, err := h.Port.Open(testContext(t), req)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	if len(first.ClientParams) == 0 {
		t.Fatal("Open gave the client nothing to pay with")
	}
	h.query(t, req.OutTradeNo, channel.ChargeUnpaid)
	if _, err := h.Port.Open(testContext(t), req); err != nil {
		t.Fatalf("Open again: %v", err)
	}
	h.Pay(t, req.OutTradeNo)
	h.query(t, req.OutTradeNo, channel.ChargePaid)
	h.moved(t, req.OutTradeNo, chargeAmount, 0)
}

func openOther(t *testing.T, h Harness) {
	req := h.request()
	if _, err := h.Port.Open(testContext(t), req); err != nil {
		t.Fatalf("Open: %v", err)
	}
	other := req
	other.Amount++
	_, err := h.Port.Open(testContext(t), other)
	mustRefuse(t, err, channel.RefusedForGood)
	h.Pay(t, req.OutTradeNo)
	if got := h.query(t, req.OutTradeNo, channel.ChargePaid); got.Amount != req.Amount {
		t.Fatalf("paid %d, want %d", got.Amount, req.Amount)
	}
}

func openByMany(t *testing.T, h Harness) {
	req := h.request()
	ctx := testContext(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := h.Port.Open(ctx, req); err != nil {
				t.Errorf("Open: %v", err)
			}
		})
	}
	group.Wait()
	h.Pay(t, req.OutTradeNo)
	h.moved(t, req.OutTradeNo, chargeAmount, 0)
}

func unknownCharge(t *testing.T, h Harness) {
	no := newNo("pay")
	h.query(t, no, channel.ChargeMissing)
	h.close(t, no, channel.ChargeMissing)
	h.query(t, no, channel.ChargeMissing)
}

func paidCharge(t *testing.T, h Harness) {
	before := h.Now().Add(-time.Second)
	got := h.paid(t)
	if got.TransactionID == "" || got.Amount != chargeAmount || got.Currency != h.Currency {
		t.Fatalf("paid charge %+v", got)
	}
	if got.PaidAt.Before(before) || got.PaidAt.After(h.Now().Add(time.Second)) {
		t.Fatalf("paid at %s, not in business time", got.PaidAt)
	}
	if again := h.query(t, got.OutTradeNo, channel.ChargePaid); again != got {
		t.Fatalf("queried again %+v, want %+v", again, got)
	}
	h.moved(t, got.OutTradeNo, chargeAmount, 0)
}

func closedCharge(t *testing.T, h Harness) {
	req := h.request()
	if _, err := h.Port.Open(testContext(t), req); err != nil {
		t.Fatalf("Open: %v", err)
	}
	h.close(t, req.OutTradeNo, channel.ChargeClosed)
	h.close(t, req.OutTradeNo, channel.ChargeClosed)
	h.query(t, req.OutTradeNo, channel.ChargeClosed)
	_, err := h.Port.Open(testContext(t), req)
	mustRefuse(t, err, channel.RefusedForGood)
	h.moved(t, req.OutTradeNo, 0, 0)
}

func closePaid(t *testing.T, h Harness) {
	paid := h.paid(t)
	if got := h.close(t, paid.OutTradeNo, channel.ChargePaid); got != paid {
		t.Fatalf("Close = %+v, want what was paid: %+v", got, paid)
	}
	h.query(t, paid.OutTradeNo, channel.ChargePaid)
}

func expiredCharge(t *testing.T, h Harness) {
	no := h.open(t)
	h.Advance(t, 31*time.Minute)
	h.query(t, no, channel.ChargeClosed)
	h.close(t, no, channel.ChargeClosed)
	late := h.request()
	late.ExpiresAt = h.Now().Add(-time.Minute)
	_, err := h.Port.Open(testContext(t), late)
	mustRefuse(t, err, channel.RefusedForGood)
}

func failedCharge(t *testing.T, h Harness) {
	no := h.open(t)
	h.Fail(t, no)
	h.query(t, no, channel.ChargeFailed)
	h.moved(t, no, 0, 0)
	received := h.Received(t)
	if len(received) != 1 {
		t.Fatalf("%d notices, want 1", len(received))
	}
	notice, err := received[0].parse(h.Port)
	if err != nil || notice.Charge == nil || notice.Charge.State != channel.ChargeFailed {
		t.Fatalf("notice %+v, %v", notice, err)
	}
	h.close(t, no, channel.ChargeClosed)
}

func latePayment(t *testing.T, h Harness) {
	no := h.open(t)
	h.close(t, no, channel.ChargeClosed)
	h.PayLate(t, no)
	got := h.query(t, no, channel.ChargePaid)
	if closed := h.close(t, no, channel.ChargePaid); closed != got {
		t.Fatalf("Close = %+v, want %+v", closed, got)
	}
	h.moved(t, no, chargeAmount, 0)
}

func wrongAmount(t *testing.T, h Harness) {
	no := h.open(t)
	h.PayAmount(t, no, chargeAmount-1)
	got := h.query(t, no, channel.ChargePaid)
	if got.Amount != chargeAmount-1 {
		t.Fatalf("paid %d, want %d", got.Amount, chargeAmount-1)
	}
	h.refund(t, h.refundOf(got, got.Amount))
	h.moved(t, no, chargeAmount-1, chargeAmount-1)
}

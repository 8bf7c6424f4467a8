package pay_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox/pay"
)

// Whatever goes wrong on the way and however often a call is repeated, a refund that was answered
// as succeeded moved its money once, one that was refused moved none, and all together never exceed
// the payment.
func TestMoneyMovesOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	charges := 0
	rapid.Check(t, func(rt *rapid.T) {
		charges++
		no := fmt.Sprintf("pay_%d", charges)
		r.open(t, no)
		must(t, r.peer.Pay(t.Context(), no, pay.Payment{}))
		paid, err := r.Query(t.Context(), no)
		must(t, err)
		asked := map[string]int64{}
		succeeded := map[string]bool{}
		for range rapid.IntRange(1, 8).Draw(rt, "calls") {
			refundNo := fmt.Sprintf("ref_%d_%d", charges, rapid.IntRange(1, 4).Draw(rt, "refund"))
			if asked[refundNo] == 0 {
				asked[refundNo] = rapid.Int64Range(1, 700).Draw(rt, "amount")
			}
			fault := rapid.SampledFrom([]pay.FaultKind{
				"", pay.LoseAnswer, pay.Unreachable, pay.IllSigned, pay.NoBalance,
			}).Draw(rt, "fault")
			must(t, r.peer.ClearFaults(t.Context()))
			if fault != "" {
				r.fault(t, pay.Fault{Kind: fault})
			}
			got, err := r.Refund(t.Context(), channel.RefundRequest{
				OutRefundNo: refundNo, OutTradeNo: no, TransactionID: paid.TransactionID,
				Amount: asked[refundNo], Total: 1000, Currency: "CNY", Account: "m1",
			})
			var refused *channel.Refusal
			switch {
			case err == nil && got.State == channel.RefundSucceeded:
				succeeded[refundNo] = true
			case errors.As(err, &refused) && succeeded[refundNo]:
				rt.Fatalf("%s succeeded and was then refused: %v", refundNo, err)
			}
		}
		must(t, r.peer.ClearFaults(t.Context()))
		checkLedger(t, rt, r, no, asked, succeeded)
	})
}

func checkLedger(
	t *testing.T, rt *rapid.T, r *rig, no string, asked map[string]int64, succeeded map[string]bool,
) {
	ledger, err := r.peer.Ledger(t.Context())
	must(t, err)
	booked := ledger.Charge(no)
	if booked.Paid != 1000 || booked.Refunded > booked.Paid {
		rt.Fatalf("ledger %+v", booked)
	}
	var sum int64
	inLedger := map[string]bool{}
	for _, line := range booked.Refunds {
		if inLedger[line.OutRefundNo] || line.Amount != asked[line.OutRefundNo] {
			rt.Fatalf("%s is in the ledger as %+v", line.OutRefundNo, booked.Refunds)
		}
		inLedger[line.OutRefundNo] = true
		sum += line.Amount
	}
	if sum != booked.Refunded {
		rt.Fatalf("refunds add up to %d, booked %d", sum, booked.Refunded)
	}
	for refundNo := range asked {
		got, err := r.QueryRefund(t.Context(), refundNo)
		must(t, err)
		if moved := got.State == channel.RefundSucceeded; moved != inLedger[refundNo] ||
			(succeeded[refundNo] && !moved) {
			rt.Fatalf("%s is %s, in the ledger: %t", refundNo, got.State, inLedger[refundNo])
		}
	}
}

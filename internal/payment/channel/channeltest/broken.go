package channeltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
)

// shortTimeout is the timeout of a call that gets no response.
const shortTimeout = 100 * time.Millisecond

func runBroken(able Harness, run runner) {
	run("ended context ends every call", true, endedContext)
	breakages := []Breakage{Unreachable, UnsignedError, Stalled, LostAnswer, IllSigned}
	for _, how := range breakages {
		run("nothing is concluded from "+string(how), able.Break != nil,
			func(t *testing.T, h Harness) { concludesNothing(t, h, how) })
	}
}

// calls are all calls of a port, on a new charge, a charge that was paid and a refund of it.
func (h Harness) calls(
	fresh channel.OpenRequest, paid channel.Charge, refund channel.RefundRequest,
) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Open": func(ctx context.Context) error {
			_, err := h.Port.Open(ctx, fresh)
			return err
		},
		"Query": func(ctx context.Context) error {
			_, err := h.Port.Query(ctx, paid.OutTradeNo)
			return err
		},
		"Close": func(ctx context.Context) error {
			_, err := h.Port.Close(ctx, paid.OutTradeNo)
			return err
		},
		"Refund": func(ctx context.Context) error {
			_, err := h.Port.Refund(ctx, refund)
			return err
		},
		"QueryRefund": func(ctx context.Context) error {
			_, err := h.Port.QueryRefund(ctx, refund.OutRefundNo)
			return err
		},
		"Bill": func(ctx context.Context) error {
			_, err := h.Port.Bill(ctx, channel.BillPlace{Day: h.today()},
				func([]channel.BillLine) error { return nil })
			return err
		},
	}
}

func endedContext(t *testing.T, h Harness) {
	paid := h.paid(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range h.calls(h.request(), paid, h.refundOf(paid, chargeAmount)) {
		if err := call(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want the context's end", name, err)
		}
	}
	h.moved(t, paid.OutTradeNo, chargeAmount, 0)
}

// concludesNothing breaks every call once: it must fail without a verdict, and a repeated call must
// return as if nothing had happened, with the money moved once.
func concludesNothing(t *testing.T, h Harness, how Breakage) {
	fresh, paid := h.request(), h.paid(t)
	refund := h.refundOf(paid, chargeAmount)
	for name, call := range h.calls(fresh, paid, refund) {
		h.Break(t, how)
		ctx := testContext(t)
		if how == Stalled {
			short, cancel := context.WithTimeout(ctx, shortTimeout)
			defer cancel()
			ctx = short
		}
		err := call(ctx)
		mustBeUnknown(t, err)
		if how == Stalled && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, want the context's end", name, err)
		}
		if err := call(testContext(t)); err != nil {
			t.Errorf("%s again: %v", name, err)
		}
	}
	h.Pay(t, fresh.OutTradeNo)
	h.query(t, fresh.OutTradeNo, channel.ChargePaid)
	h.queryRefund(t, refund.OutRefundNo, channel.RefundSucceeded)
	h.moved(t, fresh.OutTradeNo, chargeAmount, 0)
	h.moved(t, paid.OutTradeNo, chargeAmount, chargeAmount)
}

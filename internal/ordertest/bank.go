package ordertest

import (
	"context"
	"errors"
	"sync"

	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// Answer is how a Bank treats a refund.
type Answer int

// The answers of a Bank.
const (
	Pays       Answer = iota // at once
	Refuses                  // with a signed refusal
	PaysLate                 // pays, and says so only when it is queried
	LosesIt                  // the request does not arrive
	LosesReply               // pays, and the reply is lost
	Closes                   // accepts it, and closes it
	NeedsStaff               // the account of the payer is gone
)

// Bank is a payment channel in memory: it opens and closes every payment, and refunds as it is set
// to.
type Bank struct {
	channel.Port
	Allows channel.Limits // set before the first refund

	clock  *Clock
	mu     sync.Mutex
	answer func() Answer
	paid   map[string]int64 // by out_refund_no
}

func newBank(clock *Clock) *Bank {
	b := &Bank{clock: clock, paid: map[string]int64{}}
	b.Set(Pays)
	return b
}

// Set makes the bank treat every refund in this way.
func (b *Bank) Set(a Answer) { b.SetFunc(func() Answer { return a }) }

// SetFunc makes the bank draw how it treats each refund.
func (b *Bank) SetFunc(answer func() Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = answer
}

// Name implements channel.Port.
func (*Bank) Name() vocab.PaymentChannel { return vocab.Sandbox }

// Limits implements channel.Port.
func (b *Bank) Limits() channel.Limits { return b.Allows }

// Open implements channel.Port.
func (*Bank) Open(context.Context, channel.OpenRequest) (channel.Opened, error) {
	return channel.Opened{}, nil
}

// Query implements channel.Port: nobody pays before the notice.
func (*Bank) Query(_ context.Context, number string) (channel.Charge, error) {
	return channel.Charge{OutTradeNo: number, State: channel.ChargeUnpaid}, nil
}

// Close implements channel.Port.
func (*Bank) Close(_ context.Context, number string) (channel.Charge, error) {
	return channel.Charge{OutTradeNo: number, State: channel.ChargeClosed}, nil
}

// Refund implements channel.Port.
func (b *Bank) Refund(
	_ context.Context, r channel.RefundRequest,
) (channel.RefundResult, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	answer := b.answer()
	if answer == Pays || answer == PaysLate || answer == LosesReply {
		b.paid[r.OutRefundNo] = r.Amount
	}
	result := channel.RefundResult{OutRefundNo: r.OutRefundNo, State: channel.RefundSucceeded,
		RefundID: r.OutRefundNo, Amount: r.Amount, SucceededAt: b.clock.Now()}
	switch answer {
	case Refuses:
		return channel.RefundResult{}, &channel.Refusal{Kind: channel.RefusedForGood, Code: "NO"}
	case LosesIt, LosesReply:
		return channel.RefundResult{}, errors.New("no reply")
	case PaysLate:
		result.State = channel.RefundProcessing
	case Closes:
		result.State = channel.RefundClosed
	case NeedsStaff:
		result.State = channel.RefundAbnormal
	case Pays:
	}
	return result, nil
}

// QueryRefund implements channel.Port.
func (b *Bank) QueryRefund(_ context.Context, number string) (channel.RefundResult, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	amount, paid := b.paid[number]
	if !paid {
		return channel.RefundResult{OutRefundNo: number, State: channel.RefundMissing}, nil
	}
	return channel.RefundResult{OutRefundNo: number, State: channel.RefundSucceeded,
		Amount: amount, SucceededAt: b.clock.Now()}, nil
}

// Refunded is what the bank has paid back in all.
func (b *Bank) Refunded() (sum int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, amount := range b.paid {
		sum += amount
	}
	return sum
}

// refundedBy is what the bank has paid back by one refund.
func (b *Bank) refundedBy(number string) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.paid[number]
}

package aftersale_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// mood is what a bank does with a refund that it is asked for.
type mood int

const (
	pays      mood = iota // at once
	refuses               // with a signed refusal
	takesTime             // pays, and tells so only when it is asked
	loses                 // does not hear of it
	mumbles               // pays, and its answer is lost
	closes                // takes it, and closes it
)

// bank is a channel of refunds.
type bank struct {
	channel.Port
	mu   sync.Mutex
	mood mood
	paid map[string]int64 // by out_refund_no
}

func newBank() *bank { return &bank{paid: map[string]int64{}} }

func (*bank) Name() vocab.PaymentChannel { return vocab.Sandbox }
func (*bank) Limits() channel.Limits     { return channel.Limits{RefundsPerPayment: 6} }

func (b *bank) be(m mood) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mood = m
}

func (b *bank) Refund(
	_ context.Context, r channel.RefundRequest,
) (channel.RefundResult, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.mood == pays || b.mood == takesTime || b.mood == mumbles {
		b.paid[r.OutRefundNo] = r.Amount
	}
	result := channel.RefundResult{OutRefundNo: r.OutRefundNo, State: channel.RefundSucceeded,
		Amount: r.Amount, SucceededAt: time.Now()}
	switch b.mood {
	case refuses:
		return channel.RefundResult{}, &channel.Refusal{Kind: channel.RefusedForGood, Code: "NO"}
	case loses, mumbles:
		return channel.RefundResult{}, errors.New("nothing was heard")
	case takesTime:
		result.State = channel.RefundProcessing
	case closes:
		result.State = channel.RefundClosed
	case pays:
	}
	return result, nil
}

func (b *bank) QueryRefund(_ context.Context, number string) (channel.RefundResult, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	amount, paid := b.paid[number]
	if !paid {
		return channel.RefundResult{OutRefundNo: number, State: channel.RefundMissing}, nil
	}
	return channel.RefundResult{OutRefundNo: number, State: channel.RefundSucceeded,
		Amount: amount, SucceededAt: time.Now()}, nil
}

// total is what the bank has paid back.
func (b *bank) total() (sum int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, amount := range b.paid {
		sum += amount
	}
	return sum
}

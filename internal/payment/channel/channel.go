// Package channel is the port to payment channels: the calls of one and its notices.
//
// It owns the port's types and nothing else, so that an adapter (sandbox/pay, …) depends
// neither on the order domain nor on the database. The contract that every adapter keeps is tested
// by channeltest.Run.
//
// A response counts only when the channel signed it. A signed refusal is a *Refusal. Every other
// error (a broken connection, a time-out, an unsigned or ill-signed response, a 5xx) means that the
// outcome is unknown: nothing may be concluded from it, and the caller repeats the call.
package channel

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"orderflow/internal/vocab"
)

// Port is one payment channel. Implementations are safe for concurrent use, never retry by
// themselves and return when ctx ends.
type Port interface {
	// Name is the channel's name in the API and in the database.
	Name() vocab.PaymentChannel
	// Open requests a payment. Repeated with the same OutTradeNo and the same values it returns the
	// same payment.
	Open(ctx context.Context, req OpenRequest) (Opened, error)
	// Query returns the state of a payment. A payment that the channel does not know has the state
	// ChargeMissing: a result, not an error.
	Query(ctx context.Context, outTradeNo string) (Charge, error)
	// Close requests that a payment can no longer be paid. It returns the payment's state afterwards:
	// ChargeClosed, ChargeMissing, or ChargePaid when it was too late.
	Close(ctx context.Context, outTradeNo string) (Charge, error)
	// Refund requests a refund. Repeated with the same OutRefundNo it returns the same refund. A
	// *Refusal means that no money moves.
	Refund(ctx context.Context, req RefundRequest) (RefundResult, error)
	// QueryRefund returns the state of a refund; one that the channel does not know has the state
	// RefundMissing.
	QueryRefund(ctx context.Context, outRefundNo string) (RefundResult, error)
	// ParseNotice verifies and reads a notice 通知. An error means that the channel did not sign it.
	ParseNotice(r *http.Request) (Notice, error)
	// AcceptNotice writes the response that makes the channel stop repeating a notice.
	AcceptNotice(w http.ResponseWriter)
	// Bill reads the bill 对账单 of a day that is over, from a line on, and calls page with some
	// hundred lines at most, all verified, in their order. It reports false for a bill that is not
	// ready yet: a result, not an error. An error of page ends it and is returned. A day's lines are
	// the same, in the same order, whenever they are read.
	Bill(ctx context.Context, from BillPlace, page func(lines []BillLine) error) (bool, error)
	// Limits returns the limits of the channel.
	Limits() Limits
}

// OpenRequest describes a payment to be opened: Amount in minor units, ExpiresAt in business time.
type OpenRequest struct {
	OutTradeNo  string
	Description string
	Amount      int64
	Currency    string
	Account     string // the merchant account
	Payer       string // the payer's id at the channel (an openid)
	ExpiresAt   time.Time
}

// Opened is what the client needs to pay, as key and value.
type Opened struct {
	ClientParams map[string]string
}

// ChargeState is the state of a payment at the channel.
type ChargeState string

// The charge states.
const (
	ChargeMissing ChargeState = "MISSING"
	ChargeUnpaid  ChargeState = "UNPAID"
	ChargePaid    ChargeState = "PAID"
	ChargeFailed  ChargeState = "FAILED"
	ChargeClosed  ChargeState = "CLOSED"
)

// Charge is a payment as the channel sees it. TransactionID, Amount, Currency and PaidAt (business
// time) are set when State is ChargePaid.
type Charge struct {
	OutTradeNo    string
	State         ChargeState
	TransactionID string
	Amount        int64
	Currency      string
	PaidAt        time.Time
}

// RefundRequest describes money to be returned. Amounts are in minor units; Total is the whole
// payment's amount.
type RefundRequest struct {
	OutRefundNo   string
	OutTradeNo    string
	TransactionID string
	Amount        int64
	Total         int64
	Currency      string
	Account       string
	Reason        string
}

// RefundState is the state of a refund at the channel.
type RefundState string

// The refund states.
const (
	RefundMissing    RefundState = "MISSING"
	RefundProcessing RefundState = "PROCESSING"
	RefundSucceeded  RefundState = "SUCCEEDED"
	RefundClosed     RefundState = "CLOSED"
	RefundAbnormal   RefundState = "ABNORMAL" // the money cannot go back the way it came
)

// RefundResult is a refund as the channel sees it. SucceededAt is business time.
type RefundResult struct {
	OutRefundNo string
	RefundID    string
	State       RefundState
	Amount      int64
	SucceededAt time.Time
}

// Notice is one verified notice; exactly one of Charge and Refund is set. Body is what was signed,
// to be kept as evidence.
type Notice struct {
	ID     string
	Charge *Charge
	Refund *RefundResult
	Body   []byte
}

// BillPlace is a place in a bill: Lines of the day's lines are passed over.
type BillPlace struct {
	Day   Day
	Lines int64
}

// BillLine is what happened to one payment or refund on the day of a bill; exactly one of Charge
// and Refund is set. A bill has every transaction that was paid that day, also the second one of a
// charge, and every refund that succeeded that day. It may have refunds in other states.
type BillLine struct {
	Charge *Charge
	Refund *RefundResult
}

// Limits are the channel's own rules.
type Limits struct {
	// Bills says when there are bills.
	Bills BillTimes
	// RefundSpacing is the least time between two refunds of one payment (real time).
	RefundSpacing time.Duration
	// RefundsPerPayment is how many refunds one payment may have.
	RefundsPerPayment int
}

// RefusalKind classifies a signed refusal.
type RefusalKind string

// The kinds of refusal.
const (
	RefusedForGood   RefusalKind = "REFUSED"
	RefusedNoBalance RefusalKind = "NO_BALANCE" // the merchant's balance is too low; retry later
	RefusedTooOften  RefusalKind = "TOO_OFTEN"  // spacing or rate; retry later
)

// Refusal is a signed refusal.
type Refusal struct {
	Kind    RefusalKind
	Code    string
	Message string
}

// Error implements error.
func (r *Refusal) Error() string {
	return fmt.Sprintf("channel refused (%s): %s: %s", r.Kind, r.Code, r.Message)
}

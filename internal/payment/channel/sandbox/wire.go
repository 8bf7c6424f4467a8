package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"orderflow/internal/payment/channel"
)

// maxBody bounds what either side reads from the other.
const maxBody = 1 << 20

// Code is the reason of a signed refusal.
type Code string

// The codes of refusal.
const (
	CodeBadRequest     Code = "BAD_REQUEST"
	CodeValuesDiffer   Code = "VALUES_DIFFER"
	CodeExpired        Code = "EXPIRED"
	CodeNotOpen        Code = "NOT_OPEN"
	CodeNotPaid        Code = "NOT_PAID"
	CodeTooMuch        Code = "REFUND_TOO_MUCH"
	CodeTooManyRefunds Code = "TOO_MANY_REFUNDS"
	CodeTooOften       Code = "TOO_OFTEN"
	CodeNoBalance      Code = "NO_BALANCE"
	CodeRefused        Code = "REFUSED"
)

func (c Code) kind() channel.RefusalKind {
	switch c {
	case CodeNoBalance:
		return channel.RefusedNoBalance
	case CodeTooOften:
		return channel.RefusedTooOften
	default:
		return channel.RefusedForGood
	}
}

type openBody struct {
	OutTradeNo  string    `json:"out_trade_no"`
	Description string    `json:"description"`
	Amount      int64     `json:"amount"`
	Currency    string    `json:"currency"`
	Account     string    `json:"account"`
	Payer       string    `json:"payer"`
	ExpiresAt   time.Time `json:"expires_at"`
	NotifyURL   string    `json:"notify_url,omitempty"`
}

type openedBody struct {
	PayPath string `json:"pay_path"`
}

type chargeBody struct {
	OutTradeNo    string              `json:"out_trade_no"`
	State         channel.ChargeState `json:"state"`
	TransactionID string              `json:"transaction_id,omitempty"`
	Amount        int64               `json:"amount,omitempty"`
	Currency      string              `json:"currency,omitempty"`
	PaidAt        time.Time           `json:"paid_at,omitzero"`
}

func (b chargeBody) charge() (channel.Charge, error) {
	switch b.State {
	case channel.ChargeMissing, channel.ChargeUnpaid, channel.ChargePaid,
		channel.ChargeFailed, channel.ChargeClosed:
		return channel.Charge(b), nil
	default:
		return channel.Charge{}, fmt.Errorf("sandbox: charge has the state %q", b.State)
	}
}

type refundAsk struct {
	OutRefundNo   string `json:"out_refund_no"`
	OutTradeNo    string `json:"out_trade_no"`
	TransactionID string `json:"transaction_id"`
	Amount        int64  `json:"amount"`
	Total         int64  `json:"total"`
	Currency      string `json:"currency"`
	Account       string `json:"account"`
	Reason        string `json:"reason"`
	NotifyURL     string `json:"notify_url,omitempty"`
}

type refundBody struct {
	OutRefundNo string              `json:"out_refund_no"`
	RefundID    string              `json:"refund_id,omitempty"`
	State       channel.RefundState `json:"state"`
	Amount      int64               `json:"amount,omitempty"`
	SucceededAt time.Time           `json:"succeeded_at,omitzero"`
}

func (b refundBody) refund() (channel.RefundResult, error) {
	switch b.State {
	case channel.RefundMissing, channel.RefundProcessing, channel.RefundSucceeded,
		channel.RefundClosed, channel.RefundAbnormal:
		return channel.RefundResult(b), nil
	default:
		return channel.RefundResult{}, fmt.Errorf("sandbox: refund has the state %q", b.State)
	}
}

type noticeBody struct {
	ID     string      `json:"id"`
	Charge *chargeBody `json:"charge,omitempty"`
	Refund *refundBody `json:"refund,omitempty"`
}

type refusal struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return string(r.Code) + ": " + r.Message }

func refuse(code Code, format string, args ...any) *refusal {
	return &refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

func decode[T any](body []byte) (T, error) {
	var value T
	reader := json.NewDecoder(bytes.NewReader(body))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&value); err != nil {
		return value, fmt.Errorf("sandbox: not readable: %w", err)
	}
	return value, nil
}

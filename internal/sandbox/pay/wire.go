package pay

import (
	"errors"
	"fmt"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
)

// The codes of refusal, besides sandbox.CodeBadRequest.
const (
	CodeValuesDiffer   sandbox.Code = "VALUES_DIFFER"
	CodeExpired        sandbox.Code = "EXPIRED"
	CodeNotOpen        sandbox.Code = "NOT_OPEN"
	CodeNotPaid        sandbox.Code = "NOT_PAID"
	CodeTooMuch        sandbox.Code = "REFUND_TOO_MUCH"
	CodeTooManyRefunds sandbox.Code = "TOO_MANY_REFUNDS"
	CodeTooOften       sandbox.Code = "TOO_OFTEN"
	CodeNoBalance      sandbox.Code = "NO_BALANCE"
	CodeRefused        sandbox.Code = "REFUSED"
	CodeBillNotReady   sandbox.Code = "BILL_NOT_READY"
)

func kindOf(code sandbox.Code) channel.RefusalKind {
	switch code {
	case CodeNoBalance:
		return channel.RefusedNoBalance
	case CodeTooOften:
		return channel.RefusedTooOften
	default:
		return channel.RefusedForGood
	}
}

type chargeCall struct {
	OutTradeNo  string    `json:"out_trade_no"`
	Description string    `json:"description"`
	Amount      int64     `json:"amount"`
	Currency    string    `json:"currency"`
	Account     string    `json:"account"`
	Payer       string    `json:"payer"`
	ExpiresAt   time.Time `json:"expires_at"`
	NotifyURL   string    `json:"notify_url,omitempty"`
}

func (b chargeCall) no() string { return b.OutTradeNo }

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

type refundCall struct {
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

func (b refundCall) no() string { return b.OutRefundNo }

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

// billBody is a page of a bill; it goes on while More is set.
type billBody struct {
	Lines []billLine `json:"lines"`
	More  bool       `json:"more"`
}

type billLine struct {
	Charge *chargeBody `json:"charge,omitempty"`
	Refund *refundBody `json:"refund,omitempty"`
}

func (l billLine) line() (channel.BillLine, error) {
	switch {
	case l.Charge != nil && l.Refund == nil:
		charge, err := l.Charge.charge()
		return channel.BillLine{Charge: &charge}, err
	case l.Refund != nil && l.Charge == nil:
		refund, err := l.Refund.refund()
		return channel.BillLine{Refund: &refund}, err
	default:
		return channel.BillLine{}, errors.New("sandbox: a line is of a charge or of a refund")
	}
}

type noticeBody struct {
	ID     string      `json:"id"`
	Charge *chargeBody `json:"charge,omitempty"`
	Refund *refundBody `json:"refund,omitempty"`
}

package pay

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime"
	"net/http"
	"strconv"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
)

// Payment is what a payer does with a charge. The zero value pays its amount, once.
type Payment struct {
	Fail   bool  `json:"fail,omitempty"`   // the payment fails
	Late   bool  `json:"late,omitempty"`   // pays although closed, expired, failed or paid already
	Twice  bool  `json:"twice,omitempty"`  // two transactions
	Amount int64 `json:"amount,omitempty"` // pays this instead, minor units
}

// Pay does what a payer's phone does; notices follow. A charge that cannot be paid is
// sandbox.ErrNotPossible, one that does not exist sandbox.ErrUnknown.
func (p *Peer) Pay(ctx context.Context, no string, pay Payment) error {
	return p.InTx(ctx, func(tx *sql.Tx) error {
		c, err := p.charge(tx, no)
		if err != nil {
			return err
		}
		if c.state == channel.ChargeMissing {
			return fmt.Errorf("%w: charge %s", sandbox.ErrUnknown, no)
		}
		if err := pay.misbehave(tx, no); err != nil {
			return err
		}
		if c.state != channel.ChargeUnpaid && (pay.Fail || !pay.Late) {
			return fmt.Errorf("%w: charge %s is %s", sandbox.ErrNotPossible, no, c.state)
		}
		if pay.Fail {
			return p.failCharge(tx, c)
		}
		amount := c.Amount
		if pay.Amount > 0 {
			amount = pay.Amount
		}
		if err := p.payOnce(tx, c, amount); err != nil || !pay.Twice {
			return err
		}
		return p.payOnce(tx, c, amount)
	})
}

// misbehave adds the faults that were ordered for this payment.
func (pay *Payment) misbehave(tx *sql.Tx, no string) error {
	for _, kind := range payFaults() {
		fault, err := sandbox.TakeFault(tx, "", no, kind)
		if err != nil {
			return err
		}
		switch fault.Kind {
		case FailPayment:
			pay.Fail = true
		case PayTwice:
			pay.Twice = true
		case WrongAmount:
			pay.Amount = fault.Value
		case PayLate:
			pay.Late = true
		}
	}
	return nil
}

func (p *Peer) payOnce(tx *sql.Tx, c charge, amount int64) error {
	t := transaction{id: "txn_" + rand.Text(), amount: amount, paidAt: p.Now()}
	_, err := tx.Exec(`INSERT INTO transactions (transaction_id, out_trade_no, amount, paid_at)
		VALUES (?, ?, ?, ?)`, t.id, c.OutTradeNo, t.amount, sandbox.Micros(t.paidAt))
	if err != nil {
		return fmt.Errorf("sandbox: pay: %w", err)
	}
	if err := c.set(tx, channel.ChargePaid); err != nil {
		return err
	}
	body := c.paidBody(t)
	return p.notifyCharge(tx, c, body)
}

func (p *Peer) failCharge(tx *sql.Tx, c charge) error {
	if err := c.set(tx, channel.ChargeFailed); err != nil {
		return err
	}
	return p.notifyCharge(tx, c, chargeBody{OutTradeNo: c.OutTradeNo, State: c.state})
}

func (p *Peer) notifyCharge(tx *sql.Tx, c charge, body chargeBody) error {
	m := sandbox.Message{Thread: c.OutTradeNo, Subject: c.OutTradeNo, URL: c.NotifyURL}
	return p.notify(tx, m, noticeBody{Charge: &body})
}

// servePay takes JSON from programs and a form from the page.
func (p *Peer) servePay(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, sandbox.MaxBody)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	fromPage := kind == "application/x-www-form-urlencoded"
	var pay Payment
	if fromPage {
		pay.Fail = r.PostFormValue("fail") != ""
		pay.Late = r.PostFormValue("late") != ""
		pay.Twice = r.PostFormValue("twice") != ""
		pay.Amount, _ = strconv.ParseInt(r.PostFormValue("amount"), 10, 64)
	} else if err := json.NewDecoder(r.Body).Decode(&pay); err != nil && !errors.Is(err, io.EOF) {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := p.Pay(r.Context(), r.PathValue("no"), pay); err != nil {
		p.WriteError(w, err)
		return
	}
	if fromPage {
		// Relative, so that it also fits where the peer is mounted under a prefix.
		w.Header().Set("Location", r.PathValue("no"))
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func page() *template.Template {
	return template.Must(template.New("pay").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sandbox payment</title>
<body style="font: 16px sans-serif; max-width: 24em; margin: 2em auto">
<h1>Sandbox payment</h1>
<p>{{.Description}}</p>
<p><b>{{.Amount}} {{.Currency}}</b> (minor units) to {{.Account}}</p>
<p>{{.OutTradeNo}}: <b>{{.State}}</b></p>
<form method="post">
<button name="pay" value="1">Pay 支付</button>
<button name="fail" value="1">Fail 支付失败</button>
<button name="late" value="1">Pay although it is too late</button>
<button name="twice" value="1">Pay twice</button>
<button name="amount" value="1">Pay only 1</button>
</form></body></html>
`))
}

func (p *Peer) servePage(w http.ResponseWriter, r *http.Request) {
	var c charge
	err := p.InTx(r.Context(), func(tx *sql.Tx) error {
		var err error
		c, err = p.charge(tx, r.PathValue("no"))
		return err
	})
	if err == nil && c.state == channel.ChargeMissing {
		err = fmt.Errorf("%w: charge %s", sandbox.ErrUnknown, r.PathValue("no"))
	}
	if err != nil {
		p.WriteError(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = p.page.Execute(w, struct {
		chargeCall
		State channel.ChargeState
	}{c.chargeCall, c.state})
}

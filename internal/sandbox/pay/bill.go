package pay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
)

// readBillCall reads a call for a page of a bill.
func (p *Peer) readBillCall(r *http.Request, _ []byte) (string, sandbox.Act, error) {
	day := r.PathValue("day")
	begin, end, err := p.limits.Bills.Bounds(channel.Day(day))
	if err != nil {
		return day, nil, err
	}
	from, err := strconv.ParseInt(r.PathValue("from"), 10, 64)
	return day, func(tx *sql.Tx) (any, error) {
		fault, err := sandbox.TakeFault(tx, OpBill, day, LateBill)
		if err != nil {
			return nil, err
		}
		if fault.Kind != "" || p.Now().Before(end.Add(p.limits.Bills.Ready)) {
			return nil, sandbox.Refuse(CodeBillNotReady, "the bill of %s is not ready", day)
		}
		return p.bill(tx, [2]time.Time{begin, end}, from)
	}, err
}

// billLines is a day's bill. Faults of lines are not used up: whoever reads the bill again finds
// the same.
const billLines = `
	SELECT t.paid_at, 0, t.transaction_id, t.out_trade_no, COALESCE(f.value, t.amount), c.currency, ?1
	FROM transactions t JOIN charges c ON c.out_trade_no = t.out_trade_no
	LEFT JOIN ordered_faults f ON f.subject = t.transaction_id AND f.kind IN (?4, ?5)
	WHERE t.paid_at >= ?2 AND t.paid_at < ?3 AND COALESCE(f.kind, ?5) = ?5
	UNION ALL
	SELECT r.succeeded_at, 1, r.out_refund_no, r.refund_id, COALESCE(f.value, r.amount), '', r.state
	FROM refunds r
	LEFT JOIN ordered_faults f ON f.subject = r.out_refund_no AND f.kind IN (?4, ?5)
	WHERE r.succeeded_at >= ?2 AND r.succeeded_at < ?3 AND COALESCE(f.kind, ?5) = ?5
	ORDER BY 1, 2, 3 LIMIT ?6 OFFSET ?7`

// bill is the page of the bill of a time that begins after some lines.
func (p *Peer) bill(tx *sql.Tx, of [2]time.Time, from int64) (billBody, error) {
	lines := []billLine{}
	err := each(tx, billLines, []any{channel.ChargePaid, sandbox.Micros(of[0]),
		sandbox.Micros(of[1]), OmitLine, LineAmount, p.billPage + 1, from},
		func(scan func(...any) error) error {
			line, err := scanLine(scan)
			lines = append(lines, line)
			return err
		})
	if err != nil {
		return billBody{}, fmt.Errorf("sandbox: bill: %w", err)
	}
	more := len(lines) > p.billPage
	return billBody{Lines: lines[:min(len(lines), p.billPage)], More: more}, nil
}

func scanLine(scan func(...any) error) (billLine, error) {
	var at, kind, amount int64
	var number, other, currency, state string
	if err := scan(&at, &kind, &number, &other, &amount, &currency, &state); err != nil {
		return billLine{}, err
	}
	if kind == 1 {
		return billLine{Refund: &refundBody{OutRefundNo: number, RefundID: other,
			State: channel.RefundState(state), Amount: amount,
			SucceededAt: sandbox.FromMicros(at)}}, nil
	}
	return billLine{Charge: &chargeBody{OutTradeNo: other, State: channel.ChargeState(state),
		TransactionID: number, Amount: amount, Currency: currency,
		PaidAt: sandbox.FromMicros(at)}}, nil
}

// Bill implements channel.Port.
func (c *Client) Bill(
	ctx context.Context, from channel.BillPlace, page func(lines []channel.BillLine) error,
) (bool, error) {
	day := "/v1/bills/" + url.PathEscape(string(from.Day)) + "/"
	for at, more := from.Lines, true; more; {
		var answer billBody
		err := c.call(ctx, http.MethodGet, day+strconv.FormatInt(at, 10), nil, &answer)
		var refused *channel.Refusal
		if errors.As(err, &refused) && refused.Code == string(CodeBillNotReady) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		lines := make([]channel.BillLine, len(answer.Lines))
		for i, line := range answer.Lines {
			if lines[i], err = line.line(); err != nil {
				return false, err
			}
		}
		if err := page(lines); err != nil {
			return true, err
		}
		at, more = at+int64(len(lines)), answer.More
	}
	return true, nil
}

package channeltest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
)

// callTimeout bounds the calls of a test.
const callTimeout = 20 * time.Second

// Breakage is a way in which one call fails.
type Breakage string

// The breakages. Unreachable, UnsignedError and Stalled leave nothing done.
const (
	Unreachable   Breakage = "UNREACHABLE"    // the connection breaks before anything is done
	UnsignedError Breakage = "UNSIGNED_ERROR" // a 5xx without a signature
	Stalled       Breakage = "STALLED"        // no response until the caller gives up
	LostAnswer    Breakage = "LOST_ANSWER"    // done, then the connection breaks
	IllSigned     Breakage = "ILL_SIGNED"     // done, then a response with a wrong signature
)

// Received is a notice as it arrived.
type Received struct {
	Header http.Header
	Body   []byte
}

// Harness is a port with its peer, new for every test. The functions fail the test themselves.
type Harness struct {
	Port     channel.Port
	Account  string
	Currency string
	Payer    string
	// Now is the business time of the peer.
	Now func() time.Time
	// Pay pays a charge as requested.
	Pay func(t *testing.T, outTradeNo string)
	// Moved sums the amounts that were paid and refunded on a charge, in minor units.
	Moved func(t *testing.T, outTradeNo string) (paid, refunded int64)
	// Received returns the notices that came since it was last called, in their order.
	Received func(t *testing.T) []Received

	// From here on nil means that the peer cannot do it.

	// Break makes the next call of the port fail.
	Break func(t *testing.T, how Breakage)
	// Advance moves business time forward.
	Advance func(t *testing.T, by time.Duration)
	// Fail fails a payment with a signed failure.
	Fail func(t *testing.T, outTradeNo string)
	// PayLate pays a charge that is closed.
	PayLate func(t *testing.T, outTradeNo string)
	// PayTwice pays a charge with two transactions.
	PayTwice func(t *testing.T, outTradeNo string)
	// PayAmount pays another amount.
	PayAmount func(t *testing.T, outTradeNo string, amount int64)
	// RefuseRefund makes the next request of this refund be refused: for good or for no balance.
	RefuseRefund func(t *testing.T, outRefundNo string, kind channel.RefusalKind)
	// HoldRefund keeps this refund processing until SettleRefund ends it.
	HoldRefund   func(t *testing.T, outRefundNo string)
	SettleRefund func(t *testing.T, outRefundNo string, state channel.RefundState)
	// PassSpacing waits for Limits().RefundSpacing; needed when that is not 0.
	PassSpacing func(t *testing.T)
}

// Run tests the contract. newHarness is called once per test, and once to find out what it can do.
func Run(t *testing.T, newHarness func(t *testing.T) Harness) {
	able := newHarness(t)
	run := func(name string, possible bool, test func(t *testing.T, h Harness)) {
		if !possible {
			return
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newHarness(t))
		})
	}
	runCharges(able, run)
	runRefunds(able, run)
	runNotices(able, run)
	runBills(able, run)
	runBroken(able, run)
}

type runner func(name string, possible bool, test func(t *testing.T, h Harness))

func newNo(kind string) string { return kind + "_" + strings.ToLower(rand.Text()) }

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), callTimeout)
	t.Cleanup(cancel)
	return ctx
}

const chargeAmount = 12_345

func (h Harness) request() channel.OpenRequest {
	return channel.OpenRequest{
		OutTradeNo: newNo("pay"), Description: "Tea 茶", Amount: chargeAmount,
		Currency: h.Currency, Account: h.Account, Payer: h.Payer,
		ExpiresAt: h.Now().Add(30 * time.Minute).UTC().Truncate(time.Second),
	}
}

// open opens a charge and returns its number.
func (h Harness) open(t *testing.T) string {
	t.Helper()
	req := h.request()
	if _, err := h.Port.Open(testContext(t), req); err != nil {
		t.Fatalf("Open: %v", err)
	}
	return req.OutTradeNo
}

// paid opens a charge, pays it and returns it as queried.
func (h Harness) paid(t *testing.T) channel.Charge {
	t.Helper()
	no := h.open(t)
	h.Pay(t, no)
	return h.query(t, no, channel.ChargePaid)
}

func (h Harness) query(t *testing.T, no string, want channel.ChargeState) channel.Charge {
	t.Helper()
	got, err := h.Port.Query(testContext(t), no)
	if err != nil {
		t.Fatalf("Query: %v", err)
	}
	if got.State != want || got.OutTradeNo != no {
		t.Fatalf("Query = %+v, want %s %s", got, no, want)
	}
	return got
}

func (h Harness) close(t *testing.T, no string, want channel.ChargeState) channel.Charge {
	t.Helper()
	got, err := h.Port.Close(testContext(t), no)
	if err != nil {
		t.Fatalf("Close: %v", err)
	}
	if got.State != want || got.OutTradeNo != no {
		t.Fatalf("Close = %+v, want %s %s", got, no, want)
	}
	return got
}

func (h Harness) refundOf(c channel.Charge, amount int64) channel.RefundRequest {
	return channel.RefundRequest{
		OutRefundNo: newNo("ref"), OutTradeNo: c.OutTradeNo, TransactionID: c.TransactionID,
		Amount: amount, Total: c.Amount, Currency: h.Currency, Account: h.Account,
		Reason: "not wanted",
	}
}

func (h Harness) refund(t *testing.T, req channel.RefundRequest) channel.RefundResult {
	t.Helper()
	got, err := h.Port.Refund(testContext(t), req)
	if err != nil {
		t.Fatalf("Refund: %v", err)
	}
	if got.OutRefundNo != req.OutRefundNo || got.RefundID == "" || got.Amount != req.Amount {
		t.Fatalf("Refund = %+v, want %s of %d", got, req.OutRefundNo, req.Amount)
	}
	return got
}

func (h Harness) queryRefund(
	t *testing.T, no string, want channel.RefundState,
) channel.RefundResult {
	t.Helper()
	got, err := h.Port.QueryRefund(testContext(t), no)
	if err != nil {
		t.Fatalf("QueryRefund: %v", err)
	}
	if got.State != want || got.OutRefundNo != no {
		t.Fatalf("QueryRefund = %+v, want %s %s", got, no, want)
	}
	return got
}

func (h Harness) moved(t *testing.T, no string, paid, refunded int64) {
	t.Helper()
	if p, r := h.Moved(t, no); p != paid || r != refunded {
		t.Fatalf("paid %d and refunded %d moved, want %d and %d", p, r, paid, refunded)
	}
}

func (h Harness) space(t *testing.T) {
	if h.Port.Limits().RefundSpacing > 0 {
		h.PassSpacing(t)
	}
}

func (r Received) parse(port channel.Port) (channel.Notice, error) {
	req := httptest.NewRequest(http.MethodPost, "/notice", bytes.NewReader(r.Body))
	req.Header = r.Header.Clone()
	return port.ParseNotice(req)
}

func mustRefuse(t *testing.T, err error, want channel.RefusalKind) {
	t.Helper()
	var refused *channel.Refusal
	if !errors.As(err, &refused) {
		t.Fatalf("error %v, want a refusal", err)
	}
	if refused.Kind != want || refused.Code == "" {
		t.Fatalf("refusal %+v, want %s with a code", refused, want)
	}
}

func mustBeUnknown(t *testing.T, err error) {
	t.Helper()
	var refused *channel.Refusal
	if err == nil || errors.As(err, &refused) {
		t.Fatalf("error %v, want one that concludes nothing", err)
	}
}

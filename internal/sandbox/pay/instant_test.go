package pay_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
	"orderflow/internal/sandbox/pay"
	"orderflow/internal/sandbox/sandboxtest"
)

func TestInstantChannelTellsOfAPaymentAtOnce(t *testing.T) {
	t.Parallel()
	in := sandboxtest.NewInbox(t)
	instant, err := pay.NewInstant([]byte(sandboxtest.Secret), &http.Client{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(instant)
	t.Cleanup(server.Close)
	client, err := pay.NewClient(pay.ClientOptions{
		BaseURL: server.URL, Secret: []byte(sandboxtest.Secret), NotifyURL: in.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	ask := channel.OpenRequest{
		OutTradeNo: "pay_1", Description: "tea", Amount: 1200, Currency: "CNY", Account: "acct",
		Payer: "ann", ExpiresAt: time.Now().Add(time.Hour),
	}
	if _, err := client.Open(t.Context(), ask); err != nil {
		t.Fatal(err)
	}
	at := time.Now().UTC().Truncate(time.Microsecond)
	if err := instant.Pay(t.Context(), "pay_1", at); err != nil {
		t.Fatal(err)
	}
	if err := instant.Pay(t.Context(), "pay_1", at); !errors.Is(err, sandbox.ErrUnknown) {
		t.Errorf("paid again: %v", err)
	}
	received := in.Take()
	if len(received) != 1 {
		t.Fatalf("%d notices", len(received))
	}
	notice, err := client.ParseNotice(received[0].Request())
	if err != nil || notice.Charge == nil {
		t.Fatalf("%+v, %v", notice, err)
	}
	got := *notice.Charge
	if got.State != channel.ChargePaid || got.Amount != 1200 || got.Currency != "CNY" ||
		!got.PaidAt.Equal(at) || got.TransactionID == "" {
		t.Errorf("the notice says %+v", got)
	}
	back, err := client.Refund(t.Context(), channel.RefundRequest{OutRefundNo: "ref_1",
		OutTradeNo: "pay_1", TransactionID: got.TransactionID, Amount: 700, Total: 1200,
		Currency: "CNY", Account: "acct"})
	if err != nil || back.State != channel.RefundSucceeded || back.Amount != 700 {
		t.Errorf("refunded %+v, %v", back, err)
	}
	if err := instant.AwaitRefund(t.Context(), "pay_1"); err != nil {
		t.Error(err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if err := instant.AwaitRefund(gone, "pay_2"); !errors.Is(err, context.Canceled) {
		t.Errorf("a refund that nobody asked for: %v", err)
	}
	in.Status.Store(http.StatusInternalServerError)
	ask.OutTradeNo = "pay_2"
	if _, err := client.Open(t.Context(), ask); err != nil {
		t.Fatal(err)
	}
	if err := instant.Pay(t.Context(), "pay_2", at); err == nil {
		t.Error("a notice that was not accepted counts as one")
	}
}

func TestInstantChannelBelievesOnlyItsClients(t *testing.T) {
	t.Parallel()
	instant, err := pay.NewInstant([]byte(sandboxtest.Secret), &http.Client{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(instant)
	t.Cleanup(server.Close)
	stranger, err := pay.NewClient(pay.ClientOptions{
		BaseURL: server.URL, Secret: []byte("the secret of somebody else"), NotifyURL: server.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = stranger.Open(t.Context(), channel.OpenRequest{OutTradeNo: "pay_1", Amount: 1})
	if err == nil {
		t.Error("a stranger opens a charge")
	}
	if _, err := stranger.Query(t.Context(), "pay_1"); err == nil {
		t.Error("it answers what it does not know")
	}
}

package channeltest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"orderflow/internal/payment/channel"
)

func runNotices(_ Harness, run runner) {
	run("notice of a payment", true, chargeNotice)
	run("notice of a refund", true, refundNotice)
	run("forged notices are rejected", true, forgedNotices)
}

func (h Harness) oneNotice(t *testing.T) Received {
	t.Helper()
	received := h.Received(t)
	if len(received) != 1 {
		t.Fatalf("%d notices, want 1", len(received))
	}
	return received[0]
}

func chargeNotice(t *testing.T, h Harness) {
	paid := h.paid(t)
	received := h.oneNotice(t)
	notice, err := received.parse(h.Port)
	if err != nil {
		t.Fatalf("ParseNotice: %v", err)
	}
	if notice.ID == "" || notice.Refund != nil || notice.Charge == nil {
		t.Fatalf("notice %+v", notice)
	}
	if *notice.Charge != paid {
		t.Fatalf("notice of %+v, want %+v", *notice.Charge, paid)
	}
	if len(notice.Body) == 0 {
		t.Fatal("the notice has no evidence")
	}
	again, err := received.parse(h.Port)
	if err != nil || again.ID != notice.ID {
		t.Fatalf("the same notice again: %+v, %v", again, err)
	}
	w := httptest.NewRecorder()
	h.Port.AcceptNotice(w)
	if w.Code != http.StatusOK && w.Code != http.StatusNoContent {
		t.Fatalf("accepted with status %d", w.Code)
	}
}

func refundNotice(t *testing.T, h Harness) {
	paid := h.paid(t)
	h.oneNotice(t)
	req := h.refundOf(paid, 77)
	h.refund(t, req)
	notice, err := h.oneNotice(t).parse(h.Port)
	if err != nil {
		t.Fatalf("ParseNotice: %v", err)
	}
	if notice.ID == "" || notice.Charge != nil || notice.Refund == nil {
		t.Fatalf("notice %+v", notice)
	}
	if want := h.queryRefund(t, req.OutRefundNo, channel.RefundSucceeded); *notice.Refund != want {
		t.Fatalf("notice of %+v, want %+v", *notice.Refund, want)
	}
}

// forgedNotices changes every byte of the body, removes the headers, and puts the
// signature of one notice on another.
func forgedNotices(t *testing.T, h Harness) {
	h.paid(t)
	genuine := h.oneNotice(t)
	for i := range genuine.Body {
		forged := Received{Header: genuine.Header, Body: bytes.Clone(genuine.Body)}
		forged.Body[i] ^= 1
		if _, err := forged.parse(h.Port); err == nil {
			t.Fatalf("believed a notice with byte %d changed", i)
		}
	}
	if _, err := (Received{Header: http.Header{}, Body: genuine.Body}).parse(h.Port); err == nil {
		t.Fatal("believed a notice without a signature")
	}
	h.paid(t)
	other := h.oneNotice(t)
	swapped := Received{Header: genuine.Header, Body: slices.Clone(other.Body)}
	if _, err := swapped.parse(h.Port); err == nil {
		t.Fatal("believed a notice with another's signature")
	}
	if _, err := genuine.parse(h.Port); err != nil {
		t.Fatalf("the genuine one: %v", err)
	}
}

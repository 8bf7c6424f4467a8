package pay_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox/pay"
	"orderflow/internal/sandbox/sandboxtest"
)

func TestPayersPage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	page := r.open(t, "pay_1").ClientParams[pay.ParamPayURL]
	status, text := sandboxtest.Get(t, page)
	if status != http.StatusOK || !strings.Contains(text, "UNPAID") {
		t.Fatalf("page: %d %s", status, text)
	}
	form := "application/x-www-form-urlencoded"
	status, text = sandboxtest.Post(t, page, form, url.Values{"pay": {"1"}}.Encode())
	if status != http.StatusOK || !strings.Contains(text, "<b>PAID</b>") {
		t.Fatalf("after paying: %d %s", status, text)
	}
	for body, want := range map[string]int{
		"":               http.StatusConflict,
		`{"late": true}`: http.StatusNoContent,
		`{"late": `:      http.StatusBadRequest,
	} {
		status, text := sandboxtest.Post(t, page, "application/json", body)
		if status != want {
			t.Errorf("pay %q: %d %s, want %d", body, status, text, want)
		}
	}
	status, _ = sandboxtest.Get(t, r.url+"/pay/pay_0")
	if status != http.StatusNotFound {
		t.Errorf("unknown charge: %d", status)
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	control := func(want int, body string) {
		t.Helper()
		status, text := sandboxtest.Post(t, r.url+"/control", "application/json", body)
		if status != want {
			t.Fatalf("%s: %d %s, want %d", body, status, text, want)
		}
	}
	r.open(t, "pay_1")
	must(t, r.peer.Pay(t.Context(), "pay_1", pay.Payment{}))
	control(http.StatusNoContent, `{"action": "fault", "fault": {"kind": "HOLD_REFUND"}}`)
	control(http.StatusNoContent,
		`{"action": "fault", "fault": {"kind": "HOLD_NOTICE", "no": "ref_1", "times": 2}}`)
	if got := refund(t, r, "ref_1", "pay_1", 10); got.State != channel.RefundProcessing {
		t.Fatalf("refund %+v, want it held", got)
	}
	control(http.StatusNoContent, `{"action": "settle", "no": "ref_1", "state": "SUCCEEDED"}`)
	control(http.StatusConflict, `{"action": "settle", "no": "ref_1", "state": "CLOSED"}`)
	control(http.StatusNotFound, `{"action": "settle", "no": "ref_0", "state": "CLOSED"}`)
	control(http.StatusNoContent, `{"action": "deliver"}`)
	if got := len(r.inbox.Take()); got != 1 {
		t.Fatalf("%d notices, want that of the payment", got)
	}
	control(http.StatusNoContent, `{"action": "release", "no": "ref_1"}`)
	control(http.StatusNoContent, `{"action": "clear"}`)
	control(http.StatusNoContent, `{"action": "deliver"}`)
	if got := len(r.inbox.Take()); got != 1 {
		t.Fatalf("%d notices, want that of the refund", got)
	}
	for _, bad := range []string{
		`{}`, `{"action": "fault", "fault": {"kind": "NONE"}}`, `{"akshun": "clear"}`,
		`{"action": "fault", "fault": {"kind": "WRONG_AMOUNT"}}`,
	} {
		control(http.StatusBadRequest, bad)
	}
	_, text := sandboxtest.Get(t, r.url+"/control/ledger")
	var ledger pay.Ledger
	must(t, json.Unmarshal([]byte(text), &ledger))
	if c := ledger.Charge("pay_1"); c.Paid != 1000 || c.Refunded != 10 {
		t.Fatalf("ledger %s", text)
	}
}

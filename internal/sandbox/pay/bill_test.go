package pay_test

import (
	"errors"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox/pay"
)

// readBill reads the bill of a day; nil when it is not ready.
func readBill(t *testing.T, r *rig, day channel.Day) []channel.BillLine {
	t.Helper()
	all := []channel.BillLine{}
	ready, err := r.Bill(t.Context(), channel.BillPlace{Day: day},
		func(lines []channel.BillLine) error {
			all = append(all, lines...)
			return nil
		})
	must(t, err)
	if !ready {
		return nil
	}
	return all
}

func TestBillIsReadyAtTenOfTheNextDay(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	times := r.Limits().Bills
	day := times.DayOf(r.business.Now())
	_, end, err := times.Bounds(day)
	must(t, err)
	r.business.Advance(end.Add(10*time.Hour - time.Second).Sub(r.business.Now()))
	if lines := readBill(t, r, day); lines != nil {
		t.Fatalf("%d lines a second before ten", len(lines))
	}
	r.business.Advance(time.Second)
	if lines := readBill(t, r, day); lines == nil {
		t.Fatal("it is not ready at ten")
	}
	r.fault(t, pay.Fault{Kind: pay.LateBill, No: string(day)})
	if lines := readBill(t, r, day); lines != nil {
		t.Fatal("it is not late")
	}
	if lines := readBill(t, r, day); lines == nil {
		t.Fatal("it is late twice")
	}
}

func TestFaultsOfLines(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, no := range []string{"pay_1", "pay_2"} {
		r.open(t, no)
		must(t, r.peer.Pay(t.Context(), no, pay.Payment{}))
	}
	refund(t, r, "ref_1", "pay_1", 10)
	day := r.Limits().Bills.DayOf(r.business.Now())
	first, err := r.Query(t.Context(), "pay_1")
	must(t, err)
	r.business.Advance(48 * time.Hour)
	r.fault(t, pay.Fault{Kind: pay.LineAmount, No: first.TransactionID, Amount: 7})
	r.fault(t, pay.Fault{Kind: pay.OmitLine, No: "ref_1"})
	for range 2 { // it is the same whenever it is read
		lines := readBill(t, r, day)
		if len(lines) != 2 || lines[0].Charge == nil || lines[1].Charge == nil {
			t.Fatalf("lines %+v", lines)
		}
		amounts := map[string]int64{}
		for _, line := range lines {
			amounts[line.Charge.OutTradeNo] = line.Charge.Amount
		}
		if amounts["pay_1"] != 7 || amounts["pay_2"] != 1000 {
			t.Errorf("amounts %v", amounts)
		}
	}
	must(t, r.peer.ClearFaults(t.Context()))
	if lines := readBill(t, r, day); len(lines) != 3 {
		t.Errorf("%d lines without faults", len(lines))
	}
	for _, f := range []pay.Fault{{Kind: pay.OmitLine}, {Kind: pay.LineAmount, No: "x"}} {
		if err := r.peer.AddFault(t.Context(), f); err == nil {
			t.Errorf("the fault %+v was taken", f)
		}
	}
}

func TestABillOfNoDayIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Bill(t.Context(), channel.BillPlace{Day: "yesterday"}, nil)
	var refused *channel.Refusal
	if !errors.As(err, &refused) {
		t.Fatalf("error %v", err)
	}
}

package channeltest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
)

func runBills(able Harness, run runner) {
	run("bill of a day that runs is not ready", true, billNotReady)
	run("bill has what happened that day, once", able.Advance != nil && able.PayTwice != nil,
		billOfADay)
	run("bill goes on from a line", able.Advance != nil && able.PayTwice != nil, billFromALine)
	run("bill ends with an error of its reader", able.Advance != nil, billReaderFails)
}

func (h Harness) today() channel.Day { return h.Port.Limits().Bills.DayOf(h.Now()) }

// ready lets time pass until the bill of a day is ready.
func (h Harness) ready(t *testing.T, day channel.Day) {
	t.Helper()
	times := h.Port.Limits().Bills
	_, end, err := times.Bounds(day)
	if err != nil {
		t.Fatal(err)
	}
	h.Advance(t, end.Add(times.Ready).Sub(h.Now())+time.Second)
}

// bill reads a bill that is ready.
func (h Harness) bill(t *testing.T, from channel.BillPlace) (all []channel.BillLine) {
	t.Helper()
	ready, err := h.Port.Bill(testContext(t), from, func(lines []channel.BillLine) error {
		all = append(all, slices.Clone(lines)...)
		return nil
	})
	if err != nil || !ready {
		t.Fatalf("Bill of %s: ready %t, %v", from.Day, ready, err)
	}
	return all
}

func billNotReady(t *testing.T, h Harness) {
	h.paid(t)
	ready, err := h.Port.Bill(testContext(t), channel.BillPlace{Day: h.today()},
		func([]channel.BillLine) error { return errors.New("there are lines") })
	if ready || err != nil {
		t.Fatalf("ready %t, %v", ready, err)
	}
}

func billOfADay(t *testing.T, h Harness) {
	day := h.today()
	once, twice := h.paid(t), h.open(t)
	h.PayTwice(t, twice)
	back := h.refundOf(once, 100)
	h.refund(t, back)
	h.open(t) // is never paid
	h.ready(t, day)
	h.paid(t) // the next day
	transactions := map[string]bool{}
	var refunds []channel.RefundResult
	for _, line := range h.bill(t, channel.BillPlace{Day: day}) {
		switch {
		case line.Charge != nil && line.Refund == nil:
			c := *line.Charge
			if c.State != channel.ChargePaid || c.Amount != chargeAmount || c.Currency != h.Currency ||
				c.OutTradeNo != once.OutTradeNo && c.OutTradeNo != twice || c.PaidAt.IsZero() {
				t.Errorf("a payment %+v", c)
			}
			transactions[c.TransactionID] = true
		case line.Refund != nil && line.Charge == nil:
			refunds = append(refunds, *line.Refund)
		default:
			t.Errorf("a line of nothing, or of both: %+v", line)
		}
	}
	if len(transactions) != 3 || !transactions[once.TransactionID] {
		t.Errorf("transactions %v", transactions)
	}
	if len(refunds) != 1 || refunds[0].OutRefundNo != back.OutRefundNo ||
		refunds[0].State != channel.RefundSucceeded || refunds[0].Amount != 100 {
		t.Errorf("refunds %+v", refunds)
	}
}

func billFromALine(t *testing.T, h Harness) {
	day := h.today()
	h.paid(t)
	h.PayTwice(t, h.open(t))
	h.ready(t, day)
	all := h.bill(t, channel.BillPlace{Day: day})
	for from := range len(all) + 1 {
		rest := h.bill(t, channel.BillPlace{Day: day, Lines: int64(from)})
		if len(rest) != len(all)-from {
			t.Fatalf("%d lines from %d, of %d", len(rest), from, len(all))
		}
		for i, line := range rest {
			if *line.Charge != *all[from+i].Charge {
				t.Errorf("line %d is %+v, was %+v", from+i, line.Charge, all[from+i].Charge)
			}
		}
	}
}

func billReaderFails(t *testing.T, h Harness) {
	day := h.today()
	h.paid(t)
	h.ready(t, day)
	failed := errors.New("the reader fails")
	_, err := h.Port.Bill(testContext(t), channel.BillPlace{Day: day},
		func([]channel.BillLine) error { return failed })
	if !errors.Is(err, failed) {
		t.Fatalf("error %v", err)
	}
}

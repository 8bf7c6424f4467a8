package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/shortage"
	"orderflow/internal/vocab"
)

func TestStaffExtendDeadlinesOfRequests(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(1), 1)
		id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		in := aftersale.ExtendInput{AfterSale: id, Kind: "MERCHANT_ANSWER", Seconds: 24 * 3600}
		_, err := e.AfterSales.Extend(e.Merchant, in)
		e.WantFault(err, fault.Forbidden)
		for kind, seconds := range map[order.DeadlineKind]int64{
			"MERCHANT_ANSWER": 0, "BUYER_ANSWER": 60, "RETURN": 60} {
			_, err = e.AfterSales.Extend(e.Support,
				aftersale.ExtendInput{AfterSale: id, Kind: kind, Seconds: seconds})
			if seconds == 0 {
				e.WantFault(err, fault.InvalidInput)
			} else {
				e.WantFault(err, fault.ActionNotAllowed)
			}
		}
		_, err = e.AfterSales.Extend(e.Support, in)
		e.Must(err)
		wantDueIn(e, id, 3*day)
		e.Later(2 * day)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingMerchant)
		e.Later(day)
		a := e.WantAfterSale(id, vocab.AfterSaleCompleted)
		if kind := aftersale.Deadline(a.Status); kind != "" {
			t.Errorf("deadline %s", kind)
		}
		in.Kind = ""
		_, err = e.AfterSales.Extend(e.Support, in)
		e.WantFault(err, fault.ActionNotAllowed)
	})
}

// A deadline that the shop was reminded of begins anew, and so does the reminder.
func TestAnExtendedReshipmentIsRemindedOfAgain(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(2), 1)
		id := e.Request(ordertest.RequestFor(item, vocab.Reship, 1))
		e.Approve(id)
		e.Later(2 * day)
		_, err := e.AfterSales.Extend(e.Support,
			aftersale.ExtendInput{AfterSale: id, Kind: "RESHIPMENT", Seconds: 24 * 3600})
		e.Must(err)
		_, err = e.AfterSales.ChangeToRefund(e.Buyer, id)
		e.WantFault(err, fault.ActionNotAllowed)
		e.Later(day)
		if a := e.WantAfterSale(id, vocab.AfterSaleReshipping); a.Attempts != 1 {
			t.Errorf("%d reminders", a.Attempts)
		}
		_, err = e.AfterSales.ChangeToRefund(e.Buyer, id)
		e.Must(err)
		wantRefundedInAll(e, price)
	})
}

func TestEveryWaitHasADeadline(t *testing.T) {
	t.Parallel()
	named := map[order.DeadlineKind]bool{}
	for _, status := range vocab.AfterSaleStatuses {
		kind := aftersale.Deadline(status)
		_, err := lifecycle.AfterSale.Next(status, vocab.ExtendAfterSale,
			vocab.Platform, lifecycle.AfterSaleFacts{})
		if (kind != "") != (err == nil) || kind != "" && named[kind] {
			t.Errorf("%s has the deadline %q; to extend it: %v", status, kind, err)
		}
		named[kind] = true
	}
}

func TestStaffExtendDeadlinesOfShortages(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		p, id := buyShort(e, e.Sku(10), 5, 2)
		extend := func(kind order.DeadlineKind) error {
			_, err := e.Shortages.Extend(e.Platform,
				shortage.ExtendInput{Shortage: id, Kind: kind, Seconds: 24 * 3600})
			return err
		}
		if err := extend("SHORTAGE_CHOICE"); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("extended what does not run: %v", err)
		}
		_, err := e.Shortages.Extend(e.Merchant, shortage.ExtendInput{Shortage: id})
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("the shop extends its own time: %v", err)
		}
		e.Must(extend("SHORTAGE_OFFER"))
		e.Move(25 * time.Hour)
		runShortages(e)
		s := e.DB.Client.Shortage.GetX(t.Context(), id)
		if s.Status != vocab.ShortageOpen ||
			s.DueAt.Sub(e.Now()).Round(time.Minute) != 23*time.Hour {
			t.Errorf("%s until %v", s.Status, s.DueAt)
		}
		e.Must(offer(e, id, vocab.OptionRefund))
		e.Must(extend("SHORTAGE_CHOICE"))
		e.Move(48 * time.Hour)
		runShortages(e)
		wantShortage(e, id, vocab.ShortageRefunding, 2)
		if err := extend("SHORTAGE_CHOICE"); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("extended a refund: %v", err)
		}
		p.settleRefunds()
	})
}

// The days after a return was delivered are the shop's own.
func TestAReturnIsConfirmedInTheShopsTime(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		e.SetPolicy(document.ShopPolicy{InspectReturnDays: 10})
		item := e.BuyAndReceive(e.Sku(1), 1)
		id := e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 1))
		e.Approve(id)
		parcel := e.SubmitReturn(id)
		e.Track(parcel, vocab.CarrierDelivered)
		wantDueIn(e, id, 10*day)
	})
}

package bill_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/billline"
	"orderflow/internal/bill"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// fivePaid makes five payments of which two are not known and one has another amount in the bill,
// and lets the bill become due.
func (e *env) fivePaid() (unheard []globalid.ID) {
	e.T.Helper()
	for range 2 {
		order, attempt := e.paid()
		e.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: attempt.String()})
		e.pay(attempt, sandbox.Payment{Late: true})
		unheard = append(unheard, order)
	}
	_, attempt := e.paid()
	e.fault(sandbox.Fault{Kind: sandbox.LineAmount, No: e.transaction(attempt), Amount: 7})
	e.Move(ordertest.Day)
	return unheard
}

// wantFive fails the test unless the bill of fivePaid was compared, once.
func (e *env) wantFive(unheard []globalid.ID) {
	e.T.Helper()
	e.wantBill("2026-11-30", 5, e.bill("2026-11-30").Settled, 1)
	e.wantDifferences(vocab.DifferenceAmount)
	if n := e.DB.Client.BillLine.Query().Where(billline.BillID(e.bill("2026-11-30").ID)).
		CountX(e.T.Context()); n != 5 {
		e.T.Errorf("%d lines", n)
	}
	if n := e.Events(vocab.EventBillDiffers); n != 1 {
		e.T.Errorf("%d events", n)
	}
	for _, order := range unheard {
		e.wantVerdicts(order, vocab.Counted, vocab.Duplicate)
		if n := len(e.Refunds(order)); n != 1 {
			e.T.Errorf("%d refunds", n)
		}
	}
}

// killedAt runs the bill until it is killed, then lets another server do the rest.
func (e *env) killedAt(kill func(die func())) {
	e.T.Helper()
	ids, err := e.DB.Take(e.T.Context(), bill.Due, 10)
	e.Must(err)
	ctx, die := context.WithCancel(e.T.Context())
	kill(die)
	if err := e.bills.Run(ctx, ids[0]); err == nil || ctx.Err() == nil {
		e.T.Fatalf("it was not killed: %v", err)
	}
	e.run() // the claim is still held
	if e.bill("2026-11-30").FinishedAt != nil {
		e.T.Fatal("another server took a claimed bill")
	}
	e.Clock.Advance(15 * time.Second)
	e.bills = e.server()
	e.run()
}

func TestAServerKilledBetweenPages(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		unheard := e.fivePaid()
		e.killedAt(func(die func()) {
			pages := 0
			e.port.onPage = func() {
				if pages++; pages == 2 {
					die()
				}
			}
		})
		e.wantFive(unheard)
		if n := e.bills.Counters.Lines.Load(); n > 3 {
			t.Errorf("the second server compared %d lines", n)
		}
	})
}

// The payments of a page are settled, and the page is not stored.
func TestAServerKilledInAPage(t *testing.T) {
	var die atomic.Pointer[func()]
	beforeWrite := func(c store.Change) bool {
		if _, line := c.Row.(*ent.BillLine); line {
			if kill := die.Swap(nil); kill != nil {
				(*kill)()
			}
		}
		return true
	}
	// One database after the other: they share what kills.
	each(t, func(_ *testing.T, e *env) {
		unheard := e.fivePaid()
		e.killedAt(func(kill func()) { die.Store(&kill) })
		e.wantFive(unheard)
	}, ordertest.Options{Start: morning, BeforeWrite: beforeWrite})
}

// Several servers run one bill at once, as when claims have run out.
func TestServersAtOnceDoubleNothing(t *testing.T) {
	each(t, func(_ *testing.T, e *env) {
		unheard := e.fivePaid()
		id := e.bill("2026-11-30").ID
		var wait sync.WaitGroup
		for range 4 {
			server := e.server()
			wait.Go(func() {
				if err := server.Run(e.T.Context(), id); err != nil {
					e.T.Error(err)
				}
			})
		}
		wait.Wait()
		e.run()
		e.wantFive(unheard)
	})
}

// Each page takes longer than a run may.
func TestALongBillIsReadInSeveralRuns(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		unheard := e.fivePaid()
		pages := 0
		e.port.onPage = func() { pages++; e.Clock.Advance(6 * time.Second) }
		e.run()
		e.wantFive(unheard)
		if pages < 3 {
			t.Errorf("%d pages", pages)
		}
	})
}

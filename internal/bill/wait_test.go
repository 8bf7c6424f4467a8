package bill_test

import (
	"testing"
	"time"

	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

func resolveOutside(refund globalid.ID) payment.ResolveInput {
	return payment.ResolveInput{Refund: refund, PaidOutside: "transfer 17"}
}

// hourly lets time pass in steps of an hour.
func (e *env) hourly(hours int) {
	e.T.Helper()
	for range hours {
		e.later(time.Hour)
	}
}

func TestABillThatIsNotReadyIsReadLater(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.paid()
		e.fault(sandbox.Fault{Kind: sandbox.LateBill, No: "2026-11-30", Times: 3})
		e.later(ordertest.Day)
		if row := e.bill("2026-11-30"); row.FinishedAt != nil || row.Attempts != 1 {
			t.Errorf("the bill is %+v", row)
		}
		e.hourly(3)
		e.wantBill("2026-11-30", 1, 0, 0)
		e.wantDifferences()
	})
}

func TestABillThatDoesNotComeIsTold(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.paid()
		e.fault(sandbox.Fault{Kind: sandbox.LateBill, No: "2026-11-30", Times: 1000})
		e.hourly(24 + 23)
		e.wantDifferences()
		e.hourly(10)
		e.wantDifferences(vocab.DifferenceNoBill)
		e.wantBill("2026-12-01", 0, 0, 0) // other days go on
		e.Must(e.peer.ClearFaults(t.Context()))
		e.hourly(1)
		e.wantBill("2026-11-30", 1, 0, 1)
		d := e.differences()[0]
		if d.Status != vocab.DifferenceResolved || d.Note == "" || d.ResolvedBy != nil {
			t.Errorf("the difference is %+v", d)
		}
	})
}

func TestAChannelThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	each(t, func(_ *testing.T, e *env) {
		e.paid()
		for _, kind := range []sandbox.FaultKind{sandbox.UnsignedError, sandbox.Unreachable,
			sandbox.IllSigned, sandbox.LoseAnswer} {
			e.fault(sandbox.Fault{Kind: kind, Op: sandbox.OpBill})
		}
		e.later(ordertest.Day)
		e.hourly(4)
		e.wantBill("2026-11-30", 1, 0, 0)
		e.wantDifferences()
	})
}

// No server ran for a while: the days are compared one after the other.
func TestMissedDaysAreCompared(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.paid()
		e.later(5 * ordertest.Day)
		e.wantBill("2026-11-30", 1, 0, 0)
		e.wantBill("2026-12-04", 0, 0, 0)
		if row := e.bill("2026-12-05"); row.FinishedAt != nil || row.NextAttemptAt == nil ||
			!row.NextAttemptAt.Equal(morning.Add(6*ordertest.Day)) {
			t.Errorf("the bill of the day that runs is %+v", row)
		}
		e.later(200 * ordertest.Day)
		if n := e.DB.Client.ChannelBill.Query().CountX(t.Context()); n > 6+1+91 {
			t.Errorf("%d days are compared", n)
		}
		e.Must(e.server().Plan(t.Context()))
		if n := e.DB.Client.ChannelBill.Query().CountX(t.Context()); n < 90 {
			t.Errorf("%d days are compared", n)
		}
	})
}

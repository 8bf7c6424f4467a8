package payment_test

import (
	"testing"

	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// Above the limit one person cannot say that a refund was paid outside, in whatever role.
func TestMoneyPaidOutsideTakesTwoPeople(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		_, r := e.owed()
		e.addFault(sandbox.Fault{Kind: sandbox.AbnormalRefund})
		e.Run()
		e.wantRefund(r.ID, vocab.RefundNeedsStaff)
		e.Payments.OutsideAlone = r.Amount - 1
		resolve := payment.ResolveInput{Refund: r.ID, PaidOutside: "bank transfer 7"}
		approve := payment.ApproveInput(resolve)
		refused := func(code fault.Code, err error) {
			e.T.Helper()
			if fault.CodeOf(err) != code {
				e.T.Errorf("%v, want %s", err, code)
			}
		}
		_, err := e.Payments.ApproveRefund(e.Platform, approve)
		refused(fault.ActionNotAllowed, err)
		_, err = e.Payments.ResolveRefund(e.Support, resolve)
		e.Must(err)
		e.wantRefund(r.ID, vocab.RefundNeedsStaff)
		_, err = e.Payments.ApproveRefund(e.Support, approve)
		refused(fault.SecondPerson, err)

		// The same person with another role.
		same := *auth.From(e.Support)
		same.Role = vocab.Platform
		same.StaffID = e.DB.Client.Staff.Create().SetSubject(same.Subject).SetRole(same.Role).
			SaveX(e.T.Context()).ID
		_, err = e.Payments.ApproveRefund(auth.With(e.T.Context(), &same), approve)
		refused(fault.SecondPerson, err)

		other := approve
		other.PaidOutside = "bank transfer 8"
		_, err = e.Payments.ApproveRefund(e.Platform, other)
		refused(fault.ActionNotAllowed, err)
		// Through the channel after all: what waited is gone.
		_, err = e.Payments.ResolveRefund(e.Platform, payment.ResolveInput{Refund: r.ID})
		e.Must(err)
		e.wantRefund(r.ID, vocab.RefundSubmitted)
		_, err = e.Payments.ApproveRefund(e.Platform, approve)
		refused(fault.ActionNotAllowed, err)
		e.Run() // the money still cannot reach the buyer
		e.wantRefund(r.ID, vocab.RefundNeedsStaff)

		_, err = e.Payments.ResolveRefund(e.Support, resolve)
		e.Must(err)
		_, err = e.Payments.ApproveRefund(e.Platform, approve)
		e.Must(err)
		e.wantRefund(r.ID, vocab.RefundSucceeded)
		row := e.DB.Client.Refund.GetX(e.T.Context(), r.ID)
		if row.Failure != payment.PaidOutside+"bank transfer 7" || row.OutsideProof != "" ||
			*row.OutsideBy != auth.From(e.Support).StaffID {
			e.T.Errorf("%+v", row)
		}
	})
}

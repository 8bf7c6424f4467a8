package aftersale_test

import (
	"testing"

	"orderflow/ent/refund"
	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

// Several refunds of an order that one person ends as paid outside count together.
func TestASumPaidOutsideTakesTwoPeople(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		e.Bank.Set(ordertest.NeedsStaff)
		item := e.BuyAndReceive(e.Sku(3), 3)
		e.Payments.OutsideAlone = price
		for i, want := range []vocab.RefundStatus{vocab.RefundSucceeded, vocab.RefundNeedsStaff} {
			e.Approve(e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1)))
			e.Run()
			r := e.DB.Client.Refund.Query().Where(refund.OrderID(item.OrderID),
				refund.StatusEQ(vocab.RefundNeedsStaff)).OnlyX(t.Context())
			_, err := e.Payments.ResolveRefund(e.Support,
				payment.ResolveInput{Refund: r.ID, PaidOutside: "transfer"})
			e.Must(err)
			if got := e.DB.Client.Refund.GetX(t.Context(), r.ID).Status; got != want {
				t.Errorf("refund %d is %s, want %s", i, got, want)
			}
		}
	})
}

// A link to an image is one that a client can show without a thought.
func TestLinksThatAreNoImage(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		id := e.Request(ordertest.RequestFor(e.BuyAndReceive(e.Sku(1), 1), vocab.RefundOnly, 1))
		say := func(link string) error {
			_, err := e.AfterSales.AddMessage(e.Buyer, id, aftersale.Statement{Images: []string{link}})
			return err
		}
		for _, link := range []string{"https://u:p@a.example/x.jpg", "https://127.0.0.1/x.jpg",
			"https://[::1]/x.jpg", "https://a.example:22/x.jpg", "https://a.example/x.jpg#y",
			`https://a.example/é"><.jpg`, "https://localhost/x.jpg", "http://a.example/x.jpg",
			"https://a.example/x.svg", "https://a.example/x y.jpg"} {
			if err := say(link); !fault.Is(err, fault.InvalidInput) {
				t.Errorf("%s: %v", link, err)
			}
		}
		e.Must(say("https://img.a.example/2026/x.jpg?size=1"))
	})
}

package graph_test

import (
	"fmt"
	"testing"

	"orderflow/ent"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// newDifference is a difference about the payment of a paid order, found in a bill.
func (e *env) newDifference() *ent.BillDifference {
	e.Helper()
	c, ctx := e.db.Client, e.Context()
	id, err := globalid.Parse(e.paidOrder().order)
	if err != nil {
		e.Fatal(err)
	}
	paid := c.Payment.Query().Where(entpayment.OrderID(id)).OnlyX(ctx)
	day := fmt.Sprintf("2026-01-%02d", 1+c.ChannelBill.Query().CountX(ctx)%31)
	row := c.ChannelBill.Create().SetChannel(vocab.Sandbox).SetDay(day).SetDifferences(1).
		SetFinishedAt(paid.CreatedAt).SaveX(ctx)
	return c.BillDifference.Create().SetBillID(row.ID).SetChannel(vocab.Sandbox).SetDay(day).
		SetKind(vocab.DifferenceAmount).SetStatus(vocab.DifferenceOpen).
		SetAbout(vocab.BilledPayment).SetNumber(*paid.TransactionID).
		SetTradeNo(paid.ID.String()).SetPaymentID(paid.ID).SetOrderID(id).SetHere(paid.PaidAmount).
		SetThere(7).SetCurrency(paid.Currency).SaveX(ctx)
}

func TestStaffListAndResolveDifferences(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		first, second := e.newDifference(), e.newDifference()
		const list = `query($f: BillDifferenceFilter) { billDifferences(filter: $f) { totalCount
			edges { node { id channel day kind status about number tradeNo amountInBill { amount }
			amountHere { amount currency } payment { id } refund { id } order { id } note
			availableActions resolvedAt resolvedBy } } } }`
		r := e.must(e.platform, list, nil)
		e.expect(r, "2", "billDifferences", "totalCount")
		for name, want := range map[string]string{
			"id": second.ID.String(), "day": second.Day, "kind": "AMOUNT", "status": "OPEN",
			"about": "PAYMENT", "tradeNo": second.TradeNo, "availableActions": "[RESOLVE]",
			"amountInBill": "map[amount:7]", "amountHere": "map[amount:7500 currency:CNY]",
			"order": fmt.Sprintf("map[id:%s]", second.OrderID), "refund": "<nil>",
			"payment": fmt.Sprintf("map[id:%s]", second.PaymentID), "resolvedBy": "<nil>",
		} {
			e.expect(r, want, "billDifferences", "edges", 0, "node", name)
		}
		for _, token := range []string{e.buyer, e.merchant} {
			if r := e.post(token, list, nil); r.code() != "FORBIDDEN" {
				t.Errorf("others list them: %s", r.raw)
			}
			r := e.must(token, `query($id: ID!) { node(id: $id) { id } }`, vars{"id": first.ID})
			e.expect(r, "<nil>", "node")
		}
		e.expectRefusal(e.platform, "resolveBillDifference",
			vars{"difference": first.ID, "note": ""}, "INVALID_INPUT", "note")
		r = e.mutateOK(e.platform, "resolveBillDifference",
			vars{"difference": first.ID, "note": "the bank's mistake"},
			"difference { status note resolvedBy resolvedAt availableActions }")
		for name, want := range map[string]string{"status": "RESOLVED",
			"note": "the bank's mistake", "availableActions": "[]"} {
			e.expect(r, want, "resolveBillDifference", "difference", name)
		}
		if r.at("resolveBillDifference", "difference", "resolvedBy") == nil {
			t.Error("nobody has resolved it")
		}
		for want, filter := range map[*ent.BillDifference]vars{
			second: {"open": true, "channel": "SANDBOX"}, first: {"open": false, "day": first.Day},
		} {
			r := e.must(e.support, list, vars{"f": filter})
			e.expect(r, "1", "billDifferences", "totalCount")
			e.expect(r, want.ID.String(), "billDifferences", "edges", 0, "node", "id")
		}
		r = e.must(e.platform, list, vars{"f": vars{"channel": "ALIPAY"}})
		e.expect(r, "0", "billDifferences", "totalCount")
	})
}

// The shops of the order of a difference hear of it; its buyer does not.
func TestAShopHearsOfADifference(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		e.startSequencer()
		live := e.subscribe(e.T, e.merchant, "shopEvents", `subscription($id: ID!, $a: FeedCursor) {
			shopEvents(shop: $id, after: $a, types: [BILL_DIFFERS, BILL_RESOLVED]) {
				type shop { code } ... on BillDifferenceEvent { differenceId paymentId refundId
				difference differenceFrom differenceTo } } }`,
			vars{"id": e.shop, "a": event.Cursor{}.String()})
		d := e.newDifference()
		e.mutateOK(e.support, "resolveBillDifference",
			vars{"difference": d.ID, "note": "settled by phone"}, "")
		received := live.next()
		for name, want := range map[string]any{"type": "BILL_RESOLVED", "difference": "AMOUNT",
			"differenceId": d.ID.String(), "paymentId": d.PaymentID.String(), "refundId": nil,
			"differenceFrom": "OPEN", "differenceTo": "RESOLVED"} {
			if received[name] != want {
				t.Errorf("%s is %v, want %v", name, received[name], want)
			}
		}
	})
}

package order_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// propose has the shop propose another address for what it has of an item's order.
func propose(e *ordertest.Env, item *ent.OrderItem) (globalid.ID, error) {
	in := order.ProposeInput{SubOrder: item.SubOrderID, Address: ordertest.Address,
		Note: "the street is closed"}
	in.Address.Street = "南山路 9 号"
	return e.Orders.ProposeAddressChange(e.Merchant, in)
}

// wish has the buyer ask for another address.
func wish(e *ordertest.Env, id globalid.ID) error {
	return second(e.Orders.RequestAddressChange(e.Buyer,
		order.AddressInput{Order: id, Address: ordertest.Address}))
}

func wantChange(e *ordertest.Env, id globalid.ID, want vocab.AddressChangeStatus) {
	e.T.Helper()
	change := e.DB.Client.AddressChange.GetX(e.T.Context(), id)
	if change.Status != want || (change.AnsweredAt == nil) != vocab.AddressOpen.Has(want) {
		e.T.Errorf("the change is %s, answered at %v; want %s", change.Status, change.AnsweredAt, want)
	}
}

func TestABuyerWithdrawsAWishForAnotherAddress(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(1), 1)
		e.Must(wish(e, item.OrderID))
		id := e.DB.Client.AddressChange.Query().OnlyIDX(t.Context())
		_, err := e.Orders.WithdrawAddressChange(e.NewBuyer(), id)
		e.WantFault(err, fault.NotFound)
		_, err = e.Orders.WithdrawAddressProposal(e.Merchant, id)
		e.WantFault(err, fault.ActionNotAllowed)
		e.MustID(e.Orders.WithdrawAddressChange(e.Buyer, id))
		wantChange(e, id, vocab.AddressWithdrawn)
		_, err = e.Orders.WithdrawAddressChange(e.Buyer, id)
		e.WantFault(err, fault.ActionNotAllowed)
		_, err = e.Orders.AnswerAddressChange(e.Merchant, order.AnswerInput{Change: id, Accept: true})
		e.WantFault(err, fault.ActionNotAllowed)
		if len(e.SubOrder(item.SubOrderID).Address) > 0 || e.Events(vocab.EventAddressWithdrawn) != 1 {
			t.Error("a withdrawn wish has changed something, or is not told")
		}
		e.Must(wish(e, item.OrderID)) // another one
	})
}

func TestTheBuyerAnswersAProposedAddress(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(2), 2)
		rejected := e.MustID(propose(e, item))
		_, err := propose(e, item)
		e.WantFault(err, fault.ActionNotAllowed)
		e.WantFault(wish(e, item.OrderID), fault.ActionNotAllowed)
		_, err = e.Orders.AnswerAddressChange(e.Merchant,
			order.AnswerInput{Change: rejected, Accept: true})
		e.WantFault(err, fault.ActionNotAllowed)
		_, err = e.Orders.AnswerAddressProposal(e.NewBuyer(), order.AnswerInput{Change: rejected})
		e.WantFault(err, fault.NotFound)
		e.MustID(e.Orders.AnswerAddressProposal(e.Buyer, order.AnswerInput{Change: rejected}))
		wantChange(e, rejected, vocab.AddressRejected)
		withdrawn := e.MustID(propose(e, item))
		e.MustID(e.Orders.WithdrawAddressProposal(e.Merchant, withdrawn))
		wantChange(e, withdrawn, vocab.AddressWithdrawn)
		if e.SubOrder(item.SubOrderID).AddressDueAt != nil {
			t.Error("there is still something to answer")
		}
		accepted := e.MustID(propose(e, item))
		split := e.MustID(e.Orders.SplitSubOrder(e.Warehouse, order.SplitInput{
			SubOrder: item.SubOrderID, Lines: []order.SplitLine{{Item: item.ID, Quantity: 1}}}))
		if e.SubOrder(split).AddressDueAt == nil {
			t.Error("a part that was split off has no time to answer")
		}
		e.MustID(e.Orders.AnswerAddressProposal(e.Buyer,
			order.AnswerInput{Change: accepted, Accept: true}))
		wantChange(e, accepted, vocab.AddressAccepted)
		change := e.DB.Client.AddressChange.GetX(t.Context(), accepted)
		for _, id := range []globalid.ID{item.SubOrderID, split} {
			sub := e.SubOrder(id)
			if string(sub.Address) != string(change.Address) || sub.AddressDueAt != nil {
				t.Errorf("%s does not go to the proposed address", sub.Number)
			}
		}
	})
}

func TestAProposedAddressLapses(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		late := e.Buy(e.Sku(1), 1)
		unanswered := e.MustID(propose(e, late))
		e.Move(47 * time.Hour)
		e.Run()
		wantChange(e, unanswered, vocab.AddressProposed)
		e.Move(2 * time.Hour)
		e.Run()
		wantChange(e, unanswered, vocab.AddressLapsed)
		_, err := e.Orders.AnswerAddressProposal(e.Buyer,
			order.AnswerInput{Change: unanswered, Accept: true})
		e.WantFault(err, fault.ActionNotAllowed)

		gone := e.MustID(propose(e, late))
		e.Ship(late, 1)
		wantChange(e, gone, vocab.AddressLapsed)
		_, err = e.Orders.AnswerAddressProposal(e.Buyer,
			order.AnswerInput{Change: gone, Accept: true})
		e.WantFault(err, fault.ActionNotAllowed)
		_, err = propose(e, late)
		e.WantFault(err, fault.ActionNotAllowed)

		refunded := e.Buy(e.Sku(1), 1)
		closed := e.MustID(propose(e, refunded))
		refund(e, refunded.ID, 1)
		wantChange(e, closed, vocab.AddressLapsed)
	})
}

// A shop that must wait for the buyer's word puts the parcel on hold: the time to ship stands
// still, that of the buyer runs.
func TestAnAddressIsProposedOnHold(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(1), 1)
		hold(e, item.SubOrderID)
		id := e.MustID(propose(e, item))
		e.Move(49 * time.Hour)
		e.Run()
		wantChange(e, id, vocab.AddressLapsed)
		if e.Events(vocab.EventSubOrderShipOverdue) != 0 {
			t.Error("the shop is reminded on hold")
		}
		e.MustID(e.Orders.ReleaseHold(e.Merchant, item.SubOrderID))
	})
}

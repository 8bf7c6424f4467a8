package order_test

import (
	"testing"

	"orderflow/ent/addresschange"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestAddressChangeIsAnsweredOrLapses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		ctx, buyer, merchant := t.Context(), w.buyer(), w.staff(vocab.Merchant)
		o := w.bought(buyer, 2)
		sub := o.Edges.SubOrders[0]
		ask := func() error {
			in := order.AddressInput{Order: o.ID, Address: address}
			in.Address.Street = "南山路 9 号"
			_, err := w.orders.RequestAddressChange(buyer, in)
			return err
		}
		_, err := w.orders.RequestAddressChange(w.buyer(),
			order.AddressInput{Order: o.ID, Address: address})
		wantFault(t, err, fault.NotFound)
		far := address
		far.Region = "新疆"
		_, err = w.orders.RequestAddressChange(buyer, order.AddressInput{Order: o.ID, Address: far})
		wantFault(t, err, fault.ActionNotAllowed)
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		wantFault(t, ask(), fault.ActionNotAllowed)
		change := db.Client.AddressChange.Query().OnlyX(ctx)
		_, err = w.orders.AnswerAddressChange(merchant, order.AnswerInput{Change: change.ID})
		wantFault(t, err, fault.InvalidInput)
		answer := order.AnswerInput{Change: change.ID, Accept: true}
		if _, err := w.orders.AnswerAddressChange(merchant, answer); err != nil {
			t.Fatal(err)
		}
		if got := w.sub(sub.ID).Address; string(got) != string(change.Address) {
			t.Errorf("the sub-order's address is not the one agreed to")
		}
		_, err = w.orders.AnswerAddressChange(merchant, answer)
		wantFault(t, err, fault.ActionNotAllowed)
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		w.ship(sub.Edges.Items[0], 1)
		open := db.Client.AddressChange.Query().Where(addresschange.IDNEQ(change.ID)).OnlyX(ctx)
		if open.Status != vocab.AddressLapsed || w.told(vocab.EventAddressLapsed) != 1 {
			t.Errorf("after the handover it is %s", open.Status)
		}
		_, err = w.orders.AnswerAddressChange(merchant,
			order.AnswerInput{Change: open.ID, Accept: true})
		wantFault(t, err, fault.ActionNotAllowed)
		wantFault(t, ask(), fault.ActionNotAllowed)
	})
}

func TestMemosAreOfStaff(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		buyer := w.buyer()
		sub := w.bought(buyer, 1).Edges.SubOrders[0]
		in := order.MemoInput{SubOrder: sub.ID, Text: " 易碎 "}
		_, err := w.orders.AddMemo(buyer, in)
		wantFault(t, err, fault.Forbidden)
		id, err := w.orders.AddMemo(w.staff(vocab.Warehouse), in)
		if err != nil {
			t.Fatal(err)
		}
		if memo := db.Client.Memo.GetX(t.Context(), id); memo.Text != "易碎" ||
			memo.ShopID != w.shop.ID {
			t.Errorf("memo %v", memo)
		}
	})
}

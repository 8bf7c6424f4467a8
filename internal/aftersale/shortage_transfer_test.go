package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/shortage"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

func shipTransfer(e *ordertest.Env, id globalid.ID) {
	e.T.Helper()
	_, err := e.Transfers.Ship(e.Warehouse, id)
	e.Must(err)
}

func receiveTransfer(e *ordertest.Env, id globalid.ID, units int64, last bool) {
	e.T.Helper()
	_, err := e.Transfers.Receive(e.Warehouse,
		transfer.ReceiveInput{Transfer: id, Quantity: units, Last: last})
	e.Must(err)
}

func TestATransferBringsWhatLacks(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p, id, moving := buyWaiting(e, sku)
		e.WantStock(sku, e.North, 4, 2)
		p.wantItem(2, 5)
		e.Move(48 * time.Hour) // nobody has to do anything
		runShortages(e)
		wantShortage(e, id, vocab.ShortageWaiting, 2)
		shipTransfer(e, moving)
		e.WantStock(sku, e.North, 2, 0)
		receiveTransfer(e, moving, 1, false)
		wantShortage(e, id, vocab.ShortageWaiting, 1)
		p.wantItem(1, 4)
		receiveTransfer(e, moving, 1, false)
		wantShortage(e, id, vocab.ShortageResolved, 1)
		p.wantItem(0, 5)
		e.WantStock(sku, e.South, 10, 5)
	})
}

func TestATransferThatComesUpShortOpensTheShortageAgain(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p, id, moving := buyWaiting(e, sku)
		shipTransfer(e, moving)
		receiveTransfer(e, moving, 1, true)
		wantShortage(e, id, vocab.ShortageOpen, 1)
		p.wantItem(1, 4)
		if n := e.DB.Client.Shortage.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d shortages, want the one", n)
		}
		// It is offered, chosen and missed once more.
		e.Must(offer(e, id, vocab.OptionTransfer))
		e.Must(p.choose(id, vocab.OptionTransfer))
		again := *e.DB.Client.Shortage.GetX(t.Context(), id).TransferID
		shipTransfer(e, again)
		receiveTransfer(e, again, 0, true)
		wantShortage(e, id, vocab.ShortageOpen, 1)
		_, err := e.Shortages.Refund(p.buyer, id)
		e.Must(err)
		p.settleRefunds()
		wantShortage(e, id, vocab.ShortageRefunded, 1)
		e.WantStock(sku, e.South, 9, 4)
		e.WantStock(sku, e.North, 1, 0)
	})
}

func TestACancelledTransferOpensTheShortageAgain(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p, id, moving := buyWaiting(e, sku)
		_, err := e.Transfers.Cancel(e.Warehouse, moving)
		e.Must(err)
		wantShortage(e, id, vocab.ShortageOpen, 2)
		e.WantStock(sku, e.North, 4, 0)
		p.wantItem(2, 3)
		e.Must(p.choose(id, vocab.OptionRefund))
		p.settleRefunds()
		wantShortage(e, id, vocab.ShortageRefunded, 2)
	})
}

func TestTheBuyerNeedNotWait(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(20)
		for _, sent := range []bool{false, true} {
			p, id, moving := buyWaiting(e, sku)
			if sent {
				shipTransfer(e, moving)
			}
			e.Must(p.choose(id, vocab.OptionRefund))
			wantShortage(e, id, vocab.ShortageRefunding, 2)
			p.wantItem(0, 3)
			p.settleRefunds()
			wantShortage(e, id, vocab.ShortageRefunded, 2)
			if sent {
				receiveTransfer(e, moving, 1, false)
				receiveTransfer(e, moving, 0, true)
			} else {
				if _, err := e.Transfers.Ship(e.Warehouse, moving); !fault.Is(err, fault.Conflict) {
					t.Errorf("shipped what nobody waits for: %v", err)
				}
				_, err := e.Transfers.Cancel(e.Warehouse, moving)
				e.Must(err)
			}
			p.wantItem(0, 3)
			wantShortage(e, id, vocab.ShortageRefunded, 2)
		}
		e.WantStock(sku, e.North, 6, 0)
		e.WantStock(sku, e.South, 17, 6)
	})
}

// What the item holds for its other units is not what is set aside for those that lack.
func TestATransferLeavesTheOtherUnitsAlone(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p, id, moving := buyWaiting(e, sku)
		later, err := p.report(1)
		e.Must(err)
		e.Must(offer(e, later, vocab.OptionTransfer))
		e.Must(p.choose(later, vocab.OptionTransfer))
		faster := *e.DB.Client.Shortage.GetX(t.Context(), later).TransferID
		shipTransfer(e, faster)
		receiveTransfer(e, faster, 1, false)
		wantShortage(e, later, vocab.ShortageResolved, 1)
		_, err = e.CloseUnshipped(p.item, 3)
		e.Must(err)
		p.settleRefunds()
		p.wantItem(2, 2)
		e.WantStock(sku, e.North, 3, 2)
		p.wantSub(vocab.AwaitingShipment)
		shipTransfer(e, moving)
		receiveTransfer(e, moving, 2, false)
		wantShortage(e, id, vocab.ShortageResolved, 2)
		p.wantItem(0, 2)
	})
}

func TestASubOrderOfWhichUnitsLackStaysWhereItIs(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku, other := e.Sku(10), e.NewSku(ordertest.Sku{Price: 700, South: 10})
		p := buy(e, sku, 2, ordertest.Line(other, 1))
		id, err := p.report(2)
		e.Must(err)
		e.AddStock(sku, e.North, 5)
		e.AddStock(other, e.North, 5)
		e.Must(offer(e, id, vocab.OptionTransfer))
		e.Must(p.choose(id, vocab.OptionTransfer))
		_, err = e.Orders.ReassignWarehouse(e.Warehouse,
			order.ReassignInput{SubOrder: p.sub().ID, Warehouse: e.North.ID})
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("reassigned: %v", err)
		}
		// The other item may go alone.
		for _, it := range p.sub().QueryItems().AllX(t.Context()) {
			if it.SkuID == other.ID {
				_, err = e.Transfers.Request(e.Warehouse, transfer.RequestInput{Sku: other.ID,
					From: e.South.ID, To: e.North.ID, Quantity: 1, Item: it.ID})
				e.Must(err)
			}
		}
		if p.sub().WarehouseID != e.South.ID {
			t.Error("what lacks was moved along")
		}
		moving := *e.DB.Client.Shortage.GetX(t.Context(), id).TransferID
		shipTransfer(e, moving)
		receiveTransfer(e, moving, 2, true)
		wantShortage(e, id, vocab.ShortageResolved, 2)
		e.WantStock(sku, e.South, 10, 2)
	})
}

func TestWhatAnOrdersTransferLosesIsAShortage(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p := buy(e, sku, 5)
		moving, err := e.Transfers.Request(e.Warehouse, transfer.RequestInput{Sku: sku.ID,
			From: e.South.ID, To: e.North.ID, Quantity: 5, Item: p.item})
		e.Must(err)
		shipTransfer(e, moving)
		receiveTransfer(e, moving, 3, true)
		s := e.DB.Client.Shortage.Query().OnlyX(t.Context())
		if s.Cause != vocab.ShortTransfer || s.WarehouseID != e.North.ID {
			t.Errorf("shortage %+v", s)
		}
		wantShortage(e, s.ID, vocab.ShortageOpen, 2)
		p.wantItem(2, 3)
		// The south has more of it.
		_, err = e.Shortages.Offer(e.Merchant, shortage.Offer{Shortage: s.ID,
			Options: []vocab.ShortageOption{vocab.OptionWarehouse}, Warehouse: e.South.ID})
		e.Must(err)
		e.Must(p.choose(s.ID, vocab.OptionWarehouse))
		wantShortage(e, s.ID, vocab.ShortageResolved, 2)
		e.WantStock(sku, e.South, 5, 2)
		e.WantStock(sku, e.North, 3, 3)
	})
}

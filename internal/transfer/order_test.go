package transfer_test

import (
	"sync"
	"testing"

	entrefund "orderflow/ent/refund"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

func TestAnOrdersHoldTravels(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		item := e.Buy(sku, 5).ID
		id := request(e, sku, 5, item)
		if itemOf(e, id) != item || subOrder(e, item).WarehouseID != e.North.ID {
			t.Errorf("the whole sub-order should wait in the north: %+v", subOrder(e, item))
		}
		e.WantStock(sku, e.South, 10, 5)
		e.MustID(e.Transfers.Ship(e.Warehouse, id))
		e.WantStock(sku, e.South, 5, 0)
		e.MustID(receive(e, id, 2, false))
		e.WantStock(sku, e.North, 2, 2)
		e.MustID(receive(e, id, 3, false))
		e.WantStock(sku, e.North, 5, 5)
		wantTransfer(e, id, vocab.TransferReceived, 5, 0)
		if n := holds(e, item, vocab.ReservationHeld); n != 5 {
			t.Errorf("the item holds %d, want 5", n)
		}
		for _, row := range events(e, vocab.EventTransferReceived) {
			if row.OrderID == nil || row.Sequence == nil || *row.ShopID != e.Shop.ID {
				t.Errorf("event %+v", row)
			}
		}
		// It can travel again, from where it is.
		back, err := e.Transfers.Request(e.Warehouse, transfer.RequestInput{Sku: sku.ID,
			From: e.North.ID, To: e.South.ID, Quantity: 5, Item: item})
		e.MustID(back, err)
		e.MustID(e.Transfers.Ship(e.Warehouse, back))
		e.MustID(receive(e, back, 5, false))
		e.WantStock(sku, e.South, 10, 5)
		e.WantStock(sku, e.North, 0, 0)
	})
}

func TestAPartOfALineIsSplitOff(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		item := e.Buy(sku, 5).ID
		id := request(e, sku, 2, item)
		moved := itemOf(e, id)
		if moved == item || subOrder(e, moved).WarehouseID != e.North.ID ||
			subOrder(e, item).WarehouseID != e.South.ID {
			t.Errorf("two units should wait in the north alone")
		}
		e.MustID(e.Transfers.Ship(e.Warehouse, id))
		e.MustID(receive(e, id, 1, true))
		wantTransfer(e, id, vocab.TransferReceived, 1, 1)
		e.WantStock(sku, e.South, 8, 3)
		e.WantStock(sku, e.North, 1, 1)
		refundShortage(e)
		refund := e.DB.Client.Refund.Query().Where(entrefund.OrderID(subOrder(e, item).OrderID)).
			WithLines().OnlyX(t.Context())
		if refund.Trigger != vocab.TriggerShortage || refund.Amount != 1000 ||
			*refund.SubOrderID != subOrder(e, moved).ID || refund.Edges.Lines[0].ItemID != moved ||
			refund.Edges.Lines[0].Quantity != 1 {
			t.Errorf("refund %+v of %+v", refund, refund.Edges.Lines)
		}
	})
}

func TestAShortReceiptRefundsAndCloses(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		// Nothing is paid, so that the refund is settled at once.
		sku := e.NewSku(ordertest.Sku{Price: 0, South: 10})
		item := e.Buy(sku, 3).ID
		id := request(e, sku, 3, item)
		e.MustID(e.Transfers.Ship(e.Warehouse, id))
		e.MustID(receive(e, id, 0, true))
		wantTransfer(e, id, vocab.TransferReceived, 0, 3)
		refundShortage(e)
		e.WantStock(sku, e.South, 7, 0)
		sub := subOrder(e, item)
		if sub.Status != vocab.Closed || *sub.CloseReason != vocab.OutOfStock {
			t.Errorf("sub-order %s", sub.Status)
		}
		if n := holds(e, item, vocab.ReservationReleased); n != 3 {
			t.Errorf("%d released, want 3", n)
		}
	})
}

func TestWhatIsRefundedOnTheWayIsFreeOnArrival(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		item := e.Buy(sku, 5).ID
		id := request(e, sku, 5, item)
		e.MustID(e.Transfers.Ship(e.Warehouse, id))
		e.MustID(e.CloseUnshipped(item, 3))
		e.MustID(receive(e, id, 1, false))
		e.WantStock(sku, e.North, 1, 1)
		e.MustID(receive(e, id, 2, false))
		e.WantStock(sku, e.North, 3, 2)
		// The buyer has got the units that are left: none of the lost ones is refunded again.
		e.MustID(receive(e, id, 0, true))
		wantTransfer(e, id, vocab.TransferReceived, 3, 2)
		if n := e.DB.Client.Refund.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d refunds, want the merchant's alone", n)
		}
	})
}

func TestACancelledTransferGivesTheSubOrderBack(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku, other := e.Sku(10), e.NewSku(ordertest.Sku{Price: 700, South: 10})
		item := e.ItemOf(e.BuyLines(ordertest.Line(sku, 5), ordertest.Line(other, 1)), sku).ID
		for _, units := range []int64{2, 3} {
			id := request(e, sku, units, item)
			moved := itemOf(e, id)
			e.MustID(e.Transfers.Cancel(e.Warehouse, id))
			wantTransfer(e, id, vocab.TransferCancelled, 0, 0)
			if subOrder(e, moved).WarehouseID != e.South.ID {
				t.Errorf("%d units still wait in the north", units)
			}
			if n := holds(e, moved, vocab.ReservationHeld); n != units {
				t.Errorf("%d held, want %d", n, units)
			}
			// They can be requested again.
			again := request(e, sku, units, moved)
			e.MustID(e.Transfers.Ship(e.Warehouse, again))
			e.MustID(receive(e, again, units, false))
		}
		e.WantStock(sku, e.South, 5, 0)
		e.WantStock(sku, e.North, 5, 5)
	})
}

func TestUnitsGivenUpBeforeTheTransferIsSent(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		item := e.Buy(sku, 5).ID
		id := request(e, sku, 5, item)
		e.MustID(e.CloseUnshipped(item, 2))
		if _, err := e.Transfers.Ship(e.Warehouse, id); !fault.Is(err, fault.Conflict) {
			t.Errorf("send what the order gave up: %v", err)
		}
		e.MustID(e.Transfers.Cancel(e.Warehouse, id))
		e.WantStock(sku, e.South, 10, 3)
		if subOrder(e, item).WarehouseID != e.South.ID {
			t.Error("the sub-order still waits in the north")
		}
	})
}

func TestWhichUnitsCanTravel(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku, other := e.Sku(10), e.Sku(10)
		item := e.Buy(sku, 5).ID
		waiting := e.ItemOf(e.Place(ordertest.Line(sku, 1)), sku)
		for name, tc := range map[string]struct {
			item     globalid.ID
			sku      globalid.ID
			from, to globalid.ID
			units    int64
			want     fault.Code
		}{
			"too many":       {item, sku.ID, e.South.ID, e.North.ID, 6, fault.LimitExceeded},
			"another sku":    {item, other.ID, e.South.ID, e.North.ID, 1, fault.InvalidInput},
			"held elsewhere": {item, sku.ID, e.North.ID, e.South.ID, 1, fault.InvalidInput},
			"not paid": {waiting.ID, sku.ID, e.South.ID, e.North.ID, 1,
				fault.ActionNotAllowed},
		} {
			bad := transfer.RequestInput{Sku: tc.sku, From: tc.from, To: tc.to,
				Quantity: tc.units, Item: tc.item}
			if _, err := e.Transfers.Request(e.Warehouse, bad); !fault.Is(err, tc.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		e.WantStock(sku, e.South, 10, 6)
	})
}

// Two transfers for the same units: one gets them.
func TestTwoTransfersForTheSameUnits(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		item := e.Buy(sku, 5).ID
		in := transfer.RequestInput{Sku: sku.ID, From: e.South.ID, To: e.North.ID, Quantity: 5,
			Item: item}
		var wait sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 4 {
			wait.Go(func() {
				_, err := e.Transfers.Request(e.Warehouse, in)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if fault.All(err) == nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if won != 1 {
			t.Errorf("%d transfers were made", won)
		}
		e.WantStock(sku, e.South, 10, 5)
	})
}

func TestStockOfATransferIsStillReserved(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		item := e.Buy(sku, 5).ID
		id := request(e, sku, 5, item)
		if err := e.TryAddStock(sku, e.South, -6); !fault.Is(err, fault.StockReserved) {
			t.Errorf("below what is set aside: %v", err)
		}
		e.MustID(e.Transfers.Ship(e.Warehouse, id))
		e.MustID(receive(e, id, 5, false))
		if err := e.TryAddStock(sku, e.North, -1); !fault.Is(err, fault.StockReserved) {
			t.Errorf("below what has arrived for an order: %v", err)
		}
		if err := e.TryAddStock(sku, e.South, -5); err != nil {
			t.Errorf("what nobody holds can go: %v", err)
		}
	})
}

package transfer_test

import (
	"sync"
	"testing"

	entrefund "orderflow/ent/refund"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

func TestAnOrdersHoldTravels(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		item := w.bought(order.Line{Sku: sku.ID, Quantity: 5})[0].ID
		id := w.mustRequest(sku, 5, item)
		if w.itemOf(id) != item || w.sub(item).WarehouseID != w.north.ID {
			w.t.Errorf("the whole sub-order should wait in the north: %+v", w.sub(item))
		}
		w.wantStock(sku, w.south, 10, 5)
		w.must(w.transfers.Ship(w.keeper(), id))
		w.wantStock(sku, w.south, 5, 0)
		w.must(w.receive(id, 2, false))
		w.wantStock(sku, w.north, 2, 2)
		w.must(w.receive(id, 3, false))
		w.wantStock(sku, w.north, 5, 5)
		w.wantTransfer(id, vocab.TransferReceived, 5, 0)
		if n := w.holds(item, vocab.ReservationHeld); n != 5 {
			w.t.Errorf("the item holds %d, want 5", n)
		}
		for _, e := range w.events(vocab.EventTransferReceived) {
			if e.OrderID == nil || e.Sequence == nil || *e.ShopID != w.shop.ID {
				w.t.Errorf("event %+v", e)
			}
		}
		// It can travel again, from where it is.
		back, err := w.transfers.Request(w.keeper(), transfer.RequestInput{Sku: sku.ID,
			From: w.north.ID, To: w.south.ID, Quantity: 5, Item: item})
		w.must(back, err)
		w.must(w.transfers.Ship(w.keeper(), back))
		w.must(w.receive(back, 5, false))
		w.wantStock(sku, w.south, 10, 5)
		w.wantStock(sku, w.north, 0, 0)
	})
}

func TestAPartOfALineIsSplitOff(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		item := w.bought(order.Line{Sku: sku.ID, Quantity: 5})[0].ID
		id := w.mustRequest(sku, 2, item)
		moved := w.itemOf(id)
		if moved == item || w.sub(moved).WarehouseID != w.north.ID ||
			w.sub(item).WarehouseID != w.south.ID {
			w.t.Errorf("two units should wait in the north alone")
		}
		w.must(w.transfers.Ship(w.keeper(), id))
		w.must(w.receive(id, 1, true))
		w.wantTransfer(id, vocab.TransferReceived, 1, 1)
		w.wantStock(sku, w.south, 8, 3)
		w.wantStock(sku, w.north, 1, 1)
		refund := w.db.Client.Refund.Query().Where(entrefund.OrderID(w.sub(item).OrderID)).
			WithLines().OnlyX(w.t.Context())
		if refund.Trigger != vocab.TriggerShortage || refund.Amount != 1000 ||
			*refund.SubOrderID != w.sub(moved).ID || refund.Edges.Lines[0].ItemID != moved ||
			refund.Edges.Lines[0].Quantity != 1 {
			w.t.Errorf("refund %+v of %+v", refund, refund.Edges.Lines)
		}
	})
}

func TestAShortReceiptRefundsAndCloses(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(0, 10) // nothing is paid, so that the refund is settled at once
		item := w.bought(order.Line{Sku: sku.ID, Quantity: 3})[0].ID
		id := w.mustRequest(sku, 3, item)
		w.must(w.transfers.Ship(w.keeper(), id))
		w.must(w.receive(id, 0, true))
		w.wantTransfer(id, vocab.TransferReceived, 0, 3)
		w.wantStock(sku, w.south, 7, 0)
		sub := w.sub(item)
		if sub.Status != vocab.Closed || *sub.CloseReason != vocab.OutOfStock {
			w.t.Errorf("sub-order %s", sub.Status)
		}
		if n := w.holds(item, vocab.ReservationReleased); n != 3 {
			w.t.Errorf("%d released, want 3", n)
		}
	})
}

func TestWhatIsRefundedOnTheWayIsFreeOnArrival(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		item := w.bought(order.Line{Sku: sku.ID, Quantity: 5})[0].ID
		id := w.mustRequest(sku, 5, item)
		w.must(w.transfers.Ship(w.keeper(), id))
		w.closeUnshipped(item, 3)
		w.must(w.receive(id, 1, false))
		w.wantStock(sku, w.north, 1, 1)
		w.must(w.receive(id, 2, false))
		w.wantStock(sku, w.north, 3, 2)
		// The buyer has got the units that are left: none of the lost ones is refunded again.
		w.must(w.receive(id, 0, true))
		w.wantTransfer(id, vocab.TransferReceived, 3, 2)
		if n := w.db.Client.Refund.Query().CountX(w.t.Context()); n != 1 {
			w.t.Errorf("%d refunds, want the merchant's alone", n)
		}
	})
}

func (w *world) closeUnshipped(item globalid.ID, units int64) {
	w.t.Helper()
	_, err := w.payments.CloseUnshipped(w.staff(vocab.Merchant, w.shop.ID),
		payment.CloseUnshippedInput{SubOrder: w.sub(item).ID,
			Lines: []payment.UnshippedLine{{Item: item, Quantity: units}}})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestACancelledTransferGivesTheSubOrderBack(t *testing.T) {
	each(t, func(w *world) {
		sku, other := w.sku(1000, 10), w.sku(700, 10)
		items := w.bought(order.Line{Sku: sku.ID, Quantity: 5}, order.Line{Sku: other.ID, Quantity: 1})
		item := items[0].ID
		if items[0].SkuID != sku.ID {
			item = items[1].ID
		}
		for _, units := range []int64{2, 3} {
			id := w.mustRequest(sku, units, item)
			moved := w.itemOf(id)
			w.must(w.transfers.Cancel(w.keeper(), id))
			w.wantTransfer(id, vocab.TransferCancelled, 0, 0)
			if w.sub(moved).WarehouseID != w.south.ID {
				w.t.Errorf("%d units still wait in the north", units)
			}
			if n := w.holds(moved, vocab.ReservationHeld); n != units {
				w.t.Errorf("%d held, want %d", n, units)
			}
			// They can be asked for again.
			again := w.mustRequest(sku, units, moved)
			w.must(w.transfers.Ship(w.keeper(), again))
			w.must(w.receive(again, units, false))
		}
		w.wantStock(sku, w.south, 5, 0)
		w.wantStock(sku, w.north, 5, 5)
	})
}

func TestUnitsGivenUpBeforeTheTransferIsSent(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		item := w.bought(order.Line{Sku: sku.ID, Quantity: 5})[0].ID
		id := w.mustRequest(sku, 5, item)
		w.closeUnshipped(item, 2)
		if _, err := w.transfers.Ship(w.keeper(), id); !fault.Is(err, fault.Conflict) {
			w.t.Errorf("send what the order gave up: %v", err)
		}
		w.must(w.transfers.Cancel(w.keeper(), id))
		w.wantStock(sku, w.south, 10, 3)
		if w.sub(item).WarehouseID != w.south.ID {
			w.t.Error("the sub-order still waits in the north")
		}
	})
}

func TestWhichUnitsCanTravel(t *testing.T) {
	each(t, func(w *world) {
		sku, other := w.sku(1000, 10), w.sku(1000, 10)
		item := w.bought(order.Line{Sku: sku.ID, Quantity: 5})[0].ID
		unpaid, err := w.place(order.Line{Sku: sku.ID, Quantity: 1})
		w.must(unpaid, err)
		waiting := w.db.Client.Order.GetX(w.t.Context(), unpaid).QueryItems().
			OnlyX(w.t.Context())
		for name, tc := range map[string]struct {
			item     globalid.ID
			sku      globalid.ID
			from, to globalid.ID
			units    int64
			want     fault.Code
		}{
			"too many":       {item, sku.ID, w.south.ID, w.north.ID, 6, fault.LimitExceeded},
			"another sku":    {item, other.ID, w.south.ID, w.north.ID, 1, fault.InvalidInput},
			"held elsewhere": {item, sku.ID, w.north.ID, w.south.ID, 1, fault.InvalidInput},
			"not paid": {waiting.ID, sku.ID, w.south.ID, w.north.ID, 1,
				fault.ActionNotAllowed},
		} {
			bad := transfer.RequestInput{Sku: tc.sku, From: tc.from, To: tc.to,
				Quantity: tc.units, Item: tc.item}
			if _, err := w.transfers.Request(w.keeper(), bad); !fault.Is(err, tc.want) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		w.wantStock(sku, w.south, 10, 6)
	})
}

// Two transfers for the same units: one gets them.
func TestTwoTransfersForTheSameUnits(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		item := w.bought(order.Line{Sku: sku.ID, Quantity: 5})[0].ID
		keeper := w.keeper()
		in := transfer.RequestInput{Sku: sku.ID, From: w.south.ID, To: w.north.ID, Quantity: 5,
			Item: item}
		var wait sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 4 {
			wait.Go(func() {
				_, err := w.transfers.Request(keeper, in)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if fault.All(err) == nil {
					w.t.Error(err)
				}
			})
		}
		wait.Wait()
		if won != 1 {
			w.t.Errorf("%d transfers were made", won)
		}
		w.wantStock(sku, w.south, 10, 5)
	})
}

func TestStockOfATransferIsStillReserved(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		item := w.bought(order.Line{Sku: sku.ID, Quantity: 5})[0].ID
		id := w.mustRequest(sku, 5, item)
		if err := w.adjust(sku, w.south, -6); !fault.Is(err, fault.StockReserved) {
			w.t.Errorf("below what is set aside: %v", err)
		}
		w.must(w.transfers.Ship(w.keeper(), id))
		w.must(w.receive(id, 5, false))
		if err := w.adjust(sku, w.north, -1); !fault.Is(err, fault.StockReserved) {
			w.t.Errorf("below what has arrived for an order: %v", err)
		}
		if err := w.adjust(sku, w.south, -5); err != nil {
			w.t.Errorf("what nobody holds can go: %v", err)
		}
	})
}

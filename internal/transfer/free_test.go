package transfer_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

var none globalid.ID

func TestATransferWithoutAnOrder(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		id := w.mustRequest(sku, 6, none)
		w.wantStock(sku, w.south, 10, 0)
		w.must(w.transfers.Ship(w.keeper(), id))
		w.wantStock(sku, w.south, 4, 0)
		w.wantStock(sku, w.north, 0, 0)
		w.must(w.receive(id, 2, false))
		w.wantTransfer(id, vocab.TransferShipped, 2, 0)
		w.wantStock(sku, w.north, 2, 0)
		w.must(w.receive(id, 3, true))
		w.wantTransfer(id, vocab.TransferReceived, 5, 1)
		w.wantStock(sku, w.north, 5, 0)
		w.wantStock(sku, w.south, 4, 0)
		told := w.events(vocab.EventTransferReceived)
		if len(told) != 2 {
			w.t.Fatalf("%d receipts told, want 2", len(told))
		}
		for _, e := range told {
			if e.OrderID != nil || e.Sequence != nil || *e.ShopID != w.shop.ID ||
				e.Payload.Transfer != id || e.ActorRole != vocab.Warehouse {
				w.t.Errorf("event %+v", e)
			}
		}
	})
}

func TestStockIsCheckedAtShipping(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		id := w.mustRequest(sku, 8, none)
		w.bought(order.Line{Sku: sku.ID, Quantity: 3})
		if _, err := w.transfers.Ship(w.keeper(), id); !fault.Is(err, fault.OutOfStock) {
			w.t.Errorf("8 of 7: %v", err)
		}
		w.wantTransfer(id, vocab.TransferRequested, 0, 0)
		w.wantStock(sku, w.south, 10, 3)
		// A sku that the source never had.
		back, err := w.transfers.Request(w.keeper(), transfer.RequestInput{Sku: sku.ID,
			From: w.north.ID, To: w.south.ID, Quantity: 1})
		w.must(back, err)
		if _, err := w.transfers.Ship(w.keeper(), back); !fault.Is(err, fault.OutOfStock) {
			w.t.Errorf("from an empty warehouse: %v", err)
		}
		w.must(w.transfers.Cancel(w.keeper(), id))
		w.wantTransfer(id, vocab.TransferCancelled, 0, 0)
	})
}

func TestWhatATransferDoesNotAllow(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		id := w.mustRequest(sku, 4, none)
		refused := func(name string, want fault.Code, _ globalid.ID, err error) {
			w.t.Helper()
			if !fault.Is(err, want) {
				w.t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
		got := func(id globalid.ID, err error) func(string, fault.Code) {
			return func(name string, want fault.Code) {
				w.t.Helper()
				refused(name, want, id, err)
			}
		}
		got(w.receive(id, 1, false))("receive before sent", fault.ActionNotAllowed)
		w.must(w.transfers.Ship(w.keeper(), id))
		got(w.transfers.Ship(w.keeper(), id))("send again", fault.ActionNotAllowed)
		got(w.transfers.Cancel(w.keeper(), id))("cancel when sent", fault.ActionNotAllowed)
		for _, units := range []int64{-1, 0, 5} {
			got(w.receive(id, units, false))("receive what cannot be", fault.InvalidInput)
		}
		got(w.receive(id, -1, true))("receive less than none", fault.InvalidInput)
		w.must(w.receive(id, 4, false))
		w.wantTransfer(id, vocab.TransferReceived, 4, 0)
		got(w.receive(id, 1, true))("receive again", fault.ActionNotAllowed)

		in := transfer.RequestInput{Sku: sku.ID, From: w.south.ID, To: w.south.ID, Note: " "}
		_, err := w.transfers.Request(w.keeper(), in)
		if faults := fault.All(err); len(faults) != 3 {
			w.t.Errorf("faults %v, want quantity, to and note", faults)
		}
		in = transfer.RequestInput{Sku: sku.ID, From: w.south.ID,
			To: globalid.New(globalid.Warehouse), Quantity: 1}
		got(w.transfers.Request(w.keeper(), in))("no such warehouse", fault.NotFound)
		in.To, in.Item = w.north.ID, globalid.New(globalid.OrderItem)
		got(w.transfers.Request(w.keeper(), in))("no such item", fault.NotFound)
	})
}

func TestWhoMay(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		id := w.mustRequest(sku, 1, none)
		other := globalid.New(globalid.Shop)
		buyer := auth.With(w.t.Context(), &auth.Viewer{Role: vocab.Buyer})
		in := transfer.RequestInput{Sku: sku.ID, From: w.south.ID, To: w.north.ID, Quantity: 1}
		for name, tc := range map[string]struct {
			ctx  context.Context
			want fault.Code
		}{
			"nobody":           {w.t.Context(), fault.Unauthenticated},
			"support":          {w.staff(vocab.Support), fault.Forbidden},
			"a buyer":          {buyer, fault.Forbidden},
			"another merchant": {w.staff(vocab.Merchant, other), fault.NotFound},
			"another keeper":   {w.staff(vocab.Warehouse, other), fault.NotFound},
		} {
			_, err := w.transfers.Request(tc.ctx, in)
			if !fault.Is(err, tc.want) {
				w.t.Errorf("%s requests: %v", name, err)
			}
			for _, do := range []func(context.Context, globalid.ID) (globalid.ID, error){
				w.transfers.Ship, w.transfers.Cancel,
				func(ctx context.Context, id globalid.ID) (globalid.ID, error) {
					return w.transfers.Receive(ctx, transfer.ReceiveInput{Transfer: id, Quantity: 1})
				},
			} {
				if _, err := do(tc.ctx, id); !fault.Is(err, tc.want) {
					w.t.Errorf("%s: %v", name, err)
				}
			}
		}
		for _, ctx := range []context.Context{
			w.staff(vocab.Merchant, w.shop.ID), w.staff(vocab.Platform),
		} {
			made, err := w.transfers.Request(ctx, in)
			w.must(made, err)
			w.must(w.transfers.Ship(ctx, made))
			w.must(w.transfers.Receive(ctx, transfer.ReceiveInput{Transfer: made, Quantity: 1}))
		}
	})
}

func TestReceiptsAtOnceCountOnce(t *testing.T) {
	each(t, func(w *world) {
		sku := w.sku(1000, 10)
		id := w.mustRequest(sku, 10, none)
		w.must(w.transfers.Ship(w.keeper(), id))
		keeper := w.keeper()
		var got atomic.Int64
		var wait sync.WaitGroup
		for range 6 {
			wait.Go(func() {
				_, err := w.transfers.Receive(keeper,
					transfer.ReceiveInput{Transfer: id, Quantity: 3})
				switch {
				case err == nil:
					got.Add(3)
				case !fault.Is(err, fault.InvalidInput) && !fault.Is(err, fault.Conflict):
					w.t.Error(err)
				}
			})
		}
		wait.Wait()
		row := w.db.Client.StockTransfer.GetX(w.t.Context(), id)
		if got.Load() > 9 || row.ReceivedQuantity != got.Load() {
			w.t.Errorf("%d received, the transfer says %d", got.Load(), row.ReceivedQuantity)
		}
		w.wantStock(sku, w.north, got.Load(), 0)
	})
}

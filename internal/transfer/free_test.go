package transfer_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

func TestATransferWithoutAnOrder(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		id := request(e, sku, 6, none)
		e.WantStock(sku, e.South, 10, 0)
		e.MustID(e.Transfers.Ship(e.Warehouse, id))
		e.WantStock(sku, e.South, 4, 0)
		e.WantStock(sku, e.North, 0, 0)
		e.MustID(receive(e, id, 2, false))
		wantTransfer(e, id, vocab.TransferShipped, 2, 0)
		e.WantStock(sku, e.North, 2, 0)
		e.MustID(receive(e, id, 3, true))
		wantTransfer(e, id, vocab.TransferReceived, 5, 1)
		e.WantStock(sku, e.North, 5, 0)
		e.WantStock(sku, e.South, 4, 0)
		receipts := events(e, vocab.EventTransferReceived)
		if len(receipts) != 2 {
			t.Fatalf("%d receipts, want 2", len(receipts))
		}
		for _, row := range receipts {
			if row.OrderID != nil || row.Sequence != nil || *row.ShopID != e.Shop.ID ||
				row.Payload.Transfer != id || row.ActorRole != vocab.Warehouse {
				t.Errorf("event %+v", row)
			}
		}
	})
}

func TestStockIsCheckedAtShipping(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		id := request(e, sku, 8, none)
		e.Buy(sku, 3)
		if _, err := e.Transfers.Ship(e.Warehouse, id); !fault.Is(err, fault.OutOfStock) {
			t.Errorf("8 of 7: %v", err)
		}
		wantTransfer(e, id, vocab.TransferRequested, 0, 0)
		e.WantStock(sku, e.South, 10, 3)
		// A sku that the source never had.
		back, err := e.Transfers.Request(e.Warehouse, transfer.RequestInput{Sku: sku.ID,
			From: e.North.ID, To: e.South.ID, Quantity: 1})
		e.MustID(back, err)
		if _, err := e.Transfers.Ship(e.Warehouse, back); !fault.Is(err, fault.OutOfStock) {
			t.Errorf("from an empty warehouse: %v", err)
		}
		e.MustID(e.Transfers.Cancel(e.Warehouse, id))
		wantTransfer(e, id, vocab.TransferCancelled, 0, 0)
	})
}

func TestWhatATransferDoesNotAllow(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		id := request(e, sku, 4, none)
		refused := func(name string, want fault.Code, _ globalid.ID, err error) {
			t.Helper()
			if !fault.Is(err, want) {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
		got := func(id globalid.ID, err error) func(string, fault.Code) {
			return func(name string, want fault.Code) {
				t.Helper()
				refused(name, want, id, err)
			}
		}
		got(receive(e, id, 1, false))("receive before sent", fault.ActionNotAllowed)
		e.MustID(e.Transfers.Ship(e.Warehouse, id))
		got(e.Transfers.Ship(e.Warehouse, id))("send again", fault.ActionNotAllowed)
		got(e.Transfers.Cancel(e.Warehouse, id))("cancel when sent", fault.ActionNotAllowed)
		for _, units := range []int64{-1, 0, 5} {
			got(receive(e, id, units, false))("receive what cannot be", fault.InvalidInput)
		}
		got(receive(e, id, -1, true))("receive less than none", fault.InvalidInput)
		e.MustID(receive(e, id, 4, false))
		wantTransfer(e, id, vocab.TransferReceived, 4, 0)
		got(receive(e, id, 1, true))("receive again", fault.ActionNotAllowed)

		in := transfer.RequestInput{Sku: sku.ID, From: e.South.ID, To: e.South.ID, Note: " "}
		_, err := e.Transfers.Request(e.Warehouse, in)
		if faults := fault.All(err); len(faults) != 3 {
			t.Errorf("faults %v, want quantity, to and note", faults)
		}
		in = transfer.RequestInput{Sku: sku.ID, From: e.South.ID,
			To: globalid.New(globalid.Warehouse), Quantity: 1}
		got(e.Transfers.Request(e.Warehouse, in))("no such warehouse", fault.NotFound)
		in.To, in.Item = e.North.ID, globalid.New(globalid.OrderItem)
		got(e.Transfers.Request(e.Warehouse, in))("no such item", fault.NotFound)
	})
}

func TestWhoMay(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		id := request(e, sku, 1, none)
		other := e.AddShop("other", document.ShopPolicy{})
		buyer := auth.With(t.Context(), &auth.Viewer{Role: vocab.Buyer})
		in := transfer.RequestInput{Sku: sku.ID, From: e.South.ID, To: e.North.ID, Quantity: 1}
		for name, tc := range map[string]struct {
			ctx  context.Context
			want fault.Code
		}{
			"nobody":            {t.Context(), fault.Unauthenticated},
			"support":           {e.Support, fault.Forbidden},
			"a buyer":           {buyer, fault.Forbidden},
			"another merchant":  {e.Staff(vocab.Merchant, other), fault.NotFound},
			"another warehouse": {e.Staff(vocab.Warehouse, other), fault.NotFound},
		} {
			_, err := e.Transfers.Request(tc.ctx, in)
			if !fault.Is(err, tc.want) {
				t.Errorf("%s requests: %v", name, err)
			}
			for _, do := range []func(context.Context, globalid.ID) (globalid.ID, error){
				e.Transfers.Ship, e.Transfers.Cancel,
				func(ctx context.Context, id globalid.ID) (globalid.ID, error) {
					return e.Transfers.Receive(ctx, transfer.ReceiveInput{Transfer: id, Quantity: 1})
				},
			} {
				if _, err := do(tc.ctx, id); !fault.Is(err, tc.want) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		for _, ctx := range []context.Context{
			e.Merchant, e.Platform,
		} {
			made, err := e.Transfers.Request(ctx, in)
			e.MustID(made, err)
			e.MustID(e.Transfers.Ship(ctx, made))
			e.MustID(e.Transfers.Receive(ctx, transfer.ReceiveInput{Transfer: made, Quantity: 1}))
		}
	})
}

func TestReceiptsAtOnceCountOnce(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		id := request(e, sku, 10, none)
		e.MustID(e.Transfers.Ship(e.Warehouse, id))
		var got atomic.Int64
		var wait sync.WaitGroup
		for range 6 {
			wait.Go(func() {
				_, err := e.Transfers.Receive(e.Warehouse,
					transfer.ReceiveInput{Transfer: id, Quantity: 3})
				switch {
				case err == nil:
					got.Add(3)
				case !fault.Is(err, fault.InvalidInput) && !fault.Is(err, fault.Conflict):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		row := e.DB.Client.StockTransfer.GetX(t.Context(), id)
		if got.Load() > 9 || row.ReceivedQuantity != got.Load() {
			t.Errorf("%d received, the transfer has %d", got.Load(), row.ReceivedQuantity)
		}
		e.WantStock(sku, e.North, got.Load(), 0)
	})
}

package event_test

import (
	"context"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// An event of a shop alone has a position in the feed like those of orders.
func TestAShopsEventIsInTheFeed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		feed := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		shop, thing := globalid.New(globalid.Shop), globalid.New(globalid.StockTransfer)
		clerk := event.Actor{Role: vocab.Warehouse, ID: globalid.New(globalid.Staff)}
		mustHappen(t, db, newOrder(t, db), shop, "sub_order.placed")
		for range 2 {
			err := db.Run(t.Context(), func(_ context.Context, tx *store.Tx) error {
				event.EmitForShop(tx, clerk, event.Draft{Shop: shop, Name: "transfer.shipped",
					Payload: document.Payload{Transfer: thing, Quantity: 3}})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		waitForHead(t, db, 3)
		checkFeed(t, db, 3)
		events := 0
		for _, e := range db.Client.Event.Query().AllX(t.Context()) {
			if e.OrderID != nil {
				continue
			}
			events++
			if e.Sequence != nil || *e.ShopID != shop || e.ActorRole != clerk.Role ||
				e.Actor != clerk.ID.String() || e.Payload.Transfer != thing || e.Payload.Quantity != 3 {
				t.Errorf("event %+v", e)
			}
		}
		if events != 2 {
			t.Errorf("%d events of the shop, want 2", events)
		}
	})
}

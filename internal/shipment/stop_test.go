package shipment_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// A parcel that was packed in vain is stopped: on its page, and in Stopped.
func TestStoppedParcels(t *testing.T) {
	t.Parallel()
	for name, take := range map[string]func(e *courierEnv, item globalid.ID) error{
		"recalled": func(e *courierEnv, item globalid.ID) error {
			_, err := e.CloseUnshipped(item, 1)
			return err
		},
		"not in stock any more": func(e *courierEnv, item globalid.ID) error {
			return e.Locked(e.Item(item).OrderID, vocab.Support,
				func(ctx context.Context, l *order.Locked) error {
					return l.Unreserve(ctx, order.Hold{Item: l.Item(item), Units: 1})
				})
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, e *courierEnv) {
				item := e.buy(2, e.Sku(2)).Edges.SubOrders[0].Edges.Items[0].ID
				other := e.buy(1, e.Sku(1)).Edges.SubOrders[0].Edges.Items[0].ID
				good := e.create(shipment.Line{Item: other, Quantity: 1})
				bad := e.create(shipment.Line{Item: item, Quantity: 2})
				_, sent := e.shipped()
				if _, err := e.Shipments.StartPicking(e.Warehouse, bad); err != nil {
					t.Fatal(err)
				}
				stops := func(want bool) {
					t.Helper()
					got, err := e.Shipments.Stopped(t.Context(), good, bad, sent)
					if err != nil || got[bad] != want || got[good] || got[sent] {
						t.Errorf("stopped %v, %v; want %t", got, err, want)
					}
					var page bytes.Buffer
					err = e.Shipments.PickListHTML(t.Context(), &page, []globalid.ID{good, bad})
					if err != nil {
						t.Fatal(err)
					}
					n := strings.Count(page.String(), "STOP 停止: its goods are not to be sent")
					if (n == 1) != want {
						t.Errorf("the page says it %d times", n)
					}
				}
				stops(false)
				e.Must(take(e, item))
				stops(true)
				if _, err := e.Shipments.Cancel(e.Warehouse, bad); err != nil {
					t.Fatal(err)
				}
				stops(false)
			})
		})
	}
}

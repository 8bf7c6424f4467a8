package shipment_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// A parcel that was packed in vain says so: on its page, and to whoever asks.
func TestStoppedParcels(t *testing.T) {
	t.Parallel()
	for name, take := range map[string]func(
		ctx context.Context, tx *store.Tx, l *order.Locked, item globalid.ID,
	) error{
		"recalled": func(
			ctx context.Context, tx *store.Tx, l *order.Locked, item globalid.ID,
		) error {
			return l.Take(ctx, tx, order.Hold{Item: l.Item(item), Units: 1, Unshipped: true})
		},
		"not in stock any more": func(
			ctx context.Context, tx *store.Tx, l *order.Locked, item globalid.ID,
		) error {
			return l.Unreserve(ctx, tx, l.Item(item), 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				o := w.paid(2, w.sku(vocab.Ordinary, 2))
				item := o.Edges.SubOrders[0].Edges.Items[0].ID
				other := w.paid(1, w.sku(vocab.Ordinary, 1)).Edges.SubOrders[0].Edges.Items[0].ID
				good := w.create(parcels.Line{Item: other, Quantity: 1})
				bad := w.create(parcels.Line{Item: item, Quantity: 2})
				_, sent := w.shipped()
				if _, err := w.shipments.StartPicking(w.staff, bad); err != nil {
					t.Fatal(err)
				}
				stops := func(want bool) {
					t.Helper()
					got, err := w.shipments.Stopped(t.Context(), good, bad, sent)
					if err != nil || got[bad] != want || got[good] || got[sent] {
						t.Errorf("stopped %v, %v; want %t", got, err, want)
					}
					var page bytes.Buffer
					err = w.shipments.PickListHTML(t.Context(), &page, []globalid.ID{good, bad})
					if err != nil {
						t.Fatal(err)
					}
					says := strings.Count(page.String(), "STOP 停止: its goods are not to be sent")
					if (says == 1) != want {
						t.Errorf("the page says it %d times", says)
					}
				}
				stops(false)
				w.with(o.ID, vocab.Support,
					func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
						return take(ctx, tx, l, item)
					})
				stops(true)
				if _, err := w.shipments.Cancel(w.staff, bad); err != nil {
					t.Fatal(err)
				}
				stops(false)
			})
		})
	}
}

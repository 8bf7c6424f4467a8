package shipment_test

import (
	"context"
	"sync"
	"testing"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/order"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Pushes, two servers' questions and a request that takes its wish back end an interception once.
func TestAnInterceptionEndsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		o, parcel := w.shipped()
		// What the hook writes stays only when its transaction does.
		w.shipments.Intercepted = func(
			_ context.Context, _ *store.Tx, l *order.Locked, i *ent.Interception,
		) error {
			l.Log.AddFor(i.ShopID, vocab.EventAfterSaleIntercepted, document.Payload{})
			return nil
		}
		request := w.request(o, vocab.AfterSaleAwaitingInterception)
		w.intercept(parcel, request)
		id := db.Client.Interception.Query().OnlyIDX(t.Context())
		push := func(state courier.Interception) func() error {
			return func() error {
				return w.shipments.ApplySnapshot(t.Context(), parcel, answer(state))
			}
		}
		ask := func() error { return w.shipments.RunInterception(t.Context(), id) }
		stop := func() error {
			return db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				l, err := order.Lock(ctx, tx, o.ID, event.Actor{Role: vocab.Clock})
				if err != nil {
					return err
				}
				if err := w.shipments.StopIntercepting(ctx, tx, l, request.ID); err != nil {
					return err
				}
				return l.Write(ctx, tx)
			})
		}
		var all sync.WaitGroup
		for _, do := range []func() error{ask, push(courier.InterceptionAccepted), ask, stop,
			push(courier.InterceptionSucceeded), push(courier.InterceptionSucceeded)} {
			all.Go(func() {
				if err := do(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		told := map[string]int{}
		for _, e := range db.Client.Event.Query().AllX(t.Context()) {
			told[e.Type]++
		}
		i := db.Client.Interception.GetX(t.Context(), id)
		succeeded := told[vocab.EventInterceptionSucceeded]
		if succeeded+told[vocab.EventInterceptionFailed] != 1 || i.EndedAt == nil ||
			i.NextAttemptAt != nil || told[vocab.EventAfterSaleIntercepted] != succeeded {
			t.Errorf("told %v: %+v", told, i)
		}
	})
}

package shipment_test

import (
	"sync"
	"testing"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// Pushes, two servers' queries and a request that is withdrawn end an interception once.
func TestAnInterceptionEndsOnce(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		o, parcel := e.shipped()
		e.emitAtInterception()
		request := e.addRequest(o, vocab.AfterSaleAwaitingInterception)
		e.intercept(parcel, request)
		id := e.DB.Client.Interception.Query().OnlyIDX(t.Context())
		push := func(state courier.Interception) func() error {
			return func() error {
				return e.Shipments.ApplySnapshot(t.Context(), parcel, answer(state))
			}
		}
		query := func() error { return e.Shipments.RunInterception(t.Context(), id) }
		stop := func() error {
			return e.tryStopIntercepting(request)
		}
		var all sync.WaitGroup
		for _, do := range []func() error{query, push(courier.InterceptionAccepted), query, stop,
			push(courier.InterceptionSucceeded), push(courier.InterceptionSucceeded)} {
			all.Go(func() {
				if err := do(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		counts := map[string]int{}
		for _, row := range e.DB.Client.Event.Query().AllX(t.Context()) {
			counts[row.Type]++
		}
		i := e.DB.Client.Interception.GetX(t.Context(), id)
		succeeded := counts[vocab.EventInterceptionSucceeded]
		if succeeded+counts[vocab.EventInterceptionFailed] != 1 || i.EndedAt == nil ||
			i.NextAttemptAt != nil || counts[vocab.EventAfterSaleIntercepted] != succeeded {
			t.Errorf("events %v: %+v", counts, i)
		}
	})
}

package shipment_test

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// request makes the row of a request about an order's first item. Package aftersale, which owns
// such rows, is a caller of this one.
func (e *courierEnv) addRequest(o *ent.Order, status vocab.AfterSaleStatus) *ent.AfterSale {
	e.T.Helper()
	sub := o.Edges.SubOrders[0]
	return e.DB.Client.AfterSale.Create().SetNumber(e.Label("R")).
		SetOrderID(o.ID).SetSubOrderID(sub.ID).SetShopID(sub.ShopID).SetBuyerID(o.BuyerID).
		SetPolicyVersion(sub.PolicyVersion).
		SetKind(vocab.RefundOnly).SetGoods(vocab.GoodsInTransit).SetReason(vocab.ReasonNotWanted).
		SetOpenedBy(vocab.Buyer).SetStatus(status).SetCurrency("CNY").SetAmount(0).
		SetFreight(0).SetCreatedAt(o.CreatedAt).SaveX(e.T.Context())
}

// recordHooks records the calls of the hooks, in order, in place of what they are connected to.
func (e *courierEnv) recordHooks() *[]string {
	hooks := &recordingHooks{t: e.T}
	e.Shipments.Hooks = hooks
	return &hooks.calls
}

// recordingHooks records the calls of the hooks.
type recordingHooks struct {
	t     ordertest.TB
	calls []string
}

func (h *recordingHooks) ParcelTracked(
	_ context.Context, l *order.Locked, p *ent.Shipment,
) error {
	if l.Order.ID != p.OrderID || len(p.Edges.Items) == 0 {
		h.t.Errorf("called with %+v", p)
	}
	h.calls = append(h.calls, fmt.Sprintf("%s %s", p.Purpose, *p.CarrierStage))
	return nil
}

func (h *recordingHooks) InterceptionAnswered(
	_ context.Context, _ *order.Locked, i *ent.Interception,
) error {
	if i.EndedAt == nil {
		h.t.Errorf("called with %+v", i)
	}
	h.calls = append(h.calls, string(i.Status))
	return nil
}

// emitAtInterception makes the hook of interceptions emit an event, which is stored only when its
// transaction is.
func (e *courierEnv) emitAtInterception() {
	e.Shipments.Hooks = emittingHooks{e.Shipments.Hooks}
}

// emittingHooks emits an event at the end of an interception.
type emittingHooks struct{ shipment.Hooks }

func (emittingHooks) InterceptionAnswered(
	_ context.Context, l *order.Locked, i *ent.Interception,
) error {
	l.EmitFor(i.ShopID, vocab.EventAfterSaleIntercepted, document.Payload{})
	return nil
}

// intercept opens an interception of a parcel for a request.
func (e *courierEnv) intercept(parcel globalid.ID, request *ent.AfterSale) {
	e.T.Helper()
	e.Must(e.Locked(request.OrderID, vocab.Merchant,
		func(ctx context.Context, l *order.Locked) error {
			p, err := l.Tx.Shipment.Get(ctx, parcel)
			if err != nil {
				return err
			}
			return e.Shipments.Intercept(ctx, l, p, request.ID)
		}))
}

// tryStopIntercepting ends what a request wants of parcels.
func (e *courierEnv) tryStopIntercepting(request *ent.AfterSale) error {
	return e.Locked(request.OrderID, vocab.Buyer,
		func(ctx context.Context, l *order.Locked) error {
			return e.Shipments.StopIntercepting(ctx, l, request.ID)
		})
}

func (e *courierEnv) stopIntercepting(request *ent.AfterSale) {
	e.T.Helper()
	e.Must(e.tryStopIntercepting(request))
}

// interceptions lists the statuses of a parcel's interceptions, the oldest first.
func (e *courierEnv) interceptions(parcel globalid.ID) (all []vocab.InterceptionStatus) {
	e.T.Helper()
	for _, i := range e.DB.Client.Interception.Query().Order(ent.Asc("id")).AllX(e.T.Context()) {
		if i.ShipmentID == parcel {
			all = append(all, i.Status)
		}
	}
	return all
}

// runInterceptions does what is due of interceptions and returns how many those were.
func (e *courierEnv) runInterceptions() int {
	e.T.Helper()
	ids, err := e.DB.Take(e.T.Context(), shipment.InterceptionsDue, 10)
	if err != nil {
		e.T.Fatal(err)
	}
	for _, id := range ids {
		if err := e.Shipments.RunInterception(e.T.Context(), id); err != nil {
			e.T.Fatal(err)
		}
	}
	return len(ids)
}

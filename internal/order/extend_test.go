package order_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestTheTimeToPayIsExtended(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{PayMinutes: 30})
		sku := w.sku(999, map[*ent.Warehouse]int64{w.south: 100})
		place := func() *ent.Order {
			return w.parts(w.mustPlace(w.buyer(), order.Line{Sku: sku.ID, Quantity: 1}))
		}
		extend := func(o *ent.Order) error {
			_, err := w.orders.ExtendDeadline(w.staff(vocab.Support), order.ExtendInput{
				SubOrder: o.Edges.SubOrders[0].ID, Kind: order.ExtendPayBy, Seconds: 3600})
			return err
		}
		dueAt := func(o *ent.Order) time.Time { return db.Client.Order.GetX(t.Context(), o.ID).PayDueAt }

		o := place()
		attempt := db.Client.Payment.Create().SetID(globalid.New(globalid.Payment)).
			SetOrderID(o.ID).SetChannel(vocab.Sandbox).SetStatus(vocab.AttemptClosing).
			SetCurrency("CNY").SetAmount(o.Payable).SetExpiresAt(o.PayDueAt).SaveX(t.Context())
		wantFault(t, extend(o), fault.ActionNotAllowed)
		attempt.Update().SetStatus(vocab.AttemptClosed).ExecX(t.Context())
		if err := extend(o); err != nil || !dueAt(o).Equal(o.PayDueAt.Add(time.Hour)) {
			t.Errorf("due at %v, before %v: %v", dueAt(o), o.PayDueAt, err)
		}
		if n := w.told(vocab.EventOrderDeadlineExtended); n != 1 {
			t.Errorf("told %d times", n)
		}
		w.pay(o.ID)
		wantFault(t, extend(o), fault.ActionNotAllowed)
		late := place()
		w.jump(31 * time.Minute)
		wantFault(t, extend(late), fault.ActionNotAllowed)
		if !dueAt(late).Equal(late.PayDueAt) {
			t.Error("what is refused changes nothing")
		}
	})
}

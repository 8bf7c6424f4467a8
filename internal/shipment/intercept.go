package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	entinterception "orderflow/ent/interception"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Intercept notes that a request wants a parcel brought back 截件 before it is delivered. Several
// requests may want the same parcel; each has its own interception, and the courier's answer is the
// answer to all of them.
//
// Package aftersale calls it under the order's lock for a parcel that is on its way. After commit
// the runner asks the courier; when none tracks the carrier the interception fails.
func (s *Shipments) Intercept(
	ctx context.Context, tx *store.Tx, l *order.Locked, parcel *ent.Shipment,
	afterSale globalid.ID,
) error {
	row, err := lifecycle.Interception.Next(
		"", vocab.WantInterception, vocab.System, lifecycle.NoFacts{})
	if err != nil {
		return order.NotAllowed(err)
	}
	i, err := tx.Interception.Create().SetOrderID(parcel.OrderID).SetShopID(parcel.ShopID).
		SetShipmentID(parcel.ID).SetAfterSaleID(afterSale).SetStatus(row.To).
		SetNextAttemptAt(s.db.RealNow()).SetCreatedAt(tx.Now).Save(ctx)
	if err != nil {
		return err
	}
	d := &desk{Shipments: s, tx: tx, l: l}
	d.tellInterception(i, row.Emit, "", row.To)
	return nil
}

// StopIntercepting gives up what a request asked of a courier: the buyer took it back or time ran
// out. The courier may bring the parcel all the same; its track tells.
//
// Package aftersale calls it under the order's lock; Intercepted is not called. After commit
// nothing follows.
func (s *Shipments) StopIntercepting(
	ctx context.Context, tx *store.Tx, l *order.Locked, afterSale globalid.ID,
) error {
	open, err := tx.Interception.Query().Where(entinterception.AfterSaleID(afterSale),
		entinterception.StatusIn(openInterceptions()...)).
		Order(ent.Asc(entinterception.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	d := &desk{Shipments: s, tx: tx, l: l}
	for _, i := range open {
		err := d.moveInterception(ctx, i, vocab.MissInterception, vocab.System)
		if err != nil {
			return err
		}
	}
	return nil
}

// openInterceptions lists the statuses in which the courier may still answer.
func openInterceptions() []vocab.InterceptionStatus {
	return slices.DeleteFunc(slices.Clone(vocab.InterceptionStatuses), ended)
}

func ended(status vocab.InterceptionStatus) bool {
	return slices.Contains(lifecycle.Interception.Final, status)
}

// moveInterception takes one row of the interception table. An open one has the time of its next
// step after that, one that has ended has none.
func (d *desk) moveInterception(
	ctx context.Context, i *ent.Interception, on vocab.InterceptionAction, by vocab.Role,
) error {
	row, err := lifecycle.Interception.Next(i.Status, on, by, lifecycle.NoFacts{})
	if err != nil {
		return order.NotAllowed(err)
	}
	update := d.tx.Interception.Update().SetStatus(row.To).ClearClaimedUntil().SetAttempts(0).
		Where(entinterception.ID(i.ID), entinterception.StatusEQ(i.Status))
	if ended(row.To) {
		i.EndedAt = &d.tx.Now
		update.SetEndedAt(d.tx.Now).ClearNextAttemptAt()
	} else {
		update.SetNextAttemptAt(d.db.RealNow().Add(nextQuestion(row.To, 0)))
	}
	if n, err := update.Save(ctx); err != nil || n != 1 {
		return conflictOr(err)
	}
	d.tellInterception(i, row.Emit, string(i.Status), row.To)
	i.Status = row.To
	return nil
}

func (d *desk) tellInterception(
	i *ent.Interception, name, from string, to vocab.InterceptionStatus,
) {
	d.l.Log.AddFor(i.ShopID, name, document.Payload{Interception: i.ID, Shipment: i.ShipmentID,
		AfterSale: i.AfterSaleID, From: from, To: string(to)})
}

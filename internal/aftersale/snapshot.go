package aftersale

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	entinterception "orderflow/ent/interception"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Snapshot is a request with what decides about it: what its guards look at follows from these
// rows.
type Snapshot struct {
	Row         *ent.AfterSale
	Parcel      *ent.Shipment // the one that is to come back; nil for none
	Return      *ent.Shipment // what the buyer has sent back; nil for none
	Replacement *ent.Shipment // what the shop sends again, unless it came to nothing; nil for none
	Accepted    bool          // the courier has promised to bring the parcel back
	Now         time.Time     // business time

	Terms document.ShopPolicy // of the sub-order
}

// LoadSnapshots reads what decides about requests outside of their orders' locks, for what a viewer
// may do now: with a few statements for all.
func LoadSnapshots(
	ctx context.Context, client *ent.Client, now time.Time, requests ...*ent.AfterSale,
) ([]Snapshot, error) {
	snapshots := make([]Snapshot, len(requests))
	at := make([]*Snapshot, len(requests))
	terms, err := order.ReadTerms(ctx, client, requests,
		func(a *ent.AfterSale) (globalid.ID, int32) { return a.ShopID, a.PolicyVersion })
	if err != nil {
		return nil, err
	}
	for i, row := range requests {
		snapshots[i] = Snapshot{Row: row, Terms: terms(row), Now: now}
		at[i] = &snapshots[i]
	}
	return snapshots, readParcels(ctx, client, at...)
}

// readParcels reads the parcels of requests, and what couriers have promised about them. Requests
// about units that are still in the warehouse have none.
func readParcels(ctx context.Context, client *ent.Client, snapshots ...*Snapshot) error {
	of := map[globalid.ID]*Snapshot{}
	var ids, parcels []globalid.ID
	for _, s := range snapshots {
		if s.Row.Goods == vocab.GoodsUnshipped {
			continue
		}
		of[s.Row.ID] = s
		ids = append(ids, s.Row.ID)
		if s.Row.ShipmentID != nil {
			parcels = append(parcels, *s.Row.ShipmentID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	sent, err := client.Shipment.Query().Where(entshipment.Or(entshipment.IDIn(parcels...),
		entshipment.AfterSaleIDIn(ids...))).Order(ent.Asc(entshipment.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	accepted, err := client.Interception.Query().Where(entinterception.AfterSaleIDIn(ids...),
		entinterception.StatusIn(vocab.InterceptionPromised...)).All(ctx)
	if err != nil {
		return err
	}
	for _, s := range of {
		s.choose(sent)
	}
	for _, i := range accepted {
		of[i.AfterSaleID].Accepted = true
	}
	return nil
}

// choose finds what is of the request among parcels of several.
func (s *Snapshot) choose(parcels []*ent.Shipment) {
	for _, p := range parcels {
		if s.Row.ShipmentID != nil && p.ID == *s.Row.ShipmentID {
			s.Parcel = p
		}
		if p.AfterSaleID != nil && *p.AfterSaleID == s.Row.ID && p.Purpose == vocab.ReturnParcel {
			s.Return = p
		}
		if p.AfterSaleID != nil && *p.AfterSaleID == s.Row.ID && s.replaces(p) {
			s.Replacement = p
		}
	}
}

// replaces reports whether a parcel of the request is its replacement rather than what was found
// before: it can still reach the buyer, and of those that can, one that was handed over counts
// before one that was made when that seemed lost.
func (s *Snapshot) replaces(p *ent.Shipment) bool {
	return p.Purpose == vocab.ReplacementParcel && !vocab.ParcelCancelled.Has(p.Stage) &&
		!astray(p) && (s.Replacement == nil || vocab.HandedOver.Has(p.Stage))
}

// onTheirWay are the parcels that may be on their way and that the request depends on.
func (s *Snapshot) onTheirWay() (parcels []*ent.Shipment) {
	if s.Row.Goods == vocab.GoodsInTransit {
		parcels = append(parcels, s.Parcel)
	}
	parcels = append(parcels, s.Return, s.Replacement)
	return slices.DeleteFunc(parcels, func(p *ent.Shipment) bool { return p == nil })
}

// Facts is what the guards of lifecycle.AfterSale look at.
func (s Snapshot) Facts() lifecycle.AfterSaleFacts {
	k, _ := kindOf(s.Row.Kind)
	facts := lifecycle.AfterSaleFacts{
		Path:            k.path(s.Row.Goods, s.Row.Way),
		SilenceApproves: k.silence,
		TurnedBack:      turnedBack(s.Parcel),
		ParcelLost:      at(s.Parcel, vocab.ParcelLost),
		GoodsBack:       s.Row.GoodsBack || s.Accepted,
		NoGoods:         !k.units || s.Row.Goods == vocab.GoodsUnshipped,
		RefundEarly:     s.Terms.RefundIntercepted,
		DeadlinePassed:  s.Row.DueAt != nil && !s.Now.Before(*s.Row.DueAt),
		NoDeadline:      s.Row.DueAt == nil,
		Reminded:        s.Row.Attempts > 0,
		LastReminder:    s.Row.Attempts >= reminders,
		Reship:          k.reships,
		Arrived:         at(s.Parcel, vocab.ParcelDelivered),
		Packing:         s.Replacement != nil,
		Shipped:         s.Replacement != nil && vocab.HandedOver.Has(s.Replacement.Stage),
	}
	if facts.ParcelLost && s.Row.Goods == vocab.GoodsInTransit {
		facts.Path = vocab.PathRefund
	}
	return facts
}

// at reports whether a parcel is in one of the carrier stages.
func at(p *ent.Shipment, stages vocab.Group[vocab.CarrierStage]) bool {
	return p != nil && p.CarrierStage != nil && stages.Has(*p.CarrierStage)
}

func turnedBack(p *ent.Shipment) bool { return at(p, vocab.ParcelTurnedBack) }

// astray reports whether the buyer will not get a parcel.
func astray(p *ent.Shipment) bool { return at(p, vocab.ParcelAstray) }

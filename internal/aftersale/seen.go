package aftersale

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	entinterception "orderflow/ent/interception"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/shop"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// Seen is a request with what decides about it: what its guards look at follows from these rows.
type Seen struct {
	Row         *ent.AfterSale
	Parcel      *ent.Shipment // the one that is to come back; nil for none
	Replacement *ent.Shipment // what the shop sends again, unless it came to nothing; nil for none
	Accepted    bool          // the courier has promised to bring the parcel back
	Policy      document.ShopPolicy
	Now         time.Time // business time
}

// See reads what decides about requests, with few questions for many: one by one under the lock of
// its order, or outside of it for what a viewer may do now.
func See(
	ctx context.Context, client *ent.Client, now time.Time, requests ...*ent.AfterSale,
) ([]Seen, error) {
	seen := make([]Seen, len(requests))
	at := make(map[globalid.ID]*Seen, len(requests))
	var ids, shops, parcels []globalid.ID
	for i, row := range requests {
		seen[i] = Seen{Row: row, Now: now}
		at[row.ID] = &seen[i]
		ids, shops = append(ids, row.ID), append(shops, row.ShopID)
		if row.ShipmentID != nil {
			parcels = append(parcels, *row.ShipmentID)
		}
	}
	policies, err := client.Shop.Query().Where(shop.IDIn(shops...)).All(ctx)
	if err != nil {
		return nil, err
	}
	sent, err := client.Shipment.Query().Where(entshipment.Or(entshipment.IDIn(parcels...),
		entshipment.AfterSaleIDIn(ids...))).Order(ent.Asc(entshipment.FieldID)).All(ctx)
	if err != nil {
		return nil, err
	}
	accepted, err := client.Interception.Query().Where(entinterception.AfterSaleIDIn(ids...),
		entinterception.StatusEQ(vocab.InterceptionAccepted)).All(ctx)
	if err != nil {
		return nil, err
	}
	for i := range seen {
		seen[i].read(policies, sent)
	}
	for _, i := range accepted {
		at[i.AfterSaleID].Accepted = true
	}
	return seen, nil
}

// read finds what is of the request among rows of several.
func (s *Seen) read(shops []*ent.Shop, parcels []*ent.Shipment) {
	for _, shop := range shops {
		if shop.ID == s.Row.ShopID {
			s.Policy = shop.Policy
		}
	}
	for _, p := range parcels {
		if s.Row.ShipmentID != nil && p.ID == *s.Row.ShipmentID {
			s.Parcel = p
		}
		if p.AfterSaleID != nil && *p.AfterSaleID == s.Row.ID && s.replaces(p) {
			s.Replacement = p
		}
	}
}

// replaces reports whether a parcel of the request is its replacement rather than what was found
// before: it can still reach the buyer, and of those that can, one that was handed over counts
// before one that was made when that seemed lost.
func (s *Seen) replaces(p *ent.Shipment) bool {
	return p.Purpose == vocab.ReplacementParcel && p.Stage != vocab.StageCancelled &&
		!astray(p) && (s.Replacement == nil || p.Stage == vocab.StageHandedOver)
}

// Facts is what the guards of lifecycle.AfterSale look at.
func (s Seen) Facts() lifecycle.AfterSaleFacts {
	k, _ := kindOf(s.Row.Kind)
	facts := lifecycle.AfterSaleFacts{
		Path:            k.path(s.Row.Goods, s.Row.Way),
		SilenceApproves: k.silence,
		TurnedBack:      turnedBack(s.Parcel),
		ParcelLost:      at(s.Parcel, vocab.CarrierLost),
		GoodsBack:       s.Row.GoodsBack || s.Accepted,
		RefundEarly:     s.Policy.RefundIntercepted,
		DeadlinePassed:  s.Row.DueAt != nil && !s.Now.Before(*s.Row.DueAt),
		Reship:          k.reships,
		Arrived:         at(s.Parcel, vocab.CarrierDelivered),
		Packing:         s.Replacement != nil,
		Shipped:         s.Replacement != nil && s.Replacement.Stage == vocab.StageHandedOver,
	}
	if facts.ParcelLost && s.Row.Goods == vocab.GoodsInTransit {
		facts.Path = vocab.PathRefund
	}
	return facts
}

// at reports whether a parcel is in one of the carrier stages.
func at(p *ent.Shipment, stages ...vocab.CarrierStage) bool {
	return p != nil && p.CarrierStage != nil && slices.Contains(stages, *p.CarrierStage)
}

func turnedBack(p *ent.Shipment) bool {
	return at(p, vocab.CarrierRefused, vocab.CarrierReturning, vocab.CarrierReturned)
}

// astray reports whether the buyer will not get a parcel.
func astray(p *ent.Shipment) bool { return turnedBack(p) || at(p, vocab.CarrierLost) }

package aftersale

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	entinterception "orderflow/ent/interception"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/lifecycle"
	"orderflow/internal/terms"
)

// Seen is a request with what decides about it: what its guards look at follows from these rows.
type Seen struct {
	Row         *ent.AfterSale
	Parcel      *ent.Shipment // the one that is to come back; nil for none
	Replacement *ent.Shipment // what the shop sends again, unless it came to nothing; nil for none
	Accepted    bool          // the courier has promised to bring the parcel back
	Policy      terms.ShopPolicy
	Now         time.Time // business time
}

// See reads what decides about a request, outside of a lock: for what a viewer may do now.
func See(
	ctx context.Context, client *ent.Client, request *ent.AfterSale, now time.Time,
) (Seen, error) {
	s := Seen{Row: request, Now: now}
	shop, err := client.Shop.Get(ctx, request.ShopID)
	if err != nil {
		return s, err
	}
	s.Policy = shop.Policy
	if request.ShipmentID != nil {
		if s.Parcel, err = client.Shipment.Get(ctx, *request.ShipmentID); err != nil {
			return s, err
		}
	}
	s.Replacement, err = client.Shipment.Query().Where(
		entshipment.AfterSaleID(request.ID),
		entshipment.PurposeEQ(terms.ReplacementParcel),
		entshipment.StageNEQ(lifecycle.StageCancelled)).
		Order(ent.Desc(entshipment.FieldID)).First(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return s, err
	}
	if astray(s.Replacement) {
		s.Replacement = nil
	}
	if request.Status == lifecycle.AfterSaleAwaitingInterception {
		s.Accepted, err = client.Interception.Query().Where(
			entinterception.AfterSaleID(request.ID),
			entinterception.StatusEQ(lifecycle.InterceptionAccepted)).Exist(ctx)
		return s, err
	}
	return s, nil
}

// Facts is what the guards of lifecycle.AfterSale look at.
func (s Seen) Facts() lifecycle.AfterSaleFacts {
	k, _ := kindOf(s.Row.Kind)
	facts := lifecycle.AfterSaleFacts{
		Path:            k.path(s.Row.Goods, s.Row.Way),
		SilenceApproves: k.silence,
		TurnedBack:      turnedBack(s.Parcel),
		ParcelLost:      at(s.Parcel, lifecycle.CarrierLost),
		GoodsBack:       s.Row.GoodsBack || s.Accepted,
		RefundEarly:     s.Policy.RefundIntercepted,
		DeadlinePassed:  s.Row.DueAt != nil && !s.Now.Before(*s.Row.DueAt),
		Reship:          k.reships,
		Arrived:         at(s.Parcel, lifecycle.CarrierDelivered),
		Packing:         s.Replacement != nil,
		Shipped:         s.Replacement != nil && s.Replacement.Stage == lifecycle.StageHandedOver,
	}
	if facts.ParcelLost && s.Row.Goods == terms.GoodsInTransit {
		facts.Path = lifecycle.PathRefund
	}
	return facts
}

// at reports whether a parcel is in one of the carrier stages.
func at(p *ent.Shipment, stages ...lifecycle.CarrierStage) bool {
	return p != nil && p.CarrierStage != nil && slices.Contains(stages, *p.CarrierStage)
}

func turnedBack(p *ent.Shipment) bool {
	return at(p, lifecycle.CarrierRefused, lifecycle.CarrierReturning, lifecycle.CarrierReturned)
}

// astray reports whether the buyer will not get a parcel.
func astray(p *ent.Shipment) bool { return turnedBack(p) || at(p, lifecycle.CarrierLost) }

package aftersale

import (
	"slices"

	"orderflow/internal/lifecycle"
	"orderflow/internal/terms"
)

// kind is what a kind of request needs.
type kind struct {
	name    terms.AfterSaleKind
	places  []terms.GoodsPlace // where the goods may be
	units   bool               // it is about units; otherwise about money alone
	refunds bool               // it ends with money
	returns bool               // received goods come back first
	reships bool               // it ends with goods that the shop sends
	silence bool               // a shop that says nothing agrees
}

var kinds = []kind{
	{name: terms.RefundOnly, units: true, refunds: true, silence: true,
		places: []terms.GoodsPlace{terms.GoodsUnshipped, terms.GoodsInTransit, terms.GoodsReceived}},
	{name: terms.ReturnAndRefund, units: true, refunds: true, returns: true, silence: true,
		places: []terms.GoodsPlace{terms.GoodsInTransit, terms.GoodsReceived}},
	{name: terms.Exchange, units: true, returns: true, reships: true,
		places: []terms.GoodsPlace{terms.GoodsReceived}},
	{name: terms.Reship, units: true, reships: true,
		places: []terms.GoodsPlace{terms.GoodsReceived}},
	{name: terms.PriceDifference, refunds: true,
		places: []terms.GoodsPlace{terms.GoodsReceived}},
}

// kindOf finds a kind by its name.
func kindOf(name terms.AfterSaleKind) (kind, bool) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// takes reports whether the kind is possible with goods at that place that come back that way.
func (k kind) takes(goods terms.GoodsPlace, way terms.WayBack) bool {
	if !slices.Contains(k.places, goods) {
		return false
	}
	switch {
	case goods != terms.GoodsInTransit:
		return way == ""
	case k.returns:
		return way == terms.ByReturn
	default:
		return way == terms.ByInterception || way == terms.ByRefusal
	}
}

// path is what an approved request of the kind needs next.
func (k kind) path(goods terms.GoodsPlace, way *terms.WayBack) lifecycle.Path {
	switch {
	case goods == terms.GoodsUnshipped:
		return lifecycle.PathRefund
	case goods == terms.GoodsInTransit:
		return wayPath(way)
	case k.returns:
		return lifecycle.PathReturn
	case k.reships:
		return lifecycle.PathReship
	default:
		return lifecycle.PathRefund
	}
}

// wayPath is the path of goods on their way; they do not come back without a way.
func wayPath(way *terms.WayBack) lifecycle.Path {
	switch {
	case way == nil:
		return lifecycle.PathRefund
	case *way == terms.ByInterception:
		return lifecycle.PathIntercept
	case *way == terms.ByRefusal:
		return lifecycle.PathRefuse
	default:
		return lifecycle.PathReturn
	}
}

// shopLiable tells of which reasons the shop bears the cost.
func shopLiable(reason terms.AfterSaleReason) bool {
	switch reason {
	case terms.ReasonQuality, terms.ReasonWrongGoods, terms.ReasonMissing,
		terms.ReasonNotDelivered:
		return true
	default:
		return false
	}
}

// side is who bears the cost for a reason that a buyer names. Goods that are still here can be
// neither bad nor missing.
func side(reason terms.AfterSaleReason, goods terms.GoodsPlace) terms.LiableSide {
	if shopLiable(reason) && goods != terms.GoodsUnshipped {
		return terms.LiableShop
	}
	return terms.LiableBuyer
}

var reasons = []terms.AfterSaleReason{
	terms.ReasonQuality, terms.ReasonWrongGoods, terms.ReasonMissing, terms.ReasonNotDelivered,
	terms.ReasonNotWanted, terms.ReasonTooLate, terms.ReasonPriceFell, terms.ReasonRefusedAtDoor,
	terms.ReasonOther,
}

var rejections = []terms.RejectionReason{
	terms.RejectionNoEvidence, terms.RejectionUsed, terms.RejectionNotOurs,
	terms.RejectionIncomplete, terms.RejectionAgreedOther, terms.RejectionOnItsWay,
	terms.RejectionOther,
}

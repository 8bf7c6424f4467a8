package aftersale

import (
	"slices"

	"orderflow/internal/vocab"
)

// kind is what a kind of request needs.
type kind struct {
	name    vocab.AfterSaleKind
	places  []vocab.GoodsPlace // where the goods may be
	units   bool               // it is about units; otherwise about money alone
	refunds bool               // it ends with money
	returns bool               // received goods come back first
	reships bool               // it ends with goods that the shop sends
	silence bool               // a shop that says nothing agrees
}

var kinds = []kind{
	{name: vocab.RefundOnly, units: true, refunds: true, silence: true,
		places: []vocab.GoodsPlace{vocab.GoodsUnshipped, vocab.GoodsInTransit, vocab.GoodsReceived}},
	{name: vocab.ReturnAndRefund, units: true, refunds: true, returns: true, silence: true,
		places: []vocab.GoodsPlace{vocab.GoodsInTransit, vocab.GoodsReceived}},
	{name: vocab.Exchange, units: true, returns: true, reships: true,
		places: []vocab.GoodsPlace{vocab.GoodsReceived}},
	{name: vocab.Reship, units: true, reships: true,
		places: []vocab.GoodsPlace{vocab.GoodsReceived}},
	{name: vocab.PriceDifference, refunds: true,
		places: []vocab.GoodsPlace{vocab.GoodsReceived}},
}

// kindOf finds a kind by its name.
func kindOf(name vocab.AfterSaleKind) (kind, bool) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// takes reports whether the kind is possible with goods at that place that come back that way.
func (k kind) takes(goods vocab.GoodsPlace, way vocab.WayBack) bool {
	if !slices.Contains(k.places, goods) {
		return false
	}
	switch {
	case goods != vocab.GoodsInTransit:
		return way == ""
	case k.returns:
		return way == vocab.ByReturn
	default:
		return way == vocab.ByInterception || way == vocab.ByRefusal
	}
}

// path is what an approved request of the kind needs next.
func (k kind) path(goods vocab.GoodsPlace, way *vocab.WayBack) vocab.Path {
	switch {
	case goods == vocab.GoodsUnshipped:
		return vocab.PathRefund
	case goods == vocab.GoodsInTransit:
		return wayPath(way)
	case k.returns:
		return vocab.PathReturn
	case k.reships:
		return vocab.PathReship
	default:
		return vocab.PathRefund
	}
}

// wayPath is the path of goods on their way; they do not come back without a way.
func wayPath(way *vocab.WayBack) vocab.Path {
	switch {
	case way == nil:
		return vocab.PathRefund
	case *way == vocab.ByInterception:
		return vocab.PathIntercept
	case *way == vocab.ByRefusal:
		return vocab.PathRefuse
	default:
		return vocab.PathReturn
	}
}

// shopLiable says of which reasons the shop bears the cost.
func shopLiable(reason vocab.AfterSaleReason) bool {
	switch reason {
	case vocab.ReasonQuality, vocab.ReasonWrongGoods, vocab.ReasonMissing,
		vocab.ReasonNotDelivered:
		return true
	default:
		return false
	}
}

// side is who bears the cost for a reason that a buyer names. Goods that are still here can be
// neither bad nor missing.
func side(reason vocab.AfterSaleReason, goods vocab.GoodsPlace) vocab.LiableSide {
	if shopLiable(reason) && goods != vocab.GoodsUnshipped {
		return vocab.LiableShop
	}
	return vocab.LiableBuyer
}

var reasons = []vocab.AfterSaleReason{
	vocab.ReasonQuality, vocab.ReasonWrongGoods, vocab.ReasonMissing, vocab.ReasonNotDelivered,
	vocab.ReasonNotWanted, vocab.ReasonTooLate, vocab.ReasonPriceFell, vocab.ReasonRefusedAtDoor,
	vocab.ReasonOther,
}

var rejections = []vocab.RejectionReason{
	vocab.RejectionNoEvidence, vocab.RejectionUsed, vocab.RejectionNotOurs,
	vocab.RejectionIncomplete, vocab.RejectionAgreedOther, vocab.RejectionOnItsWay,
	vocab.RejectionOther,
}

package aftersale

import (
	"orderflow/internal/fault"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Obstacle is why nothing of a kind can be requested.
type Obstacle string

// The obstacles.
const (
	NotPaid         Obstacle = "NOT_PAID"
	TradeOver       Obstacle = "TRADE_CLOSED"
	WindowOver      Obstacle = "WINDOW_OVER"
	NothingLeft     Obstacle = "NOTHING_LEFT"
	NotHandedOver   Obstacle = "NOT_HANDED_OVER"
	NotArrived      Obstacle = "NOT_ARRIVED"
	OtherPlace      Obstacle = "OTHER_PLACE"
	TooManyRequests Obstacle = "TOO_MANY_REQUESTS"
	NotPossible     Obstacle = "NOT_POSSIBLE"
)

// refusal says why none of the requests of a kind is possible that were tried.
func (o *offering) refusal(k kind, sources []*source, err error) Refused {
	all := fault.All(err)
	return Refused{Kind: k.name, Obstacle: o.obstacle(k, sources, err), Fault: all[0]}
}

func (o *offering) obstacle(k kind, sources []*source, err error) Obstacle {
	sub := o.draft.sub
	switch {
	case vocab.Unpaid.Has(sub.Status):
		return NotPaid
	case vocab.TradeClosed.Has(sub.Status):
		return TradeOver
	case fault.Is(err, fault.ActionNotAllowed) && (vocab.Succeeded.Has(sub.Status) ||
		order.SubFacts(sub, o.draft.now).WindowOver || o.draft.late):
		return WindowOver
	case fault.Is(err, fault.TooMany):
		return TooManyRequests
	case sources[0].goods == "":
		return NothingLeft
	case !k.goesWith(sources):
		return placeObstacle[sources[0].goods]
	case fault.Is(err, fault.LimitExceeded):
		return NothingLeft
	default:
		return NotPossible
	}
}

// placeObstacle is what is in the way of a kind that needs goods elsewhere than at that place.
var placeObstacle = map[vocab.GoodsPlace]Obstacle{
	vocab.GoodsUnshipped: NotHandedOver, vocab.GoodsInTransit: NotArrived,
	vocab.GoodsReceived: OtherPlace,
}

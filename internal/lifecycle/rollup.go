package lifecycle

import (
	"slices"
	"time"

	"orderflow/internal/vocab"
)

// RollUpRules is the rule of RollUp in words, for the manual.
const RollUpRules = `The sub-orders decide the status of an order, by the first rule that fits.

1. All are CLOSED: CLOSED, with the reason of the one closed last.
2. CLOSED ones are left out.
3. All are the same: that status.
4. One is AWAITING_SHIPMENT or PARTIALLY_SHIPPED and another is further: PARTIALLY_SHIPPED.
5. Otherwise the least advanced.
`

// Child is what the roll-up looks at in one sub-order.
type Child struct {
	Status   vocab.TradeStatus
	Reason   vocab.CloseReason // why, when Status is CLOSED
	ClosedAt time.Time         // when, when Status is CLOSED
}

// RollUp is the status of an order whose sub-orders are these, and the close reason when that is
// CLOSED. Of two closed at the same moment the later in the slice counts as the last. Without
// sub-orders there is no status.
func RollUp(children []Child) (vocab.TradeStatus, vocab.CloseReason) {
	var last Child
	var open []vocab.TradeStatus
	for _, c := range children {
		switch {
		case c.Status != vocab.Closed:
			open = append(open, c.Status)
		case last.Status == "" || !c.ClosedAt.Before(last.ClosedAt):
			last = c
		}
	}
	if len(open) == 0 {
		return last.Status, last.Reason
	}
	most := slices.MaxFunc(open, vocab.TradeStatus.Compare)
	stillToShip := func(s vocab.TradeStatus) bool {
		return vocab.ToShip.Has(s) && s != most
	}
	if slices.ContainsFunc(open, stillToShip) {
		return vocab.PartiallyShipped, ""
	}
	return slices.MinFunc(open, vocab.TradeStatus.Compare), ""
}

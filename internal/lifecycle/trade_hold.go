package lifecycle

import "orderflow/internal/vocab"

// holdRows stop what is left to hand over of a paid sub-order, and let it go on. Shop and platform
// each hold for themselves: what one of them has stopped the other cannot release.
func holdRows() (rows []TradeRow) {
	for _, status := range vocab.ToShip {
		for _, side := range []struct {
			by         vocab.Role
			not, holds tradeGuard
		}{
			{vocab.Merchant, notHeldByShop, heldByShop},
			{vocab.Platform, notHeldByPlatform, heldByPlatform},
		} {
			rows = append(rows,
				TradeRow{From: trades{status}, On: vocab.PutOnHold, To: status,
					By: roles{side.by}, When: tradeWhen{side.not}, Emit: vocab.EventSubOrderHeld,
					Doc: "Nothing is handed over any more, and the time to ship stands still."},
				TradeRow{From: trades{status}, On: vocab.ReleaseHold, To: status,
					By: roles{side.by}, When: tradeWhen{side.holds}, Emit: vocab.EventSubOrderReleased,
					Doc: "Its hold is over; with the last one the time to ship goes on."})
		}
		rows = append(rows, TradeRow{From: trades{status}, On: vocab.ReleaseHold, To: status,
			By: roles{vocab.System}, Emit: vocab.EventSubOrderReleased,
			Doc: "A refund left nothing to hand over: a hold has nothing to stop."})
	}
	return rows
}

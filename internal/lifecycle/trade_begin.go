package lifecycle

import "orderflow/internal/vocab"

// beginningRows let something begin on a paid sub-order that goes on by a table of its own, which
// says what it emits.
func beginningRows() []TradeRow {
	var rows []TradeRow
	begin := func(from trades, row TradeRow) {
		for _, status := range from {
			row.From, row.To = trades{status}, status
			rows = append(rows, row)
		}
	}
	toShip := trades{vocab.AwaitingShipment, vocab.PartiallyShipped}
	inTime := trades{vocab.AwaitingShipment, vocab.PartiallyShipped, vocab.Shipped, vocab.Received}
	ever := trades{vocab.AwaitingShipment, vocab.PartiallyShipped, vocab.Shipped, vocab.Received,
		vocab.Completed}
	begin(inTime, TradeRow{On: vocab.BeginAfterSale,
		By: roles{vocab.Buyer}, When: tradeWhen{windowOpen, requestable},
		Doc: "The buyer asks for money or goods."})
	begin(ever, TradeRow{On: vocab.BeginForBuyer,
		By: roles{vocab.Merchant}, When: tradeWhen{shopInTime, requestable},
		Doc: "The shop opens a request for the buyer; it is approved with that."})
	begin(ever, TradeRow{On: vocab.BeginForBuyer,
		By: roles{vocab.Support, vocab.Platform}, When: tradeWhen{requestable},
		Doc: "Staff open a request for the buyer; it is approved with that."})
	begin(ever, TradeRow{On: vocab.BeginRefund,
		By: roles{vocab.Support, vocab.Platform}, When: tradeWhen{requestable},
		Doc: "Staff refund without asking anybody."})
	begin(toShip, TradeRow{On: vocab.BeginShortage,
		By: roles{vocab.Merchant, vocab.Warehouse}, When: tradeWhen{unitsThere},
		Doc: "Units are reported that are not there."})
	begin(trades{vocab.AwaitingShipment}, TradeRow{On: vocab.BeginTransfer,
		By: roles{vocab.Merchant, vocab.Warehouse, vocab.Platform}, When: tradeWhen{unitsMove},
		Doc: "Units are to be sent to another warehouse first."})
	return rows
}

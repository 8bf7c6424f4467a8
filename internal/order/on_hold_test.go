package order_test

import (
	"testing"
	"time"

	"orderflow/ent/suborder"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/vocab"
)

// hold puts a sub-order on hold for the shop.
func hold(e *ordertest.Env, sub globalid.ID) {
	e.T.Helper()
	e.MustID(e.Orders.PutOnHold(e.Merchant,
		order.OnHoldInput{SubOrder: sub, Reason: vocab.HoldFraud}))
}

// holdByPlatform puts it on hold for the platform.
func holdByPlatform(e *ordertest.Env, sub globalid.ID) {
	e.T.Helper()
	e.MustID(e.Orders.PutOnHold(e.Platform,
		order.OnHoldInput{SubOrder: sub, Reason: vocab.HoldOther, Note: "three cards"}))
}

func TestNothingOnHoldIsShippedUntilItsRelease(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(4), 4)
		sub := item.SubOrderID
		printed, packed := e.Pack(item, 1), e.Pack(item, 1)
		e.MustID(e.Shipments.PrintPickList(e.Warehouse, printed))
		e.MustID(e.Shipments.Pack(e.Warehouse, packed))
		hold(e, sub)
		for name, command := range map[string]func() error{
			"print again": func() error { return second(e.Shipments.PrintPickList(e.Warehouse, printed)) },
			"pick":        func() error { return second(e.Shipments.StartPicking(e.Warehouse, printed)) },
			"pack":        func() error { return second(e.Shipments.Pack(e.Warehouse, printed)) },
			"hand over":   func() error { return e.HandOver(packed) },
			"a new parcel": func() error {
				return second(e.Shipments.Create(e.Warehouse, shipment.CreateInput{
					Lines: []shipment.Line{{Item: item.ID, Quantity: 1}}}))
			},
			"ship all": func() error {
				results, err := e.Shipments.ShipOrders(e.Warehouse, []shipment.ShipInput{
					{SubOrder: sub, Carrier: e.Carrier, TrackingNumber: "X1"}})
				e.Must(err)
				return results[0].Err
			},
		} {
			if err := command(); !fault.Is(err, fault.OnHold) {
				t.Errorf("%s: %v", name, err)
			}
		}
		stopped, err := e.Shipments.Stopped(t.Context(), printed, packed)
		if err != nil || !stopped[printed] || !stopped[packed] {
			t.Errorf("stopped %v, %v", stopped, err)
		}
		e.Verify()
		e.MustID(e.Shipments.Cancel(e.Warehouse, printed))
		e.MustID(e.Orders.ReleaseHold(e.Merchant, sub))
		e.Must(e.HandOver(packed))
		hold(e, sub) // what is left
		_, err = e.Shipments.Create(e.Warehouse, shipment.CreateInput{
			Lines: []shipment.Line{{Item: item.ID, Quantity: 3}}})
		e.WantFault(err, fault.OnHold)
		e.MustID(e.Orders.ReleaseHold(e.Merchant, sub))
		e.Ship(item, 3)
		e.WantTrade(sub, vocab.Shipped)
		_, err = e.Orders.PutOnHold(e.Merchant,
			order.OnHoldInput{SubOrder: sub, Reason: vocab.HoldFraud})
		e.WantFault(err, fault.ActionNotAllowed)
	})
}

func second(_ globalid.ID, err error) error { return err }

func TestTheTimeToShipStandsStillOnHold(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sub := e.Buy(e.Sku(1), 1).SubOrderID
		due := *e.SubOrder(sub).ShipDueAt
		e.Move(time.Hour)
		hold(e, sub)
		e.Move(5 * ordertest.Day)
		if n := runDue(e); n != 0 || e.Events(vocab.EventSubOrderShipOverdue) != 0 {
			t.Errorf("%d deadlines are due on hold", n)
		}
		e.MustID(e.Orders.ReleaseHold(e.Merchant, sub))
		row := e.SubOrder(sub)
		pause := row.ShipDueAt.Sub(due)
		if row.HeldAt != nil || pause < 5*ordertest.Day || pause > 5*ordertest.Day+time.Hour ||
			!row.NextDueAt.Equal(*row.ShipDueAt) {
			t.Errorf("on hold since %v, due at %v, was %v", row.HeldAt, row.ShipDueAt, due)
		}
		e.Move(48 * time.Hour)
		if runDue(e); e.Events(vocab.EventSubOrderShipOverdue) != 1 {
			t.Error("the shop is not reminded when the time that was left is over")
		}
	}, ordertest.Options{Policy: document.ShopPolicy{ShipHours: 48}})
}

func TestEachSideReleasesItsOwnHold(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(1), 1)
		sub := item.SubOrderID
		again := func() error {
			return second(e.Orders.PutOnHold(e.Merchant,
				order.OnHoldInput{SubOrder: sub, Reason: vocab.HoldAddress}))
		}
		for _, in := range []order.OnHoldInput{
			{SubOrder: sub, Reason: "BORED"}, {SubOrder: sub, Reason: vocab.HoldOther},
		} {
			_, err := e.Orders.PutOnHold(e.Merchant, in)
			e.WantFault(err, fault.InvalidInput)
		}
		e.WantFault(second(e.Orders.ReleaseHold(e.Merchant, sub)), fault.ActionNotAllowed)
		hold(e, sub)
		e.WantFault(again(), fault.ActionNotAllowed)
		e.WantFault(second(e.Orders.ReleaseHold(e.Platform, sub)), fault.ActionNotAllowed)
		since := *e.SubOrder(sub).HeldAt
		holdByPlatform(e, sub)
		e.MustID(e.Orders.ReleaseHold(e.Merchant, sub))
		row := e.SubOrder(sub)
		if row.ShopHold || !row.PlatformHold || !row.HeldAt.Equal(since) {
			t.Errorf("by the shop: %t, by the platform: %t, since %v", row.ShopHold, row.PlatformHold,
				row.HeldAt)
		}
		e.WantFault(second(e.Orders.ReleaseHold(e.Merchant, sub)), fault.ActionNotAllowed)
		e.WantFault(second(e.Shipments.Create(e.Warehouse, shipment.CreateInput{
			Lines: []shipment.Line{{Item: item.ID, Quantity: 1}}})), fault.OnHold)
		e.MustID(e.Orders.ReleaseHold(e.Platform, sub))
		e.Ship(item, 1)
		if e.Events(vocab.EventSubOrderHeld) != 2 || e.Events(vocab.EventSubOrderReleased) != 2 {
			t.Error("not every hold and release has its event")
		}
		for _, other := range []vocab.Role{vocab.Support, vocab.Warehouse} {
			_, err := e.Orders.ReleaseHold(e.Staff(other, e.Shop), sub)
			e.WantFault(err, fault.Forbidden)
		}
		_, err := e.Orders.ReleaseHold(e.Staff(vocab.Merchant), sub)
		e.WantFault(err, fault.NotFound)
	})
}

// A buyer whose order is on hold can have the money, in part and whole. A hold ends with what it
// stopped.
func TestTheBuyerCancelsWhatIsOnHold(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(3), 3)
		sub := item.SubOrderID
		hold(e, sub)
		holdByPlatform(e, sub)
		e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.Run()
		if e.SubOrder(sub).HeldAt == nil {
			t.Error("a refund of a part releases the rest")
		}
		e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 2))
		e.Run()
		e.WantTrade(sub, vocab.Closed)
		if row := e.SubOrder(sub); row.HeldAt != nil || row.ShopHold || row.PlatformHold ||
			e.Events(vocab.EventSubOrderReleased) != 2 {
			t.Errorf("closed, and on hold since %v", row.HeldAt)
		}
		e.WantFault(second(e.Orders.ReleaseHold(e.Merchant, sub)), fault.ActionNotAllowed)
		rest := e.Buy(e.Sku(2), 2)
		e.Ship(rest, 1)
		hold(e, rest.SubOrderID)
		refund(e, rest.ID, 1)
		e.WantTrade(rest.SubOrderID, vocab.Shipped)
	})
}

// A request that holds all units, and is given up, leaves the hold as it was.
func TestAWithdrawnRequestLeavesTheHold(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(1), 1)
		parcel := e.Pack(item, 1)
		e.MustID(e.Shipments.Pack(e.Warehouse, parcel))
		id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		hold(e, item.SubOrderID)
		e.MustID(e.AfterSales.Withdraw(e.Buyer, id))
		e.WantFault(e.HandOver(parcel), fault.OnHold)
		e.MustID(e.Orders.ReleaseHold(e.Merchant, item.SubOrderID))
		e.Must(e.HandOver(parcel))
	}, ordertest.Options{Policy: document.ShopPolicy{AutoApproveUntil: "PACKED"}})
}

// What leaves a sub-order on hold, by a split, a transfer or the buyer's choice of another
// warehouse, is on hold as well, with what was left of the time to ship.
func TestPartsOfWhatIsOnHoldAreOnHold(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 999, South: 3, North: 3})
		item := e.ItemOf(e.BuyLines(ordertest.Line(sku, 3)), sku)
		hold(e, item.SubOrderID)
		holdByPlatform(e, item.SubOrderID)
		due := *e.SubOrder(item.SubOrderID).ShipDueAt
		e.Move(time.Hour)
		split := e.MustID(e.Orders.SplitSubOrder(e.Warehouse, order.SplitInput{
			SubOrder: item.SubOrderID, Lines: []order.SplitLine{{Item: item.ID, Quantity: 1}}}))
		e.MustID(e.Orders.ReassignWarehouse(e.Warehouse,
			order.ReassignInput{SubOrder: split, Warehouse: e.North.ID}))
		_, err := e.Shortages.Report(e.Warehouse, shortage.Report{SubOrder: item.SubOrderID,
			Lines: []shortage.Line{{Item: item.ID, Quantity: 1}}})
		e.Must(err)
		lack := e.DB.Client.Shortage.Query().OnlyIDX(t.Context())
		e.MustID(e.Shortages.Offer(e.Merchant, shortage.Offer{Shortage: lack,
			Options: []vocab.ShortageOption{vocab.OptionWarehouse}, Warehouse: e.North.ID}))
		e.MustID(e.Shortages.Choose(e.Buyer, shortage.Choice{Shortage: lack,
			Choice: vocab.OptionWarehouse}))
		subs := e.Order(item.OrderID).Edges.SubOrders
		if len(subs) != 3 {
			t.Fatalf("%d parts", len(subs))
		}
		since := *e.SubOrder(item.SubOrderID).HeldAt
		for _, sub := range subs {
			if !sub.ShopHold || !sub.PlatformHold || !sub.HeldAt.Equal(since) ||
				!sub.ShipDueAt.Equal(due) {
				t.Errorf("%s is on hold since %v, to be shipped by %v", sub.Number, sub.HeldAt,
					sub.ShipDueAt)
			}
			note := sub.QueryHolds().AllX(t.Context())[1]
			if e.Open(note.Note, sub.OrderID, "note") != "three cards" {
				t.Errorf("%s has lost the note", sub.Number)
			}
			e.MustID(e.Orders.ReleaseHold(e.Merchant, sub.ID))
			e.MustID(e.Orders.ReleaseHold(e.Platform, sub.ID))
		}
		held := e.DB.Client.SubOrder.Query().Where(suborder.HeldAtNotNil()).CountX(t.Context())
		if held > 0 {
			t.Errorf("%d parts are on hold", held)
		}
	})
}

// Hold and handover at the same moment: one of them comes first, and the other is refused.
func TestRaceHoldAndHandOver(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		for range 5 {
			item := e.Buy(e.Sku(1), 1)
			parcel := e.Pack(item, 1)
			handed := make(chan error)
			go func() { handed <- e.HandOver(parcel) }()
			_, held := e.Orders.PutOnHold(e.Merchant,
				order.OnHoldInput{SubOrder: item.SubOrderID, Reason: vocab.HoldFraud})
			if err := <-handed; (err == nil) == (held == nil) {
				t.Errorf("handed over: %v, put on hold: %v", err, held)
			}
		}
	})
}

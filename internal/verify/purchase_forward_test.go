package verify_test

import (
	"time"

	"orderflow/ent/shipmentitem"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/review"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// forwardPurchases are at several places of the forward flow.
type forwardPurchases struct {
	done     purchase // received and reviewed; a unit of it was refunded
	waited   purchase // received by the clock, on its way as far as its courier knows
	troubled purchase // its parcel has a problem
	packed   purchase // in a parcel that is not handed over
	moving   purchase // on its way to another warehouse
	held     purchase // on hold by its shop

	holdRow, parcel, review, back, change, box, unheard globalid.ID
}

func newForward(e *ordertest.Env) *forwardPurchases {
	e.T.Helper()
	waited, unheard := receivedByClock(e)
	d := &forwardPurchases{waited: waited, unheard: unheard, done: paid(e), packed: paid(e),
		moving: paid(e)}
	elsewhere := ordertest.Address
	elsewhere.Street = "天河路 1 号"
	_, err := e.Orders.RequestAddressChange(d.done.buyer,
		order.AddressInput{Order: d.done.order, Address: elsewhere})
	e.Must(err)
	d.change = e.DB.Client.AddressChange.Query().OnlyIDX(e.T.Context())
	_, err = e.Orders.AnswerAddressChange(e.Merchant, order.AnswerInput{Change: d.change,
		Accept: true})
	e.Must(err)
	_, err = e.Orders.AddMemo(e.Merchant, order.MemoInput{SubOrder: d.done.sub, Text: "with care"})
	e.Must(err)
	d.parcel = ship(e, d.done, 2)
	d.back = closeUnshipped(e, d.done, 1)
	e.Must(e.Payments.RunRefund(e.T.Context(), d.back))
	deliver(e, d.done)
	receive(e, d.done)
	d.review, err = e.Reviews.Review(d.done.buyer,
		review.Input{Item: d.done.item, Rating: 5, Text: "good"})
	e.Must(err)
	_, err = e.Reviews.Append(d.done.buyer, review.AnswerInput{Review: d.review, Text: "still"})
	e.Must(err)
	box := e.Pack(e.Item(d.packed.item), 3)
	d.box = e.DB.Client.ShipmentItem.Query().Where(shipmentitem.ShipmentID(box)).
		OnlyIDX(e.T.Context())
	requestTransfer(e, d.moving)
	d.held = paid(e)
	e.MustID(e.Orders.PutOnHold(e.Merchant, order.OnHoldInput{SubOrder: d.held.sub,
		Reason: vocab.HoldOther, Note: "three cards"}))
	d.holdRow = e.DB.Client.SubOrderHold.Query().OnlyIDX(e.T.Context())
	d.troubled = sent(e)
	e.Track(e.Order(d.troubled.order).QueryShipments().OnlyIDX(e.T.Context()),
		vocab.CarrierProblem)
	return d
}

// receivedByClock is an order that was received after its courier was asked, which knows nothing.
func receivedByClock(e *ordertest.Env) (p purchase, parcel globalid.ID) {
	e.T.Helper()
	p = paid(e)
	parcel = ship(e, p, 3)
	e.Clock.Advance(16 * ordertest.Day)
	for range 2 { // the courier is asked to push, then it is asked
		e.Must(e.Shipments.RunTracking(e.T.Context(), parcel))
	}
	e.Must(e.Orders.RunDue(e.T.Context(), p.sub))
	e.WantTrade(p.sub, vocab.Received)
	return p, parcel
}

// requestTransfer sends an order's units to the other warehouse.
func requestTransfer(e *ordertest.Env, b purchase) {
	e.T.Helper()
	it := e.Item(b.item)
	id, err := e.Transfers.Request(e.Warehouse, transfer.RequestInput{Sku: it.SkuID, From: e.South.ID,
		To: e.North.ID, Quantity: 3, Item: it.ID})
	e.Must(err)
	_, err = e.Transfers.Ship(e.Warehouse, id)
	e.Must(err)
}

// givenUp is an order that has expired while nobody could be asked about its attempt.
func givenUp(e *ordertest.Env) purchase {
	e.T.Helper()
	b := place(e)
	e.StartPayment(b.order)
	channels := e.Payments.Channels
	e.Payments.Channels = nil
	e.Clock.Advance(e.Order(b.order).PayDueAt.Sub(e.Now()))
	e.Run()
	for range 10 {
		e.Clock.Advance(time.Minute)
		e.Run()
	}
	e.Payments.Channels = channels
	return b
}

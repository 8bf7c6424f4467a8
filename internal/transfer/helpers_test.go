package transfer_test

import (
	"orderflow/ent"
	"orderflow/ent/reservation"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

var none globalid.ID

// request requests a transfer from the south to the north.
func request(
	e *ordertest.Env, sku *ent.Sku, units int64, item globalid.ID,
) globalid.ID {
	e.T.Helper()
	return e.MustID(e.Transfers.Request(e.Warehouse, transfer.RequestInput{Sku: sku.ID,
		From: e.South.ID, To: e.North.ID, Quantity: units, Item: item, Note: "补货"}))
}

func receive(e *ordertest.Env, id globalid.ID, units int64, last bool) (globalid.ID, error) {
	return e.Transfers.Receive(e.Warehouse,
		transfer.ReceiveInput{Transfer: id, Quantity: units, Last: last})
}

func wantTransfer(
	e *ordertest.Env, id globalid.ID, status vocab.TransferStatus, got, lost int64,
) {
	e.T.Helper()
	row := e.DB.Client.StockTransfer.GetX(e.T.Context(), id)
	if row.Status != status || row.ReceivedQuantity != got || row.LostQuantity != lost {
		e.T.Errorf("transfer is %s, %d received, %d lost; want %s, %d, %d", row.Status,
			row.ReceivedQuantity, row.LostQuantity, status, got, lost)
	}
}

// holds sums the reservations of an item in a status.
func holds(
	e *ordertest.Env, item globalid.ID, status vocab.ReservationStatus,
) (units int64) {
	for _, r := range e.DB.Client.Reservation.Query().Where(reservation.ItemID(item),
		reservation.StatusEQ(status)).AllX(e.T.Context()) {
		units += r.Quantity
	}
	return units
}

// subOrder reads the sub-order that an item is in now.
func subOrder(e *ordertest.Env, item globalid.ID) *ent.SubOrder {
	return e.SubOrder(e.Item(item).SubOrderID)
}

// itemOf is the item that a transfer is for.
func itemOf(e *ordertest.Env, id globalid.ID) globalid.ID {
	e.T.Helper()
	return *e.DB.Client.StockTransfer.GetX(e.T.Context(), id).ItemID
}

// events reads the events of a name.
func events(e *ordertest.Env, name string) (all []*ent.Event) {
	for _, row := range e.DB.Client.Event.Query().AllX(e.T.Context()) {
		if row.Type == name {
			all = append(all, row)
		}
	}
	return all
}

// refundShortage refunds what the only shortage is about.
func refundShortage(e *ordertest.Env) {
	e.T.Helper()
	id := e.DB.Client.Shortage.Query().OnlyIDX(e.T.Context())
	e.MustID(e.Shortages.Refund(e.Buyer, id))
}

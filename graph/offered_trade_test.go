package graph_test

import (
	"orderflow/ent"
	"orderflow/ent/orderitem"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/review"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// orderAttempts are actions on a whole order.
var orderAttempts = map[string]attempt{
	"Order.START_PAYMENT": startPayment(false),
	"Order.RETRY_PAYMENT": startPayment(true),
	"Order.ABANDON_PAYMENT": one(
		func(w *offered, who offeredTo, id globalid.ID) error {
			_, err := w.Payments.Abandon(who.ctx, id)
			return err
		}),
	"Order.CANCEL": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Payments.Cancel(who.ctx, id)
		return err
	}),
	"Order.ADJUST_PRICE": one(func(w *offered, who offeredTo, id globalid.ID) error {
		now := w.DB.Client.Order.GetX(w.T.Context(), id).Payable
		_, err := w.Payments.AdjustPrice(who.ctx, payment.AdjustInput{Order: id,
			Payable: money.Money{Amount: now - 1, Currency: money.CNY}})
		return err
	}),
	"Order.REQUEST_ADDRESS_CHANGE": one(
		func(w *offered, who offeredTo, id globalid.ID) error {
			_, err := w.Orders.RequestAddressChange(who.ctx,
				order.AddressInput{Order: id, Address: ordertest.Address})
			return err
		}),
	"Order.PROPOSE_ADDRESS_CHANGE": func(
		w *offered, who offeredTo, id globalid.ID,
	) (inputs []func() error) {
		for _, sub := range w.DB.Client.Order.GetX(w.T.Context(), id).QuerySubOrders().
			IDsX(w.T.Context()) {
			inputs = append(inputs, func() error {
				_, err := w.Orders.ProposeAddressChange(who.ctx,
					order.ProposeInput{SubOrder: sub, Address: ordertest.Address})
				return err
			})
		}
		return inputs
	},
	"Order.EXTEND_DEADLINE": one(
		func(w *offered, who offeredTo, id globalid.ID) error {
			sub := w.DB.Client.Order.GetX(w.T.Context(), id).QuerySubOrders().FirstIDX(w.T.Context())
			_, err := w.Orders.ExtendDeadline(who.ctx,
				order.ExtendInput{SubOrder: sub, Kind: order.ExtendPayBy, Seconds: 60})
			return err
		}),
}

// subOrderAttempts are actions on sub-orders and their reviews.
var subOrderAttempts = map[string]attempt{
	"SubOrder.SPLIT": eachItem(
		func(w *offered, who offeredTo, it *ent.OrderItem) error {
			_, err := w.Orders.SplitSubOrder(who.ctx, order.SplitInput{SubOrder: it.SubOrderID,
				Lines: []order.SplitLine{{Item: it.ID, Quantity: 1}}})
			return err
		}),
	"SubOrder.REASSIGN": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Orders.ReassignWarehouse(who.ctx,
			order.ReassignInput{SubOrder: id, Warehouse: w.otherThan(id)})
		return err
	}),
	"SubOrder.CLOSE_UNSHIPPED": eachItem(
		func(w *offered, who offeredTo, it *ent.OrderItem) error {
			_, err := w.Payments.CloseUnshipped(who.ctx, payment.CloseUnshippedInput{
				SubOrder: it.SubOrderID, Lines: []payment.UnshippedLine{{Item: it.ID, Quantity: 1}}})
			return err
		}),
	"SubOrder.SHIP": eachItem(
		func(w *offered, who offeredTo, it *ent.OrderItem) error {
			_, err := w.Shipments.Create(who.ctx, shipment.CreateInput{
				Lines: []shipment.Line{{Item: it.ID, Quantity: 1}}})
			return err
		}),
	"SubOrder.REPORT_SHORTAGE": eachItem(
		func(w *offered, who offeredTo, it *ent.OrderItem) error {
			_, err := w.Shortages.Report(who.ctx, shortage.Report{SubOrder: it.SubOrderID,
				Lines: []shortage.Line{{Item: it.ID, Quantity: 1}}})
			return err
		}),
	"SubOrder.REQUEST_TRANSFER": eachItem(
		func(w *offered, who offeredTo, it *ent.OrderItem) error {
			_, err := w.Transfers.Request(who.ctx, transfer.RequestInput{Sku: it.SkuID, Item: it.ID,
				From: w.SubOrder(it.SubOrderID).WarehouseID, To: w.otherThan(it.SubOrderID),
				Quantity: 1})
			return err
		}),
	"SubOrder.HOLD": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Orders.PutOnHold(who.ctx,
			order.OnHoldInput{SubOrder: id, Reason: vocab.HoldFraud})
		return err
	}),
	"SubOrder.RELEASE": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Orders.ReleaseHold(who.ctx, id)
		return err
	}),
	"SubOrder.REMIND_SHIPMENT": one(
		func(w *offered, who offeredTo, id globalid.ID) error {
			_, err := w.Orders.RemindShipment(who.ctx, id)
			return err
		}),
	"SubOrder.ADD_MEMO": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Orders.AddMemo(who.ctx, order.MemoInput{SubOrder: id, Text: "fragile"})
		return err
	}),
	"SubOrder.EXTEND_DEADLINE": func(
		w *offered, who offeredTo, id globalid.ID,
	) (inputs []func() error) {
		for _, kind := range []order.DeadlineKind{order.ExtendShipBy, order.ExtendReceiptBy,
			order.ExtendTroubleBy, order.ExtendCompleteBy} {
			inputs = append(inputs, func() error {
				_, err := w.Orders.ExtendDeadline(who.ctx,
					order.ExtendInput{SubOrder: id, Kind: kind, Seconds: 60})
				return err
			})
		}
		return inputs
	},
	"SubOrder.EXTEND_RECEIPT": one(
		func(w *offered, who offeredTo, id globalid.ID) error {
			_, err := w.Orders.ExtendReceipt(who.ctx, id)
			return err
		}),
	"SubOrder.CONFIRM_RECEIPT": one(
		func(w *offered, who offeredTo, id globalid.ID) error {
			_, err := w.Orders.ConfirmReceipt(who.ctx, id)
			return err
		}),
	"SubOrder.REVIEW": eachItem(
		func(w *offered, who offeredTo, it *ent.OrderItem) error {
			_, err := w.Reviews.Review(who.ctx, review.Input{Item: it.ID, Rating: 5})
			return err
		}),
	"Review.APPEND_REVIEW": one(
		func(w *offered, who offeredTo, id globalid.ID) error {
			_, err := w.Reviews.Append(who.ctx, review.AnswerInput{Review: id, Text: "still good"})
			return err
		}),
	"Review.REPLY_REVIEW": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Reviews.Reply(who.ctx, review.AnswerInput{Review: id, Text: "thanks"})
		return err
	}),
	"SubOrder.REQUEST_AFTER_SALE": requests((*aftersale.AfterSales).Request),
	"SubOrder.OPEN_FOR_BUYER":     requests((*aftersale.AfterSales).OpenForBuyer),
	"SubOrder.FORCE_REFUND":       requests((*aftersale.AfterSales).ForceNewRefund),
}

// one is an attempt with one input.
func one(do func(w *offered, who offeredTo, id globalid.ID) error) attempt {
	return func(w *offered, who offeredTo, id globalid.ID) []func() error {
		return []func() error{func() error { return do(w, who, id) }}
	}
}

// eachItem is an attempt with each item of a sub-order.
func eachItem(do func(w *offered, who offeredTo, it *ent.OrderItem) error) attempt {
	return func(w *offered, who offeredTo, sub globalid.ID) (inputs []func() error) {
		for _, it := range w.itemsOf(sub) {
			inputs = append(inputs, func() error { return do(w, who, it) })
		}
		return inputs
	}
}

func (w *offered) itemsOf(sub globalid.ID) []*ent.OrderItem {
	return w.DB.Client.OrderItem.Query().Where(orderitem.SubOrderID(sub)).
		Order(ent.Asc(orderitem.FieldID)).AllX(w.T.Context())
}

// otherThan is the warehouse that does not send a sub-order.
func (w *offered) otherThan(sub globalid.ID) globalid.ID {
	if w.SubOrder(sub).WarehouseID == w.South.ID {
		return w.North.ID
	}
	return w.South.ID
}

// startPayment starts a payment, again after one that failed.
func startPayment(again bool) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		o := w.DB.Client.Order.GetX(w.T.Context(), id)
		if vocab.Retryable.Has(o.Status) != again {
			return fault.New(fault.InvalidInput, "it would be another action")
		}
		_, err := w.Payments.Start(who.ctx, payment.StartInput{Order: id, Channel: vocab.Sandbox})
		return err
	})
}

// payOpen pays an attempt of the order that is open at the bank.
func (w *offered) payOpen() {
	p, err := w.DB.Client.Payment.Query().Where(entpayment.OrderID(w.order),
		entpayment.StatusEQ(vocab.AttemptOpen)).Only(w.T.Context())
	if ent.IsNotFound(err) {
		return
	}
	w.Must(err)
	w.Must(w.Payments.Settle(w.T.Context(), vocab.Sandbox, channel.Charge{
		OutTradeNo: p.ID.String(), State: channel.ChargePaid, Amount: p.Amount,
		TransactionID: "t-" + p.ID.String(), Currency: p.Currency, PaidAt: w.Now()}))
}

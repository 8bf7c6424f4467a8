package graph_test

import (
	"context"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// carriers are one that is asked about its parcels, and one of whose parcels only people report.
var carriers = []string{"ZTO", "SF"}

// parcelAttempts are actions on parcels and transfers.
var parcelAttempts = map[string]attempt{
	"Shipment.PRINT_PICK_LIST": onParcel((*shipment.Shipments).PrintPickList),
	"Shipment.START_PICKING":   onParcel((*shipment.Shipments).StartPicking),
	"Shipment.PACK":            onParcel((*shipment.Shipments).Pack),
	"Shipment.CANCEL":          onParcel((*shipment.Shipments).Cancel),
	"Shipment.MARK_LOST":       onParcel((*shipment.Shipments).MarkLost),
	"Shipment.HAND_OVER": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Shipments.HandOver(who.ctx, w.newLabel(id))
		return err
	}),
	"Shipment.CORRECT_TRACKING_NUMBER": one(
		func(w *offered, who offeredTo, id globalid.ID) error {
			correct := w.Shipments.CorrectTrackingNumber
			if who.role == vocab.Buyer {
				correct = w.Shipments.CorrectReturn
			}
			_, err := correct(who.ctx, w.newLabel(id))
			return err
		}),
	"Shipment.UNDO_HAND_OVER": onParcel((*shipment.Shipments).UndoHandOver),
	"Shipment.REPORT_TRACKING": func(
		w *offered, who offeredTo, id globalid.ID,
	) (inputs []func() error) {
		stages := []vocab.CarrierStage{vocab.CarrierInTransit, vocab.CarrierDelivered,
			vocab.CarrierProblem, vocab.CarrierRefused, vocab.CarrierReturned, vocab.CarrierLost}
		for _, i := range w.chance.Perm(len(stages)) {
			inputs = append(inputs, func() error {
				_, err := w.Shipments.ReportTracking(who.ctx,
					shipment.TrackingInput{Shipment: id, Stage: stages[i], Note: "by telephone"})
				return err
			})
		}
		return inputs
	},
	"Shipment.REPORT_INTERCEPTION": func(
		w *offered, who offeredTo, id globalid.ID,
	) (inputs []func() error) {
		outcomes := []vocab.InterceptionStatus{vocab.InterceptionAccepted,
			vocab.InterceptionRefused, vocab.InterceptionSucceeded, vocab.InterceptionFailed}
		for _, i := range w.chance.Perm(len(outcomes)) {
			inputs = append(inputs, func() error {
				_, err := w.Shipments.ReportInterception(who.ctx,
					shipment.InterceptionInput{Shipment: id, Outcome: outcomes[i]})
				return err
			})
		}
		return inputs
	},
	"StockTransfer.SHIP":   onTransfer((*transfer.Transfers).Ship),
	"StockTransfer.CANCEL": onTransfer((*transfer.Transfers).Cancel),
	"StockTransfer.RECEIVE": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Transfers.Receive(who.ctx,
			transfer.ReceiveInput{Transfer: id, Quantity: w.chance.Int64N(2), Last: true})
		return err
	}),
}

func onParcel(
	do func(*shipment.Shipments, context.Context, globalid.ID) (globalid.ID, error),
) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := do(w.Shipments, who.ctx, id)
		return err
	})
}

func onTransfer(
	do func(*transfer.Transfers, context.Context, globalid.ID) (globalid.ID, error),
) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := do(w.Transfers, who.ctx, id)
		return err
	})
}

// staffAttempts are actions on address changes, refunds and shortages.
var staffAttempts = map[string]attempt{
	"AddressChange.AGREE":  answerAddress(true),
	"AddressChange.REJECT": answerAddress(false),
	"AddressChange.WITHDRAW": one(
		func(w *offered, who offeredTo, id globalid.ID) (err error) {
			if who.role == vocab.Buyer {
				_, err = w.Orders.WithdrawAddressChange(who.ctx, id)
			} else {
				_, err = w.Orders.WithdrawAddressProposal(who.ctx, id)
			}
			return err
		}),
	"Refund.RETRY": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Payments.RetryRefund(who.ctx, id)
		return err
	}),
	"Refund.RESOLVE": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Payments.ResolveRefund(who.ctx,
			payment.ResolveInput{Refund: id, PaidOutside: "in cash"})
		return err
	}),
	"Refund.APPROVE": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Payments.ApproveRefund(who.ctx,
			payment.ApproveInput{Refund: id, PaidOutside: "in cash"})
		return err
	}),
	"Shortage.CHOOSE_WAREHOUSE": choose(vocab.OptionWarehouse),
	"Shortage.CHOOSE_TRANSFER":  choose(vocab.OptionTransfer),
	"Shortage.CHOOSE_REFUND": one(func(w *offered, who offeredTo, id globalid.ID) error {
		if row := w.DB.Client.Shortage.GetX(w.T.Context(), id); !vocab.ShortageChoice.Has(row.Status) {
			return fault.New(fault.InvalidInput, "it would be another action")
		}
		_, err := w.Shortages.Choose(who.ctx,
			shortage.Choice{Shortage: id, Choice: vocab.OptionRefund})
		return err
	}),
	"Shortage.REQUEST_REFUND": one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Shortages.Refund(who.ctx, id)
		return err
	}),
	"Shortage.OFFER": func(w *offered, who offeredTo, id globalid.ID) (inputs []func() error) {
		from := w.otherThan(w.DB.Client.Shortage.GetX(w.T.Context(), id).SubOrderID)
		for _, offer := range []shortage.Offer{
			{Warehouse: from, Options: []vocab.ShortageOption{vocab.OptionWarehouse,
				vocab.OptionTransfer}},
			{Warehouse: from, Options: []vocab.ShortageOption{vocab.OptionTransfer}},
			{Options: []vocab.ShortageOption{vocab.OptionRefund}},
		} {
			offer.Shortage = id
			inputs = append(inputs, func() error {
				_, err := w.Shortages.Offer(who.ctx, offer)
				return err
			})
		}
		return inputs
	},
	"Shortage.EXTEND_DEADLINE": one(func(w *offered, who offeredTo, id globalid.ID) error {
		row := w.DB.Client.Shortage.GetX(w.T.Context(), id)
		_, err := w.Shortages.Extend(who.ctx, shortage.ExtendInput{Shortage: id,
			Kind: shortage.Deadline(row.Status), Seconds: 60})
		return err
	}),
}

func answerAddress(accept bool) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		answer := w.Orders.AnswerAddressChange
		if who.role == vocab.Buyer {
			answer = w.Orders.AnswerAddressProposal
		}
		_, err := answer(who.ctx, order.AnswerInput{Change: id, Accept: accept, Reason: "packed"})
		return err
	})
}

func choose(choice vocab.ShortageOption) attempt {
	return one(func(w *offered, who offeredTo, id globalid.ID) error {
		_, err := w.Shortages.Choose(who.ctx, shortage.Choice{Shortage: id, Choice: choice})
		return err
	})
}

// newLabel is a label of a parcel that no other has had.
func (w *offered) newLabel(id globalid.ID) shipment.LabelInput {
	return shipment.LabelInput{Shipment: id, Carrier: carriers[w.chance.IntN(2)],
		TrackingNumber: w.Label("T")}
}

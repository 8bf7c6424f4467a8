package verify

import (
	"context"

	"orderflow/internal/globalid"
)

// orders walks the orders by id; each check gets one order's data at a time.
func (r *run) orders(ctx context.Context) error {
	redeemed, err := r.redeemedShares(ctx)
	if err != nil {
		return err
	}
	terms, err := r.terms(ctx)
	if err != nil {
		return err
	}
	checks := []func(*orderData){
		r.reservationLedger(), r.unitsReserved(), r.reservationPlaces(), r.reshipments(),
		r.itemsAdd(), r.subOrdersAdd(), r.ordersAdd(), r.paidOnce(), r.attempts(), r.givenUp(),
		r.refundsFit(), r.itemsRefund(), r.refundsAdd(), r.freightRefunds(), r.uncountedReturn(),
		r.requestsAdd(), r.requestsRefund(),
		r.unitsOnce(), r.unitsPacked(), r.unitsCounted(),
		r.sequences(), r.replays(), r.rollUps(), r.positionOrder(), r.transitions(),
		r.messages(), r.tracks(),
		r.copiesAgree(), redeemed,
		r.times(), r.deadlines(), r.nextDeadlines(), terms, r.reviewStatus(), r.stages(),
		r.nextSteps(), r.receiptsHeard(), r.addressStatus(), r.holds(),
		r.requestStatus(), r.shortageStatus(), r.interceptionStatus(), r.waits(),
	}
	all, err := r.size(ctx, "orders")
	if err != nil {
		return err
	}
	var last globalid.ID
	for done := 0; ; {
		found, err := r.next(ctx, last)
		if err != nil || len(found) == 0 {
			return err
		}
		last = found[len(found)-1].ID
		for _, b := range found {
			for _, check := range checks {
				check(b)
			}
		}
		done += len(found)
		r.progress("orders", done, all)
	}
}

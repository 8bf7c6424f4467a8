package verify

import (
	"context"

	"orderflow/internal/globalid"
)

// orders walks the orders by id; each check looks at one order's book at a time.
func (r *run) orders(ctx context.Context) error {
	useOnce, err := r.sharesHold(ctx)
	if err != nil {
		return err
	}
	checks := []func(*book){
		r.reservationsMove(), r.unitsAreHeld(), r.reservationsStand(), r.sentAgain(),
		r.itemsAdd(), r.subOrdersAdd(), r.ordersAdd(), r.paidOnce(), r.attempts(),
		r.refundsFit(), r.itemsRefund(), r.refundsAdd(), r.freightRefunds(), r.uncountedReturn(),
		r.requestsAdd(), r.requestsRefund(),
		r.unitsOnce(), r.unitsPacked(), r.unitsCounted(),
		r.sequences(), r.replays(), r.rollUps(), r.positionsFollow(), r.stepsAreRows(),
		r.wordsAreTold(), r.tracks(),
		r.copiesAgree(), useOnce,
		r.times(), r.deadlines(), r.reviewsWait(), r.stages(), r.nextSteps(), r.addressesStand(),
		r.requestsStand(), r.shortagesStand(), r.interceptionsStand(),
	}
	all, err := r.size(ctx, "orders")
	if err != nil {
		return err
	}
	var last globalid.ID
	for done := 0; ; {
		books, err := r.next(ctx, last)
		if err != nil || len(books) == 0 {
			return err
		}
		last = books[len(books)-1].ID
		for _, b := range books {
			for _, check := range checks {
				check(b)
			}
		}
		done += len(books)
		r.progress("orders", done, all)
	}
}

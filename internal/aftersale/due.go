package aftersale

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/lifecycle"
	"orderflow/internal/terms"
)

const (
	day = 24 * time.Hour

	merchantAnswers  = 48 * time.Hour
	warehouseAnswers = 24 * time.Hour // about packed goods
	buyerAnswers     = 7 * day
	interception     = 3 * day
	sending          = 7 * day
	unknownDelivery  = 15 * day // of goods that the buyer has not got yet
	returnArrives    = 10 * day
	returnInspected  = 3 * day // after it arrived
	escalation       = 7 * day
	reshipping       = 48 * time.Hour
	reshipConfirmed  = 7 * day // after it was delivered
	ruling           = 7 * day
	returnWindow     = 7 * day
	shortageAnswers  = 24 * time.Hour // the shop's offer, and then the buyer's choice
)

func orHours(hours int, otherwise time.Duration) time.Duration {
	if hours == 0 {
		return otherwise
	}
	return time.Duration(hours) * time.Hour
}

func orDays(days int, otherwise time.Duration) time.Duration {
	if days == 0 {
		return otherwise
	}
	return time.Duration(days) * day
}

// schedule sets the deadline of the status that the request gets, and its end.
func (d *desk) schedule(u *ent.AfterSaleUpdate, to lifecycle.AfterSaleStatus) {
	setDue(u, d.dueIn(to))
	if !open(to) {
		u.SetEndedAt(d.Now)
	}
}

// setDue sets or clears a deadline. Attempts counts the reminders of one.
func setDue(u *ent.AfterSaleUpdate, due *time.Time) {
	u.ClearDueAt().SetAttempts(0)
	if due != nil {
		u.SetDueAt(*due)
	}
}

// dueIn is when the deadline of a status that begins now is over; nil when it has none.
func (d *desk) dueIn(to lifecycle.AfterSaleStatus) *time.Time {
	p := d.Policy
	answer := orDays(p.BuyerAnswerDays, buyerAnswers)
	after := map[lifecycle.AfterSaleStatus]time.Duration{
		lifecycle.AfterSaleAwaitingMerchant:     d.answerTime(),
		lifecycle.AfterSaleAwaitingBuyer:        answer,
		lifecycle.AfterSaleAwaitingInterception: orDays(p.InterceptionDays, interception),
		lifecycle.AfterSaleAwaitingChoice:       answer,
		lifecycle.AfterSaleAwaitingRefusal:      answer,
		lifecycle.AfterSaleAwaitingReturn:       orDays(p.ReturnDays, sending),
		lifecycle.AfterSaleReturnInTransit:      orDays(p.ConfirmReturnDays, returnArrives),
		lifecycle.AfterSaleRejected:             orDays(p.EscalateDays, escalation),
		lifecycle.AfterSaleReshipping:           orHours(p.ReshipHours, reshipping),
		lifecycle.AfterSaleInArbitration:        ruling,
	}[to]
	if after == 0 {
		return nil
	}
	if to == lifecycle.AfterSaleAwaitingReturn && d.Parcel != nil && d.Parcel.DeliveredAt == nil {
		after += unknownDelivery
	}
	if to == lifecycle.AfterSaleReturnInTransit && at(d.Parcel, lifecycle.CarrierReturned) {
		after = orDays(p.InspectReturnDays, returnInspected)
	}
	due := d.Now.Add(after)
	return &due
}

// answerTime is how long the shop has to answer.
func (d *desk) answerTime() time.Duration {
	if d.Row.Goods == terms.GoodsUnshipped {
		return orHours(d.Policy.PackedHours, warehouseAnswers)
	}
	return orHours(d.Policy.MerchantHours, merchantAnswers)
}

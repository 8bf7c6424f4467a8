package aftersale

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/vocab"
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
func (d *desk) schedule(u *ent.AfterSaleUpdate, to vocab.AfterSaleStatus) {
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
func (d *desk) dueIn(to vocab.AfterSaleStatus) *time.Time {
	p := d.Policy
	answer := orDays(p.BuyerAnswerDays, buyerAnswers)
	after := map[vocab.AfterSaleStatus]time.Duration{
		vocab.AfterSaleAwaitingMerchant:     d.answerTime(),
		vocab.AfterSaleAwaitingBuyer:        answer,
		vocab.AfterSaleAwaitingInterception: orDays(p.InterceptionDays, interception),
		vocab.AfterSaleAwaitingChoice:       answer,
		vocab.AfterSaleAwaitingRefusal:      answer,
		vocab.AfterSaleAwaitingReturn:       orDays(p.ReturnDays, sending),
		vocab.AfterSaleReturnInTransit:      orDays(p.ConfirmReturnDays, returnArrives),
		vocab.AfterSaleRejected:             orDays(p.EscalateDays, escalation),
		vocab.AfterSaleReshipping:           orHours(p.ReshipHours, reshipping),
		vocab.AfterSaleInArbitration:        ruling,
	}[to]
	if after == 0 {
		return nil
	}
	if to == vocab.AfterSaleAwaitingReturn && d.Parcel != nil && d.Parcel.DeliveredAt == nil {
		after += unknownDelivery
	}
	if to == vocab.AfterSaleReturnInTransit && at(d.Parcel, vocab.CarrierReturned) {
		after = orDays(p.InspectReturnDays, returnInspected)
	}
	due := d.Now.Add(after)
	return &due
}

// answerTime is how long the shop has to answer.
func (d *desk) answerTime() time.Duration {
	if d.Row.Goods == vocab.GoodsUnshipped {
		return orHours(d.Policy.PackedHours, warehouseAnswers)
	}
	return orHours(d.Policy.MerchantHours, merchantAnswers)
}

package aftersale

import (
	"time"

	"orderflow/internal/document"
	"orderflow/internal/vocab"
)

const (
	day   = 24 * time.Hour
	lease = time.Minute // of a claimed request, in real time

	unknownDelivery = 15 * day // of goods that the buyer has not got yet
	reshipConfirmed = 7 * day  // after it was delivered
	reshippingAfter = 7 * day  // more, once the shop was reminded
	ruling          = 7 * day  // until the first reminder, and from one to the next
	reminders       = 2        // of a ruling
)

// startDeadline begins the deadline of the request's status, or ends the request.
func (s *session) startDeadline() {
	s.setDue(s.dueIn(s.Row.Status))
	if vocab.AfterSaleFinal.Has(s.Row.Status) {
		s.Row.EndedAt = &s.Now
	}
}

// remind begins a deadline once more, whose end somebody was reminded of.
func (s *session) remind(after time.Duration) {
	given := s.Row.Attempts + 1
	s.dueAfter(after)
	s.Row.Attempts = given
}

// setDue sets or clears the deadline. Attempts counts the reminders of one.
func (s *session) setDue(due *time.Time) { s.Row.DueAt, s.Row.Attempts = due, 0 }

// dueAfter begins a deadline now.
func (s *session) dueAfter(after time.Duration) {
	due := s.Now.Add(after)
	s.setDue(&due)
}

// dueIn is when the deadline of a status that begins now is over; nil when it has none.
func (s *session) dueIn(to vocab.AfterSaleStatus) *time.Time {
	p := s.Terms
	answer := document.Days(p.BuyerAnswerDays)
	after := map[vocab.AfterSaleStatus]time.Duration{
		vocab.AfterSaleAwaitingMerchant:     s.answerTime(),
		vocab.AfterSaleAwaitingBuyer:        answer,
		vocab.AfterSaleAwaitingInterception: document.Days(p.InterceptionDays),
		vocab.AfterSaleAwaitingChoice:       answer,
		vocab.AfterSaleAwaitingRefusal:      answer,
		vocab.AfterSaleAwaitingReturn:       document.Days(p.ReturnDays),
		vocab.AfterSaleReturnInTransit:      document.Days(p.ConfirmReturnDays),
		vocab.AfterSaleRejected:             document.Days(p.EscalateDays),
		vocab.AfterSaleReshipping:           document.Hours(p.ReshipHours),
		vocab.AfterSaleInArbitration:        ruling,
	}[to]
	if after == 0 {
		return nil
	}
	if vocab.AwaitingReturn.Has(to) && s.Parcel != nil && s.Parcel.DeliveredAt == nil {
		after += unknownDelivery
	}
	if vocab.ReturnInTransit.Has(to) && at(s.Parcel, vocab.ParcelReturned) {
		after = document.Days(p.InspectReturnDays)
	}
	due := s.Now.Add(after)
	return &due
}

// answerTime is how long the shop has to answer.
func (s *session) answerTime() time.Duration {
	if s.Row.Goods == vocab.GoodsUnshipped {
		return document.Hours(s.Terms.PackedHours)
	}
	return document.Hours(s.Terms.MerchantHours)
}

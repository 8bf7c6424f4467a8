package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

// AfterSaleFacts is what the after-sale's guards look at, read under the order's lock.
type AfterSaleFacts struct {
	Path            vocab.Path
	SelfApproved    bool // nothing of it is beyond what the shop's policy approves by itself
	SilenceApproves bool // the kind is approved when the merchant says nothing: it moves money
	TurnedBack      bool // its parcel is REFUSED, RETURNING or RETURNED
	ParcelLost      bool // its parcel is LOST
	GoodsBack       bool // goods have gone back: sent by the buyer, or the courier accepted
	NoGoods         bool // it is about money alone, or about goods that were not handed over
	RefundEarly     bool // the shop's policy refunds on interception
	DeadlinePassed  bool // the deadline of the present status
	NoDeadline      bool // no deadline runs
	Reminded        bool // somebody was reminded of the present deadline
	LastReminder    bool // for the last time
	Reship          bool // after the goods came back others are sent
	Arrived         bool // its parcel was delivered
	Packing         bool // the parcel of the replacement was made
	Shipped         bool // the replacement was handed over, and is not lost or on its way back
}

// Names of the after-sale's guards.
const (
	GuardPathRefund      = "the money alone is wanted"
	GuardPathIntercept   = "the parcel is to be intercepted"
	GuardPathRefuse      = "the buyer is to refuse the parcel"
	GuardPathReturn      = "the buyer is to send the goods back"
	GuardPathReship      = "the shop is to send goods"
	GuardSelfApproved    = "the policy approves it by itself"
	GuardNotSelfApproved = "the merchant has to answer"
	GuardSilenceApproves = "silence approves this kind"
	GuardSilenceAsks     = "silence asks the platform about this kind"
	GuardTurnedBack      = "the parcel is on its way back"
	GuardParcelLost      = "the parcel is lost"
	GuardNotLost         = "the parcel is not lost"
	GuardNothingBack     = "no goods have gone back"
	GuardGoodsSent       = "it is about goods that were handed over"
	GuardRefundEarly     = "the policy refunds on interception"
	GuardRefundLate      = "the policy waits for the goods"
	GuardGoodsGone       = "goods have gone back, or are lost"
	GuardGoodsKept       = "no goods have gone back, and none are lost"
	GuardTooLate         = "the shop did not send in time"
	GuardReminderGiven   = "it was reminded of that"
	GuardNoReminder      = "it was not reminded of that"
	GuardRemindersGiven  = "all reminders were given"
	GuardReminderLeft    = "a reminder is left"
	GuardReship          = "goods are to be sent"
	GuardNoReship        = "no goods are to be sent"
	GuardNotArrived      = "the parcel was not delivered yet"
	GuardNotPacking      = "no parcel was made for them"
	GuardReshipped       = "the goods were sent"
	GuardNotReshipped    = "the goods were not sent yet"
)

type (
	afterSaleWhen  = []fsm.Guard[AfterSaleFacts]
	afterSaleGuard = fsm.Guard[AfterSaleFacts]

	// AfterSaleRow is a row of the after-sale table.
	AfterSaleRow = Row[vocab.AfterSaleStatus, vocab.AfterSaleAction, AfterSaleFacts]
)

var (
	selfApproved = afterSaleGuard{Name: GuardSelfApproved,
		Holds: func(f AfterSaleFacts) bool { return f.SelfApproved }}
	notSelfApproved = afterSaleGuard{Name: GuardNotSelfApproved,
		Holds: func(f AfterSaleFacts) bool { return !f.SelfApproved }}
	silenceApproves = afterSaleGuard{Name: GuardSilenceApproves,
		Holds: func(f AfterSaleFacts) bool { return f.SilenceApproves }}
	silenceAsks = afterSaleGuard{Name: GuardSilenceAsks,
		Holds: func(f AfterSaleFacts) bool { return !f.SilenceApproves }}
	turnedBack = afterSaleGuard{Name: GuardTurnedBack,
		Holds: func(f AfterSaleFacts) bool { return f.TurnedBack }}
	parcelLost = afterSaleGuard{Name: GuardParcelLost,
		Holds: func(f AfterSaleFacts) bool { return f.ParcelLost }}
	notLost = afterSaleGuard{Name: GuardNotLost,
		Holds: func(f AfterSaleFacts) bool { return !f.ParcelLost }}
	nothingBack = afterSaleGuard{Name: GuardNothingBack,
		Holds: func(f AfterSaleFacts) bool { return !f.GoodsBack }}
	goodsSent = afterSaleGuard{Name: GuardGoodsSent,
		Holds: func(f AfterSaleFacts) bool { return !f.NoGoods }}
	refundEarly = afterSaleGuard{Name: GuardRefundEarly,
		Holds: func(f AfterSaleFacts) bool { return f.RefundEarly }}
	refundLate = afterSaleGuard{Name: GuardRefundLate,
		Holds: func(f AfterSaleFacts) bool { return !f.RefundEarly }}
	dueOnce = afterSaleGuard{Name: GuardDeadlineRuns,
		Holds: func(f AfterSaleFacts) bool { return !f.NoDeadline }}
	runOut = afterSaleGuard{Name: GuardDeadlinePassed,
		Holds: func(f AfterSaleFacts) bool { return f.DeadlinePassed }}
	goodsGone = afterSaleGuard{Name: GuardGoodsGone,
		Holds: func(f AfterSaleFacts) bool { return f.GoodsBack || f.ParcelLost }}
	goodsKept = afterSaleGuard{Name: GuardGoodsKept,
		Holds: func(f AfterSaleFacts) bool { return !f.GoodsBack && !f.ParcelLost }}
	tooLate = afterSaleGuard{Name: GuardTooLate,
		Holds: func(f AfterSaleFacts) bool { return f.DeadlinePassed || f.Reminded }}
	reminderGiven = afterSaleGuard{Name: GuardReminderGiven,
		Holds: func(f AfterSaleFacts) bool { return f.Reminded }}
	noReminder = afterSaleGuard{Name: GuardNoReminder,
		Holds: func(f AfterSaleFacts) bool { return !f.Reminded }}
	remindersGiven = afterSaleGuard{Name: GuardRemindersGiven,
		Holds: func(f AfterSaleFacts) bool { return f.LastReminder }}
	reminderLeft = afterSaleGuard{Name: GuardReminderLeft,
		Holds: func(f AfterSaleFacts) bool { return !f.LastReminder }}
	toReship = afterSaleGuard{Name: GuardReship,
		Holds: func(f AfterSaleFacts) bool { return f.Reship }}
	notToReship = afterSaleGuard{Name: GuardNoReship,
		Holds: func(f AfterSaleFacts) bool { return !f.Reship }}
	notArrived = afterSaleGuard{Name: GuardNotArrived,
		Holds: func(f AfterSaleFacts) bool { return !f.Arrived }}
	notPacking = afterSaleGuard{Name: GuardNotPacking,
		Holds: func(f AfterSaleFacts) bool { return !f.Packing }}
	reshipped = afterSaleGuard{Name: GuardReshipped,
		Holds: func(f AfterSaleFacts) bool { return f.Shipped }}
	notReshipped = afterSaleGuard{Name: GuardNotReshipped,
		Holds: func(f AfterSaleFacts) bool { return !f.Shipped }}
)

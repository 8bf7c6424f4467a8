package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

// TradeFacts is what the trade's guards look at, read under the order's lock.
type TradeFacts struct {
	DeadlinePassed bool // the deadline of the present status: pay, receipt, return window
	SoleShop       bool // one shop only is in the order
	AttemptOpen    bool // a payment attempt is CREATED, OPEN or CLOSING (not UNKNOWN: given up)
	AmountMatches  bool // the payment is of this order and of its payable amount
	NothingToPay   bool // the payable amount is 0
	QuantityLocked bool // an after-sale or a shortage locks some of the units concerned
	AllShipped     bool // afterwards no unit is left to ship: each is shipped or refunded
	SomeShipped    bool // afterwards a unit is handed over
	AllRefunded    bool // afterwards every unit is refunded and no money is left on a line
	AfterSaleOpen  bool // an after-sale of the sub-order is open
	RemindedToday  bool // the buyer reminded within the last day
	ExtendedBefore bool // the buyer has extended the receipt once
	HandedOver     bool // a parcel of the shop was handed over
	Unreviewed     bool // the buyer has not reviewed the item
	ParcelTroubled bool // a parcel is PROBLEM, REFUSED, RETURNING, RETURNED or LOST
	TroubleOver    bool // its time to be solved is over, and what came back was not refunded
}

// Names of the trade's guards, as a refusal gives them.
const (
	GuardBeforeDeadline  = "before the deadline"
	GuardDeadlinePassed  = "the deadline has passed"
	GuardSoleShop        = "no other shop is in the order"
	GuardAttemptOpen     = "a payment attempt is open"
	GuardNoAttemptOpen   = "no payment attempt is open"
	GuardAmountMatches   = "amount and order match"
	GuardNothingToPay    = "nothing is to be paid"
	GuardQuantityFree    = "nothing locks the quantity"
	GuardNothingUnsent   = "nothing is left to ship"
	GuardSomethingUnsent = "something is left to ship"
	GuardSomeSent        = "something else is handed over"
	GuardNothingSent     = "nothing else is handed over"
	GuardAllRefunded     = "every unit is refunded"
	GuardNotAllRefunded  = "not every unit is refunded"
	GuardNoAfterSale     = "no after-sale is open"
	GuardParcelsWell     = "no parcel is in trouble, or the time of the trouble is over"
	GuardNotReminded     = "the buyer has not reminded today"
	GuardNotExtended     = "the buyer has not extended it before"
	GuardNotHandedOver   = "the shop has handed no parcel over"
	GuardUnreviewed      = "the item is not reviewed yet"
)

type (
	tradeGuard = fsm.Guard[TradeFacts]
	tradeWhen  = []tradeGuard

	// TradeRow is a row of the trade table.
	TradeRow = Row[vocab.TradeStatus, vocab.TradeAction, TradeFacts]
)

var (
	beforeDeadline = tradeGuard{Name: GuardBeforeDeadline,
		Holds: func(f TradeFacts) bool { return !f.DeadlinePassed }}
	deadlinePassed = tradeGuard{Name: GuardDeadlinePassed,
		Holds: func(f TradeFacts) bool { return f.DeadlinePassed }}
	soleShop = tradeGuard{Name: GuardSoleShop,
		Holds: func(f TradeFacts) bool { return f.SoleShop }}
	attemptOpen = tradeGuard{Name: GuardAttemptOpen,
		Holds: func(f TradeFacts) bool { return f.AttemptOpen }}
	noAttemptOpen = tradeGuard{Name: GuardNoAttemptOpen,
		Holds: func(f TradeFacts) bool { return !f.AttemptOpen }}
	amountMatches = tradeGuard{Name: GuardAmountMatches,
		Holds: func(f TradeFacts) bool { return f.AmountMatches }}
	nothingToPay = tradeGuard{Name: GuardNothingToPay,
		Holds: func(f TradeFacts) bool { return f.NothingToPay }}
	quantityFree = tradeGuard{Name: GuardQuantityFree,
		Holds: func(f TradeFacts) bool { return !f.QuantityLocked }}
	nothingUnsent = tradeGuard{Name: GuardNothingUnsent,
		Holds: func(f TradeFacts) bool { return f.AllShipped }}
	somethingUnsent = tradeGuard{Name: GuardSomethingUnsent,
		Holds: func(f TradeFacts) bool { return !f.AllShipped }}
	someSent = tradeGuard{Name: GuardSomeSent,
		Holds: func(f TradeFacts) bool { return f.SomeShipped }}
	nothingSent = tradeGuard{Name: GuardNothingSent,
		Holds: func(f TradeFacts) bool { return !f.SomeShipped }}
	allRefunded = tradeGuard{Name: GuardAllRefunded,
		Holds: func(f TradeFacts) bool { return f.AllRefunded }}
	notAllRefunded = tradeGuard{Name: GuardNotAllRefunded,
		Holds: func(f TradeFacts) bool { return !f.AllRefunded }}
	noAfterSale = tradeGuard{Name: GuardNoAfterSale,
		Holds: func(f TradeFacts) bool { return !f.AfterSaleOpen }}
	notReminded = tradeGuard{Name: GuardNotReminded,
		Holds: func(f TradeFacts) bool { return !f.RemindedToday }}
	notExtended = tradeGuard{Name: GuardNotExtended,
		Holds: func(f TradeFacts) bool { return !f.ExtendedBefore }}
	notHandedOver = tradeGuard{Name: GuardNotHandedOver,
		Holds: func(f TradeFacts) bool { return !f.HandedOver }}
	unreviewed = tradeGuard{Name: GuardUnreviewed,
		Holds: func(f TradeFacts) bool { return f.Unreviewed }}
	parcelsWell = tradeGuard{Name: GuardParcelsWell,
		Holds: func(f TradeFacts) bool { return !f.ParcelTroubled || f.TroubleOver }}
)

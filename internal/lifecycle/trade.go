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
	ShopHolds      bool // the shop has put it on hold
	PlatformHolds  bool // the platform has
	TroubleOver    bool // its time to be solved is over, and what came back was not refunded

	NothingUnsent    bool // no unit is left that is neither handed over nor taken nor lacking
	NothingThere     bool // of those, none is at the warehouse
	NothingToPack    bool // of those, none is there and in no parcel
	NothingMoves     bool // none of them can go elsewhere: it is in a parcel or in a transfer
	NothingStays     bool // if one went, none would stay
	SomeStays        bool // some of them cannot go elsewhere, or some unit lacks
	NothingToRequest bool // every unit and all of the money is taken by requests or refunds
	WindowOver       bool // the time to ask for an after-sale is over
	ShopTooLate      bool // its end was too long ago for its shop to begin anything
	NoDeadline       bool // no deadline runs
}

// Names of the trade's guards, as a refusal gives them.
const (
	GuardBeforeDeadline    = "before the deadline"
	GuardDeadlinePassed    = "the deadline has passed"
	GuardSoleShop          = "no other shop is in the order"
	GuardAttemptOpen       = "a payment attempt is open"
	GuardNoAttemptOpen     = "no payment attempt is open"
	GuardAmountMatches     = "amount and order match"
	GuardNothingToPay      = "nothing is to be paid"
	GuardQuantityFree      = "nothing locks the quantity"
	GuardNothingUnsent     = "nothing is left to ship"
	GuardSomethingUnsent   = "something is left to ship"
	GuardSomeSent          = "something else is handed over"
	GuardNothingSent       = "nothing else is handed over"
	GuardAllRefunded       = "every unit is refunded"
	GuardNotAllRefunded    = "not every unit is refunded"
	GuardNoAfterSale       = "no after-sale is open"
	GuardParcelsWell       = "no parcel is in trouble, or the time of the trouble is over"
	GuardNotReminded       = "the buyer has not reminded today"
	GuardNotExtended       = "the buyer has not extended it before"
	GuardNotHandedOver     = "the shop has handed no parcel over"
	GuardUnreviewed        = "the item is not reviewed yet"
	GuardUnitsLeft         = "a unit is left that is neither handed over nor taken nor lacking"
	GuardUnitsThere        = "a unit that is left is at the warehouse"
	GuardPackable          = "a unit that is left is there and in no parcel"
	GuardUnitsMove         = "a unit that is left is in no parcel and no transfer"
	GuardUnitsStay         = "a unit can go and another stays"
	GuardAllMoves          = "no unit lacks, and all that are left are in no parcel and no transfer"
	GuardRequestable       = "something is left that no request and no refund has taken"
	GuardWindowOpen        = "the time to ask is not over"
	GuardShopInTime        = "it ended not too long ago for its shop"
	GuardDeadlineRuns      = "a deadline runs"
	GuardNotOnHold         = "it is not on hold"
	GuardHeldByShop        = "the shop has put it on hold"
	GuardNotHeldByShop     = "the shop has not put it on hold"
	GuardHeldByPlatform    = "the platform has put it on hold"
	GuardNotHeldByPlatform = "the platform has not put it on hold"
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
	notOnHold = tradeGuard{Name: GuardNotOnHold,
		Holds: func(f TradeFacts) bool { return !f.ShopHolds && !f.PlatformHolds }}
	heldByShop = tradeGuard{Name: GuardHeldByShop,
		Holds: func(f TradeFacts) bool { return f.ShopHolds }}
	notHeldByShop = tradeGuard{Name: GuardNotHeldByShop,
		Holds: func(f TradeFacts) bool { return !f.ShopHolds }}
	heldByPlatform = tradeGuard{Name: GuardHeldByPlatform,
		Holds: func(f TradeFacts) bool { return f.PlatformHolds }}
	notHeldByPlatform = tradeGuard{Name: GuardNotHeldByPlatform,
		Holds: func(f TradeFacts) bool { return !f.PlatformHolds }}
	unitsLeft = tradeGuard{Name: GuardUnitsLeft,
		Holds: func(f TradeFacts) bool { return !f.NothingUnsent }}
	unitsThere = tradeGuard{Name: GuardUnitsThere,
		Holds: func(f TradeFacts) bool { return !f.NothingThere }}
	packable = tradeGuard{Name: GuardPackable,
		Holds: func(f TradeFacts) bool { return !f.NothingToPack }}
	unitsMove = tradeGuard{Name: GuardUnitsMove,
		Holds: func(f TradeFacts) bool { return !f.NothingMoves }}
	unitsStay = tradeGuard{Name: GuardUnitsStay,
		Holds: func(f TradeFacts) bool { return !f.NothingStays }}
	allMoves = tradeGuard{Name: GuardAllMoves,
		Holds: func(f TradeFacts) bool { return !f.SomeStays }}
	requestable = tradeGuard{Name: GuardRequestable,
		Holds: func(f TradeFacts) bool { return !f.NothingToRequest }}
	windowOpen = tradeGuard{Name: GuardWindowOpen,
		Holds: func(f TradeFacts) bool { return !f.WindowOver }}
	shopInTime = tradeGuard{Name: GuardShopInTime,
		Holds: func(f TradeFacts) bool { return !f.ShopTooLate }}
	deadlineRuns = tradeGuard{Name: GuardDeadlineRuns,
		Holds: func(f TradeFacts) bool { return !f.NoDeadline }}
)

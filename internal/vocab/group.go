package vocab

import "slices"

// Group is some statuses that rules treat alike. Code outside of the tables uses groups and
// compares no status by itself; in a query a group stands for its members.
type Group[S ~string] []S

// Has reports whether the status is one of the group.
func (g Group[S]) Has(status S) bool { return slices.Contains(g, status) }

// DifferenceUnresolved waits for staff.
var DifferenceUnresolved = Group[DifferenceStatus]{DifferenceOpen}

// Groups of trade statuses.
var (
	Unpaid          = Group[TradeStatus]{PendingPayment, PaymentFailed}
	AwaitingPayment = Group[TradeStatus]{PendingPayment}
	Retryable       = Group[TradeStatus]{PaymentFailed}
	// NotShipped has handed nothing over; ToShip has something left to hand over.
	NotShipped = Group[TradeStatus]{AwaitingShipment}
	ToShip     = Group[TradeStatus]{AwaitingShipment, PartiallyShipped}
	// AwaitingReceipt has handed all over: the clock of the receipt runs.
	AwaitingReceipt = Group[TradeStatus]{Shipped}
	Fulfilling      = Group[TradeStatus]{AwaitingShipment, PartiallyShipped, Shipped}
	InReturnWindow  = Group[TradeStatus]{Received}
	Succeeded       = Group[TradeStatus]{Completed}
	WithBuyer       = Group[TradeStatus]{Received, Completed}
	// UnderWay has handed a parcel over, and its buyer has not received the last one.
	UnderWay = Group[TradeStatus]{PartiallyShipped, Shipped}
	// Dispatched has handed over a parcel.
	Dispatched  = Group[TradeStatus]{PartiallyShipped, Shipped, Received, Completed}
	TradeClosed = Group[TradeStatus]{Closed}
	// PastReceipt waits for no parcel any more.
	PastReceipt = Group[TradeStatus]{Received, Completed, Closed}
)

// Groups of payment attempts.
var (
	AttemptUnopened = Group[AttemptStatus]{AttemptCreated}
	AttemptPayable  = Group[AttemptStatus]{AttemptCreated, AttemptOpen}
	AttemptOpened   = Group[AttemptStatus]{AttemptOpen} // the buyer can pay at the channel
	AttemptAskable  = Group[AttemptStatus]{AttemptOpen, AttemptUnknown}
	BeingClosed     = Group[AttemptStatus]{AttemptClosing}
	GivenUp         = Group[AttemptStatus]{AttemptUnknown}
	AttemptPaid     = Group[AttemptStatus]{AttemptSucceeded}
	AttemptRefused  = Group[AttemptStatus]{AttemptFailed}
	AttemptEnded    = Group[AttemptStatus]{AttemptClosed}
	// AttemptBlocking keeps its order from failing and from expiring.
	AttemptBlocking = Group[AttemptStatus]{AttemptCreated, AttemptOpen, AttemptClosing}
)

// Groups of refunds.
var (
	RefundUnsubmitted = Group[RefundStatus]{RefundRequested}
	RefundUncertain   = Group[RefundStatus]{RefundUnknown}
	RefundAtChannel   = Group[RefundStatus]{RefundSubmitted}
	RefundUnsettled   = Group[RefundStatus]{RefundRequested, RefundUnknown, RefundSubmitted}
	RefundPaid        = Group[RefundStatus]{RefundSucceeded}
)

// Groups of stock reservations, and of what can be used once.
var (
	Holding     = Group[ReservationStatus]{ReservationHeld}
	Consumed    = Group[ReservationStatus]{ReservationConsumed}
	InTransfer  = Group[ReservationStatus]{ReservationInTransfer}
	Reserved    = Group[ReservationStatus]{ReservationHeld, ReservationInTransfer}
	Redeemable  = Group[UseStatus]{UseAvailable}
	Claimed     = Group[UseStatus]{UseHeld}
	Redeemed    = Group[UseStatus]{UseHeld, UseUsed} // by an order, paid or not
	TransferRun = Group[TransferStatus]{TransferRequested, TransferShipped}
	// TransferUnsent has taken nothing out of its source yet.
	TransferUnsent = Group[TransferStatus]{TransferRequested}
	// AddressOpen waits for an answer: AddressAwaitingShop of the shop, the other of the buyer.
	AddressMoved        = Group[AddressChangeStatus]{AddressAccepted}
	AddressOpen         = Group[AddressChangeStatus]{AddressAsked, AddressProposed}
	AddressAwaitingShop = Group[AddressChangeStatus]{AddressAsked}
)

// Groups of parcels: inside the warehouse, and by what the courier reports.
var (
	HandedOver      = Group[WarehouseStage]{StageHandedOver}
	ParcelCancelled = Group[WarehouseStage]{StageCancelled}
	ListPrinted     = Group[WarehouseStage]{StageListPrinted}
	Packed          = Group[WarehouseStage]{StagePacked}
	InWarehouse     = Group[WarehouseStage]{StagePending, StageListPrinted, StagePicking, StagePacked}
	// Unscanned is what nothing was reported of.
	Unscanned       = Group[CarrierStage]{CarrierLabelled}
	ParcelCollected = Group[CarrierStage]{CarrierCollected}
	ParcelDelivered = Group[CarrierStage]{CarrierDelivered}
	ParcelLost      = Group[CarrierStage]{CarrierLost}
	// ParcelStuck has a problem that its courier is to solve.
	ParcelStuck      = Group[CarrierStage]{CarrierProblem}
	ParcelReturned   = Group[CarrierStage]{CarrierReturned}
	ParcelTurnedBack = Group[CarrierStage]{CarrierRefused, CarrierReturning, CarrierReturned}
	// ParcelAstray will not reach the buyer.
	ParcelAstray = Group[CarrierStage]{CarrierRefused, CarrierReturning, CarrierReturned, CarrierLost}
	// CourierDone is what couriers report nothing after.
	CourierDone = Group[CarrierStage]{CarrierDelivered, CarrierReturned, CarrierLost}
	// ReceiptPaused stops the clock of the receipt; NeedsMerchant is a task of the shop.
	ReceiptPaused = Group[CarrierStage]{CarrierProblem, CarrierRefused, CarrierReturning,
		CarrierReturned, CarrierLost}
	NeedsMerchant = Group[CarrierStage]{CarrierProblem, CarrierRefused, CarrierReturned, CarrierLost}
)

// Groups of interceptions.
var (
	// InterceptionOpen may still get an answer of the courier.
	InterceptionOpen = Group[InterceptionStatus]{InterceptionRequested, InterceptionAsked,
		InterceptionUnknown, InterceptionAccepted}
	InterceptionUnsent   = Group[InterceptionStatus]{InterceptionRequested}
	InterceptionAtWork   = Group[InterceptionStatus]{InterceptionAsked, InterceptionAccepted}
	InterceptionPromised = Group[InterceptionStatus]{InterceptionAccepted}
	Intercepted          = Group[InterceptionStatus]{InterceptionSucceeded}
)

// Groups of after-sale requests.
var (
	AwaitingMerchant     = Group[AfterSaleStatus]{AfterSaleAwaitingMerchant}
	AwaitingInterception = Group[AfterSaleStatus]{AfterSaleAwaitingInterception}
	AwaitingRefusal      = Group[AfterSaleStatus]{AfterSaleAwaitingRefusal}
	AwaitingReturn       = Group[AfterSaleStatus]{AfterSaleAwaitingReturn}
	ReturnInTransit      = Group[AfterSaleStatus]{AfterSaleReturnInTransit}
	InArbitration        = Group[AfterSaleStatus]{AfterSaleInArbitration}
	AwaitingRefund       = Group[AfterSaleStatus]{AfterSaleRefunding}
	Reshipping           = Group[AfterSaleStatus]{AfterSaleReshipping}
	AfterSaleSuccess     = Group[AfterSaleStatus]{AfterSaleCompleted}
	// AfterSaleFinal holds nothing any more; AfterSaleFruitless gave back what it held.
	AfterSaleFinal = Group[AfterSaleStatus]{
		AfterSaleCompleted, AfterSaleWithdrawn, AfterSaleClosed,
	}
	AfterSaleOpen = Group[AfterSaleStatus](slices.DeleteFunc(
		slices.Clone(AfterSaleStatuses), AfterSaleFinal.Has))
	AfterSaleFruitless = Group[AfterSaleStatus]{AfterSaleWithdrawn, AfterSaleClosed}
	// AfterSaleDecided moves its money or has ended: nobody can take it back.
	AfterSaleDecided = Group[AfterSaleStatus]{AfterSaleRefunding, AfterSaleCompleted,
		AfterSaleWithdrawn, AfterSaleClosed}
)

// Groups of shortages.
var (
	ShortageTimed   = Group[ShortageStatus]{ShortageOpen, ShortageOffered} // a deadline runs
	ShortageChoice  = Group[ShortageStatus]{ShortageOffered}
	AwaitingUnits   = Group[ShortageStatus]{ShortageWaiting}
	ShortageFinal   = Group[ShortageStatus]{ShortageResolved, ShortageRefunded}
	ShortageBacking = Group[ShortageStatus]{ShortageRefunding}
)

package vocab

// ShortageStatus is the status of a shortage 缺货.
type ShortageStatus string

// The shortage statuses.
const (
	ShortageOpen      ShortageStatus = "OPEN"
	ShortageOffered   ShortageStatus = "OFFERED"
	ShortageWaiting   ShortageStatus = "WAITING"
	ShortageRefunding ShortageStatus = "REFUNDING"
	ShortageResolved  ShortageStatus = "RESOLVED"
	ShortageRefunded  ShortageStatus = "REFUNDED"
)

// ShortageStatuses lists the shortage statuses.
var ShortageStatuses = []ShortageStatus{
	ShortageOpen, ShortageOffered, ShortageWaiting, ShortageRefunding, ShortageResolved,
	ShortageRefunded,
}

// ShortageAction is what can be done to a shortage.
type ShortageAction string

// The shortage actions.
const (
	ReportShortage   ShortageAction = "REPORT"
	OfferOptions     ShortageAction = "OFFER"
	ChooseRefund     ShortageAction = "CHOOSE_REFUND"
	ChooseWarehouse  ShortageAction = "CHOOSE_WAREHOUSE"
	ChooseTransfer   ShortageAction = "CHOOSE_TRANSFER"
	ReceiveUnits     ShortageAction = "RECEIVE"
	MissUnits        ShortageAction = "MISS"
	RunOutOfTime     ShortageAction = "RUN_OUT"
	RequestUnitsBack ShortageAction = "REQUEST_REFUND"
	RefundShortage   ShortageAction = "REFUND"
	ExtendShortage   ShortageAction = "EXTEND_DEADLINE"
)

// ShortageActions lists the shortage actions.
var ShortageActions = []ShortageAction{
	ReportShortage, OfferOptions, ChooseRefund, ChooseWarehouse, ChooseTransfer, ReceiveUnits,
	MissUnits, RunOutOfTime, RequestUnitsBack, RefundShortage, ExtendShortage,
}

// ShortageCause is when a shortage came out.
type ShortageCause string

// The causes of a shortage.
const (
	ShortAtPayment ShortageCause = "PAYMENT"
	ShortAtPacking ShortageCause = "PACKING"
	ShortTransfer  ShortageCause = "TRANSFER"
)

// ShortageOption is what a buyer may choose in a shortage.
type ShortageOption string

// The options in a shortage.
const (
	OptionRefund    ShortageOption = "REFUND"
	OptionTransfer  ShortageOption = "TRANSFER"
	OptionWarehouse ShortageOption = "OTHER_WAREHOUSE"
)

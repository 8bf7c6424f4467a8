package vocab

// HoldReason is why a sub-order is on hold 风控冻结.
type HoldReason string

// The reasons.
const (
	HoldFraud   HoldReason = "FRAUD_SUSPECTED"
	HoldPayment HoldReason = "PAYMENT_DISPUTED"
	HoldAddress HoldReason = "ADDRESS_DOUBTFUL"
	HoldGoods   HoldReason = "GOODS_DOUBTFUL"
	HoldOther   HoldReason = "OTHER"
)

// HoldReasons lists the reasons.
var HoldReasons = []HoldReason{HoldFraud, HoldPayment, HoldAddress, HoldGoods, HoldOther}

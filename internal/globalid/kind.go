package globalid

// Kind is the sort of thing an id names.
type Kind byte

// The kinds. Values are stored: never renumber them.
const (
	Shop Kind = iota + 1
	Buyer
	Staff
	Product
	Sku
	Warehouse
	Stock
	StockMovement
	Reservation
	Promotion
	Coupon
	MemberBenefit
	BenefitUse
	QuotaUse
	FreightTemplate
	Order
	SubOrder
	OrderItem
	Payment
	Refund
	RefundLine
	ChannelNotice
	OrderEvent
	IdempotencyKey
	Quota
	Shipment
	ShipmentItem
	TrackingEvent
	StockTransfer
	Review
	AddressChange
	Memo
	AfterSale
	AfterSaleLine
	AfterSaleMessage
	Interception
	Shortage
	ChannelBill
	BillLine
	BillDifference
	PolicyVersion
	FormerNumber
	AuditEntry
	SubOrderHold
)

var prefixes = [...]string{
	Shop: "shop", Buyer: "buyr", Staff: "stf", Product: "prd", Sku: "sku", Warehouse: "whs",
	Stock: "stk", StockMovement: "mov", Reservation: "rsv", Promotion: "prm", Coupon: "cpn",
	MemberBenefit: "mbf", BenefitUse: "bfu", QuotaUse: "qtu", FreightTemplate: "frt",
	Order: "ord", SubOrder: "sub", OrderItem: "itm", Payment: "pay", Refund: "rfd",
	RefundLine: "rfl", ChannelNotice: "ntc", OrderEvent: "evt", IdempotencyKey: "idk", Quota: "qta",
	Shipment: "shp", ShipmentItem: "spi", TrackingEvent: "trk", StockTransfer: "trf",
	Review: "rev", AddressChange: "adc", Memo: "mem", AfterSale: "afs", AfterSaleLine: "afl",
	AfterSaleMessage: "afm", Interception: "icp", Shortage: "sht",
	ChannelBill: "bil", BillLine: "bll", BillDifference: "bdf",
	PolicyVersion: "plv", FormerNumber: "fmn", AuditEntry: "aud",
	SubOrderHold: "hld",
}

// Prefix is the part before the underscore in an id's text; empty for an unknown kind.
func (k Kind) Prefix() string {
	if int(k) >= len(prefixes) {
		return ""
	}
	return prefixes[k]
}

// KindOf finds the kind with that prefix.
func KindOf(prefix string) (Kind, bool) {
	for k, p := range prefixes {
		if p != "" && p == prefix {
			return Kind(k), true
		}
	}
	return 0, false
}

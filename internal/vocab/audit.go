package vocab

// AuditAction is what an entry of the audit log is about: a command of staff that is no event of an
// order.
type AuditAction string

// The audited actions.
const (
	AuditSetShop            AuditAction = "SET_SHOP"
	AuditApproveAccount     AuditAction = "APPROVE_MERCHANT_ACCOUNT"
	AuditSetShopPolicy      AuditAction = "SET_SHOP_POLICY"
	AuditSetWarehouse       AuditAction = "SET_WAREHOUSE"
	AuditSetProduct         AuditAction = "SET_PRODUCT"
	AuditSetSku             AuditAction = "SET_SKU"
	AuditSetFreightTemplate AuditAction = "SET_FREIGHT_TEMPLATE"
	AuditSetPromotion       AuditAction = "SET_PROMOTION"
	AuditIssueCoupons       AuditAction = "ISSUE_COUPONS"
	AuditSetMemberBenefit   AuditAction = "SET_MEMBER_BENEFIT"
	AuditAdjustStock        AuditAction = "ADJUST_STOCK"
	AuditRequestTransfer    AuditAction = "REQUEST_TRANSFER"
	AuditShipTransfer       AuditAction = "SHIP_TRANSFER"
	AuditReceiveTransfer    AuditAction = "RECEIVE_TRANSFER"
	AuditCancelTransfer     AuditAction = "CANCEL_TRANSFER"
	AuditResolveDifference  AuditAction = "RESOLVE_BILL_DIFFERENCE"
	AuditRevealAddress      AuditAction = "REVEAL_ADDRESS"
	AuditMoveClock          AuditAction = "MOVE_CLOCK"
)

// AuditActions lists the audited actions.
var AuditActions = []AuditAction{
	AuditSetShop, AuditApproveAccount, AuditSetShopPolicy, AuditSetWarehouse, AuditSetProduct,
	AuditSetSku, AuditSetFreightTemplate, AuditSetPromotion, AuditIssueCoupons,
	AuditSetMemberBenefit, AuditAdjustStock, AuditRequestTransfer, AuditShipTransfer,
	AuditReceiveTransfer, AuditCancelTransfer, AuditResolveDifference, AuditRevealAddress,
	AuditMoveClock,
}

// RevealReason is why staff read personal data that is masked for them.
type RevealReason string

// The reasons.
const (
	RevealBuyerAsks RevealReason = "BUYER_ASKS"
	RevealDelivery  RevealReason = "DELIVERY"
	RevealDispute   RevealReason = "DISPUTE"
	RevealAuthority RevealReason = "AUTHORITY"
)

// RevealReasons lists the reasons.
var RevealReasons = []RevealReason{RevealBuyerAsks, RevealDelivery, RevealDispute, RevealAuthority}

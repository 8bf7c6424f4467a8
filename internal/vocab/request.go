package vocab

// AfterSaleKind is what a request is for.
type AfterSaleKind string

// The after-sale kinds.
const (
	RefundOnly      AfterSaleKind = "REFUND_ONLY"       // 仅退款: unshipped, in transit, or kept
	ReturnAndRefund AfterSaleKind = "RETURN_AND_REFUND" // 退货退款
	Exchange        AfterSaleKind = "EXCHANGE"          // 换货
	Reship          AfterSaleKind = "RESHIP"            // 补寄
	PriceDifference AfterSaleKind = "PRICE_DIFFERENCE"  // 退差价
)

// GoodsPlace is where the goods of a request are when it is made.
type GoodsPlace string

// The places of goods.
const (
	GoodsUnshipped GoodsPlace = "UNSHIPPED"
	GoodsInTransit GoodsPlace = "IN_TRANSIT"
	GoodsReceived  GoodsPlace = "RECEIVED"
)

// WayBack is how goods in transit are to come back.
type WayBack string

// The ways back.
const (
	ByInterception WayBack = "INTERCEPTION" // 截件
	ByRefusal      WayBack = "REFUSAL"      // 拒收
	ByReturn       WayBack = "RETURN"       // after receipt
)

// AfterSaleReason is why a buyer makes a request.
type AfterSaleReason string

// The after-sale reasons. Of the first four the shop is liable.
const (
	ReasonQuality       AfterSaleReason = "QUALITY"
	ReasonWrongGoods    AfterSaleReason = "WRONG_GOODS"
	ReasonMissing       AfterSaleReason = "MISSING"
	ReasonNotDelivered  AfterSaleReason = "NOT_DELIVERED"
	ReasonNotWanted     AfterSaleReason = "NOT_WANTED"
	ReasonTooLate       AfterSaleReason = "TOO_LATE"
	ReasonPriceFell     AfterSaleReason = "PRICE_FELL"
	ReasonRefusedAtDoor AfterSaleReason = "REFUSED_AT_DOOR"
	ReasonOther         AfterSaleReason = "OTHER"
)

// RejectionReason is why a shop refuses.
type RejectionReason string

// The rejection reasons.
const (
	RejectionNoEvidence  RejectionReason = "NO_EVIDENCE"
	RejectionUsed        RejectionReason = "USED_BY_BUYER"
	RejectionNotOurs     RejectionReason = "NOT_OUR_GOODS"
	RejectionIncomplete  RejectionReason = "INCOMPLETE"
	RejectionAgreedOther RejectionReason = "AGREED_OTHERWISE"
	RejectionOnItsWay    RejectionReason = "ON_ITS_WAY"
	RejectionOther       RejectionReason = "OTHER"
)

// LiableSide is who bears the freight of a return.
type LiableSide string

// The liable sides.
const (
	LiableBuyer LiableSide = "BUYER"
	LiableShop  LiableSide = "SHOP"
)

// MessageKind is what an entry of a negotiation is.
type MessageKind string

// The message kinds.
const (
	MessageRequest  MessageKind = "REQUEST"
	MessageSaid     MessageKind = "MESSAGE"
	MessageProposal MessageKind = "PROPOSAL"
	MessageRefusal  MessageKind = "REFUSAL"
	MessageEvidence MessageKind = "EVIDENCE"
	MessageRuling   MessageKind = "RULING"
)

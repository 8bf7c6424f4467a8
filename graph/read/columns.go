package read

import "orderflow/internal/auth"

// needs names what a computed field reads: columns of its row by the names that field collection
// gives them, and "payments.status" for a column of the rows at an edge. Some is read only for
// viewers of a kind.
type needs struct {
	all       []string
	buyers    []string // for buyers
	wholes    []string // for those who see whole orders: buyers, support and platform
	shopStaff []string // for the others
	staff     []string // for all but buyers
}

// of returns what a field reads for a viewer.
func (n needs) of(v *auth.Viewer) [][]string {
	switch {
	case v.IsBuyer():
		return [][]string{n.all, n.wholes, n.buyers}
	case v.SeesAllShops():
		return [][]string{n.all, n.wholes, n.staff}
	}
	return [][]string{n.all, n.shopStaff, n.staff}
}

// wholeRow is no column: field collection reads all columns when it sees an unknown name, as for
// each computed field that computed does not have.
const wholeRow = "wholeRow"

func reads(names ...string) needs { return needs{all: names} }

// computed has what the computed fields of a type read. A field with the name of a column must be
// here when it reads more than that column.
var computed = map[string]map[string]needs{
	"Order": {
		"status":      statusOfOrder,
		"closeReason": statusOfOrder,
		"price": reads("currency", "subOrders.listAmount", "subOrders.goodsPayable",
			"subOrders.freightList", "subOrders.freight"),
		"address": {all: []string{wholeRow}, staff: []string{"subOrders.status",
			"subOrders.openRequests", "subOrders.completedAt", "subOrders.closedAt"}},
		"balance": reads("currency", "subOrders.currency", "subOrders.freight",
			"subOrders.freightRefunded", "subOrders.freightRefundable"),
		"deadlines": reads("status", "payDueAt"),
		"availableActions": {
			all:       []string{"status", "payDueAt", "soleShopID", "payable"},
			wholes:    []string{"payments.status"},
			buyers:    ofAddressChanges,
			shopStaff: ofAddressChanges,
		},
	},
	"SubOrder": {
		"price":             reads("currency", "listAmount", "goodsPayable", "freightList", "freight"),
		"terms":             reads("shopID", "policyVersion"),
		"freightShares":     reads("freightShares", "currency"),
		"freightRefundable": reads("freightRefundable", "currency"),
		"balance":           reads("currency", "freight", "freightRefunded", "freightRefundable"),
		"deadlines": reads("status", "openRequests", "shipDueAt", "heldAt", "addressDueAt",
			"receiptDueAt", "troubleDueAt", "completeDueAt"),
		"onHold": reads("heldAt"),
		"availableActions": reads("status", "openRequests", "receiptExtended", "remindedAt",
			"awaitingReview", "warehouseID", "shipDueAt", "receiptDueAt", "troubleDueAt",
			"completeDueAt", "completedAt", "closedAt", "shopHold", "platformHold"),
	},
	"OrderItem": {
		"unitPrice":  reads("unitPrice", "currency"),
		"listAmount": reads("listAmount", "currency"),
		"payable":    reads("payable", "currency"),
		"refundable": reads("refundable", "currency"),
		"shares":     reads("shares", "currency"),
		"balance":    reads("subOrderID", "payable", "refunded", "refundable", "currency"),
	},
	"Coupon": {"status": reads("status", "promotion.startsAt", "promotion.endsAt",
		"promotion.active")},
	"Shipment": {"courier": reads("carrier")},
	"Sku":      {"price": reads("price", "currency")},
	"Payment": {
		"amount":       reads("amount", "currency"),
		"paidAmount":   reads("paidAmount", "paidAt", "currency"),
		"clientParams": reads(wholeRow),
	},
	"Refund": {
		"amount":  reads("amount", "currency"),
		"freight": reads("freight", "currency"),
	},
	"BillDifference": {
		"amountInBill":     reads("there", "currency"),
		"amountHere":       reads("here", "currency"),
		"availableActions": reads("status"),
	},
	"RefundLine":    {"amount": reads("amount", "currency")},
	"AfterSaleLine": {"amount": reads("amount", "currency")},
	"AfterSale":     {"amount": reads(wholeRow), "freight": reads(wholeRow)}, // for the preloader
}

var statusOfOrder = needs{
	all:       []string{"status", "closeReason", "soleShopID"},
	shopStaff: []string{"subOrders.status", "subOrders.closeReason", "subOrders.closedAt"},
}

// ofAddressChanges is what says whether another address can be wished.
var ofAddressChanges = []string{"subOrders.shopID", "subOrders.status", "subOrders.shippedAt",
	"addressChanges.shopID", "addressChanges.status", "items.shopID", "items.shippedQuantity"}

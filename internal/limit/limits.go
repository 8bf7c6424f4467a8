package limit

import "orderflow/internal/fault"

// What a buyer may hold and how fast they may order. Each shop of an order counts what concerns
// itself, but for the pace, which is of all of the buyer's orders.
var (
	UnpaidOrders = add(&Limit{Name: "unpaid-orders", Most: 10, Code: fault.TooManyUnpaidOrders,
		What: "unpaid orders of a buyer at one shop", Setting: "unpaidOrders"})
	UnpaidUnits = add(&Limit{Name: "unpaid-units", Most: 500, Code: fault.TooManyUnpaidUnits,
		What:    "units of a sku that takes stock when ordered, in a buyer's unpaid orders",
		Setting: "unpaidUnits"})
	UnpaidShare = add(&Limit{Name: "unpaid-share", Most: 50, Code: fault.TooManyUnpaidUnits,
		What:    "percent of what is there of one sku, or 10 units, in a buyer's unpaid orders",
		Setting: "unpaidShare"})
	HourlyOrders = add(&Limit{Name: "hourly-orders", Most: 30, Code: fault.TooManyOrders,
		What: "orders of a buyer in an hour", Setting: "hourlyOrders"})
	DailyExpiries = add(&Limit{Name: "daily-expiries", Most: 5, Code: fault.OrderingPaused,
		What:    "orders of a buyer at one shop that expire unpaid within 24 hours",
		Setting: "dailyExpiries"})
)

// SmallestShare is how many units UnpaidShare leaves a buyer in any case.
const SmallestShare = 10

// Bound is how many units of a sku a buyer's unpaid orders may have.
type Bound struct {
	By    *Limit
	Units int64
	Most  int64 // as a refusal says it: that of a share does not tell how many are there
}

// BoundUnits bounds the units of a sku of which so many are there, free or reserved by the buyer,
// by the numbers that a shop's policy sets.
func BoundUnits(there int64, units, share int) Bound {
	most, percent := UnpaidUnits.Or(units), UnpaidShare.Or(share)
	if part := max(SmallestShare, there*percent/100); percent < 100 && part < most {
		return Bound{UnpaidShare, part, percent}
	}
	return Bound{UnpaidUnits, most, most}
}

// What people may repeat on one order.
var (
	Attempts = add(&Limit{Name: "payment-attempts", Most: 20, Code: fault.TooMany,
		What: "payment attempts of one order"})
	PriceChanges = add(&Limit{Name: "price-changes", Most: 20, Code: fault.TooMany,
		What: "reductions of the price of one order"})
	AddressWishes = add(&Limit{Name: "address-wishes", Most: 5, Code: fault.TooMany,
		What: "wishes for another address of one order at one shop, of each side"})
	Holds = add(&Limit{Name: "holds", Most: 20, Code: fault.TooMany,
		What: "times that a shop puts one sub-order on hold"})
	Memos = add(&Limit{Name: "memos", Most: 100, Code: fault.TooMany,
		What: "memos of a shop's staff on one order"})
	Parts = add(&Limit{Name: "sub-orders", Most: 500, Code: fault.TooMany,
		What: "sub-orders of one order, by splitting"})
	OpenOfItem = add(&Limit{Name: "open-requests-of-an-item", Most: 3, Code: fault.TooMany,
		What: "open requests of a buyer about one item"})
	OpenOfOrder = add(&Limit{Name: "open-requests-of-an-order", Most: 30, Code: fault.TooMany,
		What: "open requests of a buyer about one order"})
	InVain = add(&Limit{Name: "requests-in-vain", Most: 5, Code: fault.TooMany,
		What: "requests of a buyer about one item that came to nothing"})
	Requests = add(&Limit{Name: "requests", Most: 200, Code: fault.TooMany,
		What: "requests about one order that its buyer or shops open"})
	Messages = add(&Limit{Name: "messages", Most: 20, Code: fault.TooMany,
		What: "messages of one side in a request within 24 hours"})
	Rounds = add(&Limit{Name: "rounds", Most: 10, Code: fault.TooMany,
		What: "revisions and offers together in one request"})
	Events = add(&Limit{Name: "events", Most: 20_000, Code: fault.TooMany,
		What: "events of one order after which its buyer and shops can do no more"})
)

// How far staff may move a deadline, all extensions together: days from what the wait began with.
var (
	PayDays = add(&Limit{Name: "pay-days", Most: 30, Code: fault.TooMany,
		What: "days from placing to the deadline of paying, with all extensions"})
	ShipDays = add(&Limit{Name: "ship-days", Most: 180, Code: fault.TooMany,
		What: "days from paying to the deadline of shipping, with all extensions"})
	ReceiptDays = add(&Limit{Name: "receipt-days", Most: 180, Code: fault.TooMany,
		What: "days from shipping to the deadline of the receipt or a parcel's trouble, with all " +
			"extensions"})
	CompletionDays = add(&Limit{Name: "completion-days", Most: 500, Code: fault.TooMany,
		What: "days from the receipt to completion, with all extensions"})
	RequestDays = add(&Limit{Name: "request-days", Most: 365, Code: fault.TooMany,
		What: "days from a request or a shortage to any of its deadlines, with all extensions"})
)

// What people write and list.
var (
	NoteText = add(&Limit{Name: "note-text", Most: 500, Code: fault.InvalidInput,
		What: "characters of a buyer's note"})
	Notes = add(&Limit{Name: "notes", Most: 50, Code: fault.LimitExceeded,
		What: "notes of a checkout"})
	Coupons = add(&Limit{Name: "coupons", Most: 20, Code: fault.LimitExceeded,
		What: "coupons of a checkout"})
	MemoText = add(&Limit{Name: "memo-text", Most: 500, Code: fault.InvalidInput,
		What: "characters of a memo"})
	ReasonText = add(&Limit{Name: "reason-text", Most: 200, Code: fault.InvalidInput,
		What: "characters of why another address is wanted or rejected, or why something is on hold"})
	TrackingNote = add(&Limit{Name: "tracking-note", Most: 200, Code: fault.InvalidInput,
		What: "characters of what staff note of a parcel's track or interception"})
	StatementText = add(&Limit{Name: "statement-text", Most: 500, Code: fault.InvalidInput,
		What: "characters of a statement in a request"})
	Images = add(&Limit{Name: "images", Most: 20, Code: fault.LimitExceeded,
		What: "images of a statement in a request"})
	ImageLink = add(&Limit{Name: "image-link", Most: 500, Code: fault.InvalidInput,
		What: "bytes of a link to an image"})
	RequestLines = add(&Limit{Name: "request-lines", Most: 100, Code: fault.LimitExceeded,
		What: "lines of a request, an offer or an inspection"})
	Lines = add(&Limit{Name: "lines", Most: 1000, Code: fault.LimitExceeded,
		What: "lines of a split, or of what will not be shipped"})
	ReviewText = add(&Limit{Name: "review-text", Most: 1000, Code: fault.InvalidInput,
		What: "characters of a review, an addition or a reply"})
	CouponBuyers = add(&Limit{Name: "coupon-buyers", Most: 200, Code: fault.LimitExceeded,
		What: "buyers who are issued coupons at once, of each promotion one"})
	Promotions = add(&Limit{Name: "promotions", Most: 200, Code: fault.TooMany,
		What: "active promotions of one shop that have not ended"})
)

// All are the limits in the order of the table.
var All []*Limit

func add(l *Limit) *Limit {
	All = append(All, l)
	return l
}

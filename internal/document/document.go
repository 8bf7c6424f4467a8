package document

import (
	"time"

	"orderflow/internal/globalid"
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

// Share is the part of one discount that one line carries. Amounts are minor units and never
// negative; a share is frozen at placement and only shrinks when the line is split.
type Share struct {
	Source vocab.ShareSource `json:"source"`
	Funder vocab.Funder      `json:"funder"`
	// Ref is the promotion, the coupon's promotion or the benefit; zero for an adjustment.
	Ref    globalid.ID `json:"ref"`
	Label  string      `json:"label"`
	Amount int64       `json:"amount"`
}

// ShopPolicy is what a shop decides for itself. Zero values mean the default; see Settings.
type ShopPolicy struct {
	PayMinutes        int                 `json:"payMinutes"`
	ShipHours         int                 `json:"shipHours"`
	ReceiptDays       int                 `json:"receiptDays"`
	ReturnWindowDays  int                 `json:"returnWindowDays"`
	MerchantHours     int                 `json:"merchantHours"`
	AutoApproveUntil  string              `json:"autoApproveUntil"`
	Deduction         vocab.DeductionMode `json:"deduction"`
	Strategy          vocab.SplitStrategy `json:"strategy"`
	AllowRegionChange bool                `json:"allowRegionChange"`
	RefundIntercepted bool                `json:"refundIntercepted"` // before the parcel is back

	// Times of the reverse flow, from the request to its end.
	PackedHours       int `json:"packedHours"`       // to answer about packed goods
	BuyerAnswerDays   int `json:"buyerAnswerDays"`   // to an offer, and to choose another way
	InterceptionDays  int `json:"interceptionDays"`  // for a courier to bring a parcel back
	ReturnDays        int `json:"returnDays"`        // for the buyer to send goods back
	ConfirmReturnDays int `json:"confirmReturnDays"` // after they were sent
	InspectReturnDays int `json:"inspectReturnDays"` // after they were delivered
	EscalateDays      int `json:"escalateDays"`      // after a refusal
	ReshipHours       int `json:"reshipHours"`       // for the shop to send goods
	ShortageHours     int `json:"shortageHours"`     // to offer, and then to choose

	// What one buyer may hold of the shop unpaid, and how fast they may order, see package limit.
	UnpaidOrders  int `json:"unpaidOrders,omitempty"`
	UnpaidUnits   int `json:"unpaidUnits,omitempty"` // of each sku
	UnpaidShare   int `json:"unpaidShare,omitempty"` // percent of what is there of it
	HourlyOrders  int `json:"hourlyOrders,omitempty"`
	DailyExpiries int `json:"dailyExpiries,omitempty"`
}

// PromotionRule holds the numbers of a promotion; which fields count depends on its kind.
type PromotionRule struct {
	// Skus limits an ITEM promotion; empty means every sku of the shop.
	Skus []globalid.ID `json:"skus,omitempty"`
	// Steps of a FULL_REDUCTION, ascending; the highest step reached counts.
	Steps []ReductionStep `json:"steps,omitempty"`
	// Percent off, 1 to 100: PERCENTAGE, SECOND_ITEM, and COUPON when Amount is 0.
	Percent int `json:"percent,omitempty"`
	// Amount off in minor units: FIXED_AMOUNT, COUPON.
	Amount int64 `json:"amount,omitempty"`
	// Threshold is the least goods amount for FIXED_AMOUNT, PERCENTAGE, COUPON and GIFT.
	Threshold int64 `json:"threshold,omitempty"`
	// Gift is the sku given, GiftQuantity how many of it for each GiftEvery units bought.
	Gift         globalid.ID `json:"gift"`
	GiftQuantity int         `json:"giftQuantity,omitempty"`
	GiftEvery    int         `json:"giftEvery,omitempty"`
}

// ReductionStep is one step of a full reduction: from Threshold on, Amount off (minor units).
type ReductionStep struct {
	Threshold int64 `json:"threshold"`
	Amount    int64 `json:"amount"`
}

// BenefitRule holds the numbers of a member benefit.
type BenefitRule struct {
	MinLevel int   `json:"minLevel,omitempty"`
	Amount   int64 `json:"amount,omitempty"`  // NEW_CUSTOMER, minor units off
	Percent  int   `json:"percent,omitempty"` // LEVEL_DISCOUNT, percent off
}

// FreightRule is a freight template's table. The first zone that names the region or its country
// counts; a zone that names neither is for the rest of China. Where none counts nobody delivers.
type FreightRule struct {
	Zones []FreightZone `json:"zones"`
}

// FreightZone prices one set of regions. Units are grams or pieces by the template's basis.
type FreightZone struct {
	Regions     []region.Key `json:"regions,omitempty"`   // divisions of China
	Countries   []string     `json:"countries,omitempty"` // alpha-2 codes
	Undelivered bool         `json:"undelivered,omitempty"`
	First       int64        `json:"first"`
	FirstFee    int64        `json:"firstFee"`
	Step        int64        `json:"step"`
	StepFee     int64        `json:"stepFee"`
	FreeAbove   int64        `json:"freeAbove,omitempty"` // free from this payable of goods; 0: never
}

// RegionNames are the short names of the divisions.
func (z FreightZone) RegionNames() []string {
	names := make([]string, len(z.Regions))
	for i, key := range z.Regions {
		names[i] = key.Name()
	}
	return names
}

// Address is where goods go. It is personal: sealed at rest, never logged, never in an event.
type Address struct {
	Name  string `json:"name"`
	Phone string `json:"phone"` // as package phone stores it
	// Country is an alpha-2 code, and Region as package region names it; both are kept as a key in
	// the clear beside the sealed address. NationalCode is what the buyer gave, or empty.
	Country      string `json:"country"`
	Region       string `json:"region"`
	NationalCode string `json:"nationalCode,omitempty"`
	City         string `json:"city"`
	District     string `json:"district"`
	Street       string `json:"street"`
}

// Payload is what an event says beyond its type: ids, statuses and amounts, never anything
// personal. Which fields are set depends on the type.
type Payload struct {
	SubOrder     globalid.ID   `json:"subOrder,omitzero"`
	Payment      globalid.ID   `json:"payment,omitzero"`
	Refund       globalid.ID   `json:"refund,omitzero"`
	Shipment     globalid.ID   `json:"shipment,omitzero"`
	Transfer     globalid.ID   `json:"transfer,omitzero"`
	Review       globalid.ID   `json:"review,omitzero"`
	AfterSale    globalid.ID   `json:"afterSale,omitzero"`
	Shortage     globalid.ID   `json:"shortage,omitzero"`
	Interception globalid.ID   `json:"interception,omitzero"`
	Difference   globalid.ID   `json:"difference,omitzero"`
	Quantity     int64         `json:"quantity,omitempty"`
	From         string        `json:"from,omitempty"`
	To           string        `json:"to,omitempty"`
	Reason       string        `json:"reason,omitempty"`
	Amount       int64         `json:"amount,omitempty"`
	Currency     string        `json:"currency,omitempty"`
	Skus         []globalid.ID `json:"skus,omitempty"`
	Since        *time.Time    `json:"since,omitempty"`
}

// Scan is what a courier told of a parcel under a number that it no longer has: a tracking event
// that was moved here. Text and place stay sealed as of that event.
type Scan struct {
	Event      globalid.ID        `json:"event"`
	OccurredAt time.Time          `json:"occurredAt"`
	Stage      vocab.CarrierStage `json:"stage"`
	Correction bool               `json:"correction,omitempty"`
	Text       []byte             `json:"text,omitempty"`
	Location   []byte             `json:"location,omitempty"`
	CreatedAt  time.Time          `json:"createdAt"` // when it was told
}

// Sum is what shares come to.
func Sum(shares []Share) (sum int64) {
	for _, s := range shares {
		sum += s.Amount
	}
	return sum
}

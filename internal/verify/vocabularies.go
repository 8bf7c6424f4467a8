package verify

import (
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

// vocabulary is a column that holds one of a closed list of words, or NULL where it may.
type vocabulary struct {
	table, column string
	words         []string
}

var (
	trades     = words(vocab.TradeStatuses...)
	closings   = words(vocab.CloseReasons...)
	uses       = words(vocab.UseStatuses...)
	roles      = words(vocab.Roles...)
	classes    = words(vocab.Ordinary, vocab.Oversized, vocab.ColdChain)
	deductions = words(vocab.OnOrder, vocab.OnPayment)
	channels   = words(vocab.PaymentChannels...)

	// vocabularies lists every column of a closed list.
	vocabularies = []vocabulary{
		{"address_changes", "opened_by", roles},
		{"address_changes", "status", words(vocab.AddressChangeStatuses...)},
		{"after_sales", "kind", words(vocab.RefundOnly, vocab.ReturnAndRefund, vocab.Exchange,
			vocab.Reship, vocab.PriceDifference)},
		{"after_sales", "goods",
			words(vocab.GoodsUnshipped, vocab.GoodsInTransit, vocab.GoodsReceived)},
		{"after_sales", "way", words(vocab.ByInterception, vocab.ByRefusal, vocab.ByReturn)},
		{"after_sales", "reason", words(vocab.ReasonQuality, vocab.ReasonWrongGoods,
			vocab.ReasonMissing, vocab.ReasonNotDelivered, vocab.ReasonNotWanted,
			vocab.ReasonTooLate, vocab.ReasonPriceFell, vocab.ReasonRefusedAtDoor,
			vocab.ReasonOther)},
		{"after_sales", "opened_by", roles},
		{"after_sales", "status", words(vocab.AfterSaleStatuses...)},
		{"after_sales", "trigger", words(vocab.RefundTriggers...)},
		{"after_sales", "liable", words(vocab.LiableBuyer, vocab.LiableShop)},
		{"after_sales", "rejection", words(vocab.RejectionNoEvidence, vocab.RejectionUsed,
			vocab.RejectionNotOurs, vocab.RejectionIncomplete, vocab.RejectionAgreedOther,
			vocab.RejectionOnItsWay, vocab.RejectionOther)},
		{"after_sale_messages", "kind", words(vocab.MessageRequest, vocab.MessageSaid,
			vocab.MessageProposal, vocab.MessageRefusal, vocab.MessageEvidence,
			vocab.MessageRuling)},
		{"after_sale_messages", "author_role", roles},
		{"audit_entries", "actor_role", roles},
		{"audit_entries", "action", words(vocab.AuditActions...)},
		{"benefit_uses", "status", uses},
		{"bill_differences", "channel", channels},
		{"bill_differences", "kind", words(vocab.DifferenceKinds...)},
		{"bill_differences", "status", words(vocab.DifferenceStatuses...)},
		{"bill_differences", "about", words(vocab.BillLineKinds...)},
		{"bill_lines", "kind", words(vocab.BillLineKinds...)},
		{"channel_bills", "channel", channels},
		{"channel_notices", "channel", channels},
		{"coupons", "status", uses},
		{"events", "actor_role", roles},
		{"former_numbers", "corrected_by", roles},
		{"freight_templates", "logistics_class", classes},
		{"freight_templates", "basis", words(vocab.ByWeight, vocab.ByPiece)},
		{"interceptions", "status", words(vocab.InterceptionStatuses...)},
		{"interceptions", "reported_by", roles},
		{"member_benefits", "kind",
			words(vocab.NewCustomer, vocab.LevelDiscount, vocab.FreeShipping)},
		{"orders", "status", trades},
		{"orders", "close_reason", closings},
		{"order_items", "deduction_mode", deductions},
		{"payments", "channel", channels},
		{"payments", "status", words(vocab.AttemptStatuses...)},
		{"payments", "verdict", words(vocab.Verdicts...)},
		{"payments", "close_cause", words(vocab.CloseCauses...)},
		{"promotions", "kind", words(vocab.FullReduction, vocab.Percentage, vocab.FixedAmount,
			vocab.SecondItem, vocab.Gift, vocab.CouponOff)},
		{"promotions", "scope", words(vocab.ItemScope, vocab.ShopScope, vocab.OrderScope)},
		{"promotions", "funder", words(vocab.FundedByShop, vocab.FundedByPlatform)},
		{"quota_uses", "status", uses},
		{"refunds", "trigger", words(vocab.RefundTriggers...)},
		{"refunds", "status", words(vocab.RefundStatuses...)},
		{"reservations", "status", words(vocab.ReservationStatuses...)},
		{"shipments", "purpose",
			words(vocab.OrderParcel, vocab.ReplacementParcel, vocab.ReturnParcel)},
		{"shipments", "stage", words(vocab.WarehouseStages...)},
		{"shipments", "carrier_stage", words(vocab.CarrierStages...)},
		{"skus", "logistics_class", classes},
		{"skus", "deduction_mode", deductions},
		{"staffs", "role", roles},
		{"stock_movements", "cause",
			words(vocab.StockAdjusted, vocab.StockReserved, vocab.StockReleased,
				vocab.StockShipped, vocab.StockReturned, vocab.StockLacking,
				vocab.TransferOut, vocab.TransferIn, vocab.StockUnshipped)},
		{"shortages", "status", words(vocab.ShortageStatuses...)},
		{"shortages", "cause", words(vocab.ShortAtPayment, vocab.ShortAtPacking,
			vocab.ShortTransfer)},
		{"stock_movements", "actor_role", roles},
		{"stock_transfers", "status", words(vocab.TransferStatuses...)},
		{"sub_orders", "logistics_class", classes},
		{"sub_orders", "status", trades},
		{"sub_orders", "close_reason", closings},
		{"sub_order_holds", "held_by", words(vocab.Merchant, vocab.Platform)},
		{"sub_order_holds", "reason", words(vocab.HoldReasons...)},
		{"tracking_events", "stage", words(vocab.CarrierStages...)},
		{"tracking_events", "reported_by", roles},
	}
)

// provinces lists every column of a region, of which the list is closed in China.
var provinces = []vocabulary{
	{"address_changes", "region", divisions()},
	{"orders", "region", divisions()},
	{"warehouses", "region", divisions()},
}

// divisions are the keys of China's divisions.
func divisions() (keys []string) {
	for _, d := range region.Divisions() {
		key, _ := region.Parse("", region.Input{Region: d.Code})
		keys = append(keys, string(key))
	}
	return keys
}

func words[T ~string](list ...T) []string {
	texts := make([]string, len(list))
	for i, word := range list {
		texts[i] = string(word)
	}
	return texts
}

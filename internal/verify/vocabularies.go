package verify

import (
	"orderflow/internal/lifecycle"
	"orderflow/internal/terms"
)

// vocabulary is a column that holds one of a closed list of words, or NULL where it may.
type vocabulary struct {
	table, column string
	words         []string
}

var (
	trades     = words(lifecycle.TradeStatuses...)
	closings   = words(lifecycle.CloseReasons...)
	uses       = words(lifecycle.UseStatuses...)
	roles      = words(lifecycle.Roles...)
	classes    = words(terms.Ordinary, terms.Oversized, terms.ColdChain)
	deductions = words(terms.OnOrder, terms.OnPayment)
	channels   = words(terms.Sandbox, terms.WeChatPay, terms.Alipay)

	// vocabularies lists every column of a closed list.
	vocabularies = []vocabulary{
		{"address_changes", "status", words(lifecycle.AddressChangeStatuses...)},
		{"after_sales", "kind", words(terms.RefundOnly, terms.ReturnAndRefund, terms.Exchange,
			terms.Reship, terms.PriceDifference)},
		{"after_sales", "goods",
			words(terms.GoodsUnshipped, terms.GoodsInTransit, terms.GoodsReceived)},
		{"after_sales", "way", words(terms.ByInterception, terms.ByRefusal, terms.ByReturn)},
		{"after_sales", "reason", words(terms.ReasonQuality, terms.ReasonWrongGoods,
			terms.ReasonMissing, terms.ReasonNotDelivered, terms.ReasonNotWanted,
			terms.ReasonTooLate, terms.ReasonPriceFell, terms.ReasonRefusedAtDoor,
			terms.ReasonOther)},
		{"after_sales", "opened_by", roles},
		{"after_sales", "status", words(lifecycle.AfterSaleStatuses...)},
		{"after_sales", "trigger", words(lifecycle.RefundTriggers...)},
		{"after_sales", "liable", words(terms.LiableBuyer, terms.LiableShop)},
		{"after_sales", "rejection", words(terms.RejectionNoEvidence, terms.RejectionUsed,
			terms.RejectionNotOurs, terms.RejectionIncomplete, terms.RejectionAgreedOther,
			terms.RejectionOnItsWay, terms.RejectionOther)},
		{"after_sale_messages", "kind", words(terms.MessageRequest, terms.MessageSaid,
			terms.MessageProposal, terms.MessageRefusal, terms.MessageEvidence,
			terms.MessageRuling)},
		{"after_sale_messages", "author_role", roles},
		{"benefit_uses", "status", uses},
		{"channel_notices", "channel", channels},
		{"coupons", "status", uses},
		{"events", "actor_role", roles},
		{"freight_templates", "logistics_class", classes},
		{"freight_templates", "basis", words(terms.ByWeight, terms.ByPiece)},
		{"interceptions", "status", words(lifecycle.InterceptionStatuses...)},
		{"member_benefits", "kind",
			words(terms.NewCustomer, terms.LevelDiscount, terms.FreeShipping)},
		{"orders", "status", trades},
		{"orders", "close_reason", closings},
		{"order_items", "deduction_mode", deductions},
		{"payments", "channel", channels},
		{"payments", "status", words(lifecycle.AttemptStatuses...)},
		{"payments", "verdict", words(lifecycle.Verdicts...)},
		{"payments", "close_cause", words(lifecycle.CloseCauses...)},
		{"promotions", "kind", words(terms.FullReduction, terms.Percentage, terms.FixedAmount,
			terms.SecondItem, terms.Gift, terms.CouponOff)},
		{"promotions", "scope", words(terms.ItemScope, terms.ShopScope, terms.OrderScope)},
		{"promotions", "funder", words(terms.FundedByShop, terms.FundedByPlatform)},
		{"quota_uses", "status", uses},
		{"refunds", "trigger", words(lifecycle.RefundTriggers...)},
		{"refunds", "status", words(lifecycle.RefundStatuses...)},
		{"reservations", "status", words(lifecycle.ReservationStatuses...)},
		{"shipments", "purpose",
			words(terms.OrderParcel, terms.ReplacementParcel, terms.ReturnParcel)},
		{"shipments", "stage", words(lifecycle.WarehouseStages...)},
		{"shipments", "carrier_stage", words(lifecycle.CarrierStages...)},
		{"skus", "logistics_class", classes},
		{"skus", "deduction_mode", deductions},
		{"staffs", "role", roles},
		{"stock_movements", "cause",
			words(terms.StockAdjusted, terms.StockReserved, terms.StockReleased,
				terms.StockShipped, terms.StockReturned, terms.StockLacking,
				terms.TransferOut, terms.TransferIn)},
		{"shortages", "status", words(lifecycle.ShortageStatuses...)},
		{"shortages", "cause", words(terms.ShortAtPayment, terms.ShortAtPacking,
			terms.ShortTransfer)},
		{"stock_movements", "actor_role", roles},
		{"stock_transfers", "status", words(lifecycle.TransferStatuses...)},
		{"sub_orders", "logistics_class", classes},
		{"sub_orders", "status", trades},
		{"sub_orders", "close_reason", closings},
		{"tracking_events", "stage", words(lifecycle.CarrierStages...)},
	}
)

func words[T ~string](list ...T) []string {
	texts := make([]string, len(list))
	for i, word := range list {
		texts[i] = string(word)
	}
	return texts
}

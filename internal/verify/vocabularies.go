package verify

import (
	"context"
	"slices"

	"orderflow/internal/globalid"
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
		{"benefit_uses", "status", uses},
		{"channel_notices", "channel", channels},
		{"coupons", "status", uses},
		{"events", "actor_role", roles},
		{"freight_templates", "logistics_class", classes},
		{"freight_templates", "basis", words(terms.ByWeight, terms.ByPiece)},
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
				terms.StockShipped, terms.TransferOut, terms.TransferIn)},
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

// vocabularies lets the database count the words of each column; ids are looked up only of rows
// with an unknown one.
func (r *run) vocabularies(ctx context.Context) error {
	c := r.check(7, "statuses.known", "every status, kind and cause is a word of its closed list")
	for _, v := range vocabularies {
		// TRIGGER is a reserved word. ANSI quotes are not on in MySQL, backquotes work in SQLite too.
		column := "`" + v.column + "`"
		var unknown []string
		err := r.each(ctx, "SELECT "+column+", COUNT(*) FROM "+v.table+" WHERE "+column+
			" IS NOT NULL GROUP BY "+column, nil, func(scan func(...any) error) error {
			var word string
			var rows int64
			if err := scan(&word, &rows); err != nil {
				return err
			}
			c.Rows += rows
			if !slices.Contains(v.words, word) {
				unknown = append(unknown, word)
			}
			return nil
		})
		if err != nil {
			return err
		}
		r.progress("vocabularies", int(c.Rows))
		for _, word := range unknown {
			err := r.each(ctx, "SELECT id FROM "+v.table+" WHERE "+column+" = ? ORDER BY id",
				[]any{word}, func(scan func(...any) error) error {
					var id globalid.ID
					if err := scan(&id); err != nil {
						return err
					}
					c.fail(id, "%s.%s is %q", v.table, v.column, word)
					return nil
				})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

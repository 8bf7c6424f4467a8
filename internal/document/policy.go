package document

import (
	"time"

	"orderflow/internal/limit"
	"orderflow/internal/vocab"
)

// Setting is a number of a shop's policy: what it is when the shop says nothing, and its bounds. A
// time of the buyer has a least that is enough to act in, one of the shop a most that a buyer can
// wait.
type Setting struct {
	Name                 string // of the field in the API
	Default, Least, Most int
	of                   func(*ShopPolicy) *int
}

// Settings are the numbers of a policy.
var Settings = []Setting{
	{"payMinutes", 30, 5, 7 * 24 * 60, func(p *ShopPolicy) *int { return &p.PayMinutes }},
	{"shipHours", 48, 1, 30 * 24, func(p *ShopPolicy) *int { return &p.ShipHours }},
	{"receiptDays", 7, 3, 90, func(p *ShopPolicy) *int { return &p.ReceiptDays }},
	{"returnWindowDays", 7, 7, 400, func(p *ShopPolicy) *int { return &p.ReturnWindowDays }},
	{"merchantHours", 48, 1, 7 * 24, func(p *ShopPolicy) *int { return &p.MerchantHours }},
	{"packedHours", 24, 1, 3 * 24, func(p *ShopPolicy) *int { return &p.PackedHours }},
	{"buyerAnswerDays", 7, 3, 30, func(p *ShopPolicy) *int { return &p.BuyerAnswerDays }},
	{"interceptionDays", 3, 1, 15, func(p *ShopPolicy) *int { return &p.InterceptionDays }},
	{"returnDays", 7, 3, 60, func(p *ShopPolicy) *int { return &p.ReturnDays }},
	{"confirmReturnDays", 10, 1, 20, func(p *ShopPolicy) *int { return &p.ConfirmReturnDays }},
	{"inspectReturnDays", 3, 1, 10, func(p *ShopPolicy) *int { return &p.InspectReturnDays }},
	{"escalateDays", 7, 3, 30, func(p *ShopPolicy) *int { return &p.EscalateDays }},
	{"reshipHours", 48, 1, 7 * 24, func(p *ShopPolicy) *int { return &p.ReshipHours }},
	{"shortageHours", 24, 12, 3 * 24, func(p *ShopPolicy) *int { return &p.ShortageHours }},
	bound(limit.UnpaidOrders, 10_000, func(p *ShopPolicy) *int { return &p.UnpaidOrders }),
	bound(limit.UnpaidUnits, 1_000_000_000, func(p *ShopPolicy) *int { return &p.UnpaidUnits }),
	bound(limit.UnpaidShare, 100, func(p *ShopPolicy) *int { return &p.UnpaidShare }),
	bound(limit.HourlyOrders, 100_000, func(p *ShopPolicy) *int { return &p.HourlyOrders }),
	bound(limit.DailyExpiries, 10_000, func(p *ShopPolicy) *int { return &p.DailyExpiries }),
}

// bound is the setting of a limit.
func bound(l *limit.Limit, most int, of func(*ShopPolicy) *int) Setting {
	return Setting{l.Setting, int(l.Most), 1, most, of}
}

// Of is the setting's value in a policy; zero is the default.
func (s Setting) Of(p ShopPolicy) int { return *s.of(&p) }

// Complete is the policy with its defaults filled in.
func (p ShopPolicy) Complete() ShopPolicy {
	for _, s := range Settings {
		if at := s.of(&p); *at == 0 {
			*at = s.Default
		}
	}
	if p.AutoApproveUntil == "" {
		p.AutoApproveUntil = string(vocab.StageHandedOver)
	}
	if p.Deduction == "" {
		p.Deduction = vocab.OnOrder
	}
	if p.Strategy == "" {
		p.Strategy = vocab.FewestParcels
	}
	return p
}

// Hours is a time of so many hours.
func Hours(n int) time.Duration { return time.Duration(n) * time.Hour }

// Days is a time of so many days.
func Days(n int) time.Duration { return Hours(24 * n) }

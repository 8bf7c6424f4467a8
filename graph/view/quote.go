package view

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/checkout"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/vocab"
)

// Quote is a price with its parcels and problems.
type Quote struct {
	Price    Price
	Lines    []QuoteLine
	Freight  []QuoteFreight
	Parcels  []QuoteParcel
	Problems []QuoteProblem
}

// QuoteLine is a priced line.
type QuoteLine struct {
	Sku        *ent.Sku
	Quantity   int64
	Gift       bool
	ListAmount money.Money
	Shares     []*Share
	Payable    money.Money
}

// QuoteFreight is the freight of one shop for one logistics class.
type QuoteFreight struct {
	ShopID         globalid.ID
	LogisticsClass vocab.LogisticsClass
	ListAmount     money.Money
	Shares         []*Share
	Payable        money.Money
}

// QuoteParcel is a planned parcel.
type QuoteParcel struct {
	ShopID         globalid.ID
	WarehouseID    globalid.ID
	LogisticsClass vocab.LogisticsClass
	Lines          []QuoteParcelLine
}

// QuoteParcelLine is a quantity in a parcel.
type QuoteParcelLine struct {
	Sku      *ent.Sku
	Quantity int64
}

// QuoteProblem is a reason why a checkout cannot be placed.
type QuoteProblem struct {
	Code    fault.Code
	Field   *string
	Message string
	Limit   *int64
	Until   *time.Time
	Skus    []*ent.Sku
	Groups  [][]globalid.ID
}

// SkusOf lists the skus of a quote.
func SkusOf(q *checkout.Quote) []globalid.ID {
	ids := make([]globalid.ID, 0, len(q.Skus))
	for id := range q.Skus {
		ids = append(ids, id)
	}
	for _, p := range q.Problems {
		ids = append(ids, p.Skus...)
	}
	return ids
}

// QuoteOf is a quote in the graph; skus holds those that the viewer may see.
func QuoteOf(q *checkout.Quote, skus map[globalid.ID]*ent.Sku) *Quote {
	currency, totals := string(q.Currency), q.Price.Totals
	shown := &Quote{
		Price: Price{
			List: Money(totals.List, currency), Discount: Money(totals.Discount, currency),
			Goods: Money(totals.Goods, currency), Freight: Money(totals.Freight, currency),
			FreightDiscount: Money(totals.FreightDiscount, currency),
			Payable:         Money(totals.Payable, currency),
		},
		Problems: problemsOf(q.Problems, skus),
	}
	for _, l := range q.Price.Lines {
		shown.Lines = append(shown.Lines, QuoteLine{
			Sku: skus[l.SkuID], Quantity: int64(l.Quantity), Gift: l.Gift,
			ListAmount: Money(l.List, currency), Shares: Shares(l.Shares, currency),
			Payable: Money(l.Payable, currency),
		})
	}
	for _, f := range q.Price.Freight {
		shown.Freight = append(shown.Freight, QuoteFreight{
			ShopID: f.ShopID, LogisticsClass: f.Class, ListAmount: Money(f.Base, currency),
			Shares: Shares(f.Shares, currency), Payable: Money(f.Payable, currency),
		})
	}
	for _, p := range q.Parcels {
		parcel := QuoteParcel{
			ShopID: p.Shop, WarehouseID: p.Warehouse, LogisticsClass: p.Class,
		}
		for _, l := range p.Lines {
			parcel.Lines = append(parcel.Lines, QuoteParcelLine{
				Sku: skus[q.Price.Lines[l.Line].SkuID], Quantity: l.Quantity,
			})
		}
		shown.Parcels = append(shown.Parcels, parcel)
	}
	return shown
}

func problemsOf(problems []checkout.Problem, skus map[globalid.ID]*ent.Sku) []QuoteProblem {
	var out []QuoteProblem
	for _, p := range problems {
		shown := QuoteProblem{Code: p.Fault.Code, Message: p.Fault.Message, Groups: p.Groups}
		shown.Limit, shown.Until = limitOf(p.Fault)
		if p.Fault.Field != "" {
			shown.Field = &p.Fault.Field
		}
		for _, id := range p.Skus {
			if sku := skus[id]; sku != nil {
				shown.Skus = append(shown.Skus, sku)
			}
		}
		out = append(out, shown)
	}
	return out
}

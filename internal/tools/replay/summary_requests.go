package replay

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// AfterSales are the requests of one kind.
type AfterSales struct {
	Kind     string `json:"kind"`
	Goods    string `json:"goods"`         // their location
	Way      string `json:"way,omitempty"` // of return; of goods in transit only
	Requests int    `json:"requests"`
	ByShop   int    `json:"by_shop"` // opened by it
	Units    int64  `json:"units"`
	Good     int64  `json:"good"`     // units that came back and are in stock again
	Damaged  int64  `json:"damaged"`  // units that came back and were written off
	Refunded int64  `json:"refunded"` // minor units
}

// afterSale is a request as it is read back.
type afterSale struct {
	Kind, Goods, Way, Status, OpenedBy string
	Amount                             amount
	Order                              struct{ ID string }
	Lines                              []struct{ Quantity, GoodQuantity, DamagedQuantity int64 }
}

// countRequest adds a completed request to those of its kind. One that is not completed shows in
// the comparison of the order's money.
func (s *Summary) countRequest(t *orderTotals, a afterSale) {
	if a.Status != completed {
		return
	}
	t.refundedByRequests += a.Amount.Amount
	same := func(k AfterSales) bool {
		return k.Kind == a.Kind && k.Goods == a.Goods && k.Way == a.Way
	}
	i := slices.IndexFunc(s.AfterSales, same)
	if i < 0 {
		s.AfterSales = append(s.AfterSales, AfterSales{Kind: a.Kind, Goods: a.Goods, Way: a.Way})
		slices.SortFunc(s.AfterSales, func(a, b AfterSales) int {
			return -cmp.Or(cmp.Compare(a.Goods, b.Goods), cmp.Compare(a.Kind, b.Kind),
				cmp.Compare(a.Way, b.Way))
		})
		i = slices.IndexFunc(s.AfterSales, same)
	}
	k := &s.AfterSales[i]
	k.Requests++
	k.Refunded += a.Amount.Amount
	if a.OpenedBy == "MERCHANT" {
		k.ByShop++
	}
	for _, l := range a.Lines {
		k.Units += l.Quantity
		k.Good += l.GoodQuantity
		k.Damaged += l.DamagedQuantity
	}
}

// printRequests writes the requests by kind, and the sums of money.
func (s *Summary) printRequests(w io.Writer) {
	all := AfterSales{}
	fmt.Fprintf(w, "goods\tkind\trequests\tby shop\tunits\tgood\tdamaged\trefunded\n")
	for _, k := range s.AfterSales {
		where := k.Goods
		if k.Way != "" {
			where += ", " + k.Way
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", where, k.Kind, k.Requests, k.ByShop,
			k.Units, k.Good, k.Damaged, s.text(k.Refunded))
		all.Requests += k.Requests
		all.ByShop += k.ByShop
		all.Units += k.Units
		all.Good += k.Good
		all.Damaged += k.Damaged
		all.Refunded += k.Refunded
	}
	fmt.Fprintf(w, "in all\t\t%d\t%d\t%d\t%d\t%d\t%s\n\n", all.Requests, all.ByShop, all.Units,
		all.Good, all.Damaged, s.text(all.Refunded))
	fmt.Fprintf(w, "paid\t%s\nrefunded\t%s\npaid − refunded\t%s\nkept by the items\t%s\n\n",
		s.text(s.Paid), s.text(s.Refunded), s.text(s.Paid-s.Refunded), s.text(s.Kept))
}

package auth

import (
	"orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	"orderflow/ent/aftersalemessage"
	"orderflow/ent/interception"
	"orderflow/ent/predicate"
)

// AfterSales is the condition on the after-sale requests that v sees, nil for all: buyers see their
// own, the staff of shops those of their shops.
func AfterSales(v *Viewer) predicate.AfterSale {
	switch {
	case v.SeesAllShops():
		return nil
	case v.IsBuyer():
		return aftersale.BuyerID(v.BuyerID)
	}
	return aftersale.ShopIDIn(v.Shops...)
}

func afterSaleLines(v *Viewer) rows {
	if visible := AfterSales(v); visible != nil {
		return rows(aftersaleline.HasAfterSaleWith(visible))
	}
	return nil
}

func afterSaleMessages(v *Viewer) rows {
	if visible := AfterSales(v); visible != nil {
		return rows(aftersalemessage.HasAfterSaleWith(visible))
	}
	return nil
}

func interceptions(v *Viewer) rows {
	if visible := AfterSales(v); visible != nil {
		return rows(interception.HasAfterSaleWith(visible))
	}
	return nil
}

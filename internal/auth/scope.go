package auth

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/buyer"
	"orderflow/ent/coupon"
	"orderflow/ent/event"
	"orderflow/ent/intercept"
	"orderflow/ent/memberbenefit"
	"orderflow/ent/order"
	"orderflow/ent/payment"
	"orderflow/ent/product"
	"orderflow/ent/promotion"
	"orderflow/ent/refund"
	"orderflow/ent/sku"
	"orderflow/ent/staff"
	"orderflow/ent/suborder"
	"orderflow/internal/fault"
	"orderflow/internal/vocab"
)

// Scoped returns a client that only reads, and only what the viewer in the context may see: roots,
// eager loads, counts and nodes alike. Without a viewer every query fails with UNAUTHENTICATED.
// Tables that are not in the graph cannot be read through it.
func Scoped(driver dialect.Driver) *ent.Client {
	client := ent.NewClient(ent.Driver(driver))
	client.Intercept(intercept.TraverseFunc(applyScope))
	client.Use(func(ent.Mutator) ent.Mutator {
		return ent.MutateFunc(func(_ context.Context, m ent.Mutation) (ent.Value, error) {
			return nil, fmt.Errorf("auth: a scoped client does not write (%s)", m.Type())
		})
	})
	return client
}

func applyScope(ctx context.Context, q intercept.Query) error {
	v := From(ctx)
	if !v.IsBuyer() && !v.IsStaff() {
		return fault.New(fault.Unauthenticated,
			"A token is needed: send the header Authorization: Bearer <token>.")
	}
	rule, shown := scopes[q.Type()]
	if !shown {
		return fmt.Errorf("auth: %s is not shown to viewers", q.Type())
	}
	if visible := rule(v); visible != nil {
		q.WhereP(visible)
	}
	return nil
}

// rows is a condition on the rows of one table; nil is all of them.
type rows = func(*sql.Selector)

// scopes has a rule for every table of the graph: the rows that a viewer sees. Others are hidden.
var scopes = map[string]func(*Viewer) rows{
	ent.TypeShop:      public,
	ent.TypeWarehouse: public,
	ent.TypeProduct: byRole(
		func(*Viewer) rows { return rows(product.HasSkusWith(sku.OnSale(true))) },
		func(v *Viewer) rows {
			return rows(product.Or(
				product.ShopIDIn(v.Shops...), product.HasSkusWith(sku.OnSale(true))))
		}),
	ent.TypeSku: byRole(
		func(*Viewer) rows { return rows(sku.OnSale(true)) },
		func(v *Viewer) rows {
			return rows(sku.Or(sku.ShopIDIn(v.Shops...), sku.OnSale(true)))
		}),
	ent.TypeStock:           byRole(noRows, ofShops),
	ent.TypeStockMovement:   byRole(noRows, ofShops),
	ent.TypeFreightTemplate: byRole(noRows, ofShops),
	ent.TypePromotion: byRole(
		func(v *Viewer) rows {
			return rows(promotion.Or(promotion.Active(true),
				promotion.HasCouponsWith(coupon.BuyerID(v.BuyerID))))
		},
		func(v *Viewer) rows {
			return rows(promotion.Or(promotion.ShopIDIn(v.Shops...),
				promotion.And(promotion.ShopIDIsNil(), promotion.Active(true))))
		}),
	ent.TypeCoupon: byRole(ofBuyer,
		func(v *Viewer) rows {
			return rows(coupon.HasPromotionWith(promotion.ShopIDIn(v.Shops...)))
		}),
	ent.TypeMemberBenefit: byRole(activeBenefits, activeBenefits),
	ent.TypeBuyer: byRole(
		func(v *Viewer) rows { return rows(buyer.ID(v.BuyerID)) }, buyersOfShops),
	ent.TypeStaff: byRole(noRows,
		func(v *Viewer) rows { return rows(staff.ID(v.StaffID)) }),
	ent.TypeOrder: byRole(ofBuyer,
		func(v *Viewer) rows {
			return rows(order.HasSubOrdersWith(suborder.ShopIDIn(v.Shops...)))
		}),
	ent.TypeSubOrder:     Parties,
	ent.TypeSubOrderHold: byRole(noRows, ofShops),
	ent.TypeOrderItem:    Parties,
	ent.TypePayment:      byRole(ofBuyer, paymentsOfShops),
	ent.TypeRefund: byRole(ofBuyer,
		func(v *Viewer) rows {
			return rows(refund.Or(refund.ShopIDIn(v.Shops...), refund.And(refund.ShopIDIsNil(),
				refund.SoleShopIDIn(v.Shops...))))
		}),
	ent.TypeRefundLine: Parties,
	ent.TypeEvent: byRole(
		func(v *Viewer) rows {
			return rows(event.And(event.BuyerID(v.BuyerID),
				event.TypeNEQ(vocab.EventSubOrderMemoAdded)))
		},
		ofShops),
	ent.TypeShipment:         Parties,
	ent.TypeShipmentItem:     Parties,
	ent.TypeTrackingEvent:    Parties,
	ent.TypeFormerNumber:     Parties,
	ent.TypeStockTransfer:    byRole(noRows, ofShops),
	ent.TypeReview:           public,
	ent.TypeAddressChange:    Parties,
	ent.TypeAfterSale:        Parties,
	ent.TypeAfterSaleLine:    Parties,
	ent.TypeAfterSaleMessage: Parties,
	ent.TypeInterception:     Parties,
	ent.TypeShortage:         Parties,
	ent.TypeMemo:             byRole(noRows, ofShops),
	ent.TypeBillDifference:   byRole(noRows, noRows),
	ent.TypeAuditEntry:       auditEntries,
}

// byRole is a rule with one condition for buyers and one for the staff of shops; support and
// platform see all.
func byRole(buyers, shops func(*Viewer) rows) func(*Viewer) rows {
	return func(v *Viewer) rows {
		switch {
		case v.SeesAllShops():
			return nil
		case v.IsBuyer():
			return buyers(v)
		}
		return shops(v)
	}
}

// Parties is the condition on the rows that a viewer sees of a table on which the buyer and the
// shop stand, nil for all: buyers see their own, the staff of shops those of their shops.
func Parties(v *Viewer) func(*sql.Selector) { return byRole(ofBuyer, ofShops)(v) }

func ofBuyer(v *Viewer) rows { return sql.FieldEQ(suborder.FieldBuyerID, v.BuyerID) }

func ofShops(v *Viewer) rows { return sql.FieldIn(suborder.FieldShopID, v.Shops...) }

func public(*Viewer) rows { return nil }

func noRows(*Viewer) rows { return func(s *sql.Selector) { s.Where(sql.False()) } }

// auditEntries are for the platform, and for the merchants of the shop that they concern.
func auditEntries(v *Viewer) rows {
	switch v.Role {
	case vocab.Platform:
		return nil
	case vocab.Merchant:
		return ofShops(v)
	}
	return noRows(v)
}

func activeBenefits(*Viewer) rows { return rows(memberbenefit.Active(true)) }

// paymentsOfShops: a payment is of the whole order. Shops that share the order with others see only
// the one that counted; their part of its amount is computed from their sub-orders.
func paymentsOfShops(v *Viewer) rows {
	return func(s *sql.Selector) {
		shops := shopsOf(v)
		t := sql.Table(suborder.Table)
		s.Where(sql.Or(sql.In(s.C(payment.FieldSoleShopID), shops...),
			sql.And(sql.EQ(s.C(payment.FieldVerdict), vocab.Counted),
				sql.Exists(sql.Select(t.C(suborder.FieldID)).From(t).Where(sql.And(
					sql.ColumnsEQ(t.C(suborder.FieldOrderID), s.C(payment.FieldOrderID)),
					sql.In(t.C(suborder.FieldShopID), shops...)))))))
	}
}

func shopsOf(v *Viewer) []any {
	shops := make([]any, len(v.Shops))
	for i, id := range v.Shops {
		shops[i] = id
	}
	return shops
}

func buyersOfShops(v *Viewer) rows {
	return func(s *sql.Selector) {
		shops := shopsOf(v)
		t := sql.Table(suborder.Table)
		s.Where(sql.In(s.C(buyer.FieldID), sql.Select(t.C(suborder.FieldBuyerID)).From(t).
			Where(sql.In(t.C(suborder.FieldShopID), shops...))))
	}
}

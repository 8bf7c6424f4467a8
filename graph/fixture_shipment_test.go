package graph_test

import (
	"encoding/json"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	"orderflow/ent/aftersalemessage"
	entevent "orderflow/ent/event"
	"orderflow/ent/interception"
	"orderflow/ent/order"
	"orderflow/ent/orderitem"
	"orderflow/ent/payment"
	"orderflow/ent/refund"
	"orderflow/ent/refundline"
	"orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/ent/shortage"
	"orderflow/ent/suborder"
	"orderflow/ent/trackingevent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// addFulfilment adds to a paid sub-order a parcel with tracking events, an address change, a
// review, a memo and a transfer.
func (f *fixture) addFulfilment(o *ent.Order, sub *ent.SubOrder, item *ent.OrderItem, of string) {
	c, shop := f.db.Client, sub.ShopID
	staff := "staff of " + f.codeOf(shop)
	parcel := c.Shipment.Create().SetNumber("P" + sub.Number).SetOrderID(o.ID).
		SetBuyerID(o.BuyerID).SetShopID(shop).
		SetWarehouseID(sub.WarehouseID).SetPurpose(vocab.OrderParcel).
		SetStage(vocab.StageHandedOver).SetCarrierStage(vocab.CarrierRefused).
		SetCarrier("sandbox").SetTrackingNumber("TRACK" + sub.Number).SetNeedsMerchant(true).
		SaveX(f.ctx)
	carried := c.ShipmentItem.Create().SetBuyerID(o.BuyerID).SetShopID(shop).
		SetShipmentID(parcel.ID).SetItemID(item.ID).
		SetSubOrderID(sub.ID).SetQuantity(1).SaveX(f.ctx)
	for i, stage := range []vocab.CarrierStage{
		vocab.CarrierRefused, vocab.CarrierCollected,
	} {
		id, told := globalid.New(globalid.TrackingEvent), string(stage)+" of "+sub.Number
		received := c.TrackingEvent.Create().SetID(id).SetBuyerID(o.BuyerID).SetShopID(shop).
			SetShipmentID(parcel.ID).SetStage(stage).
			SetOccurredAt(time.Now().UTC().Add(-time.Duration(i) * time.Hour)).
			SetText(f.sealed(told, id, "text")).SetFingerprint([]byte{byte(i)}).
			SaveX(f.ctx)
		f.addSecret(of, received.ID, told)
	}
	scanned, before := globalid.New(globalid.TrackingEvent), "before of "+sub.Number
	former := c.FormerNumber.Create().SetBuyerID(o.BuyerID).SetShopID(shop).
		SetShipmentID(parcel.ID).SetCarrier("sandbox").SetTrackingNumber("FORMER" + sub.Number).
		SetCorrectedBy(vocab.Merchant).SetTrack([]document.Scan{{Event: scanned,
		Stage: vocab.CarrierInTransit, Text: f.sealed(before, scanned, "text"),
		OccurredAt: o.CreatedAt, CreatedAt: o.CreatedAt}}).SaveX(f.ctx)
	f.addSecret(of, former.ID, former.TrackingNumber, before)
	address, err := json.Marshal(document.Address{Name: "elsewhere of " + of, Region: "上海",
		Phone: "+8613812345679", Street: "Nanjing Road"})
	if err != nil {
		f.Fatal(err)
	}
	sealed := f.keys.Seal(address, o.ID[:])
	c.SubOrder.UpdateOneID(sub.ID).SetAddress(sealed).SetAwaitingReview(true).ExecX(f.ctx)
	change := c.AddressChange.Create().SetOrderID(o.ID).SetBuyerID(o.BuyerID).
		SetShopID(shop).SetOpenedBy(vocab.Buyer).SetRegion("上海").
		SetStatus(vocab.AddressAsked).SetAddress(sealed).SaveX(f.ctx)
	c.Review.Create().SetItemID(item.ID).SetOrderID(o.ID).SetSubOrderID(sub.ID).SetShopID(shop).
		SetProductID(item.ProductID).SetSkuID(item.SkuID).SetBuyerID(o.BuyerID).SetRating(5).
		SetText("good").ExecX(f.ctx)
	clerk := c.Staff.Create().SetSubject("clerk " + of).SetRole(vocab.Support).SaveX(f.ctx)
	memoID := globalid.New(globalid.Memo)
	memo := c.Memo.Create().SetID(memoID).SetOrderID(o.ID).SetShopID(shop).SetAuthorID(clerk.ID).
		SetText(f.sealed("memo of "+of, memoID, "text")).SaveX(f.ctx)
	hold := c.SubOrderHold.Create().SetOrderID(o.ID).SetSubOrderID(sub.ID).SetShopID(shop).
		SetHeldBy(vocab.Merchant).SetReason(vocab.HoldOther).
		SetNote(f.sealed("hold of "+of, o.ID, "note")).SaveX(f.ctx)
	transfer := c.StockTransfer.Create().SetShopID(shop).SetSkuID(item.SkuID).
		SetFromWarehouseID(sub.WarehouseID).SetToWarehouseID(sub.WarehouseID).
		SetOrderID(o.ID).SetItemID(item.ID).SetStatus(vocab.TransferRequested).
		SetQuantity(1).SetNote("transfer of " + of).SaveX(f.ctx)
	f.addSecret(of, parcel.ID, parcel.Number, parcel.TrackingNumber, carried.ID, change.ID,
		"elsewhere of "+of)
	f.addAfterSale(parcel, sub, item, of)
	f.addSecret(staff, hold.ID, "hold of "+of)
	f.addSecret(staff, memo.ID, "memo of "+of, transfer.ID, transfer.Note)
}

// addOrders adds orders of the first buyer at both shops and returns the last of them.
func (f *fixture) addOrders(n int) (last *ent.Order) {
	w := f.db.Client.Warehouse.Query().OnlyX(f.ctx)
	for i := range n {
		name := fmt.Sprintf("2%02d", i)
		b := f.db.Client.Buyer.Create().SetSubject(name).SaveX(f.ctx)
		o := f.addOrder(name, b, w, f.shops[0], f.shops[1])
		for _, table := range []string{order.Table, suborder.Table, orderitem.Table,
			payment.Table, refund.Table, refundline.Table, entevent.Table, shipment.Table,
			shipmentitem.Table, trackingevent.Table, addresschange.Table, aftersale.Table,
			aftersaleline.Table, aftersalemessage.Table, interception.Table, shortage.Table} {
			_, err := f.db.SQL().ExecContext(f.ctx,
				"UPDATE "+table+" SET buyer_id = ? WHERE buyer_id = ?", f.buyers[0].ID, b.ID)
			if err != nil {
				f.Fatal(err)
			}
		}
		last = f.db.Client.Order.GetX(f.ctx, o.ID)
	}
	return last
}

// addParcels adds parcels of each line of an order, each with three tracking events, and a deadline
// of their sub-orders.
func (f *fixture) addParcels(o *ent.Order, n int) {
	c, now := f.db.Client, time.Now().UTC()
	for _, item := range o.QueryItems().AllX(f.ctx) {
		sub := c.SubOrder.UpdateOneID(item.SubOrderID).SetShipDueAt(now).SaveX(f.ctx)
		shop := c.Shop.GetX(f.ctx, item.ShopID)
		for i := range n {
			number := fmt.Sprintf("MANY%s/%d", sub.Number, i)
			p := c.Shipment.Create().SetNumber(number).SetOrderID(o.ID).
				SetBuyerID(o.BuyerID).SetShopID(shop.ID).
				SetWarehouseID(sub.WarehouseID).SetPurpose(vocab.OrderParcel).
				SetStage(vocab.StageHandedOver).SetCarrierStage(vocab.CarrierInTransit).
				SetCarrier("sandbox").SetTrackingNumber(number).SaveX(f.ctx)
			c.ShipmentItem.Create().SetBuyerID(o.BuyerID).SetShopID(shop.ID).
				SetShipmentID(p.ID).SetItemID(item.ID).
				SetSubOrderID(sub.ID).SetQuantity(1).ExecX(f.ctx)
			for k := range 3 {
				id := globalid.New(globalid.TrackingEvent)
				c.TrackingEvent.Create().SetID(id).SetBuyerID(o.BuyerID).SetShopID(shop.ID).
					SetShipmentID(p.ID).SetText(f.sealed("on its way", id, "text")).
					SetStage(vocab.CarrierInTransit).SetFingerprint([]byte{byte(k)}).
					SetOccurredAt(now.Add(time.Duration(k) * time.Hour)).ExecX(f.ctx)
				f.event(o, shop, "", vocab.EventShipmentTracked,
					document.Payload{Shipment: p.ID, To: string(vocab.CarrierInTransit)})
			}
		}
	}
}

func (f *fixture) codeOf(shop [16]byte) string {
	for _, seller := range f.shops {
		if seller != nil && seller.shop.ID == shop {
			return seller.shop.Code
		}
	}
	f.Fatal("no such shop")
	return ""
}

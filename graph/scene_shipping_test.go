package graph_test

import (
	"encoding/json"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/vocab"
)

// addFulfilment adds what follows the payment of a part: a parcel with its track, another address,
// a review, a memo and a transfer.
func (s *scene) addFulfilment(o *ent.Order, sub *ent.SubOrder, item *ent.OrderItem, of string) {
	c, shop := s.db.Client, sub.ShopID
	staff := "staff of " + s.codeOf(shop)
	parcel := c.Shipment.Create().SetNumber("P" + sub.Number).SetOrderID(o.ID).SetShopID(shop).
		SetWarehouseID(sub.WarehouseID).SetPurpose(vocab.OrderParcel).
		SetStage(vocab.StageHandedOver).SetCarrierStage(vocab.CarrierRefused).
		SetCarrier("sandbox").SetTrackingNumber("TRACK" + sub.Number).SetNeedsMerchant(true).
		SaveX(s.ctx)
	part := c.ShipmentItem.Create().SetShipmentID(parcel.ID).SetItemID(item.ID).
		SetSubOrderID(sub.ID).SetQuantity(1).SaveX(s.ctx)
	for i, stage := range []vocab.CarrierStage{
		vocab.CarrierRefused, vocab.CarrierCollected,
	} {
		told := c.TrackingEvent.Create().SetShipmentID(parcel.ID).SetStage(stage).
			SetOccurredAt(time.Now().UTC().Add(-time.Duration(i) * time.Hour)).
			SetText(string(stage) + " of " + sub.Number).SetFingerprint([]byte{byte(i)}).
			SaveX(s.ctx)
		s.keep(of, told.ID, told.Text)
	}
	address, err := json.Marshal(document.Address{Name: "elsewhere of " + of, Region: "上海",
		Phone: "13812345679", Street: "Nanjing Road"})
	if err != nil {
		s.Fatal(err)
	}
	sealed := s.keys.Seal(address, o.ID[:])
	c.SubOrder.UpdateOneID(sub.ID).SetAddress(sealed).SetAwaitingReview(true).ExecX(s.ctx)
	change := c.AddressChange.Create().SetOrderID(o.ID).SetShopID(shop).SetRegion("上海").
		SetStatus(vocab.AddressAsked).SetAddress(sealed).SaveX(s.ctx)
	c.Review.Create().SetItemID(item.ID).SetOrderID(o.ID).SetSubOrderID(sub.ID).SetShopID(shop).
		SetProductID(item.ProductID).SetSkuID(item.SkuID).SetBuyerID(o.BuyerID).SetRating(5).
		SetText("good").ExecX(s.ctx)
	clerk := c.Staff.Create().SetSubject("clerk " + of).SetRole(vocab.Support).SaveX(s.ctx)
	memo := c.Memo.Create().SetOrderID(o.ID).SetShopID(shop).SetAuthorID(clerk.ID).
		SetText("memo of " + of).SaveX(s.ctx)
	transfer := c.StockTransfer.Create().SetShopID(shop).SetSkuID(item.SkuID).
		SetFromWarehouseID(sub.WarehouseID).SetToWarehouseID(sub.WarehouseID).
		SetOrderID(o.ID).SetItemID(item.ID).SetStatus(vocab.TransferRequested).
		SetQuantity(1).SetNote("transfer of " + of).SaveX(s.ctx)
	s.keep(of, parcel.ID, parcel.Number, parcel.TrackingNumber, part.ID, change.ID,
		"elsewhere of "+of)
	s.addRequest(parcel, sub, item, of)
	s.keep(staff, memo.ID, memo.Text, transfer.ID, transfer.Note)
}

// addOrders adds orders of the first buyer at both shops and returns the last of them.
func (s *scene) addOrders(n int) (last *ent.Order) {
	w := s.db.Client.Warehouse.Query().OnlyX(s.ctx)
	for i := range n {
		name := fmt.Sprintf("2%02d", i)
		b := s.db.Client.Buyer.Create().SetSubject(name).SaveX(s.ctx)
		o := s.addOrder(name, b, w, s.shops[0], s.shops[1])
		s.db.Client.Order.UpdateOne(o).SetBuyerID(s.buyers[0].ID).ExecX(s.ctx)
		s.db.Client.SubOrder.Update().SetBuyerID(s.buyers[0].ID).ExecX(s.ctx)
		s.db.Client.AfterSale.Update().SetBuyerID(s.buyers[0].ID).ExecX(s.ctx)
		s.db.Client.Shortage.Update().SetBuyerID(s.buyers[0].ID).ExecX(s.ctx)
		last = o
	}
	return last
}

// addParcels adds parcels of each line of an order, of which the courier has told three times, and
// a deadline.
func (s *scene) addParcels(o *ent.Order, n int) {
	c, now := s.db.Client, time.Now().UTC()
	for _, item := range o.QueryItems().AllX(s.ctx) {
		sub := c.SubOrder.UpdateOneID(item.SubOrderID).SetShipDueAt(now).SaveX(s.ctx)
		shop := c.Shop.GetX(s.ctx, item.ShopID)
		for i := range n {
			number := fmt.Sprintf("MANY%s/%d", sub.Number, i)
			p := c.Shipment.Create().SetNumber(number).SetOrderID(o.ID).SetShopID(shop.ID).
				SetWarehouseID(sub.WarehouseID).SetPurpose(vocab.OrderParcel).
				SetStage(vocab.StageHandedOver).SetCarrierStage(vocab.CarrierInTransit).
				SetCarrier("sandbox").SetTrackingNumber(number).SaveX(s.ctx)
			c.ShipmentItem.Create().SetShipmentID(p.ID).SetItemID(item.ID).
				SetSubOrderID(sub.ID).SetQuantity(1).ExecX(s.ctx)
			for k := range 3 {
				c.TrackingEvent.Create().SetShipmentID(p.ID).SetText("on its way").
					SetStage(vocab.CarrierInTransit).SetFingerprint([]byte{byte(k)}).
					SetOccurredAt(now.Add(time.Duration(k) * time.Hour)).ExecX(s.ctx)
				s.event(o, shop, "", vocab.EventShipmentTracked,
					document.Payload{Shipment: p.ID, To: string(vocab.CarrierInTransit)})
			}
		}
	}
}

func (s *scene) codeOf(shop [16]byte) string {
	for _, seller := range s.shops {
		if seller != nil && seller.shop.ID == shop {
			return seller.shop.Code
		}
	}
	s.Fatal("no such shop")
	return ""
}

package graph_test

import (
	"encoding/json"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/vocab"
)

// addRequest adds what hangs on a request about a parcel: its line, what was said, an offer, an
// interception; and a shortage of the same line.
func (s *scene) addRequest(
	parcel *ent.Shipment, sub *ent.SubOrder, item *ent.OrderItem, of string,
) {
	c, amount := s.db.Client, item.Payable-11
	request := c.AfterSale.Create().SetNumber("A" + sub.Number).SetOrderID(sub.OrderID).
		SetSubOrderID(sub.ID).SetShopID(sub.ShopID).SetBuyerID(sub.BuyerID).
		SetKind(vocab.RefundOnly).SetGoods(vocab.GoodsInTransit).SetWay(vocab.ByRefusal).
		SetReason(vocab.ReasonNotWanted).SetText("request of " + of).
		SetOpenedBy(vocab.Buyer).SetStatus(vocab.AfterSaleAwaitingBuyer).
		SetCurrency("CNY").SetAmount(amount).SetShipmentID(parcel.ID).
		SetProposal(&document.Proposal{Kind: vocab.RefundOnly, Lines: []document.ProposalLine{
			{Item: item.ID, Quantity: 1, Amount: &amount}}}).SaveX(s.ctx)
	address, err := json.Marshal("return to " + of)
	if err != nil {
		s.Fatal(err)
	}
	c.AfterSale.UpdateOneID(request.ID).
		SetReturnAddress(s.keys.Seal(address, request.ID[:])).ExecX(s.ctx)
	line := c.AfterSaleLine.Create().SetAfterSaleID(request.ID).SetItemID(item.ID).
		SetQuantity(1).SetAmount(amount).SetCurrency("CNY").SetExchangeSkuID(item.SkuID).
		SaveX(s.ctx)
	said := c.AfterSaleMessage.Create().SetAfterSaleID(request.ID).SetKind(vocab.MessageSaid).
		SetAuthorRole(vocab.Buyer).SetText("said of " + of).SetImages([]string{}).
		SaveX(s.ctx)
	asked := c.Interception.Create().SetOrderID(sub.OrderID).SetShopID(sub.ShopID).
		SetShipmentID(parcel.ID).SetAfterSaleID(request.ID).
		SetStatus(vocab.InterceptionFailed).SaveX(s.ctx)
	lacks := c.Shortage.Create().SetOrderID(sub.OrderID).SetItemID(item.ID).
		SetSubOrderID(sub.ID).SetShopID(sub.ShopID).SetBuyerID(sub.BuyerID).
		SetWarehouseID(sub.WarehouseID).SetQuantity(1).SetCause(vocab.ShortAtPacking).
		SetStatus(vocab.ShortageOpen).SaveX(s.ctx)
	c.Shipment.UpdateOneID(parcel.ID).SetAfterSaleID(request.ID).ExecX(s.ctx)
	s.keep(of, request.ID, request.Number, request.Text, "return to "+of, line.ID, amount,
		said.ID, said.Text, asked.ID, lacks.ID)
}

package graph_test

import (
	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// addAfterSale adds a request about a parcel with a line, a message, a proposal and an
// interception, and a shortage of the same line.
func (f *fixture) addAfterSale(
	parcel *ent.Shipment, sub *ent.SubOrder, item *ent.OrderItem, of string,
) {
	c, amount := f.db.Client, item.Payable-11
	id := globalid.New(globalid.AfterSale)
	request := c.AfterSale.Create().SetID(id).SetNumber("A" + sub.Number).SetOrderID(sub.OrderID).
		SetSubOrderID(sub.ID).SetShopID(sub.ShopID).SetBuyerID(sub.BuyerID).
		SetPolicyVersion(sub.PolicyVersion).
		SetKind(vocab.RefundOnly).SetGoods(vocab.GoodsInTransit).SetWay(vocab.ByRefusal).
		SetReason(vocab.ReasonNotWanted).
		SetText(f.sealed("request of "+of, id, "text")).
		SetReturnAddress(f.sealed("return to "+of, id, "return_address")).
		SetOpenedBy(vocab.Buyer).SetStatus(vocab.AfterSaleAwaitingBuyer).
		SetCurrency("CNY").SetAmount(amount).SetShipmentID(parcel.ID).
		SetProposal(&document.Proposal{Kind: vocab.RefundOnly, Lines: []document.ProposalLine{
			{Item: item.ID, Quantity: 1, Amount: &amount}}}).SaveX(f.ctx)
	line := c.AfterSaleLine.Create().SetBuyerID(sub.BuyerID).SetShopID(sub.ShopID).
		SetAfterSaleID(request.ID).SetItemID(item.ID).
		SetQuantity(1).SetAmount(amount).SetCurrency("CNY").SetExchangeSkuID(item.SkuID).
		SaveX(f.ctx)
	said := globalid.New(globalid.AfterSaleMessage)
	message := c.AfterSaleMessage.Create().SetID(said).SetBuyerID(sub.BuyerID).SetShopID(sub.ShopID).
		SetAfterSaleID(request.ID).SetKind(vocab.MessageSaid).
		SetAuthorRole(vocab.Buyer).SetText(f.sealed("said of "+of, said, "text")).
		SaveX(f.ctx)
	interception := c.Interception.Create().SetOrderID(sub.OrderID).SetBuyerID(sub.BuyerID).
		SetShopID(sub.ShopID).
		SetShipmentID(parcel.ID).SetAfterSaleID(request.ID).
		SetStatus(vocab.InterceptionFailed).SaveX(f.ctx)
	shortage := c.Shortage.Create().SetOrderID(sub.OrderID).SetItemID(item.ID).
		SetSubOrderID(sub.ID).SetShopID(sub.ShopID).SetBuyerID(sub.BuyerID).
		SetWarehouseID(sub.WarehouseID).SetQuantity(1).SetCause(vocab.ShortAtPacking).
		SetStatus(vocab.ShortageOpen).SaveX(f.ctx)
	c.Shipment.UpdateOneID(parcel.ID).SetAfterSaleID(request.ID).ExecX(f.ctx)
	f.addSecret(of, request.ID, request.Number, "request of "+of, "return to "+of, line.ID, amount,
		message.ID, "said of "+of, interception.ID, shortage.ID)
}

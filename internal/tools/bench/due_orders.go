package bench

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/catalogue"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// batchSize is the number of orders that one transaction makes.
const batchSize = 250

// orderRows are the rows that a batch inserts, table by table.
type orderRows struct {
	orders []*ent.OrderCreate
	subs   []*ent.SubOrderCreate
	items  []*ent.OrderItemCreate
	events []*ent.EventCreate
	needs  []stock.Need
}

// insertOrders inserts n orders, starting with number from of the round, with all rows that a
// placement writes.
func (r *dueRound) insertOrders(ctx context.Context, tx *store.Tx, from, n int) error {
	placed, err := lifecycle.Trade.Next("", vocab.Place, vocab.Buyer,
		lifecycle.TradeFacts{})
	if err != nil {
		return err
	}
	address, err := addressJSON()
	if err != nil {
		return err
	}
	var made orderRows
	for i := range n {
		r.addOrder(tx, &made, from+i, placed.To, address)
	}
	if err := tx.Order.CreateBulk(made.orders...).Exec(ctx); err != nil {
		return err
	}
	if err := tx.SubOrder.CreateBulk(made.subs...).Exec(ctx); err != nil {
		return err
	}
	if err := tx.OrderItem.CreateBulk(made.items...).Exec(ctx); err != nil {
		return err
	}
	if err := tx.Event.CreateBulk(made.events...).Exec(ctx); err != nil {
		return err
	}
	actor := event.Actor{Role: vocab.Buyer, ID: r.buyer}
	return stock.Reserve(tx, actor, made.needs)
}

// addOrder adds one order of one unit to the rows.
func (r *dueRound) addOrder(
	tx *store.Tx, made *orderRows, i int, status vocab.TradeStatus, address []byte,
) {
	id, sub := globalid.New(globalid.Order), globalid.New(globalid.SubOrder)
	item := globalid.New(globalid.OrderItem)
	number := fmt.Sprintf("%s-%d", r.code, i)
	at := i % len(r.skus)
	made.orders = append(made.orders, tx.Order.Create().SetID(id).SetNumber(number).
		SetBuyerID(r.buyer).SetSoleShopID(r.shop).SetStatus(status).SetCurrency("CNY").
		SetMerchantAccount(merchantAccount).SetPayable(price).SetRegion("CN-33").
		SetAddress(r.Keys.Seal(address, id[:])).SetPhoneIndex(r.Blind.Full(phone)).
		SetPayDueAt(r.due).SetEventSequence(2).
		SetCreatedAt(tx.Now))
	made.subs = append(made.subs, tx.SubOrder.Create().SetID(sub).SetNumber(number+"-1").
		SetOrderID(id).SetBuyerID(r.buyer).SetShopID(r.shop).SetPolicyVersion(catalogue.FirstPolicy).
		SetWarehouseID(r.warehouse).
		SetLogisticsClass(vocab.Ordinary).SetStatus(status).SetCurrency("CNY").
		SetListAmount(price).SetGoodsPayable(price).SetFreightList(0).SetFreight(0).
		SetFreightRefundable(0).SetFreightShares([]document.Share{}).SetWeightGrams(100).
		SetCreatedAt(tx.Now))
	made.items = append(made.items, tx.OrderItem.Create().SetID(item).SetOrderID(id).
		SetBuyerID(r.buyer).SetSubOrderID(sub).SetShopID(r.shop).SetProductID(r.product).
		SetSkuID(r.skus[at]).SetSkuCode(dueSkuCode(at)).SetTitle(r.code).SetWeightGrams(100).
		SetDeductionMode(vocab.OnOrder).SetCurrency("CNY").SetUnitPrice(price).SetQuantity(1).
		SetListAmount(price).SetPayable(price).SetShares([]document.Share{}).SetRefundable(price).
		SetRefundableQuantity(1).SetCreatedAt(tx.Now))
	made.needs = append(made.needs,
		stock.Need{Order: id, Item: item, Shop: r.shop, Stock: r.stocks[at], Quantity: 1})

	payload := document.Payload{To: string(status), Amount: price, Currency: "CNY"}
	made.events = append(made.events,
		r.orderEvent(tx, id, 1, vocab.EventOrderPlaced, payload))
	payload.SubOrder = sub
	made.events = append(made.events,
		r.orderEvent(tx, id, 2, vocab.EventSubOrderPlaced, payload).SetShopID(r.shop))
}

func (r *dueRound) orderEvent(
	tx *store.Tx, order globalid.ID, sequence int64, name string, payload document.Payload,
) *ent.EventCreate {
	return tx.Event.Create().SetID(globalid.New(globalid.OrderEvent)).SetOrderID(order).
		SetBuyerID(r.buyer).
		SetSequence(sequence).SetType(name).SetActorRole(vocab.Buyer).
		SetActor(r.buyer.String()).SetPayload(payload).SetCreatedAt(tx.Now)
}

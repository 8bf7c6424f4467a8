package bench

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// batch is how many orders one transaction makes.
const batch = 250

// rows are what a batch inserts, table by table.
type rows struct {
	orders []*ent.OrderCreate
	subs   []*ent.SubOrderCreate
	items  []*ent.OrderItemCreate
	events []*ent.EventCreate
	needs  []stock.Need
}

// place makes n orders, the first of them the round's from-th, with what a placement writes.
func (r *round) place(ctx context.Context, tx *store.Tx, from, n int) error {
	placed, err := lifecycle.Trade.Next("", vocab.Place, vocab.Buyer,
		lifecycle.TradeFacts{})
	if err != nil {
		return err
	}
	plain, err := address()
	if err != nil {
		return err
	}
	var made rows
	for i := range n {
		r.draft(tx, &made, from+i, placed.To, plain)
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
	return stock.Reserve(ctx, tx, actor, made.needs)
}

// draft adds one order of one unit to the rows.
func (r *round) draft(
	tx *store.Tx, made *rows, i int, status vocab.TradeStatus, plain []byte,
) {
	id, sub := globalid.New(globalid.Order), globalid.New(globalid.SubOrder)
	item := globalid.New(globalid.OrderItem)
	number := fmt.Sprintf("%s-%d", r.code, i)
	which := i % len(r.skus)
	made.orders = append(made.orders, tx.Order.Create().SetID(id).SetNumber(number).
		SetBuyerID(r.buyer).SetSoleShopID(r.shop).SetStatus(status).SetCurrency("CNY").
		SetMerchantAccount(account).SetPayable(price).SetRegion("浙江").
		SetAddress(r.Keys.Seal(plain, id[:])).SetPhoneIndex(r.Blind.Full(phone)).
		SetPhoneTailIndex(r.Blind.Tail(phone)).SetPayDueAt(r.due).SetEventSequence(2).
		SetCreatedAt(tx.Now))
	made.subs = append(made.subs, tx.SubOrder.Create().SetID(sub).SetNumber(number+"-1").
		SetOrderID(id).SetBuyerID(r.buyer).SetShopID(r.shop).SetWarehouseID(r.house).
		SetLogisticsClass(vocab.Ordinary).SetStatus(status).SetCurrency("CNY").
		SetListAmount(price).SetGoodsPayable(price).SetFreightList(0).SetFreight(0).
		SetFreightRefundable(0).SetFreightShares([]document.Share{}).SetWeightGrams(100).
		SetCreatedAt(tx.Now))
	made.items = append(made.items, tx.OrderItem.Create().SetID(item).SetOrderID(id).
		SetSubOrderID(sub).SetShopID(r.shop).SetProductID(r.product).SetSkuID(r.skus[which]).
		SetSkuCode(skuCode(which)).SetTitle(r.code).SetWeightGrams(100).
		SetDeductionMode(vocab.OnOrder).SetCurrency("CNY").SetUnitPrice(price).SetQuantity(1).
		SetListAmount(price).SetPayable(price).SetShares([]document.Share{}).SetRefundable(price).
		SetRefundableQuantity(1).SetCreatedAt(tx.Now))
	made.needs = append(made.needs,
		stock.Need{Order: id, Item: item, Stock: r.stocks[which], Quantity: 1})

	told := document.Payload{To: string(status), Amount: price, Currency: "CNY"}
	made.events = append(made.events,
		r.told(tx, id, 1, vocab.EventOrderPlaced, told))
	told.SubOrder = sub
	made.events = append(made.events,
		r.told(tx, id, 2, vocab.EventSubOrderPlaced, told).SetShopID(r.shop))
}

func (r *round) told(
	tx *store.Tx, order globalid.ID, sequence int64, name string, facts document.Payload,
) *ent.EventCreate {
	return tx.Event.Create().SetID(globalid.New(globalid.OrderEvent)).SetOrderID(order).
		SetSequence(sequence).SetType(name).SetActorRole(vocab.Buyer).
		SetActor(r.buyer.String()).SetPayload(facts).SetCreatedAt(tx.Now)
}

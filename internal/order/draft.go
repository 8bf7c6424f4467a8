package order

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"orderflow/ent"
	"orderflow/ent/predicate"
	entstock "orderflow/ent/stock"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/pricing"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Defaults of a shop's policy.
const (
	defaultPayMinutes = 30
	defaultShipHours  = 48
)

// draft is one order, wholly made up before its first statement: its ids are known, so that its
// parts are inserted in bulk and its stock is taken last.
type draft struct {
	order   globalid.ID
	buyer   globalid.ID
	actor   event.Actor
	quote   *Quote
	once    once
	row     *ent.OrderCreate
	subs    []*ent.SubOrderCreate
	items   []*ent.OrderItemCreate
	subIDs  []globalid.ID // by parcel
	shops   []globalid.ID // by parcel
	payable []int64       // by parcel
	needs   []stock.Need
}

func (o *Orders) draft(
	tx *store.Tx, v *auth.Viewer, c *catalogue, q *Quote, in *PlaceInput,
) (*draft, error) {
	number, err := newNumber(tx.Now)
	if err != nil {
		return nil, err
	}
	d := &draft{order: globalid.New(globalid.Order), buyer: v.BuyerID, actor: ActorOf(v), quote: q}
	address, err := json.Marshal(in.Address)
	if err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	d.row = tx.Order.Create().SetID(d.order).SetNumber(number).SetBuyerID(v.BuyerID).
		SetCurrency(string(q.Currency)).SetPayable(q.Price.Totals.Payable).
		SetRegion(in.Address.Region).SetAddress(o.keys.Seal(address, d.order[:])).
		SetPhoneIndex(o.blind.Full(in.Address.Phone)).
		SetPhoneTailIndex(o.blind.Tail(in.Address.Phone)).
		SetPayDueAt(c.payDue(tx.Now)).SetCreatedAt(tx.Now)
	d.row.SetMerchantAccount(c.shops[c.selling[0]].MerchantAccount)
	if len(c.selling) == 1 {
		d.row.SetSoleShopID(c.selling[0])
	}
	d.addParcels(tx, c, number, in.Notes)
	d.claim(c)
	return d, nil
}

// payDue is the earliest deadline of the shops.
func (c *catalogue) payDue(now time.Time) time.Time {
	shortest := 0
	for _, s := range c.shops {
		minutes := orDefault(s.Policy.PayMinutes, defaultPayMinutes)
		if shortest == 0 || minutes < shortest {
			shortest = minutes
		}
	}
	return now.Add(time.Duration(shortest) * time.Minute)
}

// newNumber makes what people read on the phone: the day and twelve random digits.
func newNumber(now time.Time) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000_000_000))
	if err != nil {
		return "", fmt.Errorf("order number: %w", err)
	}
	return fmt.Sprintf("%s%012d", now.Format("060102"), n), nil
}

// addParcels makes a sub-order of each parcel and an item of each of its parts. A line that is
// spread over warehouses divides its shares to the cent.
func (d *draft) addParcels(tx *store.Tx, c *catalogue, number string, notes []Note) {
	rest := slices.Clone(d.quote.Price.Lines) // what is left of each line
	mains := map[int]globalid.ID{}            // first item of the line with that key
	var gifts []int                           // items whose main line is known at the end
	giftKeys := map[int]int{}
	freight := d.quote.spreadFreight()
	for i, parcel := range d.quote.Parcels {
		sub := globalid.New(globalid.SubOrder)
		var list, goods int64
		for _, part := range parcel.Lines {
			line := takePart(&rest[part.Line], part.Quantity)
			item := globalid.New(globalid.OrderItem)
			d.items = append(d.items, d.item(tx, c, item, sub, line))
			if line.Gift {
				gifts = append(gifts, len(d.items)-1)
				giftKeys[len(d.items)-1] = line.Key
			} else if mains[line.Key].IsZero() {
				mains[line.Key] = item
			}
			if c.deduction(line.SkuID) == vocab.OnOrder {
				d.needs = append(d.needs, stock.Need{Order: d.order, Item: item,
					Stock: part.Stock, Quantity: part.Quantity})
			}
			list += line.List
			goods += line.Payable
		}
		note := slices.IndexFunc(notes, func(n Note) bool { return n.Shop == parcel.Shop })
		row := tx.SubOrder.Create().SetID(sub).SetNumber(subNumber(number, i+1)).
			SetOrderID(d.order).SetBuyerID(d.buyer).SetShopID(parcel.Shop).
			SetWarehouseID(parcel.Warehouse).SetLogisticsClass(parcel.Class).
			SetCurrency(string(d.quote.Currency)).SetListAmount(list).SetGoodsPayable(goods).
			SetFreightList(freight[i].payable + sumShares(freight[i].shares)).
			SetFreight(freight[i].payable).SetFreightRefundable(freight[i].payable).
			SetFreightShares(append([]document.Share{}, freight[i].shares...)).
			SetWeightGrams(d.quote.weight(parcel)).SetCreatedAt(tx.Now)
		if note >= 0 {
			row.SetNote(notes[note].Text)
		}
		d.subs = append(d.subs, row)
		d.subIDs = append(d.subIDs, sub)
		d.shops = append(d.shops, parcel.Shop)
		d.payable = append(d.payable, goods+freight[i].payable)
	}
	for _, i := range gifts {
		d.items[i].SetGiftOfID(mains[giftKeys[i]])
	}
}

// takePart cuts n units off what is left of a line.
func takePart(rest *pricing.PricedLine, n int64) pricing.PricedLine {
	part := *rest
	moved, kept := pricing.SplitShares(rest.Shares, n, int64(rest.Quantity))
	part.Quantity = int(n)
	part.List = rest.UnitPrice * n
	part.Shares = moved
	part.Payable = part.List - sumShares(moved)
	rest.Quantity -= int(n)
	rest.List -= part.List
	rest.Shares = kept
	rest.Payable -= part.Payable
	return part
}

func (d *draft) item(
	tx *store.Tx, c *catalogue, id, sub globalid.ID, line pricing.PricedLine,
) *ent.OrderItemCreate {
	s := c.skus[line.SkuID]
	return tx.OrderItem.Create().SetID(id).SetOrderID(d.order).SetSubOrderID(sub).
		SetShopID(s.ShopID).SetProductID(s.ProductID).SetSkuID(s.ID).SetSkuCode(s.Code).
		SetTitle(titleOf(c.titles[s.ProductID], s.Title)).SetImageURL(s.ImageURL).
		SetWeightGrams(weightOf(s, line.Gift)).SetDeductionMode(c.deduction(s.ID)).
		SetCurrency(s.Currency).SetUnitPrice(line.UnitPrice).
		SetQuantity(int64(line.Quantity)).SetListAmount(line.List).SetPayable(line.Payable).
		SetShares(append([]document.Share{}, line.Shares...)).SetRefundable(line.Payable).
		SetRefundableQuantity(int64(line.Quantity)).SetCreatedAt(tx.Now)
}

// titleOf names a line after its product and its sku, whose own title may tell the product already.
func titleOf(product, sku string) string {
	if strings.Contains(sku, product) {
		return sku
	}
	return product + " " + sku
}

// weightOf is the weight that counts for freight.
func weightOf(s *ent.Sku, gift bool) int64 {
	if gift {
		return 0
	}
	return s.WeightGrams
}

func (c *catalogue) deduction(id globalid.ID) vocab.DeductionMode {
	s := c.skus[id]
	if s.DeductionMode != nil && *s.DeductionMode != "" {
		return *s.DeductionMode
	}
	return orDefault(c.shops[s.ShopID].Policy.Deduction, vocab.OnOrder)
}

// claim lists the use-once things that the price made use of.
func (d *draft) claim(c *catalogue) {
	for _, b := range d.quote.Price.Benefits {
		if b.Kind == vocab.NewCustomer {
			d.once.benefits = append(d.once.benefits, b.BenefitID)
		}
	}
	for _, used := range d.quote.Price.Promotions { // by id
		if !used.CouponID.IsZero() {
			d.once.coupons = append(d.once.coupons, used.CouponID)
		}
		if p := c.promotion(used.PromotionID); p.Quota != nil || p.QuotaPerBuyer != nil {
			d.once.quotas = append(d.once.quotas,
				quotaNeed{promotion: p.ID, total: p.Quota, perBuyer: p.QuotaPerBuyer})
		}
	}
}

func (c *catalogue) promotion(id globalid.ID) *ent.Promotion {
	for _, p := range c.promotions {
		if p.ID == id {
			return p
		}
	}
	i := slices.IndexFunc(c.coupons, func(cp *ent.Coupon) bool { return cp.PromotionID == id })
	return c.coupons[i].Edges.Promotion
}

// write stores the order: use-once things, rows, stock last. With nothing to pay it is paid now.
func (d *draft) write(ctx context.Context, tx *store.Tx) error {
	row, err := lifecycle.Trade.Next("", vocab.Place, d.actor.Role, lifecycle.TradeFacts{})
	if err != nil {
		return NotAllowed(err)
	}
	if err := d.once.hold(ctx, tx, d.buyer, d.order); err != nil {
		return err
	}
	placed, err := d.row.SetStatus(row.To).Save(ctx)
	if err != nil {
		return err
	}
	for _, sub := range d.subs {
		sub.SetStatus(row.To)
	}
	for part := range slices.Chunk(d.subs, store.InsertRows) {
		if err := tx.SubOrder.CreateBulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(d.items, store.InsertRows) {
		if err := tx.OrderItem.CreateBulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	log := event.On(placed, d.actor)
	told := document.Payload{To: string(row.To), Amount: placed.Payable, Currency: placed.Currency}
	log.Add(row.Emit, told)
	for i, sub := range d.subIDs {
		told.SubOrder, told.Amount = sub, d.payable[i]
		log.AddFor(d.shops[i], vocab.ForShop(row.Emit), told)
	}
	if err := log.Write(ctx, tx); err != nil {
		return err
	}
	// Last: a hot row is locked for as short as can be.
	if err := stock.Reserve(ctx, tx, d.actor, d.needs); err != nil || placed.Payable > 0 {
		return err
	}
	return payNothing(ctx, tx, d.order)
}

// payNothing pays an order that costs nothing in the transaction that brings that about. What no
// warehouse has cannot come up: the order was planned on stock, and it is refunded by nobody.
func payNothing(ctx context.Context, tx *store.Tx, id globalid.ID) error {
	l, err := Lock(ctx, tx, id, event.Actor{Role: vocab.System})
	if err != nil {
		return err
	}
	short, err := l.Pay(ctx, tx, l.Facts(tx.Now), tx.Now)
	if err != nil {
		return err
	}
	if len(short) > 0 {
		var skus []globalid.ID
		for _, s := range short {
			skus = append(skus, s.Item.SkuID)
		}
		return outOfStock(skus)
	}
	return l.Write(ctx, tx)
}

func stockIDs(ids []globalid.ID) predicate.Stock { return entstock.IDIn(ids...) }

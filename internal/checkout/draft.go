package checkout

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
	"orderflow/ent/suborder"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/phone"
	"orderflow/internal/pricing"
	"orderflow/internal/redemption"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// draft is one order, wholly made up before its first statement: its ids are known, so that its
// parts are inserted in bulk and its stock is taken last.
type draft struct {
	tx     *store.Tx
	actor  event.Actor
	quote  *Quote
	cat    *catalogue
	order  *ent.Order
	subs   []*ent.SubOrder // by parcel
	items  []*ent.OrderItem
	claims redemption.Claims
	needs  []stock.Need
}

func (c *Checkout) draft(
	tx *store.Tx, v *auth.Viewer, cat *catalogue, q *Quote, in *PlaceInput,
) (*draft, error) {
	number, err := newNumber(tx.Now)
	if err != nil {
		return nil, err
	}
	address, err := json.Marshal(in.Address)
	if err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	id := globalid.New(globalid.Order)
	d := &draft{tx: tx, actor: event.ActorOf(v), quote: q, cat: cat, order: &ent.Order{
		ID: id, Number: number, BuyerID: v.BuyerID, Currency: string(q.Currency),
		MerchantAccount: cat.shops[cat.selling[0]].MerchantAccount,
		Payable:         q.Price.Totals.Payable, Region: q.to,
		Address:    c.keys.Seal(address, id[:]),
		PhoneIndex: c.blind.Full(phone.Stored(in.Address.Phone).E164()),
		PayDueAt:   cat.payDue(tx.Now), CreatedAt: tx.Now,
	}}
	if len(cat.selling) == 1 {
		d.order.SoleShopID = &cat.selling[0]
	}
	d.addParcels(c.sealNotes(in.Notes, id))
	d.claim()
	return d, nil
}

// payDue is the earliest deadline of the shops.
func (c *catalogue) payDue(now time.Time) time.Time {
	shortest := 0
	for _, s := range c.shops {
		minutes := s.Policy.Complete().PayMinutes
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

// sealNotes seals the buyer's notes for the order's id, each for its shop; the first of two counts.
func (c *Checkout) sealNotes(notes []Note, order globalid.ID) map[globalid.ID][]byte {
	sealed := make(map[globalid.ID][]byte, len(notes))
	for _, note := range notes {
		if _, twice := sealed[note.Shop]; !twice {
			sealed[note.Shop] = c.keys.SealText(note.Text, order, suborder.FieldNote)
		}
	}
	return sealed
}

// addParcels makes a sub-order of each parcel and an item of each of its parts. A line that is
// spread over warehouses divides its shares to the cent.
func (d *draft) addParcels(notes map[globalid.ID][]byte) {
	rest := slices.Clone(d.quote.Price.Lines) // what is left of each line
	mains := map[int]globalid.ID{}            // first item of the line with that key
	gifts := map[*ent.OrderItem]int{}         // by the key of the line that they come with
	freight := d.quote.spreadFreight()
	for i, parcel := range d.quote.Parcels {
		sub := d.addSub(i, parcel, freight[i])
		for _, part := range parcel.Lines {
			line := takePart(&rest[part.Line], part.Quantity)
			item := d.addItem(sub.ID, line)
			if line.Gift {
				gifts[item] = line.Key
			} else if mains[line.Key].IsZero() {
				mains[line.Key] = item.ID
			}
			if item.DeductionMode == vocab.OnOrder {
				d.needs = append(d.needs, stock.Need{Order: d.order.ID, Item: item.ID,
					Shop:  item.ShopID,
					Stock: part.Stock, Quantity: part.Quantity})
			}
			sub.ListAmount += line.List
			sub.GoodsPayable += line.Payable
		}
		sub.Note = notes[parcel.Shop]
	}
	for item, key := range gifts {
		main := mains[key]
		item.GiftOfID = &main
	}
}

func (d *draft) addSub(i int, parcel Parcel, freight freight) *ent.SubOrder {
	sub := &ent.SubOrder{
		ID: globalid.New(globalid.SubOrder), Number: order.Number(d.order.Number, i+1),
		OrderID: d.order.ID, BuyerID: d.order.BuyerID, ShopID: parcel.Shop,
		PolicyVersion: d.cat.shops[parcel.Shop].PolicyVersion, WarehouseID: parcel.Warehouse,
		LogisticsClass: parcel.Class, Currency: d.order.Currency,
		FreightList:       freight.payable + document.Sum(freight.shares),
		Freight:           freight.payable,
		FreightRefundable: freight.payable, FreightShares: freight.shares,
		WeightGrams: d.quote.weight(parcel), CreatedAt: d.tx.Now,
	}
	d.subs = append(d.subs, sub)
	return sub
}

// takePart cuts n units off what is left of a line.
func takePart(rest *pricing.PricedLine, n int64) pricing.PricedLine {
	part := *rest
	moved, kept := pricing.SplitShares(rest.Shares, n, int64(rest.Quantity))
	part.Quantity = int(n)
	part.List = rest.UnitPrice * n
	part.Shares = moved
	part.Payable = part.List - document.Sum(moved)
	rest.Quantity -= int(n)
	rest.List -= part.List
	rest.Shares = kept
	rest.Payable -= part.Payable
	return part
}

func (d *draft) addItem(sub globalid.ID, line pricing.PricedLine) *ent.OrderItem {
	s := d.cat.skus[line.SkuID]
	item := &ent.OrderItem{
		ID: globalid.New(globalid.OrderItem), OrderID: d.order.ID, SubOrderID: sub,
		BuyerID: d.order.BuyerID, ShopID: s.ShopID, ProductID: s.ProductID, SkuID: s.ID, SkuCode: s.Code,
		Title: titleOf(d.cat.titles[s.ProductID], s.Title), ImageURL: s.ImageURL,
		WeightGrams: weightOf(s, line.Gift), DeductionMode: d.cat.deduction(s.ID),
		Currency: s.Currency, UnitPrice: line.UnitPrice, Quantity: int64(line.Quantity),
		ListAmount: line.List, Payable: line.Payable, Shares: line.Shares,
		Refundable: line.Payable, RefundableQuantity: int64(line.Quantity), CreatedAt: d.tx.Now,
	}
	d.items = append(d.items, item)
	return item
}

// titleOf names a line after its product and its sku, whose own title may name the product already.
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
	return c.shops[s.ShopID].Policy.Complete().Deduction
}

// claim lists what the price redeems.
func (d *draft) claim() {
	d.claims = redemption.Claims{Order: d.order.ID, Buyer: d.order.BuyerID}
	for _, b := range d.quote.Price.Benefits {
		if b.Kind == vocab.NewCustomer {
			d.claims.Benefits = append(d.claims.Benefits, b.BenefitID)
		}
	}
	for _, used := range d.quote.Price.Promotions { // by id
		if !used.CouponID.IsZero() {
			d.claims.Coupons = append(d.claims.Coupons, used.CouponID)
		}
		if p := d.cat.promotion(used.PromotionID); p.Quota != nil || p.QuotaPerBuyer != nil {
			d.claims.Quotas = append(d.claims.Quotas, redemption.Quota{
				Promotion: p.ID, Total: p.Quota, PerBuyer: p.QuotaPerBuyer})
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

// write stores the order: redemptions, rows, stock last. With nothing to pay it is paid now.
func (d *draft) write(ctx context.Context) error {
	taken, err := lifecycle.Take(lifecycle.Trade, &d.order.Status, vocab.Place, d.actor.Role,
		lifecycle.TradeFacts{})
	if err != nil {
		return err
	}
	if err := redemption.Claim(ctx, d.tx, d.claims); err != nil {
		return err
	}
	d.tx.Insert(d.order)
	for _, sub := range d.subs {
		sub.Status = taken.To
		d.tx.Insert(sub)
	}
	for _, item := range d.items {
		d.tx.Insert(item)
	}
	payload := document.Payload{To: string(taken.To), Amount: d.order.Payable,
		Currency: d.order.Currency}
	event.Emit(d.tx, d.order, d.actor, event.Draft{Name: taken.Emit, Payload: payload})
	for _, sub := range d.subs {
		payload.SubOrder, payload.Amount = sub.ID, sub.GoodsPayable+sub.Freight
		event.Emit(d.tx, d.order, d.actor, event.Draft{Shop: sub.ShopID,
			Name: vocab.ForShop(taken.Emit), Payload: payload})
	}
	d.quote.claim(d.tx, d.order.BuyerID)
	err = stock.Reserve(d.tx, d.actor, d.needs)
	if err != nil || d.order.Payable > 0 {
		return err
	}
	return d.payNothing(ctx)
}

// payNothing pays an order that costs nothing in the transaction that places it. What no warehouse
// has cannot come up: the order was planned on stock.
func (d *draft) payNothing(ctx context.Context) error {
	l, err := order.Lock(ctx, d.tx, d.order.ID, event.Actor{Role: vocab.System})
	if err != nil {
		return err
	}
	missing, err := l.Pay(ctx, l.Facts(), d.tx.Now)
	if err != nil || len(missing) == 0 {
		return err
	}
	var skus []globalid.ID
	for _, m := range missing {
		skus = append(skus, m.Item.SkuID)
	}
	return order.OutOfStock(skus)
}

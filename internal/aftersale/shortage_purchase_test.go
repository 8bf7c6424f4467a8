package aftersale_test

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/checkout"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shortage"
	"orderflow/internal/vocab"
)

// purchase is an order of a buyer of its own, seen from the item of its first line.
type purchase struct {
	*ordertest.Env
	buyer context.Context
	order globalid.ID
	item  globalid.ID
}

// place places an order of units of a sku.
func place(e *ordertest.Env, sku *ent.Sku, units int64, more ...checkout.Line) purchase {
	e.T.Helper()
	p := purchase{Env: e, buyer: e.NewBuyer()}
	p.order = e.PlaceAs(p.buyer, append([]checkout.Line{ordertest.Line(sku, units)}, more...)...)
	p.item = e.ItemOf(p.order, sku).ID
	return p
}

// buy places and pays an order of units of a sku.
func buy(e *ordertest.Env, sku *ent.Sku, units int64, more ...checkout.Line) purchase {
	e.T.Helper()
	p := place(e, sku, units, more...)
	p.Pay(p.order)
	return p
}

// buyShort buys units of which some are reported as missing.
func buyShort(e *ordertest.Env, sku *ent.Sku, units, missing int64) (purchase, globalid.ID) {
	e.T.Helper()
	p := buy(e, sku, units)
	return p, e.MustID(p.report(missing))
}

// buyWaiting buys 5 units, of which 2 lack in the south and wait for a transfer from the north.
func buyWaiting(e *ordertest.Env, sku *ent.Sku) (p purchase, id, transfer globalid.ID) {
	e.T.Helper()
	p, id = buyShort(e, sku, 5, 2)
	e.AddStock(sku, e.North, 4)
	e.Must(offer(e, id, vocab.OptionTransfer))
	e.Must(p.choose(id, vocab.OptionTransfer))
	wantShortage(e, id, vocab.ShortageWaiting, 2)
	return p, id, *e.DB.Client.Shortage.GetX(e.T.Context(), id).TransferID
}

func (p purchase) row() *ent.OrderItem { return p.Item(p.item) }

func (p purchase) sub() *ent.SubOrder { return p.SubOrder(p.row().SubOrderID) }

// report reports units of the item as missing.
func (p purchase) report(units int64) (globalid.ID, error) {
	p.T.Helper()
	ids, err := p.Shortages.Report(p.Warehouse, shortage.Report{SubOrder: p.sub().ID,
		Lines: []shortage.Line{{Item: p.item, Quantity: units}}})
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}

func (p purchase) choose(id globalid.ID, choice vocab.ShortageOption) error {
	_, err := p.Shortages.Choose(p.buyer,
		shortage.Choice{Shortage: id, Choice: choice})
	return err
}

// offer offers these options, goods from the north.
func offer(e *ordertest.Env, id globalid.ID, options ...vocab.ShortageOption) error {
	in := shortage.Offer{Shortage: id, Options: options}
	for _, option := range options {
		if option != vocab.OptionRefund {
			in.Warehouse = e.North.ID
		}
	}
	_, err := e.Shortages.Offer(e.Merchant, in)
	return err
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/ent/shipment"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// The kinds of pieces in a mix.
const (
	readBuyer = "a buyer's list"
	readShop  = "a shop's list"
	placing   = "place and pay"
	shipping  = "ship"
)

// mixed is ten pieces in a row: 60 % reads, 30 % placing and paying, 10 % shipping.
var mixed = [...]string{readBuyer, placing, readShop, readBuyer, placing, readShop, shipping,
	readBuyer, placing, readShop}

func kindOfMix(i uint64) string { return mixed[i%uint64(len(mixed))] }

// Mix measures reading, placing and shipping side by side, on a database with orders.
func (c *Comparison) Mix(ctx context.Context) (r *Report, err error) {
	e, f, err := c.openFilled(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.close(ctx)) }()
	if err := e.plain.makeParcelTables(ctx); err != nil {
		return nil, err
	}
	w := &mixWork{environment: e, filling: f}
	if err := w.findShippable(ctx); err != nil {
		return nil, err
	}
	r, err = e.measure(ctx, "mix", []workload{{
		name: "60 : 30 : 10", kind: kindOfMix, prepare: w.prepare, api: w.api, plain: w.plainPiece,
	}})
	if err != nil {
		return nil, err
	}
	return r, w.check(ctx)
}

// mixWork holds what waits for shipment, on both sides.
type mixWork struct {
	*environment
	*filling
	mu        sync.Mutex // guards the slices during a run
	parcels   []shippable
	plainIDs  []int64
	placed    [2]atomic.Int64 // of the server, of the plain program
	shippable int             // at the beginning, on each side
}

// findShippable finds one item of each order.
func (w *mixWork) findShippable(ctx context.Context) error {
	staff := map[globalid.ID]string{}
	shops, err := w.serverDB.Client.Shop.Query().All(ctx)
	if err != nil {
		return err
	}
	for i := range w.shops {
		for _, shop := range shops {
			if shop.Code == shopCode(i) {
				staff[shop.ID] = w.client.staff[i]
			}
		}
	}
	items, err := w.serverDB.Client.OrderItem.Query().Select(orderitem.FieldID,
		orderitem.FieldOrderID, orderitem.FieldShopID).Order(ent.Asc(orderitem.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	found := map[globalid.ID]bool{}
	for _, item := range items {
		if !found[item.OrderID] {
			found[item.OrderID] = true
			w.parcels = append(w.parcels,
				shippable{staff: staff[item.ShopID], item: item.ID.String()})
			w.plainIDs = append(w.plainIDs, int64(len(w.parcels)))
		}
	}
	w.shippable = len(w.parcels)
	return nil
}

// prepare returns how many pieces there are until nothing is left to ship.
func (w *mixWork) prepare(_ context.Context, api bool) (pieces int, err error) {
	left := len(w.plainIDs)
	if api {
		left = len(w.parcels)
	}
	if left == 0 {
		return 0, fmt.Errorf("all %d orders are shipped; a longer run needs more", w.shippable)
	}
	return left * len(mixed), nil
}

func (w *mixWork) api(ctx context.Context, seed, i uint64) (err error) {
	switch kindOfMix(i) {
	case readBuyer:
		err = w.client.list(ctx, w.client.buyers[i%readerCount], w.pageOfBuyer())
	case readShop:
		err = w.client.list(ctx, w.client.staff[i%fillShops], w.pageOfShop(int(i%fillShops)))
	case placing:
		err = w.client.buy(ctx, randomBasket(w.Skus, seed, i))
		w.placed[0].Add(1)
	case shipping:
		err = w.client.ship(ctx, pop(&w.mu, &w.parcels))
	}
	return err
}

func (w *mixWork) plainPiece(ctx context.Context, seed, i uint64) (err error) {
	switch kindOfMix(i) {
	case readBuyer:
		_, err = w.plain.ofBuyer(ctx, int(i%readerCount))
	case readShop:
		_, err = w.plain.ofShop(ctx, int(i%fillShops))
	case placing:
		err = w.plain.buy(ctx, randomBasket(w.Skus, seed, i))
		w.placed[1].Add(1)
	case shipping:
		err = w.plain.ship(ctx, pop(&w.mu, &w.plainIDs))
	}
	return err
}

// check counts orders and parcels in the databases of both sides and verifies the server's.
func (w *mixWork) check(ctx context.Context) error {
	if err := w.stop(); err != nil {
		return err
	}
	client := w.serverDB.Client
	wantOrders, wantParcels := w.Orders+int(w.placed[0].Load()), w.shippable-len(w.parcels)
	orders, err := client.Order.Query().Count(ctx)
	if err != nil {
		return err
	}
	parcels, err := client.Shipment.Query().
		Where(shipment.StageEQ(vocab.StageHandedOver)).Count(ctx)
	if err != nil {
		return err
	}
	shipped, err := client.SubOrder.Query().Where(suborder.StatusEQ(vocab.Shipped)).Count(ctx)
	if err != nil {
		return err
	}
	if orders != wantOrders || parcels != wantParcels || shipped != wantParcels {
		return fmt.Errorf("of %d orders %d are there; of %d parcels %d, of %d sub-orders",
			wantOrders, orders, wantParcels, parcels, shipped)
	}
	err = w.plain.checkMix(ctx, w.Orders+int(w.placed[1].Load()), w.shippable-len(w.plainIDs))
	if err != nil {
		return err
	}
	return w.verify(ctx)
}

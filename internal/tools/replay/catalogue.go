package replay

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// currency of the shops: the file's prices are pounds.
const currency = "GBP"

// shopCode contains the fingerprint of the file: equal codes may have other prices in another.
func (r *replay) shopCode(i int) string {
	return fmt.Sprintf("retail-%s-%d", r.plan.fingerprint, i+1)
}

// key returns the idempotency key of one step of this file's replay.
func (r *replay) key(parts ...string) string {
	return "replay/" + r.plan.fingerprint + "/" + strings.Join(parts, "/")
}

// setPayload is the payload of the mutations that set an object.
type setPayload struct {
	Shop, Warehouse, Product, Sku struct{ ID string }
}

// makeCatalogue makes the shops, the warehouses and the skus of the file, with as much stock of
// each as the whole file sells.
func (r *replay) makeCatalogue(ctx context.Context) error {
	if err := r.makeShops(ctx); err != nil {
		return err
	}
	products, err := r.makeProducts(ctx)
	if err != nil {
		return err
	}
	var jobs []job
	for part := range slices.Chunk(r.plan.skus, batchSize) {
		jobs = append(jobs, func(ctx context.Context) error { return r.makeSkus(ctx, part, products) })
	}
	return r.runParallel(ctx, jobs)
}

// makeSkus makes some skus and receives their stock.
func (r *replay) makeSkus(ctx context.Context, part []*sku, products map[string]string) error {
	mutations := make([]mutation, len(part))
	for i, s := range part {
		mutations[i] = mutation{name: "setSku", selection: "sku { id }", input: map[string]any{
			"product": products[s.product], "code": s.code, "title": s.title, "price": s.pence,
		}}
	}
	set, err := mutateAll[setPayload](ctx, r.client, platform, mutations)
	if err != nil {
		return err
	}
	for i, s := range part {
		mutations[i] = mutation{name: "adjustStock", selection: "stock { id }",
			key: r.key("stock", s.code), input: map[string]any{
				"sku": set[i].Sku.ID, "warehouse": r.warehouses[s.warehouse], "delta": s.units,
				"note": "replay",
			}}
	}
	if _, err := mutateAll[setPayload](ctx, r.client, platform, mutations); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range part {
		r.skus[s] = set[i].Sku.ID
	}
	r.opts.Progress("goods", len(r.skus), len(r.plan.skus))
	return nil
}

// makeShops makes the shops and warehouses.
func (r *replay) makeShops(ctx context.Context) error {
	for i := range Shops {
		set, err := mutate[setPayload](ctx, r.client, platform, mutation{
			name: "setShop", selection: "shop { id }",
			input: map[string]any{
				"code": r.shopCode(i), "name": fmt.Sprintf("Online Retail %d", i+1),
				"currency": currency, "merchantAccount": "online-retail",
			}})
		if err != nil {
			return err
		}
		r.shops = append(r.shops, set.Shop.ID)
		// The longest time to pay, a week, leaves time to continue an interrupted replay.
		_, err = mutate[setPayload](ctx, r.client, platform, mutation{name: "setShopPolicy",
			selection: "shop { id }", input: map[string]any{
				"shop": set.Shop.ID,
				"policy": map[string]any{
					"returnWindowDays": int(returnWindow / day), "payMinutes": 7 * 24 * 60,
					// Wholesalers buy all that there is, and months of it within minutes.
					"unpaidOrders": 10_000, "unpaidUnits": 1_000_000_000, "unpaidShare": 100,
					"hourlyOrders": 100_000, "dailyExpiries": 10_000,
				},
			}})
		if err != nil {
			return err
		}
	}
	for i := range Warehouses {
		set, err := mutate[setPayload](ctx, r.client, platform, mutation{
			name: "setWarehouse", selection: "warehouse { id }",
			input: map[string]any{
				"code": r.shopCode(i), "name": fmt.Sprintf("Warehouse %d", i+1),
				"country": home, "returnAddress": fmt.Sprintf("%d Returns Lane", i+1),
			}})
		if err != nil {
			return err
		}
		r.warehouses = append(r.warehouses, set.Warehouse.ID)
	}
	return nil
}

// makeProducts makes a product of each stock code and returns their ids.
func (r *replay) makeProducts(ctx context.Context) (map[string]string, error) {
	var firsts []*sku // of each code
	ids := map[string]string{}
	for _, s := range r.plan.skus {
		if _, known := ids[s.product]; !known {
			ids[s.product] = ""
			firsts = append(firsts, s)
		}
	}
	var jobs []job
	for part := range slices.Chunk(firsts, batchSize) {
		jobs = append(jobs, func(ctx context.Context) error {
			mutations := make([]mutation, len(part))
			for i, s := range part {
				mutations[i] = mutation{name: "setProduct", selection: "product { id }", input: map[string]any{
					"shop": r.shops[s.shop], "code": s.product, "title": s.title}}
			}
			set, err := mutateAll[setPayload](ctx, r.client, platform, mutations)
			if err != nil {
				return err
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			for i, s := range part {
				ids[s.product] = set[i].Product.ID
			}
			return nil
		})
	}
	return ids, r.runParallel(ctx, jobs)
}

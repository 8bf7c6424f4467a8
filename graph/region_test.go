package graph_test

import "testing"

// sofaTable charges 80 yuan, and 260 to the far west; nobody delivers to Hainan.
func (e *env) sofaTable() {
	e.Helper()
	piece := func(zone vars, fee int) vars {
		zone["first"], zone["firstFee"], zone["step"], zone["stepFee"] = 1, fee, 1, fee
		return zone
	}
	r := e.mutateOK(e.platform, "setFreightTemplate", vars{"shop": e.shop,
		"logisticsClass": "ORDINARY", "basis": "PIECE", "rule": vars{"zones": []any{
			piece(vars{"regions": []any{"新疆", "西藏自治区", "63"}}, 26_000),
			piece(vars{"regions": []any{"海南"}, "undelivered": true}, 0),
			piece(vars{"countries": []any{"GB"}}, 90_000),
			piece(vars{}, 8000)}}}, "freightTemplate { rule { zones { regions countries undelivered } } }")
	e.expect(r, "[map[countries:[] regions:[新疆 西藏 青海] undelivered:false] "+
		"map[countries:[] regions:[海南] undelivered:true] "+
		"map[countries:[GB] regions:[] undelivered:false] "+
		"map[countries:[] regions:[] undelivered:false]]",
		"setFreightTemplate", "freightTemplate", "rule", "zones")
}

func (e *env) quoteTo(place vars) response {
	place["lines"] = []any{vars{"sku": e.sku, "quantity": 1}}
	return e.post(e.buyer, `query($in: QuoteInput!) { quote(input: $in) {
		price { freight { amount } } parcels { warehouseId }
		problems { code field skus { id } } } }`, vars{"in": place})
}

// A region costs the same in each of its spellings.
func TestRegionsInEverySpelling(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		e.sofaTable()
		e.mutateOK(e.platform, "setShopPolicy", vars{"shop": e.shop,
			"policy": vars{"strategy": "NEAREST_REGION"}}, "shop { id }")
		r := e.must(e.platform, "{ warehouses { region country } }", nil)
		e.expect(r, "[map[country:CN region:北京] map[country:CN region:上海]]", "warehouses")
		for _, test := range []struct {
			place     vars
			freight   float64
			warehouse string
		}{
			{vars{"region": "新疆"}, 26_000, e.warehouse},
			{vars{"region": "新疆维吾尔自治区"}, 26_000, e.warehouse},
			{vars{"region": "65"}, 26_000, e.warehouse},
			{vars{"nationalCode": "650102"}, 26_000, e.warehouse},
			{vars{"region": "青海省", "nationalCode": "630000"}, 26_000, e.warehouse},
			{vars{"region": "上海"}, 8000, e.warehouse},
			{vars{"region": "上海市"}, 8000, e.warehouse},
			{vars{"region": "北京"}, 8000, e.otherWarehouse},
			{vars{"region": "北京市", "country": "CN"}, 8000, e.otherWarehouse},
			{vars{"country": "GB", "region": "Kent"}, 90_000, e.warehouse},
		} {
			r := e.quoteTo(test.place)
			got := r.at("quote", "price", "freight", "amount")
			from := r.at("quote", "parcels", 0, "warehouseId")
			if got != test.freight || test.place["country"] != "GB" && from != test.warehouse {
				e.Errorf("%v: freight %v from %v: %s", test.place, got, from, r.raw)
			}
		}
	})
}

// What is no region is refused wherever it is written, and nothing is stored.
func TestWhatIsNoRegionIsRefused(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		for _, wrong := range []struct {
			place vars
			field string
		}{
			{vars{"region": "火星"}, "region"},
			{vars{"region": "bj"}, "region"},
			{vars{"region": "北京北京"}, "region"},
			{vars{}, "region"},
			{vars{"country": "China", "region": "北京"}, "country"},
			{vars{"region": "北京", "nationalCode": "440305"}, "nationalCode"},
		} {
			with := func(in vars) vars {
				for name, value := range wrong.place {
					in[name] = value
				}
				return in
			}
			address := with(vars{"name": "Li", "phone": "13900001111", "street": "Bund 2"})
			e.expectRefusal(e.buyer, "placeOrder", vars{"address": address, "expectedPayable": 2500,
				"lines": []any{vars{"sku": e.sku, "quantity": 1}}}, "INVALID_INPUT", "address."+wrong.field)
			e.expectRefusal(e.buyer, "requestAddressChange", vars{"order": p.order, "address": address},
				"INVALID_INPUT", "address."+wrong.field)
			e.expectRefusal(e.platform, "setWarehouse", with(vars{"code": "X", "name": "X"}),
				"INVALID_INPUT", wrong.field)
			if r := e.quoteTo(with(vars{})); r.code() != "INVALID_INPUT" {
				e.Errorf("%v is quoted: %s", wrong.place, r.raw)
			}
		}
		zone := vars{"regions": []any{"上海滩"}, "first": 1, "firstFee": 1}
		e.expectRefusal(e.merchant, "setFreightTemplate", vars{"shop": e.shop,
			"logisticsClass": "ORDINARY", "basis": "PIECE", "rule": vars{"zones": []any{zone}}},
			"INVALID_INPUT", "rule.zones[0].regions[0]")
	})
}

// Where a table says that nobody delivers, a quote says so and nothing can be placed.
func TestARegionThatIsNotServed(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		e.sofaTable()
		for _, place := range []vars{{"region": "海南省"}, {"country": "FR", "region": "Bretagne"}} {
			address := vars{"name": "Li", "phone": "13900001111", "street": "Bund 2"}
			for name, value := range place {
				address[name] = value
			}
			e.expect(e.quoteTo(place), "[map[code:REGION_NOT_SERVED field:region skus:[map[id:"+
				e.sku+"]]]]", "quote", "problems")
			e.expectRefusal(e.buyer, "placeOrder", vars{"address": address, "expectedPayable": 2500,
				"lines": []any{vars{"sku": e.sku, "quantity": 1}}}, "REGION_NOT_SERVED", "address.region")
		}
	})
}

// Another spelling of the region of an order is no other region.
func TestASpellingIsNoChangeOfRegion(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		to := func(region string) vars {
			return vars{"order": p.order, "address": vars{"name": "Li", "phone": "13900001111",
				"region": region, "street": "Bund 2"}}
		}
		e.expectRefusal(e.buyer, "requestAddressChange", to("北京市"), "ACTION_NOT_ALLOWED",
			"address.region")
		r := e.mutateOK(e.buyer, "requestAddressChange", to("上海市"),
			"changes { address { country region } }")
		e.expect(r, "map[country:CN region:上海]", "requestAddressChange", "changes", 0, "address")
	})
}

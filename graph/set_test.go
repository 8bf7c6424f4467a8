package graph_test

import (
	"fmt"
	"maps"
	"testing"
)

// setCase is an object that a setter makes: what of it is shown, how that reads when all of it is
// set, then after one field is set, and after null sets the defaults.
type setCase struct {
	mutation, shown string
	which           vars // what names it
	whole           vars
	one, none       vars
	afterWhole      string
	afterOne        string
	afterNone       string
	required        []string // fields that a new one needs, and that are never null
}

func (e *env) setCases() []setCase {
	product := e.must(e.platform, `query($s: String!) { shop(code: $s) { products { id } } }`,
		vars{"s": "tea"}).at("shop", "products", 0, "id")
	return []setCase{{
		mutation: "setProduct", shown: "product { code title imageUrl }",
		which: vars{"shop": e.shop, "code": "set-p"},
		whole: vars{"title": "Pot", "imageUrl": "https://x.example/p.png"},
		one:   vars{"title": "Tea pot"},
		none:  vars{"imageUrl": nil},

		afterWhole: "map[code:set-p imageUrl:https://x.example/p.png title:Pot]",
		afterOne:   "map[code:set-p imageUrl:https://x.example/p.png title:Tea pot]",
		afterNone:  "map[code:set-p imageUrl: title:Tea pot]",
		required:   []string{"code", "title"},
	}, {
		mutation: "setSku",
		shown:    "sku { title price { amount } weightGrams logisticsClass deductionMode onSale }",
		which:    vars{"product": product, "code": "set-s"},
		whole: vars{"title": "Red", "price": 900,
			"weightGrams": 750, "logisticsClass": "COLD_CHAIN", "deductionMode": "ON_PAYMENT",
			"onSale": false},
		one: vars{"price": 1000},
		none: vars{"weightGrams": nil, "logisticsClass": nil,
			"deductionMode": nil, "onSale": nil},
		afterWhole: "map[deductionMode:ON_PAYMENT logisticsClass:COLD_CHAIN onSale:false " +
			"price:map[amount:900] title:Red weightGrams:750]",
		afterOne: "map[deductionMode:ON_PAYMENT logisticsClass:COLD_CHAIN onSale:false " +
			"price:map[amount:1000] title:Red weightGrams:750]",
		afterNone: "map[deductionMode:<nil> logisticsClass:ORDINARY onSale:true " +
			"price:map[amount:1000] title:Red weightGrams:0]",
		required: []string{"code", "title", "price"},
	}, {
		mutation: "setShop",
		shown:    "shop { name currency merchantAccount proposedAccount returnAddress }",
		which:    vars{"code": "set-shop"},
		whole: vars{"name": "Set", "currency": "CNY", "merchantAccount": "m-1",
			"returnAddress": "Bund 1"},
		one:  vars{"name": "Reset"},
		none: vars{"returnAddress": nil},
		afterWhole: "map[currency:CNY merchantAccount:m-1 name:Set proposedAccount:<nil> " +
			"returnAddress:Bund 1]",
		afterOne: "map[currency:CNY merchantAccount:m-1 name:Reset proposedAccount:<nil> " +
			"returnAddress:Bund 1]",
		afterNone: "map[currency:CNY merchantAccount:m-1 name:Reset proposedAccount:<nil> " +
			"returnAddress:]",
		required: []string{"code", "name", "currency", "merchantAccount"},
	}, {
		mutation: "setShopPolicy",
		shown:    "shop { policy { payMinutes shipHours deduction refundIntercepted } }",
		which:    vars{"shop": e.shop},
		whole: vars{"policy": vars{"shipHours": 24, "deduction": "ON_PAYMENT",
			"refundIntercepted": true}},
		one: vars{"policy": vars{"payMinutes": 20}},
		none: vars{"policy": vars{"shipHours": nil, "deduction": nil,
			"refundIntercepted": nil}},
		afterWhole: "map[policy:map[deduction:ON_PAYMENT payMinutes:0 " +
			"refundIntercepted:true shipHours:24]]",
		afterOne: "map[policy:map[deduction:ON_PAYMENT payMinutes:20 " +
			"refundIntercepted:true shipHours:24]]",
		afterNone: "map[policy:map[deduction:<nil> payMinutes:20 refundIntercepted:false shipHours:0]]",
	}, {
		mutation: "setFreightTemplate",
		shown:    "freightTemplate { basis rule { zones { regions firstFee } } }",
		which:    vars{"shop": e.shop, "logisticsClass": "OVERSIZED"},
		whole: vars{"basis": "PIECE",
			"rule": vars{"zones": []any{vars{"regions": []any{"新疆"}, "first": 1, "firstFee": 700},
				vars{"first": 1, "firstFee": 500}}}},
		one: vars{"basis": "WEIGHT"},
		none: vars{"rule": vars{"zones": []any{
			vars{"first": 1, "firstFee": 600}}}},
		afterWhole: "map[basis:PIECE rule:map[zones:[map[firstFee:700 regions:[新疆]] " +
			"map[firstFee:500 regions:[]]]]]",
		afterOne: "map[basis:WEIGHT rule:map[zones:[map[firstFee:700 regions:[新疆]] " +
			"map[firstFee:500 regions:[]]]]]",
		afterNone: "map[basis:WEIGHT rule:map[zones:[map[firstFee:600 regions:[]]]]]",
		required:  []string{"logisticsClass", "basis", "rule"},
	}, {
		mutation: "setWarehouse", shown: "warehouse { name country region returnAddress priority }",
		which: vars{"code": "set-w"},
		whole: vars{"name": "West", "region": "新疆", "returnAddress": "Gate 1",
			"priority": 3},
		one:  vars{"nationalCode": "310101"},
		none: vars{"returnAddress": nil, "priority": nil},

		afterWhole: "map[country:CN name:West priority:3 region:新疆 returnAddress:Gate 1]",
		afterOne:   "map[country:CN name:West priority:3 region:上海 returnAddress:Gate 1]",
		afterNone:  "map[country:CN name:West priority:0 region:上海 returnAddress:]",
		required:   []string{"code", "name"},
	}, {
		mutation: "setPromotion",
		shown:    "promotion { title rule { percent threshold } stackingGroup quota active }",
		which:    vars{"shop": e.shop, "code": "set-promo"},
		whole: vars{"title": "Ten off", "kind": "PERCENTAGE",
			"scope": "SHOP", "funder": "SHOP", "rule": vars{"percent": 10, "threshold": 5000},
			"startsAt": "2026-11-11T00:00:00+08:00", "endsAt": "2027-11-11T00:00:00+08:00",
			"stackingGroup": "g", "quota": 100, "active": false},
		one:  vars{"rule": vars{"percent": 20}},
		none: vars{"stackingGroup": nil, "active": nil},
		afterWhole: "map[active:false quota:100 rule:map[percent:10 threshold:5000] stackingGroup:g " +
			"title:Ten off]",
		afterOne: "map[active:false quota:100 rule:map[percent:20 threshold:5000] stackingGroup:g " +
			"title:Ten off]",
		afterNone: "map[active:true quota:100 rule:map[percent:20 threshold:5000] stackingGroup: " +
			"title:Ten off]",
		required: []string{"code", "title", "kind", "scope", "funder", "rule", "startsAt", "endsAt"},
	}, {
		mutation: "setMemberBenefit", shown: "memberBenefit { title rule { minLevel percent } active }",
		which: vars{"code": "set-b"},
		whole: vars{"title": "Gold", "kind": "LEVEL_DISCOUNT",
			"rule": vars{"minLevel": 3, "percent": 5}, "active": false},
		one:  vars{"rule": vars{"percent": 7}},
		none: vars{"rule": vars{"minLevel": nil}, "active": nil},

		afterWhole: "map[active:false rule:map[minLevel:3 percent:5] title:Gold]",
		afterOne:   "map[active:false rule:map[minLevel:3 percent:7] title:Gold]",
		afterNone:  "map[active:true rule:map[minLevel:0 percent:7] title:Gold]",
		required:   []string{"code", "title", "kind", "rule"},
	}}
}

// What is left out stays, and null sets the default, in every setter.
func TestSettersKeepWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		for _, set := range e.setCases() {
			nothing := vars{}
			if set.mutation == "setShopPolicy" {
				nothing["policy"] = vars{}
			}
			for i, step := range []struct {
				input vars
				after string
			}{
				{set.whole, set.afterWhole}, {nothing, set.afterWhole}, {set.one, set.afterOne},
				{set.none, set.afterNone},
			} {
				r := e.mutateOK(e.platform, set.mutation, merged(set.which, step.input), set.shown)
				objects, _ := r.at(set.mutation).(map[string]any)
				for _, object := range objects {
					if object != nil && fmt.Sprint(object) != "[]" && fmt.Sprint(object) != step.after {
						e.Errorf("%s %d: %v, not %s", set.mutation, i, object, step.after)
					}
				}
			}
			e.needsOf(set)
		}
	})
}

// needsOf checks that a new object needs its fields, and that none of them can be null.
func (e *env) needsOf(set setCase) {
	e.Helper()
	for _, field := range set.required {
		input := merged(set.which, set.whole)
		if _, there := input["code"]; there {
			input["code"] = "set-new"
		} else if field != "logisticsClass" {
			input["logisticsClass"] = "COLD_CHAIN"
		}
		delete(input, field)
		e.expectRefusal(e.platform, set.mutation, input, "INVALID_INPUT", field)
		input[field] = nil
		e.expectRefusal(e.platform, set.mutation, input, "INVALID_INPUT", field)
	}
}

func merged(a, b vars) vars {
	all := vars{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}

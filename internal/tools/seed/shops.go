package seed

import (
	"context"

	"orderflow/ent/freighttemplate"
	"orderflow/ent/shop"
	"orderflow/ent/warehouse"
	"orderflow/internal/catalogue"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// demoAccount is the merchant account that the demo shops share, so that one checkout may hold
// goods of all of them.
const demoAccount = "demo-merchant"

type demoShop struct {
	code, name, returns string
	policy              document.ShopPolicy
	freight             []demoFreight
}

type demoFreight struct {
	class vocab.LogisticsClass
	basis vocab.FreightBasis
	zones []catalogue.FreightZoneInput
}

var remote = []string{"新疆", "西藏", "青海", "内蒙古"}

// Amounts are fen, weights grams.
var demoShops = []demoShop{
	{
		code: "tea", name: "山间茶事 Mountain Leaf Tea",
		returns: "浙江省杭州市西湖区龙井路 18 号 退货组",
		policy:  document.ShopPolicy{Deduction: vocab.OnOrder, Strategy: vocab.FewestParcels},
		freight: []demoFreight{{vocab.Ordinary, vocab.ByWeight, []catalogue.FreightZoneInput{
			{
				Regions: []string{"浙江", "江苏", "上海", "安徽"},
				First:   1000, FirstFee: 600, Step: 1000, StepFee: 200, FreeAbove: 9900,
			},
			{Regions: remote, First: 1000, FirstFee: 2000, Step: 1000, StepFee: 1500},
			{First: 1000, FirstFee: 1000, Step: 1000, StepFee: 400, FreeAbove: 12900},
		}}},
	},
	{
		code: "fresh", name: "鲜达生鲜 Fresh Harbour",
		returns: "广东省广州市白云区冷链大道 6 号 售后仓",
		policy: document.ShopPolicy{
			Deduction: vocab.OnPayment, Strategy: vocab.NearestRegion, PayMinutes: 15,
		},
		freight: []demoFreight{
			{vocab.Ordinary, vocab.ByWeight, []catalogue.FreightZoneInput{
				{Regions: remote, First: 1000, FirstFee: 2200, Step: 1000, StepFee: 1600},
				{First: 1000, FirstFee: 900, Step: 1000, StepFee: 300, FreeAbove: 8800},
			}},
			{vocab.ColdChain, vocab.ByWeight, []catalogue.FreightZoneInput{
				{
					Regions: []string{"广东", "北京", "浙江", "上海", "江苏"},
					First:   2000, FirstFee: 1800, Step: 1000, StepFee: 500, FreeAbove: 29900,
				},
				{First: 2000, FirstFee: 3200, Step: 1000, StepFee: 900},
			}},
		},
	},
	{
		code: "home", name: "木作家居 Woodline Home",
		returns: "湖北省武汉市东西湖区物流园 3 栋",
		policy: document.ShopPolicy{
			Deduction: vocab.OnOrder, Strategy: vocab.WarehousePriority, ShipHours: 72,
		},
		freight: []demoFreight{
			{vocab.Ordinary, vocab.ByWeight, []catalogue.FreightZoneInput{
				{First: 2000, FirstFee: 800, Step: 1000, StepFee: 200, FreeAbove: 19900},
			}},
			{vocab.Oversized, vocab.ByPiece, []catalogue.FreightZoneInput{
				{Regions: remote, First: 1, FirstFee: 26000, Step: 1, StepFee: 18000},
				{First: 1, FirstFee: 8000, Step: 1, StepFee: 5000, FreeAbove: 500000},
			}},
		},
	},
}

var demoWarehouses = []catalogue.WarehouseInput{
	{Code: "gz1", Name: "广州一仓 Guangzhou", Region: "广东", Priority: 1},
	{Code: "hz1", Name: "杭州一仓 Hangzhou", Region: "浙江", Priority: 2},
	{Code: "wh1", Name: "武汉一仓 Wuhan", Region: "湖北", Priority: 3},
	{Code: "bj1", Name: "北京一仓 Beijing", Region: "北京", Priority: 4},
	{Code: "cd1", Name: "成都一仓 Chengdu", Region: "四川", Priority: 5},
}

func (s *seeder) shops(ctx context.Context) error {
	for _, d := range demoShops {
		find := func(ctx context.Context) (globalid.ID, error) {
			return s.db.Client.Shop.Query().Where(shop.Code(d.code)).OnlyID(ctx)
		}
		add := func(ctx context.Context) (globalid.ID, error) {
			id, err := s.catalogue.SetShop(ctx, catalogue.ShopInput{
				Code: d.code, Name: d.name, Currency: "CNY",
				MerchantAccount: demoAccount, ReturnAddress: d.returns,
			})
			if err != nil {
				return id, err
			}
			return s.catalogue.SetShopPolicy(ctx,
				catalogue.PolicyInput{Shop: id, Policy: d.policy})
		}
		if err := s.ensure(ctx, globalid.Shop, d.code, find, add); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) freight(ctx context.Context) error {
	for _, d := range demoShops {
		shopID := s.id(globalid.Shop, d.code)
		for _, f := range d.freight {
			find := func(ctx context.Context) (globalid.ID, error) {
				return s.db.Client.FreightTemplate.Query().Where(freighttemplate.ShopID(shopID),
					freighttemplate.LogisticsClassEQ(f.class)).OnlyID(ctx)
			}
			add := func(ctx context.Context) (globalid.ID, error) {
				return s.catalogue.SetFreightTemplate(ctx, catalogue.FreightInput{
					Shop: shopID, LogisticsClass: f.class, Basis: f.basis,
					Rule: catalogue.FreightRuleInput{Zones: f.zones},
				})
			}
			name := d.code + " " + string(f.class)
			if err := s.ensure(ctx, globalid.FreightTemplate, name, find, add); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *seeder) warehouses(ctx context.Context) error {
	for _, in := range demoWarehouses {
		find := func(ctx context.Context) (globalid.ID, error) {
			return s.db.Client.Warehouse.Query().Where(warehouse.Code(in.Code)).OnlyID(ctx)
		}
		add := func(ctx context.Context) (globalid.ID, error) {
			return s.catalogue.SetWarehouse(ctx, in)
		}
		if err := s.ensure(ctx, globalid.Warehouse, in.Code, find, add); err != nil {
			return err
		}
	}
	return nil
}

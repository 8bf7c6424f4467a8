package seed

import "orderflow/internal/vocab"

type demoProduct struct {
	shop, code, title string
	class             vocab.LogisticsClass
	skus              []demoSku
}

type demoSku struct {
	code, title string
	price       int64 // fen
	grams       int64
	stock       units
}

// units is the stock of a sku by warehouse.
type units map[string]int64

// goods cover several shops and warehouses; some are in one warehouse only, some in small numbers
// in several, and some nearly sold out.
var goods = []demoProduct{
	{"tea", "longjing", "西湖龙井 West Lake Longjing", vocab.Ordinary, []demoSku{
		{"TEA-LJ-50", "明前特级 50 克 pre-Qingming, 50 g", 12800, 120, units{"hz1": 300, "gz1": 80}},
		{"TEA-LJ-250", "明前特级 250 克 pre-Qingming, 250 g", 56800, 380, units{"hz1": 60}},
	}},
	{"tea", "puer", "云南普洱熟茶 Ripe Pu'er Cake", vocab.Ordinary, []demoSku{
		{"TEA-PE-357", "七子饼 357 克 cake, 357 g", 16800, 420, units{"cd1": 200, "gz1": 150}},
		{"TEA-PE-100", "小沱 100 克 tuocha, 100 g", 5900, 150, units{"cd1": 260}},
	}},
	{"tea", "jasmine", "茉莉花茶 Jasmine Green Tea", vocab.Ordinary, []demoSku{
		{"TEA-JM-100", "碧潭飘雪 100 克 100 g tin", 6800, 210, units{"cd1": 400, "hz1": 200}},
		{"TEA-JM-20", "三角茶包 20 袋 20 pyramid bags", 3900, 90, units{"cd1": 500, "bj1": 150}},
	}},
	{"tea", "gaiwan", "青瓷盖碗 Celadon Gaiwan", vocab.Ordinary, []demoSku{
		{"TEA-GW-150", "150 毫升 150 ml", 8800, 450, units{"hz1": 90, "wh1": 40}},
	}},
	{"tea", "kettle", "手冲温控壶 Gooseneck Kettle", vocab.Ordinary, []demoSku{
		{"TEA-KT-BK", "哑光黑 matt black", 32900, 1600, units{"hz1": 2, "gz1": 2, "bj1": 2}},
		{"TEA-KT-WH", "象牙白 ivory", 32900, 1600, units{"gz1": 35}},
	}},
	{"tea", "sampler", "新人尝鲜装 Tasting Set", vocab.Ordinary, []demoSku{
		{"TEA-TS-6", "六款各 5 克 six teas, 5 g each", 1990, 80, units{"hz1": 1000, "cd1": 600}},
	}},

	{"fresh", "shrimp", "湛江活冻大虾 Zhanjiang Prawns", vocab.ColdChain, []demoSku{
		{"FRE-SH-1000", "净重 1 千克 1 kg net", 9900, 1300, units{"gz1": 240, "bj1": 120}},
		{"FRE-SH-2000", "净重 2 千克 2 kg net", 18800, 2600, units{"gz1": 90}},
	}},
	{"fresh", "salmon", "冰鲜三文鱼 Chilled Salmon", vocab.ColdChain, []demoSku{
		{"FRE-SM-400", "刺身中段 400 克 sashimi cut, 400 g", 12800, 700, units{"bj1": 60, "hz1": 60}},
	}},
	{"fresh", "beef", "原切牛腩 Beef Brisket", vocab.ColdChain, []demoSku{
		{"FRE-BF-1000", "1 千克 1 kg", 7900, 1200, units{"bj1": 180, "gz1": 160, "cd1": 90}},
	}},
	{"fresh", "dumplings", "手工虾仁水饺 Prawn Dumplings", vocab.ColdChain, []demoSku{
		{"FRE-DP-500", "500 克 500 g", 3990, 620, units{"bj1": 300, "hz1": 220}},
	}},
	{"fresh", "mandarin", "四川春见耙耙柑 Chunjian Mandarins", vocab.Ordinary, []demoSku{
		{"FRE-MD-2500", "5 斤装 2.5 kg", 4580, 2900, units{"cd1": 350}},
		{"FRE-MD-5000", "10 斤装 5 kg", 7980, 5500, units{"cd1": 200, "wh1": 60}},
	}},
	{"fresh", "rice", "五常稻花香米 Wuchang Rice", vocab.Ordinary, []demoSku{
		{"FRE-RC-5000", "5 千克 5 kg", 8900, 5100, units{"bj1": 400, "wh1": 300, "gz1": 250}},
	}},
	{"fresh", "fishsauce", "秘制鱼露 House Fish Sauce", vocab.Ordinary, []demoSku{
		{"FRE-FS-100", "100 毫升 100 ml", 1200, 180, units{"gz1": 500, "bj1": 200}},
	}},

	{"home", "sofa", "三人位布艺沙发 Three-Seat Sofa", vocab.Oversized, []demoSku{
		{"HOM-SF-GY", "雾灰 mist grey", 299900, 68000, units{"wh1": 12, "gz1": 8}},
		{"HOM-SF-GN", "苔绿 moss green", 319900, 68000, units{"wh1": 3}},
	}},
	{"home", "bed", "白橡木双人床 Oak Bed", vocab.Oversized, []demoSku{
		{"HOM-BD-150", "1.5 米 150 cm", 259900, 82000, units{"wh1": 9, "bj1": 6}},
		{"HOM-BD-180", "1.8 米 180 cm", 289900, 91000, units{"wh1": 7, "bj1": 5}},
	}},
	{"home", "bookcase", "实木书架 Solid Wood Bookcase", vocab.Oversized, []demoSku{
		{"HOM-BC-5", "五层 five shelves", 89900, 31000, units{"wh1": 25, "gz1": 20}},
	}},
	{"home", "lamp", "纸灯笼落地灯 Paper Floor Lamp", vocab.Ordinary, []demoSku{
		{"HOM-LP-120", "高 120 厘米 120 cm", 25900, 3200, units{"gz1": 70, "wh1": 50}},
	}},
	{"home", "blanket", "羊毛盖毯 Wool Throw", vocab.Ordinary, []demoSku{
		{"HOM-BK-RD", "枫叶红 maple red", 19900, 1400, units{"bj1": 110, "wh1": 90}},
		{"HOM-BK-BL", "深海蓝 deep blue", 19900, 1400, units{"bj1": 1}},
	}},
	{"home", "board", "相思木砧板 Acacia Board", vocab.Ordinary, []demoSku{
		{"HOM-BO-40", "40 × 28 厘米 40 × 28 cm", 9900, 1900, units{"gz1": 160, "hz1": 80}},
	}},
	{"home", "hooks", "黄铜挂钩 Brass Hooks", vocab.Ordinary, []demoSku{
		{"HOM-HK-4", "四只装 set of four", 4900, 320, units{"wh1": 240, "gz1": 200}},
	}},
}

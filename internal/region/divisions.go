package region

import (
	"slices"
	"strings"
)

// Division is one of China's divisions at the level of a province 省级行政区.
type Division struct {
	Code     string // two digits, by GB/T 2260
	Name     string // as people say it, 广东
	Official string // 广东省
}

// Divisions are all 34, by code.
func Divisions() []Division { return slices.Clone(divisions) }

var divisions = []Division{
	{"11", "北京", "北京市"},
	{"12", "天津", "天津市"},
	{"13", "河北", "河北省"},
	{"14", "山西", "山西省"},
	{"15", "内蒙古", "内蒙古自治区"},
	{"21", "辽宁", "辽宁省"},
	{"22", "吉林", "吉林省"},
	{"23", "黑龙江", "黑龙江省"},
	{"31", "上海", "上海市"},
	{"32", "江苏", "江苏省"},
	{"33", "浙江", "浙江省"},
	{"34", "安徽", "安徽省"},
	{"35", "福建", "福建省"},
	{"36", "江西", "江西省"},
	{"37", "山东", "山东省"},
	{"41", "河南", "河南省"},
	{"42", "湖北", "湖北省"},
	{"43", "湖南", "湖南省"},
	{"44", "广东", "广东省"},
	{"45", "广西", "广西壮族自治区"},
	{"46", "海南", "海南省"},
	{"50", "重庆", "重庆市"},
	{"51", "四川", "四川省"},
	{"52", "贵州", "贵州省"},
	{"53", "云南", "云南省"},
	{"54", "西藏", "西藏自治区"},
	{"61", "陕西", "陕西省"},
	{"62", "甘肃", "甘肃省"},
	{"63", "青海", "青海省"},
	{"64", "宁夏", "宁夏回族自治区"},
	{"65", "新疆", "新疆维吾尔自治区"},
	{"71", "台湾", "台湾省"},
	{"81", "香港", "香港特别行政区"},
	{"82", "澳门", "澳门特别行政区"},
}

// asCountry are divisions that ISO 3166-1 has codes for as well.
var asCountry = map[string]string{"TW": "71", "HK": "81", "MO": "82"}

// divisionOf finds a division by any of its names or its code.
func divisionOf(text string) (d Division, found bool) {
	i := slices.IndexFunc(divisions, func(d Division) bool {
		return text == d.Name || text == d.Official || text == d.Code
	})
	if i < 0 {
		return d, false
	}
	return divisions[i], true
}

// divisionOfNational finds the division that a six-digit code lies in.
func divisionOfNational(code string) (d Division, found bool) {
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		return d, false
	}
	return divisionOf(code[:2])
}

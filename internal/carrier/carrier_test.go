package carrier_test

import (
	"strings"
	"testing"

	"orderflow/internal/carrier"
)

func TestTheBuiltInListKnowsWhatServicesCallThem(t *testing.T) {
	t.Parallel()
	list := carrier.BuiltIn()
	for code, want := range map[string]carrier.Carrier{
		"SF": {Code: "SF", Name: "顺丰速运", English: "SF Express", Phone: "95338",
			Kuaidi100: "shunfeng", Kdniao: "SF", WeChat: "SF"},
		"zto": {Code: "ZTO", Name: "中通快递", English: "ZTO Express", Phone: "95311",
			Kuaidi100: "zhongtong", Kdniao: "ZTO", WeChat: "ZTO"},
	} {
		if got, found := list.Find(code); !found || got != want {
			t.Errorf("%s is %+v, %t", code, got, found)
		}
	}
	for _, nonsense := range []string{"", "nonsense", "SF ", "顺丰速运"} {
		if got, found := list.Find(nonsense); found {
			t.Errorf("%q is %+v", nonsense, got)
		}
	}
}

// What a service calls a carrier names one carrier.
func TestNoTwoCarriersHaveOneCodeOfAService(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, c := range carrier.BuiltIn().All() {
		for service, theirs := range map[string]string{
			"kuaidi100": c.Kuaidi100, "kdniao": c.Kdniao, "wechat": c.WeChat,
		} {
			if theirs == "" {
				continue
			}
			if other := seen[service+" "+theirs]; other != "" {
				t.Errorf("%s calls %s and %s %q", service, other, c.Code, theirs)
			}
			seen[service+" "+theirs] = c.Code
		}
	}
}

func TestADeploymentAddsAndReplacesCarriers(t *testing.T) {
	t.Parallel()
	more, err := carrier.Read(strings.NewReader(`[
		{"code": "CITY", "name": "同城快送", "english": "City Riders", "phone": "021-5555"},
		{"code": "STO", "name": "申通快递", "english": "STO Express", "wechat": "STO"}]`))
	if err != nil {
		t.Fatal(err)
	}
	before := len(carrier.BuiltIn().All())
	list, err := carrier.BuiltIn().With(more...)
	if err != nil {
		t.Fatal(err)
	}
	city, found := list.Find("city")
	if !found || city.Name != "同城快送" || len(list.All()) != before+1 {
		t.Errorf("%+v, %t, %d carriers", city, found, len(list.All()))
	}
	if sto, _ := list.Find("STO"); sto.WeChat != "STO" || sto.Phone != "" {
		t.Errorf("replaced: %+v", sto)
	}
	if _, found := carrier.BuiltIn().Find("CITY"); found {
		t.Error("the built-in list has changed")
	}
}

func TestAListThatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no array":        `{}`,
		"more behind it":  `[] []`,
		"unknown field":   `[{"code": "CITY", "name": "同城", "english": "City", "fone": "1"}]`,
		"small letters":   `[{"code": "city", "name": "同城", "english": "City"}]`,
		"a short code":    `[{"code": "C", "name": "同城", "english": "City"}]`,
		"no chinese name": `[{"code": "CITY", "name": " ", "english": "City"}]`,
		"no english name": `[{"code": "CITY", "name": "同城"}]`,
		"one code is twice": `[{"code": "CITY", "name": "同城", "english": "City"},
			{"code": "CITY", "name": "同城", "english": "City"}]`,
	} {
		rows, err := carrier.Read(strings.NewReader(text))
		if err == nil {
			_, err = carrier.BuiltIn().With(rows...)
		}
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

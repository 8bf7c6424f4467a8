package region_test

import (
	"testing"

	"orderflow/internal/fault"
	"orderflow/internal/region"
)

func TestDivisionsInEverySpelling(t *testing.T) {
	all := region.Divisions()
	if len(all) != 34 {
		t.Fatalf("%d divisions", len(all))
	}
	seen := map[region.Key]bool{}
	for _, d := range all {
		want := region.Key("CN-" + d.Code)
		for _, in := range []region.Input{
			{Region: d.Name}, {Region: d.Official}, {Region: d.Code}, {NationalCode: d.Code + "0000"},
			{Country: "CN", Region: d.Official, NationalCode: d.Code + "0305"},
		} {
			got, err := region.Parse("", in)
			if len(err) > 0 || got != want {
				t.Errorf("%+v is %q, %v", in, got, err)
			}
		}
		if seen[want] || want.Country() != region.China || want.Name() != d.Name {
			t.Errorf("%s twice, or is %s in %s", want, want.Name(), want.Country())
		}
		seen[want] = true
	}
}

func TestOtherCountries(t *testing.T) {
	for in, want := range map[region.Input]region.Key{
		{Country: "US"}:                           "US",
		{Country: "US", Region: "California"}:     "US-California",
		{Country: "GB", Region: "Stoke-on-Trent"}: "GB-Stoke-on-Trent",
		{Country: "HK"}:                           "CN-81",
		{Country: "TW", Region: "台湾省"}:            "CN-71",
	} {
		got, err := region.Parse("", in)
		if len(err) > 0 || got != want {
			t.Errorf("%+v is %q, %v", in, got, err)
		}
		again, err := region.Parse("", region.Input{Country: got.Country(), Region: got.Name()})
		if len(err) > 0 || again != got {
			t.Errorf("%q is read as %q, %v", got, again, err)
		}
	}
}

func TestWhatIsNoRegion(t *testing.T) {
	for in, field := range map[region.Input]string{
		{}:                       "region",
		{Region: "火星"}:           "region",
		{Region: "bj"}:           "region",
		{Region: "北京北京"}:         "region",
		{Region: "440000"}:       "region",
		{Region: "99"}:           "region",
		{NationalCode: "990000"}: "nationalCode",
		{NationalCode: "44"}:     "nationalCode",
		{NationalCode: "44a305"}: "nationalCode",
		{Region: "广东", NationalCode: "330106"}:            "nationalCode",
		{Country: "US", NationalCode: "440305"}:           "nationalCode",
		{Country: "China"}:                                "country",
		{Country: "cn", Region: "广东"}:                     "country",
		{Country: "ZZ"}:                                   "country",
		{Country: "156"}:                                  "country",
		{Country: "UK"}:                                   "country",
		{Country: "HK", Region: "Kowloon"}:                "region",
		{Country: "FR", Region: string(make([]rune, 61))}: "region",
	} {
		got, err := region.Parse("", in)
		if len(err) != 1 || err[0].Field != field || err[0].Code != fault.InvalidInput {
			t.Errorf("%+v is %q, %v", in, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("", "广东省", "440305")
	f.Add("US", "California", "")
	f.Add("HK", "", "")
	f.Fuzz(func(t *testing.T, country, name, code string) {
		key, err := region.Parse("", region.Input{Country: country, Region: name, NationalCode: code})
		if len(err) > 0 {
			return
		}
		again, err := region.Parse("", region.Input{Country: key.Country(), Region: key.Name()})
		if len(err) > 0 || again != key {
			t.Errorf("%q is read as %q, %v", key, again, err)
		}
	})
}

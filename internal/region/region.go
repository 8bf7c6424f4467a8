package region

import (
	"cmp"
	"slices"
	"strings"

	"orderflow/internal/fault"
)

// China is the country of an address that names none.
const China = "CN"

// longest is how many characters a region outside of China may have.
const longest = 60

// Key is a region as it is stored and compared: "CN-44" for a division of China; "US" or
// "US-California" for another country, whose regions are free text.
type Key string

// Input is what somebody writes for a region. Country is an alpha-2 code, China when empty; in
// China Region is a name or the two-digit code of a division, and NationalCode the six-digit code
// of any place in it; one of them is needed, and both must agree.
type Input struct{ Country, Region, NationalCode string }

// Parse finds the key of what somebody has written. Faults are INVALID_INPUT at country, region or
// nationalCode of the object whose path is at: "" for the input itself, or "address".
func Parse(at string, in Input) (Key, fault.List) {
	if at != "" {
		at += "."
	}
	if wrong := CheckCountry(at+"country", in.Country); wrong != nil {
		return "", fault.List{wrong}
	}
	country := cmp.Or(in.Country, China)
	if code, ok := asCountry[country]; ok {
		country = China
		if in.Region == "" && in.NationalCode == "" {
			in.Region = code
		}
	}
	if country == China {
		return parseDivision(at, in)
	}
	switch {
	case in.NationalCode != "":
		return "", invalid(at+"nationalCode", "Only places in China have one.")
	case len([]rune(in.Region)) > longest:
		return "", invalid(at+"region", "At most %d characters.", longest)
	case in.Region == "":
		return Key(country), nil
	}
	return Key(country + "-" + in.Region), nil
}

func invalid(field, format string, args ...any) fault.List {
	return fault.List{fault.At(field, fault.InvalidInput, format, args...)}
}

// CheckCountry says what is wrong with an alpha-2 code, nil for nothing; empty is China.
func CheckCountry(field, code string) *fault.Error {
	if code == "" || slices.Contains(countries, code) {
		return nil
	}
	return fault.At(field, fault.InvalidInput,
		`Write a country by its two letters of ISO 3166-1, such as "CN".`)
}

func parseDivision(at string, in Input) (Key, fault.List) {
	byCode, coded := divisionOfNational(in.NationalCode)
	byName, named := divisionOf(in.Region)
	switch {
	case in.NationalCode != "" && !coded:
		return "", invalid(at+"nationalCode",
			`Write the six digits of a place in China, such as "440305".`)
	case in.Region == "" && !coded:
		return "", invalid(at+"region", "It is needed.")
	case in.Region != "" && !named:
		return "", invalid(at+"region", "There is no such province; write one of China's 34 "+
			`divisions, such as "广东", "广东省" or "44", and the city in its own field.`)
	case named && coded && byName != byCode:
		return "", invalid(at+"nationalCode", "It is a place in %s, and the region is %s.",
			byCode.Name, byName.Name)
	case coded:
		byName = byCode
	}
	return Key(China + "-" + byName.Code), nil
}

// Country is the alpha-2 code of the key's country.
func (k Key) Country() string {
	country, _, _ := strings.Cut(string(k), "-")
	return country
}

// Territory is the alpha-2 code of the numbering plan and the post there: that of Hong Kong, Macao
// and Taiwan for these divisions, else the country's.
func (k Key) Territory() string {
	for territory, code := range asCountry {
		if k == Key(China+"-"+code) {
			return territory
		}
	}
	return k.Country()
}

// Name is the short name of a division of China, and elsewhere what was written, which may be
// empty.
func (k Key) Name() string {
	country, name, _ := strings.Cut(string(k), "-")
	if country == China {
		d, _ := divisionOf(name)
		return d.Name
	}
	return name
}

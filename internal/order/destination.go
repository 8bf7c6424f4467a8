package order

import (
	"encoding/json"
	"fmt"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/phone"
	"orderflow/internal/region"
	"orderflow/internal/text"
)

// destination is an address of an order as its rows keep it.
type destination struct {
	region     region.Key
	address    []byte // sealed
	phoneIndex []byte
}

// seal makes what rows keep of an address that ParseAddress has read.
func (o *Orders) seal(a document.Address, to region.Key, order globalid.ID) (destination, error) {
	plain, err := json.Marshal(a)
	if err != nil {
		return destination{}, fmt.Errorf("address: %w", err)
	}
	return destination{region: to, address: o.keys.Seal(plain, order[:]),
		phoneIndex: o.blind.Full(phone.Stored(a.Phone).E164())}, nil
}

// ParseAddress finds every fault of an address, in the field address of an input, writes its
// country, region and phone number as they are stored, and returns the key of the region.
func ParseAddress(a *document.Address) (key region.Key, faults fault.List) {
	for _, f := range []struct {
		name, value string
		most        int
		needed      bool
	}{
		{"address.name", a.Name, 64, true},
		{"address.city", a.City, 64, false},
		{"address.district", a.District, 64, false},
		{"address.street", a.Street, 300, true},
	} {
		switch wrong := text.WrongLine(f.value); {
		case f.needed && text.Normal(f.value) == "":
			faults.Add(f.name, fault.InvalidInput, "It is needed.")
		case len([]rune(f.value)) > f.most:
			faults.Add(f.name, fault.InvalidInput, "At most %d characters.", f.most)
		case wrong != "":
			faults.Add(f.name, fault.InvalidInput, "%s", wrong)
		}
	}
	key, misplaced := region.Parse("address", region.Input{
		Country: a.Country, Region: a.Region, NationalCode: a.NationalCode})
	if wrong := text.WrongLine(a.Region); len(misplaced) == 0 && wrong != "" {
		faults.Add("address.region", fault.InvalidInput, "%s", wrong)
	}
	a.Country, a.Region = key.Country(), key.Name()
	number, wrong := phone.Parse(a.Phone, key.Territory(), phone.China)
	if wrong != "" {
		faults.Add("address.phone", fault.InvalidInput, "%s", wrong)
	}
	a.Phone = number.String()
	return key, append(faults, misplaced...)
}

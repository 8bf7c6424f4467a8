package replay

// countries are the alpha-2 codes of what the file calls countries.
var countries = map[string]string{
	"Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Brazil": "BR",
	"Canada": "CA", "Channel Islands": "JE", "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK",
	"EIRE": "IE", "Finland": "FI", "France": "FR", "Germany": "DE", "Greece": "GR",
	"Hong Kong": "HK", "Iceland": "IS", "Israel": "IL", "Italy": "IT", "Japan": "JP",
	"Lebanon": "LB", "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL", "Norway": "NO",
	"Poland": "PL", "Portugal": "PT", "RSA": "ZA", "Saudi Arabia": "SA", "Singapore": "SG",
	"Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "USA": "US", "United Arab Emirates": "AE",
	"United Kingdom": home,
}

// home is the country of the shop and its warehouses.
const home = "GB"

// place is where an order goes, as fields of an input. What is no country, such as "Unspecified",
// is a region at home.
func (o *order) place() map[string]any {
	if code, known := countries[o.country]; known {
		return map[string]any{"country": code}
	}
	return map[string]any{"country": home, "region": o.country}
}

package replay

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Reason says why a row is not replayed.
type Reason string

// The reasons in the order of the checks; the first that applies is reported.
const (
	Unreadable      Reason = "unreadable"       // a field is missing, malformed or too long
	NoGoods         Reason = "no goods"         // postage, fees, vouchers, manual entries
	Adjustment      Reason = "adjustment"       // no unit sold, or none cancelled
	NoPrice         Reason = "no price"         // not above zero
	BrokenPence     Reason = "broken pence"     // no whole number of pence
	NoDescription   Reason = "no description"   // it does not say what was sold
	AnotherCustomer Reason = "another customer" // than the invoice's first row
	TooManyUnits    Reason = "too many units"   // more than a line may have
	TooManyLines    Reason = "too many lines"   // more than an order may have
	NoCustomer      Reason = "no customer"      // a cancellation of a guest, whose purchase is unknown
	NoPurchase      Reason = "no purchase"      // a cancellation of what the customer did not buy
	TooManyBack     Reason = "too many back"    // a cancellation of more than was bought and kept
)

// Reasons lists them all.
func Reasons() []Reason {
	return []Reason{Unreadable, NoGoods, Adjustment, NoPrice, BrokenPence, NoDescription,
		AnotherCustomer, TooManyUnits, TooManyLines, NoCustomer, NoPurchase, TooManyBack}
}

// columns are the header of the file.
var columns = [...]string{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate",
	"UnitPrice", "CustomerID", "Country"}

const (
	// maxTextLength bounds a code, number or country; a sku's code gets its price added.
	maxTextLength = 40
	// maxTitleLength is the limit of the catalogue.
	maxTitleLength = 300
	// maxPence bounds a price, far above any in retail.
	maxPence = 1_000_000_000
)

// row is the content of one line of the file.
type row struct {
	invoice, code, title string
	quantity             int64
	at                   time.Time
	pence                int64
	customer, country    string // customer is empty for a guest
}

// isCancellation reports whether an invoice cancels another.
func isCancellation(invoice string) bool { return strings.HasPrefix(invoice, "C") }

// parse reads the fields of a line; a reason that is not empty says why it can neither be sold nor
// cancelled.
func parse(fields []string) (r row, why Reason) {
	if len(fields) != len(columns) {
		return r, Unreadable
	}
	r = row{
		invoice: strings.TrimSpace(fields[0]), code: strings.TrimSpace(fields[1]),
		title: cleanTitle(fields[2]), customer: strings.TrimSpace(fields[6]),
		country: strings.TrimSpace(fields[7]),
	}
	for _, text := range []string{r.invoice, r.code, r.country} {
		if text == "" || !validText(text) {
			return r, Unreadable
		}
	}
	if strings.Contains(r.code, "@") { // reserved: it separates code and price
		return r, Unreadable
	}
	var err error
	if r.quantity, err = strconv.ParseInt(strings.TrimSpace(fields[3]), 10, 64); err != nil {
		return r, Unreadable
	}
	if r.at, err = parseTime(strings.TrimSpace(fields[4])); err != nil || !validText(r.customer) {
		return r, Unreadable
	}
	r, why = r.withPrice(strings.TrimSpace(fields[5]))
	if isCancellation(r.invoice) {
		return r.asCancellation(why)
	}
	return r, why
}

// asCancellation checks a row of a cancellation. Its price is ignored: what was paid is refunded.
func (r row) asCancellation(why Reason) (row, Reason) {
	switch {
	case why == Unreadable || why == NoGoods:
		return r, why
	case r.quantity >= 0:
		return r, Adjustment
	case r.customer == "":
		return r, NoCustomer
	}
	r.quantity = -r.quantity
	return r, ""
}

func (r row) withPrice(text string) (row, Reason) {
	pence, whole, ok := parsePence(text)
	switch {
	case !ok:
		return r, Unreadable
	case noGoods(r.code):
		return r, NoGoods
	}
	r.pence = pence
	switch {
	case r.quantity <= 0:
		return r, Adjustment
	case pence <= 0 && whole:
		return r, NoPrice
	case !whole:
		return r, BrokenPence
	case r.title == "":
		return r, NoDescription
	}
	return r, ""
}

// noGoods reports whether a stock code stands for no goods.
func noGoods(code string) bool {
	switch code = strings.ToUpper(code); code {
	case "POST", "DOT", "C2", // postage and carriage
		"M", "D", "B", "S", "CRUK", // manual entries, discounts, bad debts, samples, commission
		"AMAZONFEE", "BANK CHARGES":
		return true
	}
	return strings.HasPrefix(code, "GIFT_")
}

// validText reports whether a text can be part of a code or an address.
func validText(text string) bool {
	return len(text) <= maxTextLength && utf8.ValidString(text) &&
		!strings.ContainsFunc(text, unicode.IsControl)
}

// cleanTitle makes a title for the catalogue of a description: one line of valid text.
func cleanTitle(text string) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if runes := []rune(text); len(runes) > maxTitleLength {
		text = strings.TrimSpace(string(runes[:maxTitleLength]))
	}
	return text
}

// parseTime parses the time formats of the data set's editions.
func parseTime(text string) (time.Time, error) {
	at, err := time.Parse(time.DateTime, text)
	if err != nil {
		at, err = time.Parse("1/2/2006 15:04", text)
	}
	return at, err
}

// parsePence parses a price in pounds. whole is false for a fraction of a penny.
func parsePence(text string) (pence int64, whole, ok bool) {
	digits, negative := strings.CutPrefix(text, "-")
	pounds, fraction, dotted := strings.Cut(digits, ".")
	if pounds == "" || dotted && fraction == "" || strings.ContainsFunc(pounds+fraction, notDigit) {
		return 0, false, false
	}
	fraction = strings.TrimRight(fraction, "0")
	if whole = len(fraction) <= 2; !whole {
		fraction = fraction[:2]
	}
	fraction += "00"[len(fraction):]
	pence, err := strconv.ParseInt(pounds+fraction, 10, 64)
	if err != nil || pence > maxPence {
		return 0, false, false
	}
	if negative {
		pence, whole = -pence, true
	}
	return pence, whole, true
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

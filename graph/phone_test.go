package graph_test

import (
	"strings"
	"testing"
)

// placeTo places an order with this phone number, paid by nobody.
func (e *env) placeTo(phone string, place vars) response {
	e.Helper()
	in := e.checkout(1, 2500)
	address := in["address"].(vars)
	address["phone"] = phone
	for name, value := range place {
		address[name] = value
	}
	return e.mutate(e.buyer, "placeOrder", in,
		"order { id address { phone } } userErrors { code field message }")
}

// foundBy counts the orders that support finds by a phone number.
func (e *env) foundBy(phone string) float64 {
	e.Helper()
	r := e.must(e.support, `query($p: String) { orders(filter: {receiverPhone: $p}) { totalCount } }`,
		vars{"p": phone})
	n, _ := r.at("orders", "totalCount").(float64)
	return n
}

// Mobile, landline, foreign and extended numbers are taken as people write them; their middle and
// their extension are masked, and an order is found by any form of its number.
func TestPhonesAreTakenInEveryForm(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		for _, tc := range []struct {
			written, masked string
			place           vars
			also            []string
		}{
			{"138 0013 8000", "138****8000", nil, []string{"+8613800138000", "138-0013-8000"}},
			{"＋86 139 0013 9000", "139****9000", nil, []string{"13900139000"}},
			{"021-62345678", "021****5678", nil, []string{"+86 21 6234 5678", "(021) 62345678"}},
			{"13700137000转1234", "137****7000-****", nil,
				[]string{"13700137000", "+86 137 0013 7000-1234"}},
			{"13600136000-5678", "136****6000-****", nil, []string{"13600136000,5678"}},
			{"13500135000,99", "135****5000-****", nil, []string{"135 0013 5000 ext. 99"}},
			{"+44 20 7946 0018", "+44****0018", nil, []string{"0044 20 7946 0018"}},
			{"020 7946 0019", "+44****0019", vars{"country": "GB", "region": "London"},
				[]string{"+442079460019"}},
			{"91234567", "+85****4567", vars{"region": "香港"}, []string{"+852 9123 4567"}},
		} {
			r := e.placeTo(tc.written, tc.place)
			e.expect(r, tc.masked, "placeOrder", "order", "address", "phone")
			for _, form := range append(tc.also, tc.written) {
				if form == "91234567" || form == "020 7946 0019" {
					continue // without a country it is searched for in China
				}
				if n := e.foundBy(form); n != 1 {
					e.Errorf("%q: %v orders are found by %q", tc.written, n, form)
				}
			}
		}
	})
}

// Who ships reads the whole number as it is dialled, with its extension.
func TestWhoShipsReadsTheNumber(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		for written, shown := range map[string]string{
			"+86 139 0000 1111转22": "13900001111-22", "021 6234 5678": "02162345678",
			"+1 (212) 555-0123": "+12125550123",
		} {
			r := e.mutateOK(e.buyer, "requestAddressChange", vars{"order": p.order, "address": vars{
				"name": "Li", "phone": written, "region": "上海", "street": "Bund 2"}}, "changes { id }")
			id := r.at("requestAddressChange", "changes", 0, "id")
			r = e.mutateOK(e.merchant, "answerAddressChange", vars{"change": id, "accept": true},
				"change { order { subOrders { address { phone } } } }")
			e.expect(r, shown, "answerAddressChange", "change", "order", "subOrders", 0, "address",
				"phone")
		}
	})
}

// What is no number is refused at its field, and a masked one with words that say so.
func TestWhatIsNoPhoneIsRefused(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		for phone, words := range map[string]string{
			"abc": "no such", "1": "no such", "12345678901": "no such", "   ": "needed",
			"138****5678": "masked", "138＊＊＊＊5678": "masked", "138****5678-****": "masked",
			"13812345678 or 13912345678": "no such", "+999 123": "no such",
		} {
			r := e.placeTo(phone, nil)
			message, _ := r.at("placeOrder", "userErrors", 0, "message").(string)
			if r.at("placeOrder", "userErrors", 0, "code") != "INVALID_INPUT" ||
				r.at("placeOrder", "userErrors", 0, "field") != "address.phone" ||
				!strings.Contains(message, words) {
				e.Errorf("%q is placed, or refused without %q: %s", phone, words, r.raw)
			}
			e.expectRefusal(e.buyer, "requestAddressChange", vars{"order": p.order, "address": vars{
				"name": "Li", "phone": phone, "region": "上海", "street": "Bund 2"}},
				"INVALID_INPUT", "address.phone")
			r = e.post(e.support, `query($p: String) { orders(filter: {receiverPhone: $p}) {
				totalCount } }`, vars{"p": phone})
			e.expectError(r, "BAD_USER_INPUT", "filter.receiverPhone", words)
		}
	})
}

// An order is found by the phone number of an address that a shop has accepted, and still by that
// of the address it was placed with.
func TestAnAcceptedAddressIsFoundByItsPhone(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		change := func(phone string, accept bool) {
			e.Helper()
			r := e.mutateOK(e.buyer, "requestAddressChange", vars{"order": p.order, "address": vars{
				"name": "Li", "phone": phone, "region": "上海", "street": "Bund 2"}}, "changes { id }")
			if n := e.foundBy(phone); n != 0 {
				e.Errorf("found by a number that no shop has accepted: %v", n)
			}
			e.mutateOK(e.merchant, "answerAddressChange", vars{"accept": accept, "reason": "no",
				"change": r.at("requestAddressChange", "changes", 0, "id")}, "")
		}
		change("139 0000 2222", false)
		change("+86 139-0000-1111", true)
		for phone, want := range map[string]float64{
			"13812345678": 1, "13900001111": 1, "13900002222": 0, "13900003333": 0,
		} {
			if n := e.foundBy(phone); n != want {
				e.Errorf("%v orders are found by %s, want %v", n, phone, want)
			}
		}
	})
}

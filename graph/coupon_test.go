package graph_test

import (
	"fmt"
	"strings"
	"testing"
)

// quoteWith quotes a unit with coupons and returns the codes of its problems.
func (e *env) quoteWith(coupons ...any) (codes string, r response) {
	e.Helper()
	r = e.must(e.buyer, `query($in: QuoteInput!) { quote(input: $in) {
		price { payable { amount } } problems { code field message } } }`,
		vars{"in": vars{"lines": []any{vars{"sku": e.sku, "quantity": 1}}, "region": "上海",
			"coupons": coupons}})
	problems, _ := r.at("quote", "problems").([]any)
	for i := range problems {
		codes += fmt.Sprint(r.at("quote", "problems", i, "code"), "@",
			r.at("quote", "problems", i, "field"), " ")
	}
	return strings.TrimSpace(codes), r
}

func (e *env) issue(promotion any, further bool) any {
	e.Helper()
	buyer := e.must(e.buyer, "{ viewer { buyer { id } } }", nil).at("viewer", "buyer", "id")
	r := e.mutateOK(e.platform, "issueCoupons", vars{"promotion": promotion,
		"buyers": []any{buyer}, "further": further}, "coupons { id status orderId }")
	return r.at("issueCoupons", "coupons", 0, "id")
}

func (e *env) expectCoupon(id any, status string) {
	e.Helper()
	r := e.must(e.buyer, "{ viewer { coupons { id status } } }", nil)
	coupons, _ := r.at("viewer", "coupons").([]any)
	for i := range coupons {
		if r.at("viewer", "coupons", i, "id") == id {
			e.expect(r, status, "viewer", "coupons", i, "status")
			return
		}
	}
	e.Errorf("no coupon %v: %s", id, r.raw)
}

// A coupon says whether it can be used, and a refusal says why not.
func TestCouponsSayWhyNot(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		promotion := e.mutateID(e.platform, "setPromotion", e.couponPromotion(), "promotion")
		coupon := e.issue(promotion, false)
		set := func(in vars) {
			e.Helper()
			e.mutateOK(e.platform, "setPromotion", merged(vars{"id": promotion, "shop": e.shop}, in),
				"promotion { id }")
		}
		expect := func(status, codes string) response {
			e.Helper()
			e.expectCoupon(coupon, status)
			got, r := e.quoteWith(coupon)
			if got != codes {
				e.Errorf("%s: %q, not %q", status, got, codes)
			}
			return r
		}
		e.expect(expect("AVAILABLE", ""), "2490", "quote", "price", "payable", "amount")
		set(vars{"endsAt": "2020-02-01T00:00:00Z"})
		expect("EXPIRED", "COUPON_EXPIRED@coupons")
		set(vars{"startsAt": "2098-01-01T00:00:00Z", "endsAt": "2100-01-01T00:00:00Z"})
		expect("NOT_YET_VALID", "COUPON_NOT_YET_VALID@coupons")
		set(vars{"startsAt": "2020-01-01T00:00:00Z", "active": false})
		expect("WITHDRAWN", "COUPON_UNAVAILABLE@coupons")
		set(vars{"active": nil, "rule": vars{"threshold": 1_000_000}})
		expect("AVAILABLE", "COUPON_NOT_APPLICABLE@<nil>")
		set(vars{"rule": vars{"threshold": nil}})

		in := e.checkout(1, 2490)
		in["coupons"] = []any{coupon}
		placed := e.must(e.buyer, placeOrder, vars{"in": in, "key": "c"})
		number, _ := placed.at("placeOrder", "order", "number").(string)
		if r := expect("HELD", "COUPON_HELD@coupons"); number == "" ||
			!strings.Contains(fmt.Sprint(r.at("quote", "problems", 0, "message")), number) {
			e.Errorf("the order %s is not named: %s", number, r.raw)
		}
		e.payOrder()
		expect("USED", "COUPON_USED@coupons")
	})
}

// A further coupon of a promotion is given on purpose only, and an order takes one of them.
func TestAFurtherCoupon(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		promotion := e.mutateID(e.platform, "setPromotion", e.couponPromotion(), "promotion")
		first := e.issue(promotion, false)
		if again := e.issue(promotion, false); again != first {
			e.Errorf("%v and %v by accident", first, again)
		}
		second := e.issue(promotion, true)
		if last := e.issue(promotion, false); second == first || last != second {
			e.Errorf("%v, %v, then %v", first, second, last)
		}
		if codes, r := e.quoteWith(first, second); codes != "COUPON_NOT_APPLICABLE@coupons" ||
			r.at("quote", "price", "payable", "amount") != 2490. {
			e.Errorf("%s: %s", codes, r.raw)
		}
		for i, coupon := range []any{first, second} {
			in := e.checkout(1, 2490)
			in["coupons"] = []any{coupon}
			r := e.must(e.buyer, placeOrder, vars{"in": in, "key": fmt.Sprint(i)})
			e.expect(r, "[]", "placeOrder", "userErrors")
			e.expectCoupon(coupon, "HELD")
		}
	})
}

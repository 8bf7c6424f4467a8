package graph_test

import (
	"strings"
	"testing"
)

// expectError expects one error of the response, with a code, a field and words of its message.
func (a *api) expectError(r response, code, field, words string) {
	a.Helper()
	if r.code() != code || r.Errors[0].Extensions["field"] != field ||
		!strings.Contains(r.Errors[0].Message, words) {
		a.Errorf("no %s at %q with %q: %s", code, field, words, r.raw)
	}
}

// What shows nothing, changes the direction of writing or controls a terminal is refused in every
// text, and nothing is stored.
func TestTextsThatNobodyMayWrite(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		before := e.db.Client.Order.Query().CountX(e.Context())
		for text, words := range map[string]string{
			"\u200b": "nobody sees", "a\x00b": "U+0000", "a\u202eb": "U+202E", "\x1b[2J": "U+001B",
			"a\u2066b": "U+2066", "a\ufffdb": "U+FFFD",
		} {
			for _, field := range []string{"name", "phone", "region", "city", "district", "street"} {
				in := e.checkout(1, 2500)
				in["address"].(vars)[field] = text
				r := e.post(e.buyer, placeOrder, vars{"in": in, "key": field})
				message, _ := r.at("placeOrder", "userErrors", 0, "message").(string)
				if r.at("placeOrder", "userErrors", 0, "code") != "INVALID_INPUT" ||
					r.at("placeOrder", "userErrors", 0, "field") != "address."+field ||
					!strings.Contains(message, words) {
					e.Errorf("%q as %s: %s", text, field, r.raw)
				}
			}
			in := e.checkout(1, 2500)
			in["notes"] = []any{vars{"shop": e.shop, "text": "quick"}, vars{"shop": e.shop, "text": text}}
			e.expectRefusal(e.buyer, "placeOrder", in, "INVALID_INPUT", "notes[1].text")
			e.expectRefusal(e.support, "addMemo", vars{"subOrder": p.sub, "text": text},
				"INVALID_INPUT", "text")
			e.expectRefusal(e.platform, "setWarehouse", vars{"code": "X", "name": "X", "region": "上海",
				"returnAddress": text}, "INVALID_INPUT", "returnAddress")
			e.expectRefusal(e.merchant, "setProduct", vars{"shop": e.shop, "code": text, "title": "T"},
				"INVALID_INPUT", "code")
			r := e.post(e.buyer, `query($n: String) { orders(filter: {number: $n}) { totalCount } }`,
				vars{"n": text})
			e.expectError(r, "INVALID_INPUT", "filter.number", words)
		}
		if after := e.db.Client.Order.Query().CountX(e.Context()); after != before {
			e.Errorf("%d orders, then %d", before, after)
		}
	})
}

// A name of blanks is none, and an address has no line breaks.
func TestANameOfBlanksIsRefused(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		for field, text := range map[string]string{
			"name": " \u3000 ", "street": "\u00a0\t\n", "city": "a\nb", "district": "a\tb",
		} {
			in := e.checkout(1, 2500)
			in["address"].(vars)[field] = text
			e.expectRefusal(e.buyer, "placeOrder", in, "INVALID_INPUT", "address."+field)
		}
	})
}

// Texts are kept composed (NFC), with plain line ends and without space at their ends.
func TestTextsAreKeptInTheirNormalForm(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		in := e.checkout(1, 2500)
		in["address"].(vars)["name"] = " Jose\u0301\u3000"
		in["notes"] = []any{vars{"shop": e.shop, "text": "\nfirst\r\n👩‍👩‍👧 second\n"}}
		r := e.mutateOK(e.buyer, "placeOrder", in, "order { address { name } subOrders { note } }")
		e.expect(r, "Jos\u00e9", "placeOrder", "order", "address", "name")
		e.expect(r, "first\n👩‍👩‍👧 second", "placeOrder", "order", "subOrders", 0, "note")
	})
}

// A key is compared exactly, so one that would be changed is refused.
func TestIdempotencyKeysAreNotChanged(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		for key, code := range map[string]string{
			" k": "BAD_USER_INPUT", "k\n": "BAD_USER_INPUT", "e\u0301": "BAD_USER_INPUT", "\u00e9": "",
			"k\x00": "INVALID_INPUT",
		} {
			r := e.post(e.buyer, placeOrder, vars{"in": e.checkout(1, 2500), "key": key})
			if r.code() != code || code != "" && r.Errors[0].Extensions["field"] != "key" {
				e.Errorf("%q: %s", key, r.raw)
			}
		}
	})
}

// A bad text is the matter of its mutation: another in the same request is run, and keeps its
// answer. A malformed time fails the request before any of it runs.
func TestWhatABadValueLeavesOfARequest(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		const two = `mutation($a: AddMemoInput!, $b: AddMemoInput!) {
			first: addMemo(input: $a) { memo { text } userErrors { code } }
			... on Mutation { second: addMemo(input: $b) { __typename memo { id }
				...Why } } }
			fragment Why on AddMemoPayload { why: userErrors { code field message } }`
		r := e.must(e.support, two, vars{"a": vars{"subOrder": p.sub, "text": "one"},
			"b": vars{"subOrder": p.sub, "text": "\u200b"}})
		e.expect(r, "one", "first", "memo", "text")
		e.expect(r, "map[__typename:AddMemoPayload memo:<nil> why:[map[code:INVALID_INPUT field:text "+
			"message:The text consists of characters that nobody sees.]]]", "second")
		const clock = `mutation($a: AddMemoInput!, $t: Time!) { addMemo(input: $a) { memo { id } }
			setClock(input: {now: $t}) { now } }`
		before := e.db.Client.Memo.Query().CountX(e.Context())
		r = e.post(e.platform, clock, vars{"a": vars{"subOrder": p.sub, "text": "two"},
			"t": "2026-11-11"})
		e.expectError(r, "BAD_USER_INPUT", "now", "zone")
		if after := e.db.Client.Memo.Query().CountX(e.Context()); r.Data != nil || after != before {
			e.Errorf("%d memos, then %d: %s", before, after, r.raw)
		}
		r = e.mutate(e.buyer, "addMemo", vars{"subOrder": p.sub, "text": "\x00"}, "memo { id }")
		if r.code() != "FORBIDDEN" {
			e.Errorf("who may never do it is not told so: %s", r.raw)
		}
	})
}

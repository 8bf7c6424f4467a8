package graph_test

import (
	"fmt"
	"testing"

	"orderflow/graph"
	"orderflow/internal/event"
)

// A moment without its zone is refused wherever one is written, in words that say how to write it.
func TestTimesHaveTheirZone(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		for _, wrong := range []string{"2026-11-11 00:00:00", "2026-11-11T00:00:00", "2026-11-11", "",
			"1762790400", "2026-11-11T00:00:00+0800", "2026-13-11T00:00:00Z", "2026-11-11T24:00:00Z"} {
			in := e.couponPromotion()
			in["startsAt"] = wrong
			r := e.mutate(e.platform, "setPromotion", in, "promotion { id }")
			e.expectError(r, "BAD_USER_INPUT", "startsAt", `"2026-11-11T00:00:00+08:00"`)
			r = e.post(e.buyer, `query($t: Time) { orders(filter: {placedFrom: $t}) { totalCount } }`,
				vars{"t": wrong})
			e.expectError(r, "BAD_USER_INPUT", "filter.placedFrom", `"2026-11-11T00:00:00+08:00"`)
			r = e.mutate(e.platform, "setClock", vars{"now": wrong}, "now")
			e.expectError(r, "BAD_USER_INPUT", "now", `"2026-11-11T00:00:00+08:00"`)
		}
		for _, wrong := range []string{"0001-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"} {
			r := e.post(e.buyer, `query($t: Time) { orders(filter: {placedFrom: $t}) { totalCount } }`,
				vars{"t": wrong})
			e.expectError(r, "BAD_USER_INPUT", "filter.placedFrom", "years")
		}
		in := e.couponPromotion()
		in["startsAt"], in["endsAt"] = "2026-11-11T00:00:00+08:00", "2026-11-12T00:00:00.5+08:00"
		r := e.mutateOK(e.platform, "setPromotion", in, "promotion { startsAt endsAt }")
		e.expect(r, "map[endsAt:2026-11-11T16:00:00.5Z startsAt:2026-11-10T16:00:00Z]",
			"setPromotion", "promotion")
	})
}

// An empty list in a filter matches nothing; one that is left out or null matches everything.
func TestAnEmptyListMatchesNothing(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		e.requestToReturn()
		schema, tried := graph.Schema(), 0
		for _, root := range schema.Query.Fields {
			filter := root.Arguments.ForName("filter")
			if filter == nil {
				continue
			}
			for _, field := range schema.Types[filter.Type.Name()].Fields {
				if field.Type.Elem == nil {
					continue
				}
				tried++
				count := func(value string) any {
					r := e.must(e.platform, fmt.Sprintf("{ %s(filter: {%s: %s}) { totalCount } }",
						root.Name, field.Name, value), nil)
					return r.at(root.Name, "totalCount")
				}
				if n := count("[]"); n != 0. {
					e.Errorf("%s(filter: {%s: []}) has %v", root.Name, field.Name, n)
				}
				if all := e.must(e.platform, "{ "+root.Name+" { totalCount } }", nil).
					at(root.Name, "totalCount"); count("null") != all {
					e.Errorf("%s: null for %s is no list of everything", root.Name, field.Name)
				}
			}
		}
		if tried < 13 {
			e.Errorf("%d lists in filters", tried)
		}
		e.expect(e.must(e.merchant, `{ orders(filter: {status: []}) {
			totalCount edges { node { id } } } }`, nil), "map[edges:[] totalCount:0]", "orders")
	})
}

// A cursor that is broken, or of another list or order, is refused in plain words.
func TestACursorBelongsToItsList(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		for i := range 3 {
			e.place(fmt.Sprint("k", i), 1)
		}
		const ascending = ", orderBy: {field: CREATED_AT, direction: ASC}"
		const descending = ", orderBy: {field: CREATED_AT, direction: DESC}"
		end := func(list, arguments string) string {
			r := e.must(e.platform, "{ "+list+"(first: 1"+arguments+") { pageInfo { endCursor } } }", nil)
			cursor, _ := r.at(list, "pageInfo", "endCursor").(string)
			if cursor == "" {
				e.Fatalf("no cursor: %s", r.raw)
			}
			return cursor
		}
		after := func(list, arguments, cursor string) response {
			return e.post(e.platform, fmt.Sprintf(`{ %s(first: 1%s, after: %q) {
				edges { cursor } } }`, list, arguments, cursor), nil)
		}
		orders := end("orders", "")
		for name, tc := range map[string]struct{ list, arguments, cursor, words string }{
			"of sub-orders":      {"orders", "", end("subOrders", ""), "another list"},
			"of orders":          {"subOrders", "", orders, "another list"},
			"of skus":            {"orders", ascending, end("skus", ascending), "another list"},
			"of another order":   {"orders", descending, orders, "another order"},
			"of the other way":   {"orders", ascending, end("orders", descending), "another order"},
			"of the feed":        {"orders", "", event.Cursor{}.String(), "not a cursor"},
			"empty":              {"orders", "", "", "not a cursor"},
			"made up":            {"orders", "", "x", "not a cursor"},
			"cut":                {"orders", "", orders[:len(orders)-4], "not a cursor"},
			"longer":             {"orders", "", orders + "AAAA", "not a cursor"},
			"of another program": {"orders", "", "gaFpxBAAAAAAAAAAAAAAAAAAAAAA", "not a cursor"},
		} {
			r := after(tc.list, tc.arguments, tc.cursor)
			if r.code() != "BAD_USER_INPUT" {
				e.Errorf("%s: %s", name, r.raw)
				continue
			}
			e.expectError(r, "BAD_USER_INPUT", "after", tc.words)
		}
		for _, arguments := range []string{"", ascending, descending} {
			cursor := end("orders", arguments)
			r := after("orders", arguments, cursor)
			if next, _ := r.at("orders", "edges", 0, "cursor").(string); next == "" || next == cursor {
				e.Errorf("orders%s go on with %s", arguments, r.raw)
			}
			// An alias or a filter is no other list.
			r = e.post(e.platform, fmt.Sprintf(`{ list: orders(first: 1%s, after: %q,
				filter: {shop: %q}) { edges { cursor } } }`, arguments, cursor, e.shop), nil)
			if r.at("list", "edges", 0, "cursor") == nil {
				e.Errorf("under another name: %s", r.raw)
			}
		}
	})
}

// A stream of no types is not one of all.
func TestAStreamOfNoTypesIsRefused(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		live := e.subscribe(e.T, e.merchant, "shopEvents", followShop,
			vars{"id": e.shop, "after": event.Cursor{}.String(), "types": []string{}})
		if code := live.errorCode(); code != "BAD_USER_INPUT" {
			e.Errorf("refused with %v", code)
		}
	})
}

package gqlserver_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

// nest returns n fields inside each other, the innermost one without selections.
func nest(n int) string {
	return "{items{edges{node{" + strings.Repeat("children{", n-4) + "id" +
		strings.Repeat("}", n-4) + "}}}}"
}

// repeat writes text n times with its number in place of #, and the next number in place of ^.
func repeat(n int, text string) string {
	var b strings.Builder
	for i := range n {
		numbered := strings.ReplaceAll(text, "#", strconv.Itoa(i))
		b.WriteString(strings.ReplaceAll(numbered, "^", strconv.Itoa(i+1)))
	}
	return b.String()
}

// TestLimits pairs, for every limit, a document at the limit with one beyond it.
func TestLimits(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Limits: gqlserver.Limits{
		Selections: 400, Complexity: 1 << 60,
	}})
	for name, c := range map[string]struct{ good, bad, says string }{
		"depth": {nest(15), nest(16), "depth is more than 15"},
		"aliases": {
			"{" + repeat(30, "a#:hello ") + "}",
			"{" + repeat(31, "a#:hello ") + "}", "30 aliases",
		},
		"directives": {
			"{" + strings.Repeat("hello@skip(if:false)", 50) + "}",
			"{" + strings.Repeat("hello@skip(if:false)", 51) + "}", "50 directives",
		},
		"same name": {
			"{" + strings.Repeat("hello ", 100) + "}",
			"{" + strings.Repeat("hello ", 101) + "}", `response name "hello"`,
		},
		"same name by fragments": {
			"{" + strings.Repeat("...F ", 10) + "} fragment F on Query{" +
				strings.Repeat("hello ", 10) + "}",
			"{" + strings.Repeat("...F ", 11) + "} fragment F on Query{" +
				strings.Repeat("hello ", 10) + "}", `response name "hello"`,
		},
		"same name in merged parents": {
			"{" + strings.Repeat("items{edges{node{"+strings.Repeat("id ", 10)+"}}}", 10) + "}",
			"{" + strings.Repeat("items{edges{node{"+strings.Repeat("id ", 10)+"}}}", 11) + "}",
			`response name "id"`,
		},
		"selections": {
			"{" + repeat(28, "a#:hello ") + "}",
			"{" + repeat(9, "a#:items{...F} ") + "} fragment F on ItemConnection{" +
				repeat(5, "edges{node{id name id name id name id name}}") + "}", "400 selections",
		},
	} {
		if a := h.post(c.good); a.code() != "" {
			t.Errorf("%s at the limit: %.300s", name, a.raw)
		}
		a := h.post(c.bad)
		if a.code() != "TOO_COMPLEX" || !strings.Contains(a.Errors[0].Message, c.says) {
			t.Errorf("%s beyond the limit: %.300s", name, a.raw)
		}
	}
}

func TestTokenLimit(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Limits: gqlserver.Limits{Tokens: 50}})
	h.expect(h.post("{"+strings.Repeat("hello ", 48)+"}"), 200, "")
	h.expect(h.post("{"+strings.Repeat("hello ", 49)+"}"), 200, fault.TooComplex)
}

func TestPageSizes(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	const query = "query($n:Int){items(first:$n){edges{node{id}}}}"
	for _, n := range []any{nil, 1, 100} {
		h.expect(h.postVariables(query, map[string]any{"n": n}), 200, "")
	}
	for _, n := range []any{0, -1, 101, 1 << 40, "many"} {
		a := h.postVariables(query, map[string]any{"n": n})
		h.expect(a, 200, fault.BadUserInput)
		if _, isNumber := n.(int); isNumber && n != 1<<40 &&
			a.Errors[0].Extensions["field"] != "items.first" {
			t.Errorf("does not name the argument: %s", a.raw)
		}
	}
	for _, query := range []string{
		"{items(first:101){edges{node{id}}}}",
		"{items(first:99999999999999999999){edges{node{id}}}}",
		"{...F} fragment F on Query{items{edges{node{children(first:0){id}}}}}",
		"query($n:Int=101){items(first:$n){edges{node{id}}}}",
	} {
		h.expect(h.post(query), 200, fault.BadUserInput)
	}
	ids := func(n int) map[string]any { return map[string]any{"ids": make([]string, n)} }
	h.expect(h.postVariables("query($ids:[ID!]!){nodes(ids:$ids){id}}", ids(100)), 200, "")
	h.expect(h.postVariables("query($ids:[ID!]!){nodes(ids:$ids){id}}", ids(101)),
		200, fault.BadUserInput)
}

// TestComplexity counts items as 1 + page × (edges, node and their fields).
func TestComplexity(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Limits: gqlserver.Limits{Complexity: 301}})
	const query = "query($n:Int){items(first:$n){edges{node{id}}}}"
	h.expect(h.postVariables(query, map[string]any{"n": 100}), 200, "") // 1 + 100 × 3
	h.expect(h.postVariables(query+" ", map[string]any{"n": 100}), 200, "")
	h.expect(h.post("{items(first:100){edges{node{id name}}}}"), 200, fault.TooComplex)
	h.expect(h.post("{items{edges{node{id}}}}"), 200, "") // the default page: 1 + 20 × 3
	// The document is the cached one; only the variable makes it too complex.
	other := "query($n:Int){items(first:$n){edges{node{id name}}}}"
	h.expect(h.postVariables(other, map[string]any{"n": 1}), 200, "")
	h.expect(h.postVariables(other, map[string]any{"n": 100}), 200, fault.TooComplex)
	// 1 + 1 × (1 + 1 + (1 + 60 × (1 + 5 × 1))): the schema's default page counts.
	h.expect(h.post("{items(first:1){edges{node{children(first:49){children{id}}}}}}"), 200, "")
	h.expect(h.post("{items(first:1){edges{node{children(first:50){children{id}}}}}}"),
		200, fault.TooComplex)
	// A product of page sizes that would overflow an int saturates.
	deep := "{items(first:100){edges{node{" + strings.Repeat("children(first:100){", 10) + "id" +
		strings.Repeat("}", 14)
	h.expect(h.post(deep), 200, fault.TooComplex)
}

func TestHostileDocumentsEndFast(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	doubling := "{...F0}" + repeat(60, "fragment F# on Query{...F^ ...F^}") +
		"fragment F60 on Query{hello}"
	for name, c := range map[string]struct {
		query string
		code  fault.Code
	}{
		"exponential spreads": {doubling, fault.TooComplex},
		"quadratic names":     {"{" + strings.Repeat("__typename ", 4000) + "}", fault.TooComplex},
		"unused fragment": {
			"{hello} fragment F on Query{" + strings.Repeat("__typename ", 4000) + "}",
			fault.TooComplex,
		},
		"many fragments": {
			"{" + repeat(400, "...F# ") + "}" + repeat(400, "fragment F# on Query{a#:hello}"),
			fault.TooComplex,
		},
		"duplicate fragments": {
			"{...F}fragment F on Query{" + strings.Repeat("hello ", 101) +
				"}fragment F on Query{hello}", fault.TooComplex,
		},
		"cycle":      {"{...A} fragment A on Query{...B} fragment B on Query{...A}", fault.BadUserInput},
		"self":       {"{...A} fragment A on Query{hello ...A}", fault.BadUserInput},
		"deep":       {strings.Repeat("{a", 2400) + strings.Repeat("}", 2400), fault.BadUserInput},
		"directives": {"{hello " + strings.Repeat("@x", 2000) + "}", fault.TooComplex},
	} {
		begun := time.Now()
		h.expect(h.post(c.query), 200, c.code)
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func TestIntrospectionOfToolsPasses(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Introspection: true})
	ofType := strings.Repeat("ofType{kind name ", 9) + strings.Repeat("}", 9)
	a := h.post(`query IntrospectionQuery{__schema{queryType{name} types{...T}
		directives{name locations args{...I}}}}
		fragment T on __Type{kind name fields(includeDeprecated:true){name args{...I} type{...R}}
		inputFields{...I} interfaces{...R} enumValues(includeDeprecated:true){name}
		possibleTypes{...R}}
		fragment I on __InputValue{name type{...R} defaultValue}
		fragment R on __Type{kind name ` + ofType + "}")
	h.expect(a, 200, "")
	if a.Data["__schema"] == nil {
		t.Errorf("%.300s", a.raw)
	}
}

package gqlserver_test

import (
	"strings"
	"testing"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

func TestFaultsKeepCodeMessageAndField(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	a := h.post("{x: fails(how: FAULT)}")
	h.expect(a, 200, fault.NotSold)
	e := a.Errors[0]
	if e.Message != "Not for sale." || e.Extensions["field"] != "input.sku" || e.Path[0] != "x" {
		t.Errorf("%s", a.raw)
	}
	a = h.post("{fails(how: FAULTS)}")
	h.expect(a, 200, fault.InvalidInput)
	all, _ := a.Errors[0].Extensions["faults"].([]any)
	if len(all) != 2 || !strings.Contains(a.raw, "Second.") {
		t.Errorf("a list of faults tells them all: %s", a.raw)
	}
	if h.log.String() != "" {
		t.Errorf("faults are not logged: %s", h.log)
	}
}

func TestOtherErrorsAreMaskedAndLoggedOnce(t *testing.T) {
	t.Parallel()
	for query, logged := range map[string]string{
		"{fails(how: ORDINARY)}":                  secretText,
		"{required(how: ORDINARY)}":               secretText,
		"{fails(how: PANIC)}":                     secretText,
		"{items(after:\"nil\"){edges{node{id}}}}": "element is null",
	} {
		h := start(t, gqlserver.Options{})
		a := h.post("query Named"+query, "X-Request-Id", "req-1")
		h.expect(a, 200, fault.Internal)
		if strings.Contains(a.raw, logged) || a.Errors[0].Extensions["requestId"] != "req-1" {
			t.Errorf("%s: %s", query, a.raw)
		}
		text := h.log.String()
		if strings.Count(text, "level=ERROR") != 1 || !strings.Contains(text, logged) ||
			!strings.Contains(text, "requestId=req-1") ||
			!strings.Contains(text, "operation=Named") {
			t.Errorf("%s: logged %s", query, text)
		}
	}
}

func TestVariablesAreNotLogged(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	a := h.postVariables("query($how:Failure!,$n:String){fails(how:$how) hello(name:$n)}",
		map[string]any{"how": "ORDINARY", "n": "13800138000"})
	h.expect(a, 200, fault.Internal)
	if strings.Contains(h.log.String(), "13800138000") {
		t.Errorf("a variable is logged: %s", h.log)
	}
}

func TestScalarsRefuseByBadUserInput(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	if a := h.post(`{code(value:"abc")}`); a.Data["code"] != "abc" {
		t.Fatalf("%s", a.raw)
	}
	for _, a := range []answer{
		h.post(`{code(value:"abcd")}`),
		h.postVariables(`query($v:Code!){code(value:$v)}`, map[string]any{"v": "abcd"}),
	} {
		h.expect(a, 200, fault.BadUserInput)
		if a.Errors[0].Message != "a code has three letters" {
			t.Errorf("%s", a.raw)
		}
	}
	if h.log.String() != "" {
		t.Errorf("logged: %s", h.log)
	}
}

func TestSuggestionsOnlyWithIntrospection(t *testing.T) {
	t.Parallel()
	for _, introspection := range []bool{true, false} {
		h := start(t, gqlserver.Options{Introspection: introspection})
		for _, query := range []string{
			"{helo}", "{hello(nam:1)}", "{fails(how: FAUL)}",
		} {
			a := h.post(query)
			h.expect(a, 200, fault.BadUserInput)
			if strings.Contains(a.raw, "Did you mean") != introspection {
				t.Errorf("introspection %v: %s", introspection, a.raw)
			}
		}
		if !introspection {
			h.expect(h.post("{__schema{types{name}}}"), 200, fault.BadUserInput)
			h.expect(h.post("{...F} fragment F on Query{__type(name:\"Query\"){name}}"),
				200, fault.BadUserInput)
			h.expect(h.post("{__typename}"), 200, "")
		}
	}
}

func TestValidationErrorsAreBounded(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	a := h.post("{" + strings.Repeat("unknown ", 90) + "}")
	if len(a.Errors) != 20 {
		t.Errorf("%d errors", len(a.Errors))
	}
}

// A value that a scalar refuses fails the operation before any of it runs, with all such values.
func TestBadValuesFailBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Scalars: map[string]func(any) error{
		"Code": func(v any) error {
			if v != "abc" {
				return fault.New(fault.InvalidInput, "A code is abc.")
			}
			return nil
		},
		"String": func(v any) error {
			if v == "bad" {
				return fault.New(fault.BadUserInput, "A text is not bad.")
			}
			return nil
		},
	}})
	const query = `query($v: Code!, $k: String!) { hello ...F }
		fragment F on Query { ... on Query { code(value: $v) @tag(key: $k) } }`
	a := h.postVariables(query, map[string]any{"v": "abc", "k": "good"})
	h.expect(a, 200, "")
	a = h.postVariables(query, map[string]any{"v": "abd", "k": "bad"})
	h.expect(a, 200, fault.InvalidInput)
	all, _ := a.Errors[0].Extensions["faults"].([]any)
	if a.hasData() || a.Errors[0].Extensions["field"] != "value" || len(all) != 2 ||
		!strings.Contains(a.raw, `"field":"key"`) {
		t.Errorf("%s", a.raw)
	}
	h.expect(h.post(`{hello(name: "bad")}`), 200, fault.BadUserInput)
	h.expect(h.post(`{hello(name: null)}`), 200, "")
}

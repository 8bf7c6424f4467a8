package gqlserver_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

const (
	typeJSON    = "application/json; charset=utf-8"
	typeGraphQL = "application/graphql-response+json; charset=utf-8"
)

func TestAnswerHasTheMediaTypeThatIsAccepted(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	for accept, want := range map[string]string{
		"":                                  typeJSON,
		"*/*":                               typeJSON,
		"application/*":                     typeJSON,
		"application/json":                  typeJSON,
		"application/json; charset=utf-8":   typeJSON,
		"application/graphql-response+json": typeGraphQL,
		"text/html, */*;q=0.1":              typeJSON,
		"application/json;q=0.5, application/graphql-response+json":                    typeGraphQL,
		"application/graphql-response+json;q=0.4, application/json;q=0.5":              typeJSON,
		"application/graphql-response+json, application/json, text/event-stream":       typeGraphQL,
		"application/graphql-response+json, application/json;q=0.9, */*;q=0.1, junk/;": typeGraphQL,
	} {
		a := h.post("{hello}", "Accept", accept)
		h.expect(a, 200, "")
		if got := a.header.Get("Content-Type"); got != want || a.Data["hello"] != "hello" {
			t.Errorf("Accept %q: %q %s", accept, got, a.raw)
		}
	}
	h.expect(h.post("{hello}", "Accept", "text/html"), 406, fault.BadUserInput)
	h.expect(h.post("{hello}", "Accept", "application/json;q=0"), 406, fault.BadUserInput)
}

func TestRequestErrorsHaveNoDataAndAStatusByMediaType(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	for name, body := range map[string]string{
		"parse":             `{"query":"{"}`,
		"validation":        `{"query":"{nothing}"}`,
		"coercion":          `{"query":"query($n:Int!){items(first:$n){edges{node{id}}}}"}`,
		"unknown operation": `{"query":"query A{hello}","operationName":"B"}`,
		"page size":         `{"query":"{items(first:0){edges{node{id}}}}"}`,
	} {
		for accept, status := range map[string]int{
			"application/json": 200, "application/graphql-response+json": 400,
		} {
			a := h.do("POST", h.url, body, "Content-Type", "application/json", "Accept", accept)
			h.expect(a, status, fault.BadUserInput)
			if a.hasData() {
				t.Errorf("%s: a request error has data: %s", name, a.raw)
			}
		}
	}
}

func TestExecutionErrorsKeepData(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	a := h.post("{hello fails(how: FAULT)}", "Accept", "application/graphql-response+json")
	h.expect(a, 200, fault.NotSold)
	if a.Data["hello"] != "hello" {
		t.Errorf("the other field is lost: %s", a.raw)
	}
	a = h.post("{required(how: FAULT)}")
	h.expect(a, 200, fault.NotSold)
	if !strings.Contains(a.raw, `"data":null`) {
		t.Errorf("an executed operation says data: null: %s", a.raw)
	}
}

func TestMalformedPosts(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	const marker = "private-marker"
	for name, body := range map[string]string{
		"empty":               ``,
		"no JSON":             `{"query": private-marker`,
		"array":               `[{"query":"{hello}"}]`,
		"null":                `null`,
		"two values":          `{"query":"{hello}"} {"x":"private-marker"}`,
		"no query":            `{"operationName":"private-marker"}`,
		"query null":          `{"query":null}`,
		"query number":        `{"query":7,"x":"private-marker"}`,
		"variables array":     `{"query":"{hello}","variables":["private-marker"]}`,
		"variables text":      `{"query":"{hello}","variables":"private-marker"}`,
		"extensions text":     `{"query":"{hello}","extensions":"private-marker"}`,
		"operationName array": `{"query":"{hello}","operationName":["private-marker"]}`,
		"not UTF-8":           "{\"query\":\"{hello}\",\"variables\":{\"x\":\"private-marker\xff\"}}",
	} {
		for _, accept := range []string{"application/json", "application/graphql-response+json"} {
			a := h.do("POST", h.url, body, "Content-Type", "application/json", "Accept", accept)
			if a.status != 400 || a.code() != "BAD_USER_INPUT" || a.hasData() {
				t.Errorf("%s: %d %s", name, a.status, a.raw)
			}
			if strings.Contains(a.raw+h.log.String(), marker) {
				t.Errorf("%s: the body is echoed: %s", name, a.raw)
			}
		}
	}
	null := `{"query":"{hello}","variables":null,"operationName":null,"extensions":null}`
	h.expect(h.do("POST", h.url, null, "Content-Type", "application/json"), 200, "")
}

func TestPostNeedsJSON(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	for _, contentType := range []string{
		"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
		"application/json; charset=utf-16", "application/graphql",
	} {
		a := h.do("POST", h.url, `{"query":"mutation{bump(by:1)}"}`, "Content-Type", contentType)
		h.expect(a, 415, fault.BadUserInput)
	}
	if h.resolvers.bumped.Load() != 0 {
		t.Error("a mutation ran")
	}
	a := h.do("POST", h.url, `{"query":"{hello}"}`, "Content-Type", "application/json; charset=UTF-8")
	h.expect(a, 200, "")
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{Limits: gqlserver.Limits{BodyBytes: 100}})
	fits := fmt.Sprintf(`{"query":"{hello}"%s}`, strings.Repeat(" ", 100-19))
	h.expect(h.do("POST", h.url, fits, "Content-Type", "application/json"), 200, "")
	h.expect(h.do("POST", h.url, fits+" ", "Content-Type", "application/json"),
		413, fault.TooComplex)
}

func TestMethods(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	get := func(query string, more ...string) answer {
		values := url.Values{"query": {query}}
		for i := 0; i < len(more); i += 2 {
			values.Set(more[i], more[i+1])
		}
		return h.do("GET", h.url+"?"+values.Encode(), "")
	}
	h.expect(get("{hello}"), 200, "")
	a := get("query A($n:String){hello(name:$n)} query B{hello}",
		"operationName", "A", "variables", `{"n":"you"}`)
	if a.Data["hello"] != "hello you" {
		t.Errorf("GET with variables: %s", a.raw)
	}
	h.expect(get("{hello}", "variables", "[]"), 400, fault.BadUserInput)
	h.expect(get("{hello}", "extensions", "x"), 400, fault.BadUserInput)
	h.expect(h.do("GET", h.url, ""), 400, fault.BadUserInput)

	a = get("mutation{bump(by:1)}")
	h.expect(a, 405, fault.BadUserInput)
	if a.header.Get("Allow") != "POST" || h.resolvers.bumped.Load() != 0 {
		t.Errorf("Allow %q, bumped %d", a.header.Get("Allow"), h.resolvers.bumped.Load())
	}
	for _, method := range []string{"HEAD", "PUT", "DELETE", "PATCH"} {
		a := h.do(method, h.url, "")
		if a.status != 405 || a.header.Get("Allow") != "GET, POST, OPTIONS" {
			t.Errorf("%s: %d %v", method, a.status, a.header)
		}
	}
	h.expect(h.post("mutation{bump(by:2)}"), 200, "")
	if h.resolvers.bumped.Load() != 2 {
		t.Error("the mutation by POST did not run")
	}
}

func TestSubscriptionsAndDeferNeedAnotherTransport(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	h.expect(h.post("subscription{quiet}"), 400, fault.BadUserInput)
	h.expect(h.do("GET", h.url+"?query=subscription%7Bquiet%7D", ""), 400, fault.BadUserInput)
	a := h.post("{...F @defer} fragment F on Query{hello}")
	h.expect(a, 200, fault.BadUserInput)
	if len(h.resolvers.started) != 0 {
		t.Error("the subscription ran")
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	a := h.post("{requestId}", "X-Request-Id", "edge-17")
	if a.Data["requestId"] != "edge-17" || a.header.Get("X-Request-Id") != "edge-17" {
		t.Errorf("%v %s", a.header, a.raw)
	}
	a = h.post("{requestId}", "X-Request-Id", `"><script>`)
	id := a.header.Get("X-Request-Id")
	if len(id) < 20 || a.Data["requestId"] != id {
		t.Errorf("%q %s", id, a.raw)
	}
}

func TestPersistedQueries(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	hashOf := func(query string) string {
		sum := sha256.Sum256([]byte(query))
		return hex.EncodeToString(sum[:])
	}
	send := func(query, hash string) answer {
		body := fmt.Sprintf(`{"query":%q,"extensions":{"persistedQuery":`+
			`{"version":1,"sha256Hash":%q}}}`, query, hash)
		return h.do("POST", h.url, body, "Content-Type", "application/json",
			"Accept", "application/graphql-response+json")
	}
	const good, bad = "{hello}", "{nothing}"
	a := send("", hashOf(good))
	h.expect(a, 200, fault.PersistedQueryNotFound)
	if a.Errors[0].Message != "PersistedQueryNotFound" {
		t.Errorf("clients do not know %q", a.Errors[0].Message)
	}
	h.expect(send(good, hashOf(bad)), 400, fault.BadUserInput)
	h.expect(send("", hashOf(bad)), 200, fault.PersistedQueryNotFound)
	h.expect(send(good, hashOf(good)), 200, "")
	if a := send("", hashOf(good)); a.Data["hello"] != "hello" {
		t.Errorf("by hash: %s", a.raw)
	}
	h.expect(send(bad, hashOf(bad)), 400, fault.BadUserInput)
	h.expect(send("", hashOf(bad)), 200, fault.PersistedQueryNotFound)
}

func TestDirectivesOnFields(t *testing.T) {
	t.Parallel()
	h := start(t, gqlserver.Options{})
	a := h.postVariables(`mutation($k:String!){bump(by:1) @tag(key:$k)}`, map[string]any{"k": "key-1"})
	h.expect(a, 200, "")
	if h.resolvers.tagged.Load() != "key-1" {
		t.Errorf("the directive saw %v", h.resolvers.tagged.Load())
	}
	h.expect(h.post(`{hello @tag}`), 200, fault.BadUserInput)
}

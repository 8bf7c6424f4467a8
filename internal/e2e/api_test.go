package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// user is an authenticated caller.
type user struct {
	t     *testing.T
	token string
}

// user gets a token from the development server.
func (s *server) user(role, subject string, shops ...string) *user {
	s.sys.t.Helper()
	query := url.Values{"role": {role}, "subject": {subject}, "shop": shops}
	res, err := http.Get(s.url + "/dev/token?" + query.Encode())
	if err != nil {
		s.sys.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.sys.t.Fatalf("token: %v %s %s", err, res.Status, body)
	}
	return &user{t: s.sys.t, token: strings.TrimSpace(string(body))}
}

type fields = map[string]any

// response is a GraphQL response.
type response struct {
	Data   fields `json:"data"`
	Errors []struct {
		Message    string `json:"message"`
		Extensions fields `json:"extensions"`
	} `json:"errors"`
}

var client = &http.Client{Timeout: patience}

// try sends one operation. The error is one of the connection.
func (u *user) try(s *server, query string, variables fields) (response, error) {
	var a response
	body, err := json.Marshal(fields{"query": query, "variables": variables})
	if err != nil {
		return a, err
	}
	req, err := http.NewRequest(http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+u.token)
	res, err := client.Do(req)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	return a, json.NewDecoder(res.Body).Decode(&a)
}

// do sends one operation that must not have top-level errors and returns its data.
func (u *user) do(s *server, query string, variables fields) fields {
	u.t.Helper()
	a, err := u.try(s, query, variables)
	if err != nil || len(a.Errors) > 0 {
		u.t.Fatalf("%v %v\n%s\n%v", err, a.Errors, query, variables)
	}
	return a.Data
}

// mutate calls one mutation with the input in and the selection want.
func (u *user) mutate(s *server, name string, in fields, want string) fields {
	u.t.Helper()
	payload, err := u.tryMutate(s, name, in, want, "")
	if err != nil {
		u.t.Fatal(err)
	}
	return payload
}

// tryMutate is mutate for a server that may be killed meanwhile, with an idempotency key if not
// empty.
func (u *user) tryMutate(
	s *server, name string, in fields, want, key string,
) (fields, error) {
	a, err := u.try(s, mutation(name, want, key), fields{"in": in})
	if err != nil {
		return nil, err
	}
	if len(a.Errors) > 0 {
		return nil, fmt.Errorf("%s: %v", name, a.Errors)
	}
	return a.Data["m"].(fields), nil
}

// mutation is the document of a mutation with that selection, under an idempotency key if not
// empty.
func mutation(name, want, key string) string {
	directive := ""
	if key != "" {
		directive = fmt.Sprintf("@idempotent(key: %q)", key)
	}
	inputType := strings.ToUpper(name[:1]) + name[1:] + "Input"
	return fmt.Sprintf(
		"mutation($in: %s!) { m: %s(input: $in) %s { %s userErrors { code field message } } }",
		inputType, name, directive, want)
}

// must fails the test when a payload has userErrors.
func must(t *testing.T, payload fields) fields {
	t.Helper()
	if errs := payload["userErrors"].([]any); len(errs) > 0 {
		t.Fatalf("userErrors: %v", errs)
	}
	return payload
}

// code is the code of the first userError, or "".
func code(payload fields) string {
	errs := payload["userErrors"].([]any)
	if len(errs) == 0 {
		return ""
	}
	return errs[0].(fields)["code"].(string)
}

// at follows a path into nested fields: at(data, "order", "price", "payable").
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = v.(fields)[step]
		case int:
			list := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
		if v == nil {
			return nil
		}
	}
	return v
}

func str(v any, path ...any) string {
	s, _ := at(v, path...).(string)
	return s
}

func num(v any, path ...any) int64 {
	f, _ := at(v, path...).(float64)
	return int64(f)
}

package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// batchSize is the number of mutations in one request; a server accepts 30 aliases.
const batchSize = 25

// mutation is one mutation of the API.
type mutation struct {
	name      string
	input     map[string]any
	key       string // idempotency key; empty: the mutation is idempotent
	selection string // fields of the payload
}

// UserError is a userError of a mutation.
type UserError struct {
	Mutation string `json:"-"`
	Code     string `json:"code"`
	Field    string `json:"field"`
	Message  string `json:"message"`
}

func (r *UserError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%s: %s %s: %s", r.Mutation, r.Code, r.Field, r.Message))
}

// mutate sends one mutation until it is answered.
func mutate[T any](ctx context.Context, c *client, who user, m mutation) (payload T, err error) {
	all, err := mutateAll[T](ctx, c, who, []mutation{m})
	if err != nil {
		return payload, err
	}
	return all[0], nil
}

// mutateAll sends mutations in batches; the server runs those of a batch one after the other. A
// *UserError ends it and is returned with the payloads so far.
func mutateAll[T any](
	ctx context.Context, c *client, who user, mutations []mutation,
) (payloads []T, err error) {
	for from := 0; from < len(mutations); from += batchSize {
		part := mutations[from:min(from+batchSize, len(mutations))]
		var answers map[string]json.RawMessage
		if err := c.do(ctx, who, batch(part), &answers); err != nil {
			return payloads, fmt.Errorf("%s: %w", part[0].name, err)
		}
		for i, m := range part {
			var payload T
			userError, err := m.read(answers[alias(i)], &payload)
			if err != nil {
				return payloads, err
			}
			payloads = append(payloads, payload)
			if userError != nil {
				return payloads, userError
			}
		}
	}
	return payloads, nil
}

func (m mutation) read(text json.RawMessage, payload any) (*UserError, error) {
	var result struct {
		UserErrors []UserError `json:"userErrors"`
	}
	if err := json.Unmarshal(text, &result); err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	if err := json.Unmarshal(text, payload); err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	if len(result.UserErrors) == 0 {
		return nil, nil
	}
	userError := result.UserErrors[0]
	userError.Mutation = m.name
	return &userError, nil
}

func alias(i int) string { return fmt.Sprintf("m%d", i) }

// batch writes mutations as one operation. Its text depends only on their names, so that the server
// can cache the parsed operation.
func batch(mutations []mutation) operation {
	var head, body strings.Builder
	variables := map[string]any{}
	for i, m := range mutations {
		fmt.Fprintf(&head, " $i%d: %s%sInput!", i, strings.ToUpper(m.name[:1]), m.name[1:])
		fmt.Fprintf(&body, " m%d: %s(input: $i%d)", i, m.name, i)
		variables[fmt.Sprintf("i%d", i)] = m.input
		if m.key != "" {
			fmt.Fprintf(&head, " $k%d: String!", i)
			fmt.Fprintf(&body, " @idempotent(key: $k%d)", i)
			variables[fmt.Sprintf("k%d", i)] = m.key
		}
		fmt.Fprintf(&body, " { %s userErrors { code field message } }", m.selection)
	}
	return operation{
		Query:     "mutation(" + strings.TrimSpace(head.String()) + ") {" + body.String() + " }",
		Variables: variables,
	}
}

package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// width is how many mutations one request carries; a server takes 30 aliases.
const width = 25

// wish is one mutation.
type wish struct {
	mutation string
	input    map[string]any
	key      string // idempotency key; empty: the mutation is its own repetition
	want     string // of the payload
}

// Refused is a userError of a mutation.
type Refused struct {
	Mutation string `json:"-"`
	Code     string `json:"code"`
	Field    string `json:"field"`
	Message  string `json:"message"`
}

func (r *Refused) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%s: %s %s: %s", r.Mutation, r.Code, r.Field, r.Message))
}

// mutate sends one mutation until it is answered.
func mutate[T any](ctx context.Context, c *client, who user, w wish) (payload T, err error) {
	all, err := mutateAll[T](ctx, c, who, []wish{w})
	if err != nil {
		return payload, err
	}
	return all[0], nil
}

// mutateAll sends mutations, some in one request, which are done one after the other. A *Refused
// is returned beside the payloads, which then are not all there.
func mutateAll[T any](
	ctx context.Context, c *client, who user, wishes []wish,
) (payloads []T, err error) {
	for from := 0; from < len(wishes); from += width {
		part := wishes[from:min(from+width, len(wishes))]
		var answers map[string]json.RawMessage
		if err := c.do(ctx, who, document(part), &answers); err != nil {
			return payloads, fmt.Errorf("%s: %w", part[0].mutation, err)
		}
		for i, w := range part {
			var payload T
			refused, err := w.read(answers[alias(i)], &payload)
			if err != nil {
				return payloads, err
			}
			payloads = append(payloads, payload)
			if refused != nil {
				return payloads, refused
			}
		}
	}
	return payloads, nil
}

func (w wish) read(text json.RawMessage, payload any) (*Refused, error) {
	var told struct {
		UserErrors []Refused `json:"userErrors"`
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return nil, fmt.Errorf("%s: %w", w.mutation, err)
	}
	if err := json.Unmarshal(text, payload); err != nil {
		return nil, fmt.Errorf("%s: %w", w.mutation, err)
	}
	if len(told.UserErrors) == 0 {
		return nil, nil
	}
	refused := told.UserErrors[0]
	refused.Mutation = w.mutation
	return &refused, nil
}

func alias(i int) string { return fmt.Sprintf("m%d", i) }

// document writes mutations as one operation. Its text depends on which they are alone, so that the
// server has parsed it before.
func document(wishes []wish) operation {
	var head, body strings.Builder
	variables := map[string]any{}
	for i, w := range wishes {
		fmt.Fprintf(&head, " $i%d: %s%sInput!", i, strings.ToUpper(w.mutation[:1]), w.mutation[1:])
		fmt.Fprintf(&body, " m%d: %s(input: $i%d)", i, w.mutation, i)
		variables[fmt.Sprintf("i%d", i)] = w.input
		if w.key != "" {
			fmt.Fprintf(&head, " $k%d: String!", i)
			fmt.Fprintf(&body, " @idempotent(key: $k%d)", i)
			variables[fmt.Sprintf("k%d", i)] = w.key
		}
		fmt.Fprintf(&body, " { %s userErrors { code field message } }", w.want)
	}
	return operation{
		Query:     "mutation(" + strings.TrimSpace(head.String()) + ") {" + body.String() + " }",
		Variables: variables,
	}
}

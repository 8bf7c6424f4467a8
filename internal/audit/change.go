package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	gen "entgo.io/ent"
)

// Change is what a command changed: for each name the value before and after. What was not there
// is left out, or null.
type Change struct{ Before, After map[string]any }

// hidden are columns with personal data: an entry says that they changed, and not what they hold.
var hidden = map[string]bool{"return_address": true}

// unsaid are columns that an entry leaves out: it has its own time and its own actor, whose id not
// everybody may read who reads the change.
var unsaid = map[string]bool{"created_at": true, "proposed_by": true}

// hiddenValue is in place of a hidden one that is not empty.
const hiddenValue = "(not shown)"

// Of is what a mutation of ent will change. It is called before the mutation is executed. Of a new
// row it has all that was set.
func Of(ctx context.Context, m gen.Mutation) (Change, error) {
	c := Change{map[string]any{}, map[string]any{}}
	cleared := slices.DeleteFunc(m.ClearedFields(), func(column string) bool {
		_, set := m.Field(column)
		return set
	})
	for _, column := range slices.Concat(m.Fields(), cleared) {
		if unsaid[column] {
			continue
		}
		var before, after any
		if value, set := m.Field(column); set {
			after = value
		}
		if m.Op().Is(gen.OpUpdateOne) {
			var err error
			if before, err = m.OldField(ctx, column); err != nil {
				return c, fmt.Errorf("audit: %s: %w", column, err)
			}
		}
		if err := c.add(column, before, after); err != nil {
			return c, err
		}
	}
	return c, nil
}

// add adds a column if its values differ.
func (c *Change) add(column string, before, after any) error {
	was, err := plain(before)
	if err != nil {
		return err
	}
	is, err := plain(after)
	if err != nil || reflect.DeepEqual(was, is) {
		return err
	}
	if hidden[column] {
		was, is = hide(was), hide(is)
	} else {
		was, is = differing(was, is)
	}
	name := camel(column)
	if before != nil {
		c.Before[name] = was
	}
	c.After[name] = is
	return nil
}

// plain is a value as its JSON decodes.
func plain(value any) (decoded any, err error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&decoded); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return decoded, nil
}

// differing leaves of two documents what is not the same in both.
func differing(before, after any) (was, is any) {
	a, isDocument := before.(map[string]any)
	b, both := after.(map[string]any)
	if !isDocument || !both {
		return before, after
	}
	left, right := map[string]any{}, map[string]any{}
	for name, value := range a {
		if other, there := b[name]; !there {
			left[name] = value
		} else if !reflect.DeepEqual(value, other) {
			left[name], right[name] = differing(value, other)
		}
	}
	for name, value := range b {
		if _, there := a[name]; !there {
			right[name] = value
		}
	}
	return left, right
}

func hide(value any) any {
	if value == nil || value == "" {
		return value
	}
	return hiddenValue
}

// texts are the change as compact JSON, with its names in ascending order.
func (c Change) texts() (before, after string, err error) {
	for _, part := range []struct {
		values map[string]any
		text   *string
	}{{c.Before, &before}, {c.After, &after}} {
		*part.text = "{}"
		if len(part.values) == 0 {
			continue
		}
		text, err := json.Marshal(part.values)
		if err != nil {
			return "", "", fmt.Errorf("audit: %w", err)
		}
		*part.text = string(text)
	}
	return before, after, nil
}

// camel spells a column as the API spells its field.
func camel(column string) string {
	words := strings.Split(column, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

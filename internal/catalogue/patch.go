package catalogue

import (
	"reflect"
	"strings"

	"orderflow/internal/document"
)

// Given are the fields that a request has of an input, by their paths in the API in lower case,
// such as "rule.percent"; false is null. Nil: the input is the whole object, as Go callers make it.
type Given map[string]bool

// complete makes the whole object of an input: what was left out is as in base, or without one, for
// a new object, as usual; what is null is as usual. Faults: INVALID_INPUT at the required fields
// that are null, or left out of a new object.
func complete[T any](in T, given Given, base *T, usual T, required ...string) (T, error) {
	if given == nil {
		return in, nil
	}
	var c check
	for _, field := range required {
		value, there := given[strings.ToLower(field)]
		switch {
		case there && !value:
			c.wrong(field, "It cannot be null: there is no default.")
		case !there && base == nil:
			c.wrong(field, "It is needed to make a new one.")
		}
	}
	if base == nil {
		base = &usual
	}
	fill(reflect.ValueOf(&in).Elem(), reflect.ValueOf(*base), reflect.ValueOf(usual), given, "")
	return in, c.faults.Err()
}

// parts are the types of the objects inside of inputs: their fields are given one by one too.
var parts = map[reflect.Type]bool{
	reflect.TypeFor[document.ShopPolicy]():    true,
	reflect.TypeFor[document.PromotionRule](): true,
	reflect.TypeFor[document.BenefitRule]():   true,
	reflect.TypeFor[FreightRuleInput]():       true,
}

func fill(in, base, usual reflect.Value, given Given, prefix string) {
	for i := range in.NumField() {
		path := prefix + strings.ToLower(in.Type().Field(i).Name)
		value, there := given[path]
		switch field := in.Field(i); {
		case !there:
			field.Set(base.Field(i))
		case !value:
			field.Set(usual.Field(i))
		case parts[field.Type()]:
			fill(field, base.Field(i), usual.Field(i), given, path+".")
		}
	}
}

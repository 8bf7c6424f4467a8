package view

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"orderflow/internal/fault"
	"orderflow/internal/text"
)

// MarshalString writes a text.
func MarshalString(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalString reads a text in its normal form. CheckString has seen it before.
func UnmarshalString(v any) (string, error) {
	s, err := graphql.UnmarshalString(v)
	return text.Normal(s), err
}

// CheckString refuses a text that nobody may write. Which texts have one line is known by the
// commands. Fault: INVALID_INPUT.
func CheckString(v any) error {
	s, _ := v.(string)
	if wrong := text.Wrong(s); wrong != "" {
		return fault.New(fault.InvalidInput, "%s", wrong)
	}
	return nil
}

// The years of a moment that every database keeps.
const (
	firstYear = 1000
	lastYear  = 9999
)

// MarshalTime writes a moment; the zero one is null.
func MarshalTime(t time.Time) graphql.Marshaler { return graphql.MarshalTime(t) }

// UnmarshalTime reads a moment, which has its zone. An optional one may be given as null, which is
// the zero moment. Fault: BAD_USER_INPUT.
func UnmarshalTime(v any) (t time.Time, err error) {
	if v == nil {
		return t, nil
	}
	s, _ := v.(string)
	if t.UnmarshalText([]byte(s)) != nil {
		return time.Time{}, fault.New(fault.BadUserInput,
			`Write a moment with its zone, such as "2026-11-11T00:00:00+08:00".`)
	}
	if t = t.UTC(); t.Year() < firstYear || t.Year() > lastYear {
		return time.Time{}, fault.New(fault.BadUserInput,
			"A moment is of the years %d to %d.", firstYear, lastYear)
	}
	return t, nil
}

package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Error is one fault. Message is written for the caller and holds nothing of another user.
type Error struct {
	Code    Code
	Field   string // path of the input field it is about, such as "lines[0].quantity"; may be empty
	Message string
	// RetryAfter is in how many seconds the same may succeed; 0 where nobody can tell.
	RetryAfter int

	// Of a fault that package limit makes: its name, the number, and until when it holds.
	Limit string
	Most  int64
	Until time.Time
}

// Error implements error.
func (e *Error) Error() string {
	if e.Field != "" {
		return fmt.Sprintf("%s: %s: %s", e.Code, e.Field, e.Message)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// New makes a fault that is about no field in particular.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// At makes a fault about one field of the input.
func At(field string, code Code, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Path names a field of an entry of a list of the input, such as "lines[0].quantity".
func Path(list string, i int, field string) string {
	return fmt.Sprintf("%s[%d].%s", list, i, field)
}

// List is several faults returned together.
type List []*Error

// Error implements error.
func (l List) Error() string {
	parts := make([]string, len(l))
	for i, e := range l {
		parts[i] = e.Error()
	}
	return strings.Join(parts, "; ")
}

// Add appends a fault about a field.
func (l *List) Add(field string, code Code, format string, args ...any) {
	*l = append(*l, At(field, code, format, args...))
}

// Err returns the list as an error, or nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// All returns the faults that err consists of, or nil when err is not a fault.
func All(err error) []*Error {
	var list List
	if errors.As(err, &list) {
		return list
	}
	var one *Error
	if errors.As(err, &one) {
		return []*Error{one}
	}
	return nil
}

// CodeOf returns the code of the first fault in err, and Internal for any other error.
func CodeOf(err error) Code {
	if all := All(err); len(all) > 0 {
		return all[0].Code
	}
	return Internal
}

// Is reports whether err is a fault with that code.
func Is(err error, code Code) bool {
	return err != nil && CodeOf(err) == code
}

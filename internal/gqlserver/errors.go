package gqlserver

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"orderflow/internal/fault"
)

// maxErrors bounds the validation errors of one response.
const maxErrors = 20

var suggestion = regexp.MustCompile(`(?s)\s*Did you mean.*$`)

// panicError is the error of a panic. It has been logged, with its stack, where it was recovered.
type panicError struct{ value any }

func (e panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// recovered logs a panic and returns the error that represents it.
func (s *server) recovered(ctx context.Context, value any) error {
	s.logger.ErrorContext(ctx, "panic in a GraphQL request",
		"requestId", RequestID(ctx), "operation", operationName(ctx), "panic", fmt.Sprint(value),
		"stack", string(debug.Stack()))
	return panicError{value}
}

// present converts any error to the one of the response.
func (s *server) present(ctx context.Context, err error) *gqlerror.Error {
	out := &gqlerror.Error{}
	var located *gqlerror.Error
	if errors.As(err, &located) {
		out.Path, out.Locations = located.Path, located.Locations
	}
	switch faults := fault.All(err); {
	case len(faults) > 0:
		describeFaults(out, faults)
	case isRequestError(located):
		s.describe(out, located.Message)
	case isArgumentError(ctx, err):
		s.describe(out, rootCause(err).Error())
	default:
		if f := s.outage(err); f != nil {
			describeFaults(out, []*fault.Error{f})
			break
		}
		out.Message = "Something failed inside the server."
		out.Extensions = map[string]any{
			"code": fault.Internal, "requestId": RequestID(ctx),
		}
		s.logInternal(ctx, out, err)
	}
	return out
}

// outage is the fault of an error that an outage has caused, or that it took too long, or nil.
func (s *server) outage(err error) *fault.Error {
	if s.options.Outage != nil {
		if f := s.options.Outage(err); f != nil {
			return f
		}
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	f := fault.New(fault.Unavailable, "It took too long; send it again.")
	f.RetryAfter = 1
	return f
}

func describeFaults(out *gqlerror.Error, faults []*fault.Error) {
	out.Message = faults[0].Message
	out.Extensions = faultExtensions(faults[0])
	if len(faults) == 1 {
		return
	}
	all := make([]map[string]any, len(faults))
	for i, f := range faults {
		all[i] = faultExtensions(f)
		all[i]["message"] = f.Message
	}
	out.Extensions["faults"] = all
}

func faultExtensions(f *fault.Error) map[string]any {
	extensions := map[string]any{"code": f.Code}
	if f.Field != "" {
		extensions["field"] = f.Field
	}
	if f.RetryAfter > 0 {
		extensions["retryAfter"] = f.RetryAfter
	}
	return extensions
}

func (s *server) describe(out *gqlerror.Error, message string) {
	if !s.introspection {
		message = suggestion.ReplaceAllString(message, "")
	}
	out.Message = message
	out.Extensions = map[string]any{"code": fault.BadUserInput}
}

// isRequestError reports errors of parsing, validation and coercion, which gqlgen and entgql mark
// with a code of their own, from those that only wrap what a resolver returned.
func isRequestError(err *gqlerror.Error) bool {
	if err == nil {
		return false
	}
	_, coded := err.Extensions["code"]
	return coded
}

// isArgumentError recognises a custom scalar that refused its value: gqlgen presents the error
// while the field's arguments are still unset.
func isArgumentError(ctx context.Context, err error) bool {
	var panicked panicError
	if errors.As(err, &panicked) {
		return false
	}
	fc := graphql.GetFieldContext(ctx)
	return fc != nil && fc.Args == nil && fc.Field.Field != nil && fc.Field.Definition != nil &&
		len(fc.Field.Definition.Arguments) > 0
}

func rootCause(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

func (s *server) logInternal(ctx context.Context, out *gqlerror.Error, err error) {
	var panicked panicError
	if errors.As(err, &panicked) {
		return // logged with its stack where it was recovered
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return // the client left; nothing failed
	}
	s.logger.ErrorContext(ctx, "internal error in a GraphQL request",
		"requestId", RequestID(ctx), "operation", operationName(ctx),
		"path", out.Path.String(), "error", err.Error())
}

func operationName(ctx context.Context) string {
	if !graphql.HasOperationContext(ctx) {
		return ""
	}
	if op := graphql.GetOperationContext(ctx).Operation; op != nil {
		return op.Name
	}
	return ""
}

// requestFault wraps a fault for the hooks of gqlgen that return its own kind of error.
func requestFault(f *fault.Error) *gqlerror.Error {
	return gqlerror.Wrap(f)
}

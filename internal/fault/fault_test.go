package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"orderflow/internal/fault"
)

func TestFaultsAreFoundThroughWrapping(t *testing.T) {
	t.Parallel()
	var list fault.List
	list.Add("lines[0].quantity", fault.InvalidInput, "must be at least %d", 1)
	list.Add("", fault.NotSold, "mug")
	for name, tc := range map[string]struct {
		err   error
		code  fault.Code
		count int
		text  string
	}{
		"one": {fault.New(fault.NotFound, "no order %d", 7), fault.NotFound, 1,
			"NOT_FOUND: no order 7"},
		"at a field": {fault.At("total", fault.PriceChanged, "now 5"), fault.PriceChanged, 1,
			"PRICE_CHANGED: total: now 5"},
		"several": {list.Err(), fault.InvalidInput, 2,
			"INVALID_INPUT: lines[0].quantity: must be at least 1; NOT_SOLD: mug"},
		"ordinary": {errors.New("disk full"), fault.Internal, 0, "disk full"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.err.Error() != tc.text {
				t.Errorf("text %q, want %q", tc.err, tc.text)
			}
			for _, err := range []error{tc.err, fmt.Errorf("place: %w", tc.err)} {
				if got := len(fault.All(err)); got != tc.count {
					t.Errorf("%v: %d faults, want %d", err, got, tc.count)
				}
				if fault.CodeOf(err) != tc.code || !fault.Is(err, tc.code) {
					t.Errorf("%v: code %s, want %s", err, fault.CodeOf(err), tc.code)
				}
				if fault.Is(err, fault.Conflict) {
					t.Errorf("%v is a conflict", err)
				}
			}
		})
	}
}

func TestNoFaultIsNoError(t *testing.T) {
	t.Parallel()
	var list fault.List
	if err := list.Err(); err != nil {
		t.Errorf("an empty list is the error %v", err)
	}
	if fault.All(nil) != nil || fault.Is(nil, fault.Internal) {
		t.Error("nil is a fault")
	}
}

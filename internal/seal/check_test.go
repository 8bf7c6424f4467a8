package seal_test

import (
	"fmt"
	"strings"
	"testing"

	"orderflow/internal/seal"
)

// A ring with any number of rotations behind it is admitted, by a record that fits its column.
func TestARecordKeepsTheNewestKeys(t *testing.T) {
	t.Parallel()
	id := func(i int) string { return fmt.Sprintf("k%015d:%s", i, key(byte(i))) }
	record := ""
	for i := range 40 {
		setting := id(i)
		if i > 0 {
			setting += "," + id(i-1)
		}
		next, err := ring(t, setting).Admit(record)
		if err != nil || next == record || len(next) > 500 {
			t.Fatalf("rotation %d: %q, %v", i, next, err)
		}
		if again, err := ring(t, setting).Admit(next); err != nil || again != next {
			t.Errorf("rotation %d, another server: %q, %v", i, again, err)
		}
		record = next
	}
	if _, err := ring(t, id(38)).Admit(record); err == nil {
		t.Error("admitted a ring that lacks the key of the last rotation")
	}
	if next, err := ring(t, id(38)+","+id(39)).Admit(record); err != nil || next != record {
		t.Errorf("a ring of before the last restart: %q, %v", next, err)
	}
}

func TestCheckValuesTellKeysApart(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, value := range map[string]string{
		"a blind key":          blind(t, key(1)).CheckValue(),
		"another blind key":    blind(t, key(2)).CheckValue(),
		"a seal key":           strings.TrimPrefix(ring(t, "k:"+key(1)).Record(), "k:"),
		"another seal key":     strings.TrimPrefix(ring(t, "k:"+key(2)).Record(), "k:"),
		"a secret":             seal.CheckValue([]byte(key(1)), "secret"),
		"for another purpose":  seal.CheckValue([]byte(key(1)), "other secret"),
		"a secret like no key": seal.CheckValue([]byte("s"), "secret"),
	} {
		if other := seen[value]; other != "" || len(value) < 20 {
			t.Errorf("%s has the check value %q, like %q", name, value, other)
		}
		seen[value] = name
	}
	one, same := blind(t, key(1)), blind(t, key(1))
	if one.CheckValue() != same.CheckValue() {
		t.Error("one key has two check values")
	}
}

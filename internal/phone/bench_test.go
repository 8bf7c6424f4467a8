package phone_test

import (
	"testing"

	"orderflow/internal/phone"
)

func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"13812345678", "+8613812345678", "138 1234 5678转1234"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				phone.Parse(text)
			}
		})
	}
}

package order_test

import (
	"strings"
	"testing"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/order"
)

// FuzzAddress reads addresses: what is taken stays as it is when it is read again, and every fault
// is at a field of the address.
func FuzzAddress(f *testing.F) {
	add := func(a document.Address) {
		f.Add(a.Name, a.Phone, a.Country, a.Region, a.NationalCode, a.Street)
	}
	add(document.Address{Name: "王芳", Phone: "138 1234 5678", Region: "广东省", Street: "科技园 1 号"})
	add(document.Address{Name: "Li", Phone: "91234567", Country: "HK", Street: "Nathan Road 1"})
	add(document.Address{Name: "Ann", Phone: "020 7946 0018", Country: "GB", Region: "Kent",
		Street: "1"})
	add(document.Address{Name: "王", Phone: "021-62345678-801", NationalCode: "310101", Street: "1 号"})
	add(document.Address{Name: "\u200b", Phone: "138****5678", Region: "火星", Street: "\x00"})
	add(document.Address{Name: " ", Phone: "abc", Country: "CHN", NationalCode: "1", Street: "a\nb"})
	add(document.Address{Name: "a\u202eb", Phone: "1", Region: "bj", Street: "\xff"})
	f.Fuzz(func(t *testing.T, name, phone, country, region, code, street string) {
		a := document.Address{Name: name, Phone: phone, Country: country, Region: region,
			NationalCode: code, City: street, District: name, Street: street}
		key, faults := order.ParseAddress(&a)
		for _, wrong := range faults {
			if !strings.HasPrefix(wrong.Field, "address.") || wrong.Code != fault.InvalidInput ||
				!strings.HasSuffix(wrong.Message, ".") {
				t.Fatalf("%v", wrong)
			}
		}
		if len(faults) > 0 {
			return
		}
		read := a
		if again, faults := order.ParseAddress(&a); len(faults) > 0 || again != key || a != read {
			t.Fatalf("%+v is read again as %+v: %v", read, a, faults)
		}
		if strings.ContainsAny(a.Name+a.Street, "\x00\n\t\u202e") || !strings.HasPrefix(a.Phone, "+") {
			t.Fatalf("%+v is taken", a)
		}
	})
}

package auth_test

import (
	"testing"

	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

func TestContextWithoutViewerIsNobody(t *testing.T) {
	t.Parallel()
	nobody := auth.From(t.Context())
	if nobody != nil {
		t.Fatalf("got %+v", nobody)
	}
	shop := globalid.New(globalid.Shop)
	if nobody.IsBuyer() || nobody.IsStaff() || nobody.SeesAllShops() || nobody.HasShop(shop) {
		t.Error("nobody may something")
	}
	if auth.From(auth.With(t.Context(), nil)) != nil {
		t.Error("a nil viewer became somebody")
	}
	v := &auth.Viewer{Subject: "lin"}
	if auth.From(auth.With(t.Context(), v)) != v {
		t.Error("the viewer got lost")
	}
}

func TestWhatRolesSee(t *testing.T) {
	t.Parallel()
	own, other := globalid.New(globalid.Shop), globalid.New(globalid.Shop)
	for _, c := range []struct {
		role                          vocab.Role
		buyer, staff, all, own, other bool
	}{
		{role: vocab.Buyer, buyer: true},
		{role: vocab.Merchant, staff: true, own: true},
		{role: vocab.Warehouse, staff: true, own: true},
		{role: vocab.Support, staff: true, all: true, own: true, other: true},
		{role: vocab.Platform, staff: true, all: true, own: true, other: true},
		{role: vocab.System},
		{role: ""},
	} {
		v := &auth.Viewer{Role: c.role, Shops: []globalid.ID{own}}
		if v.IsBuyer() != c.buyer || v.IsStaff() != c.staff || v.SeesAllShops() != c.all ||
			v.HasShop(own) != c.own || v.HasShop(other) != c.other {
			t.Errorf("%q: buyer %v, staff %v, all %v, own %v, other %v", c.role, v.IsBuyer(),
				v.IsStaff(), v.SeesAllShops(), v.HasShop(own), v.HasShop(other))
		}
	}
}

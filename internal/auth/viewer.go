package auth

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/staff"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Viewer is the authenticated user of a request. Its methods may be called on nil, which has no
// rights.
type Viewer struct {
	Subject string // the token's sub, unique for the issuer
	Role    vocab.Role
	BuyerID globalid.ID   // a buyer's row; zero for staff
	StaffID globalid.ID   // a staff member's row; zero for buyers
	Shops   []globalid.ID // of merchant and warehouse staff; sorted, without repeats
	Level   int           // a buyer's member level as in the token; 0 for none
	Expires time.Time     // real time; a connection ends then
}

type viewerKey struct{}

// With returns a context with the viewer v.
func With(ctx context.Context, v *Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// From returns the viewer in ctx, or nil.
func From(ctx context.Context) *Viewer {
	v, _ := ctx.Value(viewerKey{}).(*Viewer)
	return v
}

// Require returns the viewer in ctx if it has one of the roles. Faults: UNAUTHENTICATED, FORBIDDEN.
func Require(ctx context.Context, roles ...vocab.Role) (*Viewer, error) {
	v := From(ctx)
	if v == nil {
		return nil, fault.New(fault.Unauthenticated, "A token is needed.")
	}
	if !slices.Contains(roles, v.Role) {
		return nil, fault.New(fault.Forbidden, "The role %s may never do this.", v.Role)
	}
	return v, nil
}

// IsBuyer reports whether the viewer is a buyer.
func (v *Viewer) IsBuyer() bool { return v != nil && v.Role == vocab.Buyer }

// IsStaff reports whether the viewer works for a shop, a warehouse or the platform.
func (v *Viewer) IsStaff() bool { return v.worksForShops() || v.SeesAllShops() }

// SeesAllShops reports whether the viewer may see the orders of every shop.
func (v *Viewer) SeesAllShops() bool {
	return v != nil && (v.Role == vocab.Support || v.Role == vocab.Platform)
}

// HasShop reports whether the viewer works for that shop, or for all of them.
func (v *Viewer) HasShop(id globalid.ID) bool {
	return v.SeesAllShops() || v.worksForShops() && slices.Contains(v.Shops, id)
}

// Concerns reports whether the viewer may see what belongs to that buyer and that shop.
func (v *Viewer) Concerns(buyer, shop globalid.ID) bool {
	return v.IsBuyer() && v.BuyerID == buyer || v.HasShop(shop)
}

func (v *Viewer) worksForShops() bool {
	return v != nil && (v.Role == vocab.Merchant || v.Role == vocab.Warehouse)
}

// OtherThan checks that the viewer is another person than a member of the staff: not the same
// subject, in whatever role. Fault: SECOND_PERSON.
func OtherThan(ctx context.Context, client *ent.Client, v *Viewer, first globalid.ID) error {
	others, err := client.Staff.Query().
		Where(staff.ID(first), staff.SubjectNEQ(v.Subject)).Exist(ctx)
	if err == nil && !others {
		return fault.New(fault.SecondPerson, "Somebody else must approve what you have asked for.")
	}
	return err
}

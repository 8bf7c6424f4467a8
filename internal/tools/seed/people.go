package seed

import (
	"context"

	"orderflow/ent/buyer"
	"orderflow/ent/staff"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// buyers are the demo buyers with their member levels.
var buyers = []struct {
	subject string
	level   int
}{
	{"buyer-1", 0}, {"buyer-2", 1}, {"buyer-3", 2}, {"buyer-4", 3}, {"buyer-5", 0},
}

// workers are the demo staff. Their shops are a claim of their tokens.
var workers = []struct {
	subject string
	role    vocab.Role
}{
	{"merchant-1", vocab.Merchant}, {"merchant-2", vocab.Merchant},
	{"merchant-3", vocab.Merchant}, {"warehouse-1", vocab.Warehouse},
	{"support-1", vocab.Support}, {"platform-1", vocab.Platform},
}

func (s *seeder) people(ctx context.Context) error {
	for _, b := range buyers {
		find := func(ctx context.Context) (globalid.ID, error) {
			return s.db.Client.Buyer.Query().Where(buyer.Subject(b.subject)).OnlyID(ctx)
		}
		add := func(ctx context.Context) (globalid.ID, error) {
			v := &auth.Viewer{Subject: b.subject, Role: vocab.Buyer, Level: b.level}
			err := s.register.Enroll(ctx, v)
			return v.BuyerID, err
		}
		if err := s.ensure(ctx, globalid.Buyer, b.subject, find, add); err != nil {
			return err
		}
	}
	for _, w := range workers {
		find := func(ctx context.Context) (globalid.ID, error) {
			return s.db.Client.Staff.Query().
				Where(staff.Subject(w.subject), staff.RoleEQ(w.role)).OnlyID(ctx)
		}
		add := func(ctx context.Context) (globalid.ID, error) {
			v := &auth.Viewer{Subject: w.subject, Role: w.role}
			err := s.register.Enroll(ctx, v)
			return v.StaffID, err
		}
		if err := s.ensure(ctx, globalid.Staff, w.subject, find, add); err != nil {
			return err
		}
	}
	return nil
}

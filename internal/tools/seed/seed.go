package seed

import (
	"context"
	"fmt"
	"io"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/globalid"
	"orderflow/internal/seal"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Demo makes the missing demo data in a migrated database, and writes a line for every step.
func Demo(
	ctx context.Context, db *store.DB, keys *seal.Keyring, progress io.Writer,
) error {
	s := &seeder{
		db: db, catalogue: catalogue.New(db, keys), register: catalogue.NewRegister(db),
		ids: map[string]globalid.ID{},
	}
	if err := s.step(ctx, progress, "buyers and staff", s.people); err != nil {
		return err
	}
	platform := &auth.Viewer{Subject: "platform-1", Role: vocab.Platform}
	if err := s.register.Enroll(ctx, platform); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	ctx = auth.With(ctx, platform)
	for _, step := range []struct {
		name string
		do   func(ctx context.Context) error
	}{
		{"shops", s.shops},
		{"freight templates", s.freight},
		{"warehouses", s.warehouses},
		{"products", s.products},
		{"skus", s.skus},
		{"stock rows", s.stock},
		{"promotions", s.promotions},
		{"coupons", s.coupons},
		{"member benefits", s.benefits},
	} {
		if err := s.step(ctx, progress, step.name, step.do); err != nil {
			return err
		}
	}
	return nil
}

// step makes the missing objects of one kind and writes their number.
func (s *seeder) step(
	ctx context.Context, progress io.Writer, name string, do func(ctx context.Context) error,
) error {
	s.made, s.kept = 0, 0
	if err := do(ctx); err != nil {
		return fmt.Errorf("seed %s: %w", name, err)
	}
	fmt.Fprintf(progress, "%-18s %3d made, %3d were there\n", name, s.made, s.kept)
	return nil
}

type seeder struct {
	db        *store.DB
	catalogue *catalogue.Catalogue
	register  *catalogue.Register

	ids        map[string]globalid.ID // by kind and code, as key makes it
	made, kept int
}

// key identifies an object in ids; objects of different kinds may have equal codes.
func key(kind globalid.Kind, code string) string { return fmt.Sprint(kind, " ", code) }

func (s *seeder) id(kind globalid.Kind, code string) globalid.ID { return s.ids[key(kind, code)] }

// ensure finds an object by its code or makes it, and records its id.
func (s *seeder) ensure(
	ctx context.Context, kind globalid.Kind, code string,
	find, add func(ctx context.Context) (globalid.ID, error),
) error {
	id, err := find(ctx)
	switch {
	case err == nil:
		s.kept++
	case ent.IsNotFound(err):
		s.made++
		id, err = add(ctx)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", code, err)
	}
	s.ids[key(kind, code)] = id
	return nil
}

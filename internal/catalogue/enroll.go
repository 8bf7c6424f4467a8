package catalogue

import (
	"context"
	"fmt"
	"sync"

	"orderflow/ent"
	"orderflow/ent/buyer"
	"orderflow/ent/staff"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Register creates the row of a buyer or staff member at the first valid token of a subject. It is
// safe for concurrent use, by any number of servers.
type Register struct {
	db *store.DB

	mu    sync.Mutex
	known map[memberKey]member
}

// memberKey identifies a member. The same subject may have several roles.
type memberKey struct {
	subject string
	role    vocab.Role
}

type member struct {
	id    globalid.ID
	level int
}

// maxKnown bounds the cache of members; beyond it they are looked up again.
const maxKnown = 20_000

// NewRegister returns the register of a database.
func NewRegister(db *store.DB) *Register {
	return &Register{db: db, known: map[memberKey]member{}}
}

// Enroll sets the viewer's BuyerID or StaffID, and creates the row when there is none. It is called
// once for each verified token, before the viewer is used.
func (r *Register) Enroll(ctx context.Context, v *auth.Viewer) error {
	key := memberKey{v.Subject, v.Role}
	r.mu.Lock()
	m, known := r.known[key]
	r.mu.Unlock()
	if !known || m.level != v.Level {
		id, err := r.row(ctx, v)
		if err != nil {
			return fmt.Errorf("enroll: %w", err)
		}
		m = member{id, v.Level}
		r.remember(key, m)
	}
	if v.IsBuyer() {
		v.BuyerID = m.id
	} else {
		v.StaffID = m.id
	}
	return nil
}

func (r *Register) remember(key memberKey, m member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) >= maxKnown {
		clear(r.known)
	}
	r.known[key] = m
}

// row finds the viewer's row or creates it. Of concurrent calls the second finds the first's row.
func (r *Register) row(ctx context.Context, v *auth.Viewer) (globalid.ID, error) {
	find, add := r.findStaff, r.addStaff
	if v.IsBuyer() {
		find, add = r.findBuyer, r.addBuyer
	}
	id, err := find(ctx, v)
	if !ent.IsNotFound(err) {
		return id, err
	}
	if err := add(ctx, v); err != nil && !store.IsDuplicate(err) {
		return globalid.ID{}, err
	}
	return find(ctx, v)
}

func (r *Register) findStaff(ctx context.Context, v *auth.Viewer) (globalid.ID, error) {
	return r.db.Client.Staff.Query().
		Where(staff.Subject(v.Subject), staff.RoleEQ(v.Role)).OnlyID(ctx)
}

func (r *Register) addStaff(ctx context.Context, v *auth.Viewer) error {
	now, err := r.db.Now(ctx)
	if err != nil {
		return err
	}
	return r.db.Client.Staff.Create().SetID(globalid.New(globalid.Staff)).
		SetSubject(v.Subject).SetRole(v.Role).SetCreatedAt(now).Exec(ctx)
}

// findBuyer also stores the level of the token.
func (r *Register) findBuyer(ctx context.Context, v *auth.Viewer) (globalid.ID, error) {
	row, err := r.db.Client.Buyer.Query().Where(buyer.Subject(v.Subject)).Only(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	if row.Level != v.Level {
		err = r.db.Client.Buyer.UpdateOneID(row.ID).SetLevel(v.Level).Exec(ctx)
	}
	return row.ID, err
}

func (r *Register) addBuyer(ctx context.Context, v *auth.Viewer) error {
	now, err := r.db.Now(ctx)
	if err != nil {
		return err
	}
	return r.db.Client.Buyer.Create().SetID(globalid.New(globalid.Buyer)).
		SetSubject(v.Subject).SetLevel(v.Level).SetCreatedAt(now).Exec(ctx)
}

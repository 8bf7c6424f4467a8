package catalogue_test

import (
	"sync"
	"testing"

	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestASubjectIsEnrolledOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		registers := []*catalogue.Register{catalogue.NewRegister(db), catalogue.NewRegister(db)}
		for _, role := range []vocab.Role{
			vocab.Buyer, vocab.Merchant, vocab.Platform,
		} {
			viewers := make([]*auth.Viewer, 16)
			var wait sync.WaitGroup
			for i := range viewers {
				viewers[i] = &auth.Viewer{Subject: "Li 李", Role: role}
				wait.Go(func() {
					if err := registers[i%2].Enroll(t.Context(), viewers[i]); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			for _, v := range viewers {
				if v.BuyerID != viewers[0].BuyerID || v.StaffID != viewers[0].StaffID {
					t.Errorf("%s: %+v and %+v", role, v, viewers[0])
				}
				kind := globalid.Staff
				if id := v.StaffID; v.IsBuyer() {
					kind = globalid.Buyer
					if !id.IsZero() || v.BuyerID.Kind() != kind {
						t.Errorf("buyer %+v", v)
					}
				} else if id.Kind() != kind || !v.BuyerID.IsZero() {
					t.Errorf("staff %+v", v)
				}
			}
		}
		buyers, staff := db.Client.Buyer.Query().CountX(t.Context()),
			db.Client.Staff.Query().CountX(t.Context())
		if buyers != 1 || staff != 2 {
			t.Errorf("%d buyers, %d staff rows", buyers, staff)
		}
	})
}

// What looks like another's subject is another person, on every database and through any server.
func TestSubjectsThatLookAlikeAreOthers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		for _, role := range []vocab.Role{vocab.Buyer, vocab.Support} {
			seen := map[globalid.ID]string{}
			for _, subject := range []string{
				"buyer-1", "buyer-1 ", " buyer-1", "BUYER-1", "ｂuyer-1", "büyer-1", "bu\u0308yer-1",
				"buyer-1\t", "buyer-1\x00",
			} {
				v := &auth.Viewer{Subject: subject, Role: role}
				if err := catalogue.NewRegister(db).Enroll(t.Context(), v); err != nil {
					t.Fatal(err)
				}
				id := v.StaffID
				if v.IsBuyer() {
					id = v.BuyerID
				}
				if other, taken := seen[id]; taken {
					t.Errorf("%q is %q", subject, other)
				}
				seen[id] = subject
			}
		}
	})
}

func TestTheLevelIsTheLastTokens(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	register := catalogue.NewRegister(db)
	for _, level := range []int{0, 3, 0, 5, 5} {
		v := &auth.Viewer{Subject: "li", Role: vocab.Buyer, Level: level}
		if err := register.Enroll(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		if row, err := db.Client.Buyer.Get(t.Context(), v.BuyerID); err != nil || row.Level != level {
			t.Errorf("level %d: %+v, %v", level, row, err)
		}
	}
}

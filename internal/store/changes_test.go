package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/payment"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func eachObserved(t *testing.T, test func(t *testing.T, db *store.DB, s *dbtest.Statements)) {
	t.Helper()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := &dbtest.Statements{}
			test(t, dbtest.Open(t, dialect, store.Options{Observe: s.Observe}), s)
		})
	}
}

func newPayment(order globalid.ID) *ent.Payment {
	return &ent.Payment{ID: globalid.New(globalid.Payment), OrderID: order,
		Channel: vocab.Sandbox, Status: vocab.AttemptCreated, Currency: "CNY", ExpiresAt: epoch,
		CreatedAt: epoch}
}

func paymentsOf(
	t *testing.T, db *store.DB, ids ...globalid.ID,
) []*ent.Payment {
	t.Helper()
	rows, err := db.Client.Payment.Query().Where(payment.IDIn(ids...)).
		Order(ent.Asc(payment.FieldID)).All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func insert(t *testing.T, db *store.DB, rows ...store.Row) {
	t.Helper()
	err := db.Run(t.Context(), func(_ context.Context, tx *store.Tx) error {
		tx.Insert(rows...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestChangesAreWrittenTogether(t *testing.T) {
	t.Parallel()
	eachObserved(t, func(t *testing.T, db *store.DB, s *dbtest.Statements) {
		order := globalid.New(globalid.Order)
		a, b, c := newPayment(order), newPayment(order), newPayment(order)
		insert(t, db, a, b, c)
		if got := s.TakeWrites(); len(got) != 1 {
			t.Errorf("three rows of a table are inserted by %q", got)
		}
		due := epoch.Add(time.Hour).Truncate(time.Microsecond) // as a transaction's Now
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			rows, err := tx.Payment.Query().Where(payment.OrderID(order)).
				Order(ent.Asc(payment.FieldID)).All(ctx)
			if err != nil {
				return err
			}
			rows = store.TrackAll(tx, rows)
			for _, row := range rows[:2] {
				row.Status, row.NextAttemptAt = vocab.AttemptOpen, &due
			}
			rows[2].Failure, rows[2].Failure = "first", "last"
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.TakeWrites(); len(got) != 2 {
			t.Errorf("two alike and one other change are written by %q", got)
		}
		rows := paymentsOf(t, db, a.ID, b.ID, c.ID)
		for _, row := range rows[:2] {
			if row.Status != vocab.AttemptOpen || !row.NextAttemptAt.Equal(due) {
				t.Errorf("%s is %s, due %v", row.ID, row.Status, row.NextAttemptAt)
			}
		}
		if rows[2].Failure != "last" || rows[2].Status != vocab.AttemptCreated {
			t.Errorf("%+v", rows[2])
		}
	})
}

// Rows in which the same columns have changed are written by one statement, each with its values,
// of every type.
func TestDifferentValuesAreWrittenTogether(t *testing.T) {
	t.Parallel()
	eachObserved(t, func(t *testing.T, db *store.DB, s *dbtest.Statements) {
		order := globalid.New(globalid.Order)
		const n = 70
		var rows []store.Row
		for range n {
			rows = append(rows, newPayment(order))
		}
		insert(t, db, rows...)
		s.TakeWrites()
		want := map[globalid.ID]*ent.Payment{}
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			all, err := tx.Payment.Query().Where(payment.OrderID(order)).All(ctx)
			for i, row := range store.TrackAll(tx, all) {
				at := epoch.Add(time.Duration(i) * time.Second).Truncate(time.Microsecond)
				number, verdict := fmt.Sprintf("t-%d", i), vocab.Verdicts[i%len(vocab.Verdicts)]
				row.Status, row.Verdict, row.PaidAmount = vocab.AttemptSucceeded, &verdict, int64(i+1)
				row.TransactionID, row.PaidAt, row.Attempts = &number, &at, 3
				row.ClientParams = map[string]string{"n": number}
				want[row.ID] = row
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.TakeWrites(); len(got) != 2 { // of at most 64 rows
			t.Errorf("%d rows are written by %d statements", n, len(got))
		}
		for id, row := range want {
			got := paymentsOf(t, db, id)[0]
			if got.Status != row.Status || *got.Verdict != *row.Verdict || got.Attempts != 3 ||
				got.PaidAmount != row.PaidAmount || *got.TransactionID != *row.TransactionID ||
				!got.PaidAt.Equal(*row.PaidAt) || !maps.Equal(got.ClientParams, row.ClientParams) {
				t.Errorf("%+v, want %+v", got, row)
			}
		}
	})
}

func TestAQueryFindsWhatTheCommandChanged(t *testing.T) {
	t.Parallel()
	eachObserved(t, func(t *testing.T, db *store.DB, s *dbtest.Statements) {
		order := globalid.New(globalid.Order)
		a, b := newPayment(order), newPayment(order)
		insert(t, db, a)
		s.TakeWrites()
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			row, err := tx.Payment.Get(ctx, a.ID)
			if err != nil {
				return err
			}
			row = store.Track(tx, row)
			row.Status = vocab.AttemptOpen
			tx.Insert(b)
			if _, err := tx.Shop.Query().Count(ctx); err != nil {
				return err
			}
			if got := s.TakeWrites(); len(got) != 0 {
				t.Errorf("a query of another table made the command write %q", got)
			}
			open, err := tx.Payment.Query().Where(
				payment.StatusEQ(vocab.AttemptOpen)).All(ctx)
			if err != nil {
				return err
			}
			if len(open) != 1 || store.Track(tx, open[0]) != row {
				t.Errorf("the query finds %v", open)
			}
			n, err := tx.Payment.Query().Where(payment.OrderID(order)).Count(ctx)
			if n != 2 {
				t.Errorf("the query counts %d rows", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestDeletedRowsAreGone(t *testing.T) {
	t.Parallel()
	eachObserved(t, func(t *testing.T, db *store.DB, _ *dbtest.Statements) {
		order := globalid.New(globalid.Order)
		a, b, c := newPayment(order), newPayment(order), newPayment(order)
		insert(t, db, a, b)
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			row, err := tx.Payment.Get(ctx, a.ID)
			if err != nil {
				return err
			}
			tx.Insert(c)
			tx.Delete(row, c)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		rows := paymentsOf(t, db, a.ID, b.ID, c.ID)
		if len(rows) != 1 || rows[0].ID != b.ID {
			t.Errorf("left are %v", rows)
		}
	})
}

func TestAStatusThatChangedMeanwhileIsAConflict(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		a := newPayment(globalid.New(globalid.Order))
		insert(t, db, a)
		err := db.Run(t.Context(), func(_ context.Context, tx *store.Tx) error {
			stale := *a
			stale.Status = vocab.AttemptClosing // as somebody read it who has no lock
			row := store.Track(tx, &stale)
			row.Status = vocab.AttemptClosed
			return nil
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("got %v", err)
		}
		if row := paymentsOf(t, db, a.ID)[0]; row.Status != vocab.AttemptCreated {
			t.Errorf("it is %s", row.Status)
		}
	})
}

// Two commands without a common lock have cut the same units: one of them is a conflict.
func TestAQuantityThatChangedMeanwhileIsAConflict(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		held := &ent.Reservation{ID: globalid.New(globalid.Reservation),
			OrderID: globalid.New(globalid.Order), ItemID: globalid.New(globalid.OrderItem),
			StockID: globalid.New(globalid.Stock), Status: vocab.ReservationHeld, Quantity: 2,
			CreatedAt: epoch}
		insert(t, db, held)
		err := db.Run(t.Context(), func(_ context.Context, tx *store.Tx) error {
			stale := *held
			stale.Quantity = 5
			store.Track(tx, &stale).Quantity = 4
			return nil
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("error %v, want CONFLICT", err)
		}
		row := db.Client.Reservation.GetX(t.Context(), held.ID)
		if row.Quantity != 2 {
			t.Errorf("%d units", row.Quantity)
		}
	})
}

func TestAFailedCommandWritesNothing(t *testing.T) {
	t.Parallel()
	eachObserved(t, func(t *testing.T, db *store.DB, s *dbtest.Statements) {
		failure := errors.New("refused")
		err := db.Run(t.Context(), func(_ context.Context, tx *store.Tx) error {
			tx.Insert(newPayment(globalid.New(globalid.Order)))
			return failure
		})
		if !errors.Is(err, failure) {
			t.Errorf("got %v", err)
		}
		if got := s.TakeWrites(); len(got) != 0 {
			t.Errorf("it wrote %q", got)
		}
	})
}

func TestInsertNewLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		for _, value := range []string{"first", "second"} {
			err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return store.InsertNew(ctx, tx, &ent.Setting{ID: "a", Value: value},
					&ent.Setting{ID: value, Value: value})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		rows, err := db.Client.Setting.Query().All(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range rows {
			got = append(got, row.ID+"="+row.Value)
		}
		slices.Sort(got)
		if !slices.Equal(got, []string{"a=first", "first=first", "second=second"}) {
			t.Errorf("got %v", got)
		}
	})
}

package verify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/store"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

func check(t *testing.T, db *store.DB) verify.Report {
	t.Helper()
	report, err := verify.Run(t.Context(), db, ordertest.Keys(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// failing names the checks that do not hold.
func failing(report verify.Report) []string {
	var names []string
	for _, c := range report.Checks {
		if c.Failed() > 0 {
			names = append(names, c.Name)
		}
	}
	return names
}

func TestEmptyDatabase(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		if report := check(t, db); !report.OK() {
			t.Fatalf("an empty database fails: %v", failing(report))
		}
	})
}

func TestSoundDatabase(t *testing.T) {
	each(t, func(t *testing.T, e *ordertest.Env) {
		newFixture(e)
		report := check(t, e.DB)
		var text bytes.Buffer
		if err := report.Print(&text); err != nil {
			t.Fatal(err)
		}
		if !report.OK() {
			t.Fatal(text.String())
		}
		for _, c := range report.Checks {
			if c.Rows == 0 {
				t.Errorf("%s has looked at nothing", c.Name)
			}
		}
		if report.Lag.Events != 1 || report.Lag.Oldest == nil {
			t.Errorf("lag %+v, want one event", report.Lag)
		}
		if !strings.Contains(text.String(), "lag: 1 events") {
			t.Errorf("the lag is not printed:\n%s", &text)
		}
	})
}

// What others commit while it runs is in none of the checks.
func TestOneSnapshot(t *testing.T) {
	each(t, func(t *testing.T, e *ordertest.Env) {
		w := newFixture(e)
		broken := false
		report, err := verify.Run(t.Context(), e.DB, e.Keys, func(string, int, int) {
			if !broken {
				broken = true
				w.pending.Update().AddPayable(1).ExecX(t.Context())
			}
		})
		if err != nil || !broken || !report.OK() {
			t.Fatalf("failing %v, %v; broken meanwhile: %v", failing(report), err, broken)
		}
		want := []string{"price.orders", "payments.attempts"}
		if got := failing(check(t, e.DB)); !slices.Equal(got, want) {
			t.Errorf("failing %v afterwards", got)
		}
	})
}

func TestEveryOrderIsWalked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		const orders = 1250 // more than two batches
		buyer := db.Client.Buyer.Create().SetSubject("li").SaveX(t.Context())
		rows := make([]*ent.OrderCreate, orders)
		for i := range rows {
			rows[i] = db.Client.Order.Create().SetNumber(fmt.Sprint(i)).SetBuyerID(buyer.ID).
				SetStatus(vocab.PendingPayment).SetCurrency("CNY").SetMerchantAccount("m").
				SetRegion("r").SetPayDueAt(globalid.New(globalid.Order).Time())
		}
		db.Client.Order.CreateBulk(rows...).ExecX(t.Context())
		done := 0
		report, err := verify.Run(t.Context(), db, ordertest.Keys(t), func(step string, n, _ int) {
			if step == "orders" {
				done = n
			}
		})
		if err != nil || done != orders {
			t.Fatalf("walked %d orders, %v", done, err)
		}
		for _, c := range report.Checks {
			if c.Name == "statuses.roll_up" && (c.Failed() != orders || len(c.Violations) != 20) {
				t.Errorf("%d without sub-orders found, %d listed", c.Failed(), len(c.Violations))
			}
		}
		var text bytes.Buffer
		if err := report.Print(&text); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"FAILED", "and 1230 more", rowID(t, rows[0])} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%q is not printed", want)
			}
		}
	})
}

func rowID(t *testing.T, row *ent.OrderCreate) string {
	t.Helper()
	id, ok := row.Mutation().ID()
	if !ok {
		t.Fatal("no id")
	}
	return id.String()
}

func TestJSON(t *testing.T) {
	t.Parallel()
	report := verify.Report{Checks: []verify.Check{{Invariant: 3, Name: "a", Rows: 2,
		Violations: []verify.Violation{{ID: "pay_1", Detail: "1 < 2"}}, Truncated: 4}}}
	var out bytes.Buffer
	if err := report.JSON(&out); err != nil {
		t.Fatal(err)
	}
	var back struct {
		OK     bool
		Checks []verify.Check
	}
	if err := json.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if back.OK || len(back.Checks) != 1 || back.Checks[0].Failed() != 5 ||
		back.Checks[0].Violations[0].ID != "pay_1" {
		t.Errorf("came back as %+v", back)
	}
}

func TestCancelled(t *testing.T) {
	each(t, func(t *testing.T, e *ordertest.Env) {
		newFixture(e)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := verify.Run(ctx, e.DB, e.Keys, func(string, int, int) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		if report := check(t, e.DB); !report.OK() {
			t.Errorf("the next run fails: %v", failing(report))
		}
	})
}

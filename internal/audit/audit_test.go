package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"orderflow/ent"
	"orderflow/ent/auditentry"
	"orderflow/internal/audit"
	"orderflow/internal/catalogue"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/store"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

func entries(e *ordertest.Env) []*ent.AuditEntry {
	e.T.Helper()
	return e.DB.Client.AuditEntry.Query().
		Order(auditentry.ByShopID(), auditentry.ByNumber()).AllX(e.T.Context())
}

// Commands of one shop and of two, at the same moment: each has its entry, and Verify at the end
// finds every chain whole.
func TestConcurrentCommandsChain(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		const workers, each = 6, 4
		other := e.AddShop("ink", e.Shop.Policy)
		before := len(entries(e))
		var all sync.WaitGroup
		errs := make([]error, workers)
		for i := range workers {
			shop := []*ent.Shop{e.Shop, other}[i%2]
			all.Go(func() {
				for n := range each {
					_, err := e.Catalogue.SetProduct(e.Platform, catalogue.ProductInput{
						Shop: shop.ID, Code: fmt.Sprint("p", i), Title: fmt.Sprint("title ", n)})
					errs[i] = errors.Join(errs[i], err)
				}
			})
		}
		all.Wait()
		e.Must(errors.Join(errs...))
		if added := len(entries(e)) - before; added != workers*each {
			t.Errorf("%d entries, want %d", added, workers*each)
		}
	})
}

func TestWhatIsRolledBackLeavesNoEntry(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		before := len(entries(e))
		stop := errors.New("stop")
		for _, last := range []bool{false, true} { // before and after the entry is written
			err := e.DB.Run(e.Platform, func(ctx context.Context, tx *store.Tx) error {
				err := audit.Record(ctx, tx, audit.Entry{Action: vocab.AuditSetWarehouse})
				if err != nil || !last {
					return errors.Join(err, stop)
				}
				tx.Last(func(context.Context, *store.Tx) error { return stop })
				return nil
			})
			if !errors.Is(err, stop) {
				t.Fatal(err)
			}
		}
		_, err := e.Catalogue.SetShopPolicy(e.Merchant, catalogue.PolicyInput{
			Shop: e.AddShop("ink", e.Shop.Policy).ID})
		if err == nil {
			t.Error("the policy of another shop was set")
		}
		if after := len(entries(e)); after != before {
			t.Errorf("%d entries more", after-before)
		}
		if err := e.DB.Run(e.Buyer, func(ctx context.Context, tx *store.Tx) error {
			return audit.Record(ctx, tx, audit.Entry{Action: vocab.AuditSetWarehouse})
		}); err == nil {
			t.Error("a buyer is no member of the staff")
		}
	})
}

func TestAnEntrySaysWhatChanged(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		in := catalogue.WarehouseInput{Code: "W", Name: "West", Region: "四川",
			ReturnAddress: "12 Secret Lane"}
		key := store.Key{Viewer: "root", Mutation: "setWarehouse", Key: "once"}
		id := e.MustID(e.Catalogue.SetWarehouse(store.WithKey(e.Platform, key), in))
		e.MustID(e.Catalogue.SetWarehouse(store.WithKey(e.Platform, key), in)) // a repetition
		in.Priority, in.ReturnAddress = 7, "13 Secret Lane"
		e.MustID(e.Catalogue.SetWarehouse(e.Platform, in))
		e.MustID(e.Catalogue.SetWarehouse(e.Platform, in))
		of := e.DB.Client.AuditEntry.Query().Where(auditentry.SubjectID(id)).
			Order(auditentry.ByNumber()).AllX(t.Context())
		want := [][2]string{
			{"{}", `{"code":"W","name":"West","priority":0,"region":"CN-51",` +
				`"returnAddress":"(not shown)"}`},
			{`{"priority":0,"returnAddress":"(not shown)"}`,
				`{"priority":7,"returnAddress":"(not shown)"}`},
			{"{}", "{}"},
		}
		if len(of) != len(want) {
			t.Fatalf("%d entries: %v", len(of), of)
		}
		for i, a := range of {
			if a.Before != want[i][0] || a.After != want[i][1] ||
				strings.Contains(a.Before+a.After, "Secret") {
				t.Errorf("entry %d: %s → %s", i, a.Before, a.After)
			}
			if a.Action != vocab.AuditSetWarehouse || a.ActorRole != vocab.Platform ||
				a.ActorID.IsZero() || a.RealAt.IsZero() {
				t.Errorf("entry %d: %v", i, a)
			}
		}
		policy := e.Shop.Policy
		policy.ReturnWindowDays = 9
		e.MustID(e.Catalogue.SetShopPolicy(e.Merchant,
			catalogue.PolicyInput{Shop: e.Shop.ID, Policy: policy}))
		last := e.DB.Client.AuditEntry.Query().
			Where(auditentry.ActionEQ(vocab.AuditSetShopPolicy)).OnlyX(t.Context())
		if last.Before != `{"policy":{"returnWindowDays":0},"policyVersion":1}` ||
			last.After != `{"policy":{"returnWindowDays":9},"policyVersion":2}` {
			t.Errorf("of a document only what differs: %s → %s", last.Before, last.After)
		}
	})
}

// Who can write the database can cut a chain with its head, or write all of it anew; a report that
// was kept elsewhere finds it.
func TestAKeptReportFindsACutChain(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		set := func(priority int) {
			e.MustID(e.Catalogue.SetWarehouse(e.Platform, catalogue.WarehouseInput{Code: "W",
				Name: "West", Region: "四川", Priority: priority}))
		}
		run := func(kept ...verify.AuditHead) verify.Report {
			t.Helper()
			report, err := verify.Run(t.Context(), e.DB, e.Keys, nil, kept...)
			e.Must(err)
			return report
		}
		set(1)
		set(2)
		kept := run().Audit
		set(3)
		if report := run(kept...); !report.OK() {
			t.Fatalf("a chain that went on: %+v", report.Checks)
		}
		all := e.DB.Client.AuditEntry.Query().Where(auditentry.ShopID(globalid.ID{})).
			Order(auditentry.ByNumber()).AllX(t.Context())
		if len(all) != 3 {
			t.Fatalf("%d entries", len(all))
		}
		for _, cut := range all[1:] {
			e.DB.Client.AuditEntry.DeleteOne(cut).ExecX(t.Context())
		}
		e.DB.Client.AuditHead.UpdateOneID(globalid.ID{}).SetNumber(1).SetHash(all[0].Hash).
			ExecX(t.Context())
		if report := run(); !report.OK() {
			t.Errorf("a chain that was cut with its head is whole: %+v", report.Checks)
		}
		set(2) // and went on
		if report := run(kept...); report.OK() {
			t.Error("the kept report does not find that the chain was cut")
		}
	})
}

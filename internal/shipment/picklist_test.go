package shipment_test

import (
	"bytes"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

var update = flag.Bool("update", false, "write the golden files anew")

// numbered gives an order and its sub-order numbers that do not change from run to run.
func (w *world) numbered(o *ent.Order, number string) {
	ctx := w.t.Context()
	w.db.Client.Order.UpdateOne(o).SetNumber(number).ExecX(ctx)
	w.db.Client.SubOrder.UpdateOne(o.Edges.SubOrders[0]).SetNumber(number + "-1").
		SetNote("please <wrap> it").ExecX(ctx)
}

func TestPickListPage(t *testing.T) {
	t.Parallel()
	clock := newClock()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite, store.Options{RealNow: clock.now}))
	var ids []globalid.ID
	for _, number := range []string{"261111000000000001", "261111000000000002"} {
		o := w.paid(2, w.sku(vocab.Ordinary, 2), w.sku(vocab.Ordinary, 2))
		w.numbered(o, number)
		var lines []parcels.Line
		for _, it := range o.Edges.SubOrders[0].QueryItems().Order(ent.Asc("sku_code")).
			AllX(t.Context()) {
			lines = append(lines, parcels.Line{Item: it.ID, Quantity: 2})
		}
		ids = append(ids, w.create(lines...))
	}
	if _, err := w.shipments.Cancel(w.staff, ids[1]); err != nil {
		t.Fatal(err)
	}
	link := w.shipments.PickListLink(ids)
	get := func(link string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		w.shipments.HandlePickLists(answer,
			httptest.NewRequestWithContext(t.Context(), http.MethodGet, link, nil))
		return answer
	}
	answer := get(link)
	if answer.Code != http.StatusOK {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	const golden = "testdata/picklists.html"
	if *update {
		if err := os.WriteFile(golden, answer.Body.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(want, answer.Body.Bytes()) {
		t.Errorf("the page differs from %s (-update writes it): %v\n%s", golden, err, answer.Body)
	}
	for name, link := range map[string]string{
		"changed": link[:len(link)-2] + "AA", "no token": parcels.PickListPath,
		"not ours": parcels.PickListPath + "?token=" + strings.Repeat("A", 80),
	} {
		if code := get(link).Code; code != http.StatusForbidden {
			t.Errorf("%s: %d", name, code)
		}
	}
	clock.advance(11 * time.Minute)
	if code := get(link).Code; code != http.StatusForbidden {
		t.Errorf("expired: %d", code)
	}
}

func TestPrintPickLists(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		item := w.paid(2, w.sku(vocab.Ordinary, 2)).Edges.SubOrders[0].Edges.Items[0].ID
		line := parcels.Line{Item: item, Quantity: 1}
		good, gone := w.create(line), w.create(line)
		if _, err := w.shipments.Cancel(w.staff, gone); err != nil {
			t.Fatal(err)
		}
		key := store.WithKey(w.staff, store.Key{Viewer: "s", Mutation: "print", Key: "k"})
		for range 2 {
			results, err := w.shipments.PrintPickLists(key,
				[]globalid.ID{good, gone, globalid.New(globalid.Shipment)})
			if err != nil || len(results) != 3 || results[0].Err != nil ||
				!fault.Is(results[2].Err, fault.NotFound) {
				t.Fatalf("%+v, %v", results, err)
			}
			if !fault.Is(results[1].Err, fault.ActionNotAllowed) {
				t.Errorf("of a cancelled parcel: %v", results[1].Err)
			}
		}
		if p := w.parcel(good); p.Stage != vocab.StageListPrinted {
			t.Errorf("it is %s", p.Stage)
		}
		_, err := w.shipments.PrintPickLists(w.staff, make([]globalid.ID, 101))
		if !fault.Is(err, fault.LimitExceeded) {
			t.Errorf("101 parcels: %v", err)
		}
	})
}

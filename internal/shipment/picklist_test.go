package shipment_test

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/suborder"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

var update = flag.Bool("update", false, "write the golden files anew")

// numbered gives an order and its sub-order numbers that do not change from run to run.
func (e *courierEnv) numbered(o *ent.Order, number string) {
	ctx := e.T.Context()
	e.DB.Client.Order.UpdateOne(o).SetNumber(number).ExecX(ctx)
	e.DB.Client.SubOrder.UpdateOne(o.Edges.SubOrders[0]).SetNumber(number + "-1").
		SetNote(e.Keys.SealText("please <wrap> it", o.ID, suborder.FieldNote)).ExecX(ctx)
}

// coded adds a sku whose code does not change from run to run.
func (e *courierEnv) coded(code string) *ent.Sku {
	e.T.Helper()
	return e.NewSku(ordertest.Sku{Price: ordertest.Price, South: 2, Code: code,
		Title: "Green <tea> 绿茶"})
}

func TestPickListPage(t *testing.T) {
	t.Parallel()
	e := newCourierEnv(t, dbtest.SQLite)
	var ids []globalid.ID
	for i, number := range []string{"261111000000000001", "261111000000000002"} {
		o := e.buy(2, e.coded(fmt.Sprintf("TEA-%d", 3*i+1)), e.coded(fmt.Sprintf("TEA-%d", 3*i+2)))
		e.numbered(o, number)
		var lines []shipment.Line
		for _, it := range o.Edges.SubOrders[0].QueryItems().Order(ent.Asc("sku_code")).
			AllX(t.Context()) {
			lines = append(lines, shipment.Line{Item: it.ID, Quantity: 2})
		}
		ids = append(ids, e.create(lines...))
	}
	if _, err := e.Shipments.Cancel(e.Warehouse, ids[1]); err != nil {
		t.Fatal(err)
	}
	link := e.Shipments.PickListLink(ids)
	get := func(link string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		e.Shipments.HandlePickLists(answer,
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
		"changed": link[:len(link)-2] + "AA", "no token": shipment.PickListPath,
		"not ours": shipment.PickListPath + "?token=" + strings.Repeat("A", 80),
	} {
		if code := get(link).Code; code != http.StatusForbidden {
			t.Errorf("%s: %d", name, code)
		}
	}
	e.Clock.Advance(11 * time.Minute)
	if code := get(link).Code; code != http.StatusForbidden {
		t.Errorf("expired: %d", code)
	}
}

func TestPrintPickLists(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		item := e.buy(2, e.Sku(2)).Edges.SubOrders[0].Edges.Items[0].ID
		line := shipment.Line{Item: item, Quantity: 1}
		good, gone := e.create(line), e.create(line)
		if _, err := e.Shipments.Cancel(e.Warehouse, gone); err != nil {
			t.Fatal(err)
		}
		key := store.WithKey(e.Warehouse, store.Key{Viewer: "s", Mutation: "print", Key: "k"})
		for range 2 {
			results, err := e.Shipments.PrintPickLists(key,
				[]globalid.ID{good, gone, globalid.New(globalid.Shipment)})
			if err != nil || len(results) != 3 || results[0].Err != nil ||
				!fault.Is(results[2].Err, fault.NotFound) {
				t.Fatalf("%+v, %v", results, err)
			}
			if !fault.Is(results[1].Err, fault.ActionNotAllowed) {
				t.Errorf("of a cancelled parcel: %v", results[1].Err)
			}
		}
		if p := e.Parcel(good); p.Stage != vocab.StageListPrinted {
			t.Errorf("it is %s", p.Stage)
		}
		_, err := e.Shipments.PrintPickLists(e.Warehouse, make([]globalid.ID, 101))
		if !fault.Is(err, fault.LimitExceeded) {
			t.Errorf("101 parcels: %v", err)
		}
	})
}
